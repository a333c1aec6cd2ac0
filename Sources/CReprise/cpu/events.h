// Recursive least squares driven by spikes. Included for float16 and float32 in each vector variant, as rls.h is; the
// plain twin is events_scalar.h.
//
// Between updates the filtered spikes z only decay, by one factor d, and gain s where an input spiked: z' = d z + s. So
// does the product with P: P z' = d P z + P s, which needs only the columns of P of the inputs that spiked. P is stored
// as it was up to RP_EVENT_RANK updates ago; what they change is kept as the terms g of P - sum g g^T, and then applied
// all at once. P is stored in full, row after row of inputs; with RP_HALF its diagonal is kept apart in float32, and 0
// in the rows.

/* Both P and the terms are stored in this precision. */
RP_FN rp_tile RP_NAME(rp_event_load)(const RP_STORED *p)
{
#ifdef RP_HALF
  return rp_half_load(p);
#else
  return rp_tile_load(p);
#endif
}

RP_FN float RP_NAME(rp_event_load_one)(const RP_STORED *p)
{
#ifdef RP_HALF
  return _cvtsh_ss(*p);
#else
  return *p;
#endif
}

#include "event_flush.h"

/* Everything that the update of a group will read. */
static void RP_NAME(rp_event_prefetch)(const rp_rls_arguments *a, size_t group, const rp_event_inputs *in)
{
  const char *p = (const char *)((const RP_STORED *)a->correlation + group * a->correlation_size);
  const size_t row = a->padded * sizeof(float), stored = a->padded * sizeof(RP_STORED);
  for (size_t e = 0; e < in->count; e++)
    for (size_t q = 0; q < stored; q += 64) __builtin_prefetch(p + in->input[e] * stored + q, 0, 2);
  const char *g = (const char *)((const RP_STORED *)a->pending + group * RP_EVENT_RANK * a->padded);
  const char *end = g + a->pending_count * stored;
  for (size_t q = 0; g + q < end; q += 64) __builtin_prefetch(g + q, 0, 2);
  // Where the new term goes.
  for (size_t q = 0; q < stored; q += 64) __builtin_prefetch(end + q, 1, 2);
  const uint32_t *members = a->members + a->member_offsets[group];
  const char *w = (const char *)(a->weights + (size_t)members[0] * a->padded);
  for (size_t q = 0; q < row; q += 64) __builtin_prefetch(w + q, 1, 2);
#ifdef RP_HALF
  const float *diagonal = a->diagonal + group * a->padded;
  for (size_t e = 0; e < in->count; e++) __builtin_prefetch(diagonal + rp_column_of(a, in->input[e]), 0, 2);
#endif
  // The sources of a group that is gathered soon.
  const size_t recurrent = a->inputs - a->feedforward;
  const size_t later = group + 4 < a->end ? group + 4 : group;
  const char *sources = (const char *)(a->presynaptic + a->members[a->member_offsets[later]] * recurrent);
  for (size_t q = 0; q < recurrent * sizeof(uint32_t); q += 64) __builtin_prefetch(sources + q, 0, 2);
}

/* g s for each pending term. */
RP_FN void RP_NAME(rp_event_shares)(
    const rp_rls_arguments *a, const RP_STORED *g, const rp_event_inputs *in, float shares[RP_EVENT_RANK])
{
#pragma clang fp contract(fast)
  for (size_t k = 0; k < RP_EVENT_RANK; k++) shares[k] = 0;
  for (size_t e = 0; e < in->count; e++) {
    const RP_STORED *column = g + rp_column_of(a, in->input[e]);
    for (size_t k = 0; k < a->pending_count; k++)
      shares[k] = shares[k] + in->gain[e] * RP_NAME(rp_event_load_one)(column + k * a->padded);
  }
}

/* y = P z' = d (P z) + P s, where P z is a multiple of the last term, for some blocks that stay in registers; adds z' y to `quadratic`. */
RP_FN void RP_NAME(rp_event_blocks)(
    const rp_rls_arguments *a, const RP_STORED *p, const RP_STORED *g, float carried, const float *shares, size_t first,
    int width, const rp_event_inputs *in, float *y, rp_tile *quadratic)
{
#pragma clang fp contract(fast)
  const RP_STORED *last = g + (a->pending_count ? a->pending_count - 1 : RP_EVENT_RANK - 1) * a->padded + first;
  rp_tile sums[8];
  for (int b = 0; b < width; b++) sums[b] = carried * RP_NAME(rp_event_load)(last + 16 * b);
  for (size_t e = 0; e < in->count; e++) {
    const RP_STORED *row = p + in->input[e] * a->padded + first;
    for (int b = 0; b < width; b++) sums[b] = sums[b] + in->gain[e] * RP_NAME(rp_event_load)(row + 16 * b);
  }
  for (size_t k = 0; k < a->pending_count; k++) {
    const RP_STORED *term = g + k * a->padded + first;
    for (int b = 0; b < width; b++) sums[b] = sums[b] - shares[k] * RP_NAME(rp_event_load)(term + 16 * b);
  }
  for (int b = 0; b < width; b++) {
    rp_tile_store(y + first + 16 * b, sums[b]);
    *quadratic = *quadratic + sums[b] * rp_tile_load(in->z + first + 16 * b);
  }
}

/* P z to y; returns z P z. */
static float RP_NAME(rp_event_product)(
    const rp_rls_arguments *a, size_t group, const RP_STORED *g, const rp_event_inputs *in, float *y)
{
#pragma clang fp contract(fast)
  _Alignas(64) float shares[RP_EVENT_RANK];
  const RP_STORED *p = (const RP_STORED *)a->correlation + group * a->correlation_size;
  const float carried = a->decay * a->carried[group];
  rp_tile quadratic = (rp_tile)0.0f;
  RP_NAME(rp_event_shares)(a, g, in, shares);
  size_t first = 0;
  for (; first + 128 <= a->padded; first += 128)
    RP_NAME(rp_event_blocks)(a, p, g, carried, shares, first, 8, in, y, &quadratic);
  switch ((a->padded - first) / 16) {
#define RP_REST(width) \
  case width: RP_NAME(rp_event_blocks)(a, p, g, carried, shares, first, width, in, y, &quadratic); break;
    RP_REST(1) RP_REST(2) RP_REST(3) RP_REST(4) RP_REST(5) RP_REST(6) RP_REST(7)
#undef RP_REST
  }
  float sum = rp_sum(quadratic);
#ifdef RP_HALF
  for (size_t e = 0; e < in->count; e++) {
    const size_t column = rp_column_of(a, in->input[e]);
    const float x = in->gain[e] * a->diagonal[group * a->padded + column];
    y[column] = y[column] + x;
    sum = sum + x * in->z[column];
  }
#endif
  return sum;
}

static void RP_NAME(rp_event_update_group)(const rp_rls_arguments *a, size_t group, const rp_event_inputs *in, float *y)
{
#pragma clang fp contract(fast)
  const size_t padded = a->padded, count = a->pending_count;
  RP_STORED *g = (RP_STORED *)a->pending + group * RP_EVENT_RANK * padded;
  const float inverse_scale = 1.0f / a->scale;
  const float denominator = 1.0f / (1.0f + RP_NAME(rp_event_product)(a, group, g, in, y) * inverse_scale);
  const float root = __builtin_sqrtf(denominator * inverse_scale);
  // P z with the new P is den k.
  a->carried[group] = __builtin_sqrtf(denominator * a->scale);
  for (size_t b = 0; b < padded; b += 16) {
    const rp_tile product = rp_tile_load(y + b);
#ifdef RP_HALF
    rp_half_nearest(g + count * padded + b, root * product);
#else
    rp_tile_store(g + count * padded + b, root * product);
#endif
    rp_tile_store(y + b, inverse_scale * product);
  }
  rp_rls_apply(a, group, in->z, y, denominator);
  if (count + 1 == RP_EVENT_RANK) RP_NAME(rp_event_apply_terms)(a, group, count + 1);
}

static void RP_NAME(rp_event_update)(const rp_rls_arguments *a)
{
  rp_event_inputs inputs[2];
  _Alignas(64) float y[RP_MAX_INPUTS];
  if (a->begin < a->end) rp_event_gather(a, a->begin, &inputs[a->begin & 1]);
  for (size_t group = a->begin; group < a->end; group++) {
    if (group + 1 < a->end) {
      rp_event_gather(a, group + 1, &inputs[(group + 1) & 1]);
      RP_NAME(rp_event_prefetch)(a, group + 1, &inputs[(group + 1) & 1]);
    }
    RP_NAME(rp_event_update_group)(a, group, &inputs[group & 1], y);
  }
}
