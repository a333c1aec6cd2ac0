// Graphs of the stand-in for a device: launches that a stream has captured.
#include "state.h"
#include <stdlib.h>
#include <string.h>

CUresult cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode)
{
  ENTER();
  if (stream != (CUstream)&stream_object || mode != 1 || capture) return invalid_value;
  capture = calloc(1, sizeof *capture);
  capture_failed = 0;
  return success;
}

CUresult cuStreamEndCapture(CUstream stream, CUgraph *graph)
{
  ENTER();
  *graph = NULL;
  if (stream != (CUstream)&stream_object || !capture) return invalid_value;
  struct graph *captured = capture;
  capture = NULL;
  if (capture_failed) {
    free(captured);
    return capture_invalid;
  }
  graphs++;
  *graph = (CUgraph)captured;
  return success;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph graph, unsigned long long flags)
{
  ENTER();
  if (flags) return invalid_value;
  if (is_due(&set.instantiate)) return out_of_memory;
  struct graph *copy = malloc(sizeof *copy);
  memcpy(copy, graph, sizeof *copy);
  graphs++;
  *executable = (CUgraphExec)copy;
  return success;
}

CUresult cuGraphDestroy(CUgraph graph)
{
  ENTER();
  free(graph);
  graphs--;
  return success;
}

CUresult cuGraphExecDestroy(CUgraphExec executable)
{
  ENTER();
  free(executable);
  graphs--;
  return success;
}

CUresult cuGraphLaunch(CUgraphExec executable, CUstream stream)
{
  ENTER_UNCAPTURED();
  const struct graph *graph = (const struct graph *)executable;
  if (stream != (CUstream)&stream_object) return invalid_value;
  note("graph %d\n", graph->count);
  // More would fill the record.
  if (graph->count <= 4) note("%s", graph->lines);
  if (is_due(&set.graph)) lost = launch_failed;
  return lost;
}
