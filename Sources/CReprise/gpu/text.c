// The text of the GPU kernels, which the driver of a device compiles when the program runs.
#include "creprise.h"

static const char text[] = {
#embed "prelude_opencl.h"
  ,
#embed "prelude_cuda.h"
  ,
#embed "prelude.h"
  ,
#embed "../equations/types.h"
  ,
#embed "types.h"
  ,
#embed "../equations/normal_table.h"
  ,
#embed "../equations/random.h"
  ,
#embed "random.h"
  ,
#embed "../equations/lif.h"
  ,
#embed "../equations/cell.h"
  ,
#embed "../equations/glif.h"
  ,
#embed "../equations/functions.h"
  ,
#embed "cells.h"
  ,
#embed "../equations/permutation.h"
  ,
#embed "../equations/fixed_point.h"
  ,
#embed "../equations/half.h"
  ,
#embed "trial.h"
  ,
#embed "feedforward.h"
  ,
#embed "deliver.h"
  ,
#embed "step.h"
  ,
#embed "steps.h"
  ,
#embed "float64.h"
  ,
#embed "sums.h"
  ,
#embed "tiles.h"
  ,
#embed "float16.h"
  ,
#embed "sums.h"
  ,
#embed "tiles.h"
  ,
#embed "events.h"
  ,
#embed "float32.h"
  ,
#embed "sums.h"
  ,
#embed "tiles.h"
  ,
#embed "events.h"
  ,
#embed "update.h"
  ,
#embed "fit.h"
  ,
#embed "history_set.h"
  ,
#embed "history.h"
  , 0,
};

const char *rp_gpu_kernel_text(void) { return text; }
