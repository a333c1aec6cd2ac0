// What updates driven by spikes left pending is applied to P. Included by events.h for each precision.
//
// Every element takes one term after the other, so an element and its mirror image have the same bits: the lower
// triangle is computed, tile by tile, and copied to the upper one.

#ifdef RP_HALF
/* The random numbers of a column, of which an element adds that of its row and that of its column: the same for an
   element and its mirror image. Subtracts the terms from the diagonal. */
RP_FN void rp_event_prepare_halves(
    const rp_rls_arguments *a, size_t group, const float *g, size_t count, uint32_t *noise)
{
#pragma clang fp contract(fast)
  rp_rounding rounding = rp_rounding_start(a, group);
  for (size_t b = 0; b < a->padded; b += 16) {
    // Lanes are independent, and steps along a Weyl sequence are as good as random for sums of two of them.
    rounding.words = (rounding.words + 0x9E3779B9u) * 0x85EBCA77u;
    memcpy(noise + b, &rounding.words, sizeof rounding.words);
    float *diagonal = a->diagonal + group * a->padded + b;
    rp_tile d = rp_tile_load(diagonal);
    for (size_t k = 0; k < count; k++) d = d - rp_tile_load(g + k * a->padded + b) * rp_tile_load(g + k * a->padded + b);
    rp_tile_store(diagonal, d);
  }
}
#endif

/* P <- P - g_1 g_1^T - g_2 g_2^T - ... for some rows and 16 columns, which stay in registers. `row` is the column of the
   first row. */
RP_FN void RP_NAME(rp_event_apply_rows)(
    RP_STORED *p, size_t padded, size_t row, int rows, size_t column, const float *g, size_t count,
    const uint32_t *noise)
{
#pragma clang fp contract(fast)
  rp_tile x[RP_EVENT_ROWS];
  for (int r = 0; r < rows; r++) x[r] = RP_NAME(rp_event_load)(p + (size_t)r * padded);
  for (size_t k = 0; k < count; k++) {
    const float *term = g + k * padded;
    const rp_tile columns = rp_tile_load(term + column);
    for (int r = 0; r < rows; r++) x[r] = x[r] - term[row + (size_t)r] * columns;
  }
  for (int r = 0; r < rows; r++) {
#ifdef RP_HALF
    const rp_words random = (*(const rp_words *)(noise + column) + noise[row + (size_t)r]) >> 19;
    rp_half_store(p + (size_t)r * padded, (rp_words)x[r] + random);
#else
    (void)noise;
    rp_tile_store(p + (size_t)r * padded, x[r]);
#endif
  }
}

/* A tile of 16 rows on or below the diagonal, and its mirror image. */
static inline void RP_NAME(rp_event_apply_tile)(
    RP_STORED *p, const rp_rls_arguments *a, size_t row, size_t column, const float *g, size_t count,
    const uint32_t *noise)
{
  const size_t padded = a->padded, first = row - 16 + a->ragged;
  RP_STORED *tile = p + first * padded + column;
  for (size_t r = 0; r < 16; r += RP_EVENT_ROWS)
    RP_NAME(rp_event_apply_rows)(tile + r * padded, padded, row + r, RP_EVENT_ROWS, column, g, count, noise);
  if (row != column)
    RP_NAME(rp_transpose)(
      tile, p + (column ? column - 16 + a->ragged : 0) * padded + row, padded, column ? 16 : a->ragged);
#ifdef RP_HALF
  else
    for (size_t r = 0; r < 16; r++) tile[r * padded + r] = 0;
#endif
}

/* Applies the first `count` terms of a group to its P. */
static void RP_NAME(rp_event_apply_terms)(const rp_rls_arguments *a, size_t group, size_t count)
{
  const size_t padded = a->padded, blocks = padded / 16;
  RP_STORED *p = (RP_STORED *)a->correlation + group * a->correlation_size;
  const RP_STORED *terms = (const RP_STORED *)a->pending + group * RP_EVENT_RANK * padded;
#ifdef RP_HALF
  _Alignas(64) uint32_t noise[RP_MAX_INPUTS];
  _Alignas(64) float g[RP_EVENT_RANK * RP_MAX_INPUTS];
  for (size_t i = 0; i < count * padded; i += 16) rp_tile_store(g + i, rp_half_load(terms + i));
#else
  const uint32_t *noise = NULL;
  const float *g = terms;
#endif
#ifdef RP_HALF
  rp_event_prepare_halves(a, group, g, count, noise);
#endif
  // Tiles are not in the order of memory: P of the group that follows is fetched meanwhile, line by line.
  const size_t bytes = a->inputs * padded * sizeof(RP_STORED), share = bytes / (blocks * (blocks + 1) / 2);
  const char *next = (const char *)p + bytes;
  for (size_t r = 0; r < a->ragged; r++) {
    RP_NAME(rp_event_apply_rows)(p + r * padded, padded, r, 1, 0, g, count, noise);
#ifdef RP_HALF
    p[r * padded + r] = 0;
#endif
  }
  for (size_t row = 16; row < padded; row += 16)
    for (size_t column = 0; column <= row; column += 16) {
      for (size_t q = 0; q <= share; q += 64) __builtin_prefetch(next + q, 1, 2);
      next += share;
      RP_NAME(rp_event_apply_tile)(p, a, row, column, g, count, noise);
    }
}

static void RP_NAME(rp_event_flush)(const rp_rls_arguments *a)
{
  for (size_t group = a->begin; group < a->end; group++) RP_NAME(rp_event_apply_terms)(a, group, a->pending_count);
}
