// Recursive least squares on packed tiles, one pass over P per update. Included once per vector variant; the plain
// twin is rls_scalar.h.
//
// The rank-1 term of the last update is kept aside as g = sqrt(den) k ("pending"). The next update loads each tile
// once, subtracts g g^T, stores it, and multiplies it with the new regressors from the same registers: P moves
// through memory once per update instead of twice.

/* One tile: P <- P - g g^T, y_I += P z_J, and for tiles below the diagonal sums[j] += P[:, j] z_I. */
RP_FN void rp_tile_pass(float *p, int columns, int below, const float *g_row, const float *g_column, const float *z_row,
                        const float *z_column, float *y, rp_tile sums[16])
{
#pragma clang fp contract(fast)
  const rp_tile g = rp_tile_load(g_row), z = rp_tile_load(z_row);
  rp_tile y0 = rp_tile_load(y), y1 = (rp_tile)0.0f;
  for (int j = 0; j < columns; j++) {
    rp_tile x = rp_tile_load(p + 16 * j) - g_column[j] * g;
    rp_tile_store(p + 16 * j, x);
    if (j & 1)
      y1 = y1 + x * z_column[j];
    else
      y0 = y0 + x * z_column[j];
    if (below) sums[j] = sums[j] + x * z;
  }
  rp_tile_store(y, y0 + y1);
}

/* One column of tiles, from the diagonal down; `ahead` is where the next neuron's P begins. */
RP_FN float *rp_tile_column(float *p, size_t first, size_t blocks, int columns, const float *g, const float *z, float *y,
                            ptrdiff_t ahead)
{
  rp_tile sums[16];
#pragma clang loop unroll(full)
  for (int j = 0; j < 16; j++) sums[j] = (rp_tile)0.0f;
  rp_tile_pass(p, columns, 0, g + 16 * first, g + 16 * first, z + 16 * first, z + 16 * first, y + 16 * first, sums);
  for (int q = 0; q < columns; q++) __builtin_prefetch(p + ahead + 16 * q, 1, 2);
  p += 16 * columns;
  for (size_t row = first + 1; row < blocks; row++) {
    rp_tile_pass(p, columns, 1, g + 16 * row, g + 16 * first, z + 16 * row, z + 16 * first, y + 16 * row, sums);
    for (int q = 0; q < columns; q++) __builtin_prefetch(p + ahead + 16 * q, 1, 2);
    p += 16 * columns;
  }
  rp_tile_store(y + 16 * first, rp_tile_load(y + 16 * first) + rp_sum_each(sums));
  return p;
}

/* y = P z after P <- P - g g^T. The first column of tiles is ragged; the usual widths are made constants. */
RP_FN void rp_tile_matrix(float *p, size_t blocks, size_t ragged, const float *g, const float *z, float *y, ptrdiff_t ahead)
{
  for (size_t b = 0; b < blocks; b++) rp_tile_store(y + 16 * b, (rp_tile)0.0f);
  switch (ragged) {
#define RP_RAGGED(width) \
  case width: p = rp_tile_column(p, 0, blocks, width, g, z, y, ahead); break;
    RP_RAGGED(1) RP_RAGGED(2) RP_RAGGED(3) RP_RAGGED(4) RP_RAGGED(5) RP_RAGGED(6) RP_RAGGED(7) RP_RAGGED(8)
    RP_RAGGED(9) RP_RAGGED(10) RP_RAGGED(11) RP_RAGGED(12) RP_RAGGED(13) RP_RAGGED(14) RP_RAGGED(15) RP_RAGGED(16)
#undef RP_RAGGED
  }
  for (size_t b = 1; b < blocks; b++) p = rp_tile_column(p, b, blocks, 16, g, z, y, ahead);
}

/* One neuron (E10 to E13). `y` is scratch of `padded` elements. */
RP_FN void rp_rls_neuron(const rp_rls_arguments *a, size_t neuron, float *z, float *y)
{
#pragma clang fp contract(fast)
  const size_t padded = a->padded, blocks = padded / 16;
  const uint32_t *index = a->input_index + neuron * padded;
  float *w = a->weights + neuron * padded, *g = a->pending + neuron * padded;
  float *p = a->correlation + neuron * a->correlation_size;
  rp_tile sum = (rp_tile)0.0f;
  for (size_t b = 0; b < padded; b += 16) {
    for (size_t i = 0; i < 16; i++) z[b + i] = a->filtered_spikes[index[b + i]];
    sum = sum + rp_tile_load(z + b) * rp_tile_load(w + b);
  }
  const ptrdiff_t ahead = neuron + 1 < a->end ? (ptrdiff_t)a->correlation_size : 0;
  rp_tile_matrix(p, blocks, a->ragged, g, z, y, ahead);
  rp_tile quadratic = (rp_tile)0.0f;
  for (size_t b = 0; b < padded; b += 16) quadratic = quadratic + rp_tile_load(z + b) * rp_tile_load(y + b);
  const float error = rp_sum(sum) + a->static_current[neuron] - a->target[neuron];
  const float denominator = 1.0f / (1.0f + rp_sum(quadratic));
  const float scale = a->frozen ? 0.0f : a->prior_gain ? error : error * denominator;
  const float root = __builtin_sqrtf(denominator);
  for (size_t b = 0; b < padded; b += 16) {
    rp_tile k = rp_tile_load(y + b);
    rp_tile_store(w + b, rp_tile_load(w + b) - scale * k);
    rp_tile_store(g + b, root * k);
  }
}

static void rp_rls_update_variant(const rp_rls_arguments *a)
{
  _Alignas(64) float z[RP_MAX_INPUTS], y[RP_MAX_INPUTS];
  for (size_t neuron = a->begin; neuron < a->end; neuron++) rp_rls_neuron(a, neuron, z, y);
}
