// Recursive least squares on packed tiles, one pass over P per update. Included for each precision in each vector
// variant, with RP_SUFFIX, RP_STORED (what P is held in), RP_REAL (what is computed in) and, for float16, RP_HALF. The
// plain twin is rls_scalar.h.
//
// The rank-1 term of the last update is kept aside as g = sqrt(den) k ("pending"). The next update loads each tile
// once, subtracts g g^T, stores it, and multiplies it with the new regressors from the same registers: P moves
// through memory once per update instead of twice.
//
// With RP_HALF the diagonal is kept apart in float32, and of a tile on the diagonal only what is below it is used, so
// that rounding cannot make P asymmetric.

typedef RP_REAL RP_NAME(rp_reals) __attribute__((ext_vector_type(16), aligned(64)));
#define RP_TILE RP_NAME(rp_reals)

RP_FN RP_TILE RP_NAME(rp_reals_load)(const RP_REAL *p) { return *(const RP_TILE *)p; }
RP_FN void RP_NAME(rp_reals_store)(RP_REAL *p, RP_TILE x) { *(RP_TILE *)p = x; }

RP_FN RP_TILE RP_NAME(rp_pairs)(RP_TILE a, RP_TILE b)
{
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
         __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/* Lane j of the result is the sum of the lanes of x[j]. */
RP_FN RP_TILE RP_NAME(rp_sum_each)(const RP_TILE x[16])
{
  RP_TILE a[8], b[4];
  for (int i = 0; i < 8; i++) a[i] = RP_NAME(rp_pairs)(x[2 * i], x[2 * i + 1]);
  for (int i = 0; i < 4; i++) b[i] = RP_NAME(rp_pairs)(a[2 * i], a[2 * i + 1]);
  return RP_NAME(rp_pairs)(RP_NAME(rp_pairs)(b[0], b[1]), RP_NAME(rp_pairs)(b[2], b[3]));
}

RP_FN RP_REAL RP_NAME(rp_sum)(RP_TILE x)
{
  RP_TILE y = RP_NAME(rp_pairs)(x, x);
  y = RP_NAME(rp_pairs)(y, y);
  y = RP_NAME(rp_pairs)(y, y);
  return y[0] + y[1];
}

/* One column of a tile without its pending term, stored again. */
RP_FN RP_TILE RP_NAME(rp_tile_column_pass)(
    RP_STORED *p, int j, int below, RP_REAL g_column, RP_TILE g, rp_rounding *rounding)
{
#pragma clang fp contract(fast)
#ifdef RP_HALF
  RP_TILE x = rp_half_load(p + 16 * j) - g_column * g;
  const rp_words lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  if (!below) x = (RP_TILE)((rp_words)x & (rp_words)(lanes > (rp_words)(uint32_t)j));
  // What is multiplied is x before rounding: to load it again would cost a fifth of the time.
  rp_round_half(p + 16 * j, x, rounding);
#else
  (void)below, (void)rounding;
  RP_TILE x = RP_NAME(rp_reals_load)(p + 16 * j) - g_column * g;
  RP_NAME(rp_reals_store)(p + 16 * j, x);
#endif
  return x;
}

/* One tile: P <- P - g g^T, y_I += P z_J, and where the tile stands for its mirror image too sums[j] += P[:, j] z_I. */
RP_FN void RP_NAME(rp_tile_pass)(
    RP_STORED *p, int columns, int below, const RP_REAL *g_row, const RP_REAL *g_column, const RP_REAL *z_row,
    const RP_REAL *z_column, RP_REAL *y, RP_TILE sums[16], rp_rounding *rounding)
{
#pragma clang fp contract(fast)
  const RP_TILE g = RP_NAME(rp_reals_load)(g_row), z = RP_NAME(rp_reals_load)(z_row);
  RP_TILE y0 = RP_NAME(rp_reals_load)(y), y1 = (RP_TILE)0;
#ifdef RP_HALF
  const int mirrored = 1;
#else
  const int mirrored = below;
#endif
  for (int j = 0; j < columns; j++) {
    const RP_TILE x = RP_NAME(rp_tile_column_pass)(p, j, below, g_column[j], g, rounding);
    if (j & 1)
      y1 = y1 + x * z_column[j];
    else
      y0 = y0 + x * z_column[j];
    if (mirrored) sums[j] = sums[j] + x * z;
  }
  RP_NAME(rp_reals_store)(y, y0 + y1);
}

/* One column of tiles, from the diagonal down; `ahead` is where the next group's P begins. */
RP_FN RP_STORED *RP_NAME(rp_tile_column)(
    RP_STORED *p, size_t first, size_t blocks, int columns, const RP_REAL *g, const RP_REAL *z, RP_REAL *y,
    ptrdiff_t ahead, rp_rounding *rounding)
{
  enum { line = 64 / sizeof(RP_STORED) };
  RP_TILE sums[16];
#pragma clang loop unroll(full)
  for (int j = 0; j < 16; j++) sums[j] = (RP_TILE)0;
  for (size_t row = first; row < blocks; row++) {
    if (row == first)
      RP_NAME(rp_tile_pass)(p, columns, 0, g + 16 * first, g + 16 * first, z + 16 * first, z + 16 * first,
                            y + 16 * first, sums, rounding);
    else
      RP_NAME(rp_tile_pass)(p, columns, 1, g + 16 * row, g + 16 * first, z + 16 * row, z + 16 * first, y + 16 * row,
                            sums, rounding);
    for (int q = 0; q < 16 * columns; q += line) __builtin_prefetch(p + ahead + q, 1, 2);
    p += 16 * columns;
  }
  RP_NAME(rp_reals_store)(y + 16 * first, RP_NAME(rp_reals_load)(y + 16 * first) + RP_NAME(rp_sum_each)(sums));
  return p;
}

/* y = P z after P <- P - g g^T. The first column of tiles is ragged; every width is made a constant. */
RP_FN void RP_NAME(rp_tile_matrix)(
    RP_STORED *p, size_t blocks, size_t ragged, const RP_REAL *g, const RP_REAL *z, RP_REAL *y, ptrdiff_t ahead,
    rp_rounding *rounding)
{
  switch (ragged) {
#define RP_RAGGED(width) \
  case width: p = RP_NAME(rp_tile_column)(p, 0, blocks, width, g, z, y, ahead, rounding); break;
    RP_RAGGED(1) RP_RAGGED(2) RP_RAGGED(3) RP_RAGGED(4) RP_RAGGED(5) RP_RAGGED(6) RP_RAGGED(7) RP_RAGGED(8)
    RP_RAGGED(9) RP_RAGGED(10) RP_RAGGED(11) RP_RAGGED(12) RP_RAGGED(13) RP_RAGGED(14) RP_RAGGED(15) RP_RAGGED(16)
#undef RP_RAGGED
  }
  for (size_t b = 1; b < blocks; b++) p = RP_NAME(rp_tile_column)(p, b, blocks, 16, g, z, y, ahead, rounding);
}

/* What y starts from: 0, or the share of a diagonal that is kept apart, brought up to date. */
RP_FN void RP_NAME(rp_start_product)(
    const rp_rls_arguments *a, size_t group, const RP_REAL *g, const RP_REAL *z, RP_REAL *y)
{
#pragma clang fp contract(fast)
  for (size_t b = 0; b < a->padded; b += 16) {
    RP_TILE start = (RP_TILE)0;
#ifdef RP_HALF
    float *diagonal = a->diagonal + group * a->padded + b;
    const RP_TILE gb = RP_NAME(rp_reals_load)(g + b);
    const RP_TILE d = RP_NAME(rp_reals_load)(diagonal) - gb * gb;
    RP_NAME(rp_reals_store)(diagonal, d);
    start = d * RP_NAME(rp_reals_load)(z + b);
#else
    (void)group, (void)g, (void)z;
#endif
    RP_NAME(rp_reals_store)(y + b, start);
  }
}

/* Scratch of one thread; columns without an input hold 0 in z and k throughout. */
typedef struct {
  _Alignas(64) float z[RP_MAX_INPUTS], k[RP_MAX_INPUTS];
  _Alignas(64) RP_REAL wide_z[sizeof(RP_REAL) > 4 ? RP_MAX_INPUTS : 16], y[RP_MAX_INPUTS];
} RP_NAME(rp_rls_scratch);

/* One group: k = P z for all of its neurons, the new pending term, and den. */
RP_FN float RP_NAME(rp_rls_gain)(const rp_rls_arguments *a, size_t group, RP_NAME(rp_rls_scratch) *s)
{
#pragma clang fp contract(fast)
  RP_STORED *p = (RP_STORED *)a->correlation + group * a->correlation_size;
  RP_REAL *g = (RP_REAL *)a->pending + group * a->padded;
  RP_REAL *z = sizeof(RP_REAL) > 4 ? s->wide_z : (RP_REAL *)s->z;
  if (sizeof(RP_REAL) > 4)
    for (size_t i = 0; i < a->padded; i++) z[i] = s->z[i];
  rp_rounding rounding = rp_rounding_start(a, group);
  RP_NAME(rp_start_product)(a, group, g, z, s->y);
  const ptrdiff_t ahead = group + 1 < a->end ? (ptrdiff_t)a->correlation_size : 0;
  RP_NAME(rp_tile_matrix)(p, a->padded / 16, a->ragged, g, z, s->y, ahead, &rounding);
  RP_TILE quadratic = (RP_TILE)0;
  for (size_t b = 0; b < a->padded; b += 16)
    quadratic = quadratic + RP_NAME(rp_reals_load)(z + b) * RP_NAME(rp_reals_load)(s->y + b);
  const RP_REAL inverse_scale = 1 / (RP_REAL)a->scale;
  const RP_REAL denominator = 1 / (1 + RP_NAME(rp_sum)(quadratic) * inverse_scale);
  const RP_REAL root = sizeof(RP_REAL) > 4 ? (RP_REAL)__builtin_sqrt((double)(denominator * inverse_scale))
                                           : (RP_REAL)__builtin_sqrtf((float)(denominator * inverse_scale));
  for (size_t b = 0; b < a->padded; b += 16) {
    const RP_TILE y = RP_NAME(rp_reals_load)(s->y + b);
    RP_NAME(rp_reals_store)(g + b, root * y);
    *(rp_tile *)(s->k + b) = __builtin_convertvector(y * inverse_scale, rp_tile);
  }
  return (float)denominator;
}

static void RP_NAME(rp_rls_update)(const rp_rls_arguments *a)
{
  RP_NAME(rp_rls_scratch) scratch;
  memset(scratch.z, 0, a->padded * sizeof(float));
  for (size_t group = a->begin; group < a->end; group++) {
    rp_gather_regressors(a, group, scratch.z);
    const float denominator = RP_NAME(rp_rls_gain)(a, group, &scratch);
    rp_rls_apply(a, group, scratch.z, scratch.k, denominator);
  }
}

static void RP_NAME(rp_rls_flush)(const rp_rls_arguments *a)
{
  const size_t blocks = a->padded / 16;
  for (size_t group = a->begin; group < a->end; group++) {
    RP_STORED *p = (RP_STORED *)a->correlation + group * a->correlation_size;
    RP_REAL *g = (RP_REAL *)a->pending + group * a->padded;
    _Alignas(64) RP_REAL z[RP_MAX_INPUTS], y[RP_MAX_INPUTS];
    for (size_t i = 0; i < a->padded; i++) z[i] = 0;
    rp_rounding rounding = rp_rounding_start(a, group);
    RP_NAME(rp_start_product)(a, group, g, z, y);
    for (size_t first = 0; first < blocks; first++)
      for (size_t row = first; row < blocks; row++) {
        const int columns = first ? 16 : (int)a->ragged;
        for (int j = 0; j < columns; j++)
          RP_NAME(rp_tile_column_pass)(p, j, row > first, g[16 * first + (size_t)j],
                                       RP_NAME(rp_reals_load)(g + 16 * row), &rounding);
        p += 16 * columns;
      }
    for (size_t i = 0; i < a->padded; i++) g[i] = 0;
  }
}

#undef RP_TILE
