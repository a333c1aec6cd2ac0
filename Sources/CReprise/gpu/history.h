// k = P z where P is not stored but defined by the last h updates (E15): the method of cpu/history_scalar.h, one
// presynaptic set for each work group.
//
// The last filtered spikes lie in a ring, [source, stride], so that the h frames of an input are one piece. Z (inputs x
// frames) is gathered once and kept in local memory where it fits. An update then reads 4 n stride bytes for each set:
// 0.5 GB for 66,002 sets with n 128 and stride 16, out of a ring of 4 MB, which the second cache holds; triangles of P
// would be 4.4 GB from memory and back. The 2 to 10 iterations read nothing global but the sources of inputs. Where Z
// does not fit, each of them reads it twice from the ring.
//
// For Z^T p, work items side by side have frames side by side, and parts of the inputs; for Z v, an item has an input,
// and rows of Z have an odd stride in local memory, so that items read different banks. Both read Z in the same order
// wherever it is, and all sums have an order that depends on n, h and the size of the work group alone.

#define RP_GPU_LARGEST_FLOAT 3.402823466e+38f

/* The next direction: s <- r + beta s, p <- P_0 r + beta p. Returns what the inputs of this item have of s p. */
RP_FN float rp_gpu_turn(const rp_gpu_set *set, float beta, const float *shares)
{
  float product = 0.0f;
  for (uint32_t i = RP_ITEM; i < set->inputs; i += RP_ITEMS) {
    const float r = set->r[i], s = r + beta * set->s[i];
    const float p = rp_gpu_start(set, i, r, shares) + beta * set->p[i];
    set->s[i] = s;
    set->p[i] = p;
    product += s * p;
  }
  return product;
}

/* v = Z^T p. Returns what the frames of this item have of v v. */
RP_FN float rp_gpu_project(const rp_gpu_set *set)
{
  const uint32_t n = set->inputs, frames = set->frames, parts = RP_MIN(set->parts, (uint32_t)RP_GPU_INPUT_PARTS);
  RP_BARRIER();
  for (uint32_t place = RP_ITEM; place < parts * frames; place += RP_ITEMS) {
    // Items that have a second place have it in the same part: then all frames are in one.
    const uint32_t frame = place - set->part * frames;
    float sum = 0.0f;
    if (set->keeps)
      for (uint32_t i = set->part; i < n; i += parts)
        sum = RP_MULTIPLY_ADD(set->p[i], set->rows[i * set->row_stride + frame], sum);
    else
      for (uint32_t i = set->part; i < n; i += parts)
        sum = RP_MULTIPLY_ADD(set->p[i], set->ring[(size_t)set->sources[i] * set->ring_stride + frame], sum);
    set->summands[place] = sum;
  }
  RP_BARRIER();
  float square = 0.0f;
  for (uint32_t frame = RP_ITEM; frame < frames; frame += RP_ITEMS) {
    float sum = 0.0f;
    for (uint32_t part = 0; part < parts; part++) sum += set->summands[part * frames + frame];
    set->v[frame] = sum;
    square += sum * sum;
  }
  return square;
}

/* The element of Z v at input i. */
RP_FN float rp_gpu_expand(const rp_gpu_set *set, uint32_t i)
{
  float sum = 0.0f;
  if (set->keeps) {
    const RP_LOCAL float *row = set->rows + i * set->row_stride;
    for (uint32_t frame = 0; frame < set->frames; frame++) sum = RP_MULTIPLY_ADD(row[frame], set->v[frame], sum);
  } else {
    const RP_GLOBAL float *row = set->ring + (size_t)set->sources[i] * set->ring_stride;
    for (uint32_t frame = 0; frame < set->frames; frame++) sum = RP_MULTIPLY_ADD(row[frame], set->v[frame], sum);
  }
  return sum;
}

/* A step of length alpha: u <- u + alpha s, y <- y + alpha p, r <- r - alpha (s + Z v); none where `goes` is 0. Sums up
   what this item's inputs have of r P_0 r and, last, of u y. */
RP_FN void rp_gpu_descend(const rp_gpu_set *set, int goes, float alpha, float *x)
{
  x[0] = x[1] = x[2] = x[3] = 0.0f;
  for (uint32_t i = RP_ITEM; i < set->inputs; i += RP_ITEMS) {
    const float s = set->s[i], r = set->r[i] - alpha * (s + rp_gpu_expand(set, i));
    const float u = set->u[i] + alpha * s, y = set->y[i] + alpha * set->p[i];
    set->r[i] = r;
    set->u[i] = u;
    set->y[i] = goes ? y : set->y[i];
    rp_gpu_add_residual(set, i, r, x);
    x[3] += u * y;
  }
}

/* u = 0, r = z / unit, and the couplings of the groups. Returns r P_0 r. */
RP_FN float rp_gpu_prepare(
    const RP_GLOBAL rp_gpu_history *history, rp_gpu_set *set, const RP_GLOBAL float *filtered, float unit,
    float *shares)
{
  float x[4] = {0.0f, 0.0f, 0.0f, 0.0f}, sums[4];
  for (uint32_t i = RP_ITEM; i < set->inputs; i += RP_ITEMS) {
    const float r = filtered[set->sources[i]] / unit;
    set->r[i] = r;
    set->s[i] = set->p[i] = set->u[i] = set->y[i] = 0.0f;
    rp_gpu_add_residual(set, i, r, x);
    x[3] += i >= set->feedforward && set->sources[i] < set->border ? 1.0f : 0.0f;
  }
  rp_gpu_sums(set, 4, x, sums);
  const float others = RP_INT_TO_REAL((int32_t)(set->inputs - set->feedforward)) - sums[3];
  set->coupling[0] = history->mu / (history->lambda + history->mu * sums[3]);
  set->coupling[1] = history->mu / (history->lambda + history->mu * others);
  return rp_gpu_shares(set, sums, shares);
}

/* y = P z / unit by conjugate gradients. */
RP_FN void rp_gpu_solve(const rp_gpu_set *set, float residual, float *shares)
{
  float beta = 0.0f;
  int goes = 1;
  // One way out, at the end, and by what all items have read alike: barriers are in this loop.
  for (uint32_t count = 0; goes; count++) {
    float own = rp_gpu_turn(set, beta, shares), curvature, x[4], sums[4];
    own += rp_gpu_project(set);
    rp_gpu_sums(set, 1, &own, &curvature);
    goes = curvature > 0.0f && curvature <= RP_GPU_LARGEST_FLOAT;  // else z is 0, or Z cannot be squared
    const float before = residual;
    rp_gpu_descend(set, goes, before / curvature, x);
    rp_gpu_sums(set, 4, x, sums);
    residual = rp_gpu_shares(set, sums, shares);
    // The residual bounds the error of y, both in the norm of P_0^-1. No comparison with a NaN is true.
    goes = goes && residual > RP_HISTORY_TOLERANCE * RP_HISTORY_TOLERANCE * sums[3] &&
           count + 1 < RP_HISTORY_ITERATIONS;
    beta = residual / before;
  }
}

/* Z, from the ring to local memory, where it is kept. */
RP_FN void rp_gpu_gather(const rp_gpu_set *set)
{
  const uint32_t places = set->keeps ? set->parts * set->frames : 0;
  for (uint32_t place = RP_ITEM; place < places; place += RP_ITEMS) {
    const uint32_t frame = place - set->part * set->frames;
    for (uint32_t i = set->part; i < set->inputs; i += set->parts)
      set->rows[i * set->row_stride + frame] = set->ring[(size_t)set->sources[i] * set->ring_stride + frame];
  }
}

/* k = P z and den of the group with the number of the work group. Four groups of 256 items leave each item 64 registers,
   in which it fits; where the compiler chose for itself, it took fewer and put values into memory. */
RP_KERNEL_SHARED(RP_GPU_UPDATE_ITEMS, 4) rp_gpu_history_gain(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_history *history, const RP_GLOBAL float *filtered,
    const RP_GLOBAL uint32_t *sources, const RP_GLOBAL float *ring, RP_GLOBAL float *gain,
    RP_GLOBAL float *denominators RP_DYNAMIC_LOCAL)
{
  const uint32_t n = network->inputs, group = RP_GROUP;
  const size_t row = (size_t)group * n;
  rp_gpu_set set = rp_gpu_make_set(network, history, sources + row, ring, RP_DYNAMIC_LOCAL_POINTER);
  rp_gpu_gather(&set);
  float own = 0.0f, quadratic, shares[2];
  for (uint32_t i = RP_ITEM; i < n; i += RP_ITEMS) {
    const float z = filtered[set.sources[i]];
    own = RP_MAX(RP_MAX(z, -z), own);
  }
  // In units of the largest regressor no product of two overflows or vanishes.
  const float largest = rp_gpu_largest(&set, own), unit = largest > 0.0f ? largest : 1.0f;
  const float residual = rp_gpu_prepare(history, &set, filtered, unit, shares);
  rp_gpu_solve(&set, residual, shares);
  own = 0.0f;
  for (uint32_t i = RP_ITEM; i < n; i += RP_ITEMS) {
    const float k = unit * set.y[i];
    gain[row + i] = k;
    own += filtered[set.sources[i]] * k;
  }
  rp_gpu_sums(&set, 1, &own, &quadratic);
  if (RP_ITEM == 0) denominators[group] = 1.0f / (1.0f + quadratic);
}

/* Puts the filtered spikes of all sources into column `next` of the ring. */
RP_KERNEL rp_gpu_remember(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_history *history, const uint32_t next,
    const RP_GLOBAL float *filtered, RP_GLOBAL float *ring)
{
  const uint32_t source = RP_GROUP * RP_ITEMS + RP_ITEM;
  if (source >= network->slots + network->feedforward) return;
  ring[(size_t)source * history->stride + next] = filtered[source];
}
