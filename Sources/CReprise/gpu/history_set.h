// History mode: what a work group knows of its presynaptic set, its sums, and products with P_0.

/* Parts of the inputs at most, in products with Z^T. */
#define RP_GPU_INPUT_PARTS 16

/* One presynaptic set, and what is known of it in local memory. */
typedef struct {
  uint32_t inputs, feedforward, frames;
  uint32_t parts, part;                     // of the inputs in products with Z^T, and the one of this item
  uint32_t border;                          // of slots, between the two groups of recurrent inputs
  float inverse_penalty, inverse_feedforward_penalty;
  float coupling[2];                        // by group
  const RP_GLOBAL uint32_t *sources;        // [input]
  const RP_GLOBAL float *ring;
  uint32_t ring_stride;
  int keeps;
  RP_LOCAL float *rows;                     // [input, row_stride] Z, where it is kept
  uint32_t row_stride;
  RP_LOCAL float *r, *s, *p, *u, *y;        // [input] as in history_scalar.h; all but p are seen by one item only
  RP_LOCAL float *v, *summands;             // [frame] Z^T p, and [part, frame] what it is the sum of
  RP_LOCAL float *partial, *totals;         // [4, RP_GPU_SUM_STRIDE], [4, RP_GPU_SUM_PARTS]
} rp_gpu_set;

/* What the network and the host say of a set, and its places in local memory, in the order of GPUHistory. */
RP_FN rp_gpu_set rp_gpu_make_set(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_history *history,
    const RP_GLOBAL uint32_t *sources, const RP_GLOBAL float *ring, RP_LOCAL float *memory)
{
  rp_gpu_set set;
  const uint32_t n = network->inputs, frames = history->frames;
  set.inputs = n;
  set.feedforward = network->feedforward;
  set.frames = frames;
  set.parts = RP_MAX(RP_ITEMS / frames, 1u);
  set.part = RP_ITEM / frames;
  set.border = history->border;
  set.inverse_penalty = history->inverse_penalty;
  set.inverse_feedforward_penalty = history->inverse_feedforward_penalty;
  set.coupling[0] = set.coupling[1] = 0.0f;
  set.sources = sources;
  set.ring = ring;
  set.ring_stride = history->stride;
  set.keeps = history->keeps != 0;
  set.row_stride = frames | 1;
  set.r = memory;
  set.s = set.r + n;
  set.p = set.s + n;
  set.u = set.p + n;
  set.y = set.u + n;
  set.v = set.y + n;
  set.summands = set.v + frames;
  set.partial = set.summands + RP_MAX(RP_ITEMS, frames);
  set.totals = set.partial + 4 * RP_GPU_SUM_STRIDE;
  set.rows = set.totals + 4 * RP_GPU_SUM_PARTS;
  return set;
}

/* Sums of `count` <= 4 numbers per work item, the same for all of them. */
RP_FN void rp_gpu_sums(const rp_gpu_set *set, uint32_t count, const float *x, float *sums)
{
  RP_UNROLL
  for (uint32_t k = 0; k < count; k++) set->partial[k * RP_GPU_SUM_STRIDE + RP_ITEM] = x[k];
  rp_gpu_add_parts_float32(set->partial, count, set->totals);
  RP_UNROLL
  for (uint32_t k = 0; k < count; k++) sums[k] = rp_gpu_total_float32(set->totals, k);
}

/* The largest number of all work items, at least 0. */
RP_FN float rp_gpu_largest(const rp_gpu_set *set, float x)
{
  set->partial[RP_ITEM] = x;
  RP_BARRIER();
  for (uint32_t q = RP_ITEM; q < RP_GPU_SUM_PARTS; q += RP_ITEMS) {
    float largest = 0.0f;
    for (uint32_t i = q; i < RP_ITEMS; i += RP_GPU_SUM_PARTS) largest = RP_MAX(set->partial[i], largest);
    set->totals[q] = largest;
  }
  RP_BARRIER();
  float largest = 0.0f;
  for (uint32_t q = 0; q < RP_GPU_SUM_PARTS; q++) largest = RP_MAX(set->totals[q], largest);
  return largest;
}

/* Adds what input i has of r P_0 r: r to the sum of its group, and r^2 times 1 / penalty to the third one. */
RP_FN void rp_gpu_add_residual(const rp_gpu_set *set, uint32_t i, float r, float *x)
{
  const int is_recurrent = i >= set->feedforward, is_second = set->sources[i] >= set->border;
  x[0] += is_recurrent && !is_second ? r : 0.0f;
  x[1] += is_recurrent && is_second ? r : 0.0f;
  x[2] += (is_recurrent ? set->inverse_penalty : set->inverse_feedforward_penalty) * r * r;
}

/* From what these have added up to, what groups take from r in P_0 r; returns r P_0 r. */
RP_FN float rp_gpu_shares(const rp_gpu_set *set, const float *sums, float *shares)
{
  shares[0] = set->coupling[0] * sums[0];
  shares[1] = set->coupling[1] * sums[1];
  return sums[2] - set->inverse_penalty * (shares[0] * sums[0] + shares[1] * sums[1]);
}

/* The element of P_0 r at input i. */
RP_FN float rp_gpu_start(const rp_gpu_set *set, uint32_t i, float r, const float *shares)
{
  const float share = set->sources[i] >= set->border ? shares[1] : shares[0];
  return i < set->feedforward ? set->inverse_feedforward_penalty * r : set->inverse_penalty * (r - share);
}
