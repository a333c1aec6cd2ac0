// Recursive least squares driven by spikes. Included for float16 and float32 in each vector variant, as rls.h is; the
// plain twin is events_scalar.h.
//
// Between updates the filtered spikes z only decay, by one factor d, and gain s where an input spiked: z' = d z + s. So
// does the product with a matrix that stays as it is: P z' = d P z + P s, which needs only the rows of P of the inputs
// that spiked. P is left as it is for up to RP_EVENT_RANK updates; what they change is kept as the terms g of
// P - sum g g^T, and then applied all at once. P is stored in full, row after row of inputs; with RP_HALF its diagonal
// is kept apart in float32, and 0 in the rows.

/* Everything that the update of a group will read. */
static void RP_NAME(rp_event_prefetch)(const rp_rls_arguments *a, size_t group, const rp_event_inputs *in)
{
  const char *p = (const char *)((const RP_STORED *)a->correlation + group * a->correlation_size);
  const size_t row = a->padded * sizeof(float), stored = a->padded * sizeof(RP_STORED);
  for (size_t e = 0; e < in->count; e++)
    for (size_t q = 0; q < stored; q += 64) __builtin_prefetch(p + in->input[e] * stored + q, 0, 2);
  const char *g = (const char *)((const float *)a->pending + group * RP_EVENT_RANK * a->padded);
  for (size_t q = 0; q < a->pending_count * row; q += 64) __builtin_prefetch(g + q, 0, 2);
  const char *product = (const char *)(a->product + group * a->padded);
  for (size_t q = 0; q < row; q += 64) __builtin_prefetch(product + q, 1, 2);
  const uint32_t *members = a->members + a->member_offsets[group];
  const char *w = (const char *)(a->weights + rp_slot_of(a, members[0]) * a->padded);
  for (size_t q = 0; q < row; q += 64) __builtin_prefetch(w + q, 1, 2);
  // The sources of the group after, which is gathered next.
  const size_t recurrent = a->inputs - a->feedforward;
  const char *sources = (const char *)(a->presynaptic + (group + 1 < a->end ? members[1] : members[0]) * recurrent);
  for (size_t q = 0; q < recurrent * sizeof(uint32_t); q += 64) __builtin_prefetch(sources + q, 0, 2);
}

RP_FN rp_tile RP_NAME(rp_event_load)(const RP_STORED *p)
{
#ifdef RP_HALF
  return rp_half_load(p);
#else
  return rp_tile_load(p);
#endif
}

/* q <- d q + P s and y = q - sum of g (g z), for some blocks that stay in registers; adds y z to `quadratic`. */
RP_FN void RP_NAME(rp_event_blocks)(
    const rp_rls_arguments *a, size_t group, const float *g, const float *shares, size_t first, int width,
    const rp_event_inputs *in, float *q, float *y, rp_tile *quadratic)
{
#pragma clang fp contract(fast)
  const RP_STORED *p = (const RP_STORED *)a->correlation + group * a->correlation_size + first;
  rp_tile sums[8];
  for (int b = 0; b < width; b++) {
    sums[b] = a->decay * rp_tile_load(q + first + 16 * b);
#ifdef RP_HALF
    const float *diagonal = a->diagonal + group * a->padded + first;
    sums[b] = sums[b] + rp_tile_load(in->gains + first + 16 * b) * rp_tile_load(diagonal + 16 * b);
#endif
  }
  for (size_t e = 0; e < in->count; e++) {
    const RP_STORED *row = p + in->input[e] * a->padded;
    for (int b = 0; b < width; b++) sums[b] = sums[b] + in->gain[e] * RP_NAME(rp_event_load)(row + 16 * b);
  }
  for (int b = 0; b < width; b++) rp_tile_store(q + first + 16 * b, sums[b]);
  for (size_t k = 0; k < a->pending_count; k++) {
    const float *term = g + k * a->padded + first;
    for (int b = 0; b < width; b++) sums[b] = sums[b] - shares[k] * rp_tile_load(term + 16 * b);
  }
  for (int b = 0; b < width; b++) {
    rp_tile_store(y + first + 16 * b, sums[b]);
    *quadratic = *quadratic + sums[b] * rp_tile_load(in->z + first + 16 * b);
  }
}

/* k = P z to y; returns z k. */
static float RP_NAME(rp_event_product)(
    const rp_rls_arguments *a, size_t group, const float *g, const rp_event_inputs *in, float *q, float *y)
{
  _Alignas(64) float shares[RP_EVENT_RANK];
  rp_tile quadratic = (rp_tile)0.0f;
  rp_event_shares(g, a->pending_count, a->padded, in->z, shares);
  size_t first = 0;
  for (; first + 128 <= a->padded; first += 128)
    RP_NAME(rp_event_blocks)(a, group, g, shares, first, 8, in, q, y, &quadratic);
  switch ((a->padded - first) / 16) {
#define RP_REST(width) \
  case width: RP_NAME(rp_event_blocks)(a, group, g, shares, first, width, in, q, y, &quadratic); break;
    RP_REST(1) RP_REST(2) RP_REST(3) RP_REST(4) RP_REST(5) RP_REST(6) RP_REST(7)
#undef RP_REST
  }
  return rp_sum(quadratic);
}

/* P <- P - g_1 g_1^T - g_2 g_2^T - ..., one term after the other for each element, for some rows and blocks of columns
   that stay in registers. `place` has the column of each row. */
RP_FN void RP_NAME(rp_event_apply_block)(
    const rp_rls_arguments *a, RP_STORED *p, size_t column, int rows, int blocks, const size_t *place, const float *g,
    size_t count, const uint32_t *noise)
{
#pragma clang fp contract(fast)
  rp_tile x[RP_EVENT_ROWS][RP_EVENT_BLOCKS];
  for (int r = 0; r < rows; r++)
    for (int b = 0; b < blocks; b++)
      x[r][b] = RP_NAME(rp_event_load)(p + (size_t)r * a->padded + column + 16 * b);
  for (size_t k = 0; k < count; k++) {
    const float *term = g + k * a->padded;
    for (int r = 0; r < rows; r++)
      for (int b = 0; b < blocks; b++) x[r][b] = x[r][b] - term[place[r]] * rp_tile_load(term + column + 16 * b);
  }
  for (int r = 0; r < rows; r++)
    for (int b = 0; b < blocks; b++) {
      RP_STORED *end = p + (size_t)r * a->padded + column + 16 * b;
#ifdef RP_HALF
      // The same number for an element and its mirror image keeps P symmetric.
      const rp_words random = (*(const rp_words *)(noise + column + 16 * b) + noise[place[r]]) >> 19;
      rp_half_store(end, (rp_words)x[r][b] + random);
      if (place[r] / 16 == column / 16 + (size_t)b) end[place[r] % 16] = 0;
#else
      (void)noise;
      rp_tile_store(end, x[r][b]);
#endif
    }
}

static void RP_NAME(rp_event_apply_rows)(
    const rp_rls_arguments *a, RP_STORED *p, const size_t *place, const float *g, size_t count, const uint32_t *noise)
{
  size_t column = 0;
  for (; column + 16 * RP_EVENT_BLOCKS <= a->padded; column += 16 * RP_EVENT_BLOCKS)
    RP_NAME(rp_event_apply_block)(a, p, column, RP_EVENT_ROWS, RP_EVENT_BLOCKS, place, g, count, noise);
  if (RP_EVENT_BLOCKS > 2 && column + 32 <= a->padded) {
    RP_NAME(rp_event_apply_block)(a, p, column, RP_EVENT_ROWS, RP_EVENT_BLOCKS > 2 ? 2 : 1, place, g, count, noise);
    column += 32;
  }
  for (; column < a->padded; column += 16)
    RP_NAME(rp_event_apply_block)(a, p, column, RP_EVENT_ROWS, 1, place, g, count, noise);
}

static void RP_NAME(rp_event_apply_terms)(const rp_rls_arguments *a, size_t group, size_t count)
{
#pragma clang fp contract(fast)
  const size_t gap = 16 - a->ragged, padded = a->padded;
  RP_STORED *p = (RP_STORED *)a->correlation + group * a->correlation_size;
  const float *g = (const float *)a->pending + group * RP_EVENT_RANK * padded;
  _Alignas(64) uint32_t noise[RP_MAX_INPUTS];
#ifdef RP_HALF
  rp_rounding rounding = rp_rounding_start(a, group);
  for (size_t b = 0; b < padded; b += 16) {
    // Lanes are independent, and steps along a Weyl sequence are as good as random for sums of two of them.
    rounding.words = (rounding.words + 0x9E3779B9u) * 0x85EBCA77u;
    memcpy(noise + b, &rounding.words, sizeof rounding.words);
    float *diagonal = a->diagonal + group * padded + b;
    rp_tile d = rp_tile_load(diagonal);
    for (size_t k = 0; k < count; k++) d = d - rp_tile_load(g + k * padded + b) * rp_tile_load(g + k * padded + b);
    rp_tile_store(diagonal, d);
  }
#endif
  for (size_t row = 0; row < a->inputs; row += RP_EVENT_ROWS) {
    size_t place[RP_EVENT_ROWS];
    const size_t rows = a->inputs - row < RP_EVENT_ROWS ? a->inputs - row : RP_EVENT_ROWS;
    for (size_t r = 0; r < rows; r++) place[r] = row + r < a->ragged ? row + r : row + r + gap;
    if (rows == RP_EVENT_ROWS)
      RP_NAME(rp_event_apply_rows)(a, p + row * padded, place, g, count, noise);
    else
      for (size_t r = 0; r < rows; r++)
        for (size_t column = 0; column < padded; column += 16)
          RP_NAME(rp_event_apply_block)(a, p + (row + r) * padded, column, 1, 1, place + r, g, count, noise);
  }
}

static void RP_NAME(rp_event_update_group)(const rp_rls_arguments *a, size_t group, const rp_event_inputs *in, float *y)
{
#pragma clang fp contract(fast)
  const size_t padded = a->padded, count = a->pending_count;
  float *g = (float *)a->pending + group * RP_EVENT_RANK * padded;
  float *q = a->product + group * padded;
  const float inverse_scale = 1.0f / a->scale;
  const float denominator = 1.0f / (1.0f + RP_NAME(rp_event_product)(a, group, g, in, q, y) * inverse_scale);
  const float root = __builtin_sqrtf(denominator * inverse_scale);
  const int applies = count + 1 == RP_EVENT_RANK;
  for (size_t b = 0; b < padded; b += 16) {
    const rp_tile product = rp_tile_load(y + b);
    rp_tile_store(g + count * padded + b, root * product);
    rp_tile_store(y + b, inverse_scale * product);
    // P z with the new P is den k.
    if (applies) rp_tile_store(q + b, denominator * product);
  }
  rp_rls_apply(a, group, in->z, y, denominator);
  if (applies) RP_NAME(rp_event_apply_terms)(a, group, count + 1);
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

static void RP_NAME(rp_event_flush)(const rp_rls_arguments *a)
{
  for (size_t group = a->begin; group < a->end; group++) RP_NAME(rp_event_apply_terms)(a, group, a->pending_count);
}
