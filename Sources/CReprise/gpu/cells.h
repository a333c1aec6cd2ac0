// Neurons that have constants and state of their own, beside those that LIF neurons have too. Which neurons there are is
// a macro, so that kernels of LIF neurons have nothing of it.
#if defined(RP_CELL_GLIF) || defined(RP_CELL_TEXT)
#define RP_CELLS
#endif

#ifdef RP_CELLS
// Shapes [row, stride], [slot] and [row, stride]: see rp_cell_shape.
#define RP_GPU_CELL_PARAMETERS \
  , const RP_GLOBAL float *cell_constants, const RP_GLOBAL int32_t *cell_refractory_steps, RP_GLOBAL float *cell_state
#define RP_GPU_CELL_ARGUMENTS , cell_constants, cell_refractory_steps, cell_state
#define RP_GPU_CELL_FIELDS \
  const RP_GLOBAL float *cell_constants; \
  const RP_GLOBAL int32_t *cell_refractory_steps; \
  RP_GLOBAL float *cell_state;
#else
#define RP_GPU_CELL_PARAMETERS
#define RP_GPU_CELL_ARGUMENTS
#define RP_GPU_CELL_FIELDS
#endif

#if defined(RP_CELL_GLIF)
#define RP_GPU_STEP_LANES rp_glif_step_lanes
#define RP_GPU_START_LOW RP_GLIF_REST
#define RP_GPU_START_HIGH RP_GLIF_THRESHOLD
#elif defined(RP_CELL_TEXT)
#define RP_GPU_STEP_LANES rp_text_step_lanes
#define RP_GPU_START_LOW RP_TEXT_START_LOW
#define RP_GPU_START_HIGH RP_TEXT_START_HIGH
// The host puts what it makes of the text of a cell model here.
RP_TEXT_STEP
#else
#define RP_GPU_STEP_LANES rp_lif_step_lanes
#endif
