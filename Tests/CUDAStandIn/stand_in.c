// A stand-in for NVIDIA's driver and its compiler, for tests of the host's code on machines without a GPU. Memory of
// the "device" is memory of the host, launches are recorded and compute nothing, and failures come when told.
//
// Built by the tests as a shared library. Each copy of the file that a process opens has a state of its own.
// Settings, from the environment variable STAND_IN or stand_in_set, separated by blanks:
//
//   nodevice          cuInit finds none           driver=11040      the driver's version
//   count=0           the driver lists none       sm=90             generation of the devices
//   nvrtc=12090       the compiler's version      allocation=2      the second allocation from now fails
//   launch=2          the device is lost in the second launch from now; synchronize=1 likewise
//   instantiate=1     the next graph cannot be instantiated
//   graph=2           the device is lost in the second launch of a graph from now
//   cooperative=0     blocks cannot wait for one another
//   context=1         there is no memory for a context
//   mistake           the compiler finds one in every text
//   lostafter=FILE    the device is lost as soon as there is such a file; fullafter=FILE: its memory is full then
//   forget            the calling thread has no current context, as a new thread has none
//
// The code of its modules is text: "STAND-IN", then a line "kernel NAME SIZE ..." for each kernel with the sizes of its
// parameters. Its compiler takes these lines from comments. A line "any" has all kernels, of unknown parameters.
#define _GNU_SOURCE
#include "state.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings set = {
  .driver = 12040, .count = device_count, .generation = 90, .compiler = 12040, .cooperative = 1
};

int initialised, contexts, modules, graphs, waits, lost;
struct graph *capture;
int capture_failed;
size_t used;
_Thread_local void *current;
static char record[1 << 20];
static size_t recorded;
int stream_object;
static int context_object;

// MARK: For tests

// While the stream captures, what it is asked for goes to the graph.
void note(const char *format, ...)
{
  char *text = capture ? capture->lines : record;
  const size_t used_here = capture ? strlen(text) : recorded, room = capture ? sizeof capture->lines : sizeof record;
  va_list arguments;
  va_start(arguments, format);
  const int count = vsnprintf(text + used_here, room - used_here, format, arguments);
  va_end(arguments);
  if (!capture && count > 0 && recorded + (size_t)count < sizeof record) recorded += (size_t)count;
}

static int number(const char *word, const char *key, int *value)
{
  const size_t length = strlen(key);
  if (strncmp(word, key, length) != 0 || word[length] != '=') return 0;
  *value = atoi(word + length + 1);
  return 1;
}

void stand_in_set(const char *settings)
{
  char *copy = strdup(settings), *rest = NULL;
  for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    if (strcmp(word, "nodevice") == 0) set.no_device = 1;
    else if (strcmp(word, "forget") == 0) current = NULL;
    else if (strcmp(word, "mistake") == 0) set.mistake = 1;
    else if (strncmp(word, "lostafter=", 10) == 0) set.lost_after = strdup(word + 10);
    else if (strncmp(word, "fullafter=", 10) == 0) set.full_after = strdup(word + 10);
    else if (number(word, "driver", &set.driver) || number(word, "count", &set.count) ||
             number(word, "sm", &set.generation) || number(word, "nvrtc", &set.compiler) ||
             number(word, "allocation", &set.allocation) || number(word, "launch", &set.launch) ||
             number(word, "synchronize", &set.synchronize) || number(word, "context", &set.context) ||
             number(word, "instantiate", &set.instantiate) || number(word, "graph", &set.graph) ||
             number(word, "cooperative", &set.cooperative)) continue;
    else {
      fprintf(stderr, "the stand-in knows no setting '%s'\n", word);
      abort();
    }
  }
  free(copy);
}

__attribute__((constructor)) static void prepare(void)
{
  const char *settings = getenv("STAND_IN");
  if (settings) stand_in_set(settings);
}

// Launches, attributes and compilations so far, one in a line.
const char *stand_in_record(void) { return record; }
size_t stand_in_used(void) { return used; }
// How often the host has waited for the device.
int stand_in_waits(void) { return waits; }
int stand_in_objects(void) { return contexts + modules + graphs; }

// MARK: The driver, its devices, contexts and streams

int enter(void)
{
  if (exists(set.lost_after)) lost = launch_failed;
  if (lost) return lost;
  if (!initialised) return 3;
  return current ? success : invalid_context;
}

CUresult cuDriverGetVersion(int *version)
{
  *version = set.driver;
  return success;
}

CUresult cuInit(unsigned flags)
{
  if (flags) return invalid_value;
  if (set.no_device) return no_device;
  initialised = 1;
  return success;
}

CUresult cuGetErrorName(CUresult status, const char **name)
{
  switch (status) {
  case invalid_value: *name = "CUDA_ERROR_INVALID_VALUE"; return success;
  case out_of_memory: *name = "CUDA_ERROR_OUT_OF_MEMORY"; return success;
  case no_device: *name = "CUDA_ERROR_NO_DEVICE"; return success;
  case invalid_image: *name = "CUDA_ERROR_INVALID_IMAGE"; return success;
  case invalid_context: *name = "CUDA_ERROR_INVALID_CONTEXT"; return success;
  case not_found: *name = "CUDA_ERROR_NOT_FOUND"; return success;
  case launch_failed: *name = "CUDA_ERROR_LAUNCH_FAILED"; return success;
  case too_many_blocks: *name = "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE"; return success;
  default: *name = NULL; return invalid_value;
  }
}

CUresult cuGetErrorString(CUresult status, const char **text)
{
  *text = status == launch_failed ? "unspecified launch failure" : NULL;
  return *text ? success : invalid_value;
}

CUresult cuDeviceGetCount(int *count)
{
  *count = set.count;
  return success;
}

CUresult cuDeviceGet(CUdevice *device, int index)
{
  if (index < 0 || index >= set.count) return invalid_device;
  *device = index;
  return success;
}

CUresult cuDeviceGetName(char *name, int size, CUdevice device)
{
  snprintf(name, (size_t)size, "Stand-in %d", device);
  return success;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
  (void)device;
  *bytes = device_memory;
  return success;
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device)
{
  (void)device;
  switch (attribute) {
  case 1: *value = largest_group; return success;
  case 16: *value = multiprocessors; return success;
  case 75: *value = set.generation / 10; return success;
  case 76: *value = set.generation % 10; return success;
  case 95: *value = set.cooperative; return success;
  case 97: *value = largest_local; return success;
  default: return invalid_value;
  }
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
  (void)device;
  if (is_due(&set.context)) return out_of_memory;
  contexts++;
  *context = (CUcontext)&context_object;
  return success;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device)
{
  (void)device;
  if (--contexts == 0) current = NULL;
  return success;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
  if (context && context != (CUcontext)&context_object) return invalid_context;
  current = context;
  return success;
}

CUresult cuStreamCreate(CUstream *stream, unsigned flags)
{
  (void)flags;
  ENTER();
  *stream = (CUstream)&stream_object;
  return success;
}

CUresult cuStreamDestroy_v2(CUstream stream)
{
  ENTER();
  return stream == (CUstream)&stream_object ? success : invalid_value;
}

CUresult cuStreamSynchronize(CUstream stream)
{
  ENTER_UNCAPTURED();
  if (stream != (CUstream)&stream_object) return invalid_value;
  waits++;
  if (is_due(&set.synchronize)) lost = launch_failed;
  return lost;
}
