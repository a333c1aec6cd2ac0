// What the stand-ins for the driver and for the compiler share: settings, the record, statuses. See stand_in.c.
//
// With STAND_IN_HEADERS the types and prototypes are those of NVIDIA's own headers, so that a function that disagrees
// with them, or that they do not have, does not compile. The tests build it so where scripts/nvrtc has put the headers.
#include <stddef.h>
#include <stdint.h>

#ifdef STAND_IN_HEADERS
#include <cuda.h>
#include <nvrtc.h>
#else
typedef int CUresult, CUdevice, CUdevice_attribute, CUfunction_attribute, CUstreamCaptureMode, nvrtcResult;
typedef unsigned long long CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUstream_st *CUstream;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;
typedef struct _nvrtcProgram *nvrtcProgram;
#endif

enum {
  success = 0, invalid_value = 1, out_of_memory = 2, no_device = 100, invalid_device = 101, invalid_image = 200,
  invalid_context = 201, not_found = 500, launch_failed = 719, too_many_blocks = 720, not_while_capturing = 900,
  capture_invalid = 901
};

#ifdef STAND_IN_HEADERS
_Static_assert((int)success == CUDA_SUCCESS && (int)invalid_value == CUDA_ERROR_INVALID_VALUE &&
               (int)out_of_memory == CUDA_ERROR_OUT_OF_MEMORY && (int)no_device == CUDA_ERROR_NO_DEVICE &&
               (int)invalid_device == CUDA_ERROR_INVALID_DEVICE && (int)invalid_image == CUDA_ERROR_INVALID_IMAGE &&
               (int)invalid_context == CUDA_ERROR_INVALID_CONTEXT && (int)not_found == CUDA_ERROR_NOT_FOUND &&
               (int)launch_failed == CUDA_ERROR_LAUNCH_FAILED &&
               (int)too_many_blocks == CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE &&
               (int)not_while_capturing == CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED &&
               (int)capture_invalid == CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "statuses of cuda.h");
#endif

extern struct settings {
  int no_device, driver, count, generation, compiler, allocation, launch, synchronize, context, mistake;
  int instantiate, graph, cooperative;
  const char *lost_after, *full_after;
} set __attribute__((visibility("hidden")));

/// Adds to the record.
__attribute__((visibility("hidden"))) void note(const char *format, ...);

void stand_in_set(const char *settings);
const char *stand_in_record(void);
size_t stand_in_used(void);
int stand_in_objects(void);
int stand_in_waits(void);
