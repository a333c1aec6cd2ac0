// Updates of P in packed tiles (E10 to E12), for each precision.
//
// The lower triangle is in tiles of 8 x 8: tile (I, J) has number I (I + 1) / 2 + J, and those on the diagonal hold both
// halves. Row q of all tiles lies together, [group][q][tile][8], so that work items side by side read 8 elements each
// that lie side by side. Rows and columns behind the last input are zeros.
//
// Up to RP_GPU_TILE_RANK terms g of P - sum g g^T are pending, so P is read in every update and written in one of as
// many. An item has one row of a tile at a time in its registers, and adds to what the 8 rows and 8 columns of the tile
// give of P z; the sums of as many tiles as a group has items are added at once, in the order of the tiles.
#ifdef RP_NAME

/* Row I of tiles, from the number of a tile. */
#ifndef RP_TILES_ONCE
#define RP_TILES_ONCE
RP_FN uint32_t rp_gpu_tile_row(uint32_t tile)
{
  uint32_t row = (uint32_t)((RP_SQRT(8.0f * (float)tile + 1.0f) - 1.0f) * 0.5f);
  while (row * (row + 1) / 2 > tile) row--;
  while ((row + 1) * (row + 2) / 2 <= tile) row++;
  return row;
}
#endif

/* P <- P - sum g g^T for eight elements, in row `i` and from column `j` on. */
RP_FN void RP_NAME(rp_gpu_tile_apply)(
    RP_GLOBAL RP_STORED *p, RP_REAL x[8], const RP_GLOBAL RP_REAL *terms, uint32_t count, uint32_t padded, uint32_t i,
    uint32_t j, const RP_LOCAL uint32_t *noise)
{
  for (uint32_t k = 0; k < count; k++) {
    const RP_GLOBAL RP_REAL *term = terms + k * padded;
    const RP_REAL own = -term[i];
    RP_UNROLL
    for (uint32_t c = 0; c < 8; c++) x[c] = RP_MULTIPLY_ADD(own, term[j + c], x[c]);
  }
  uint32_t random[8];
#ifdef RP_HALF
  RP_UNROLL
  for (uint32_t c = 0; c < 8; c++) {
    random[c] = noise[i] + noise[j + c];
    // The diagonal is apart.
    if (i == j + c) x[c] = 0;
  }
#endif
  RP_NAME(rp_store_eight)(p, x, random);
}

/* The products of an item's tile with z, to column RP_ITEM of `partial`: sums over its rows, then over its columns. */
RP_FN void RP_NAME(rp_gpu_tile_product)(
    RP_GLOBAL RP_STORED *p, uint32_t tile, uint32_t tiles, const RP_GLOBAL RP_REAL *terms, uint32_t count,
    uint32_t applies, uint32_t padded, const RP_LOCAL float *z, const RP_LOCAL uint32_t *noise,
    RP_LOCAL RP_REAL *partial)
{
  const uint32_t row = rp_gpu_tile_row(tile), column = tile - row * (row + 1) / 2;
  RP_REAL columns[8];
  RP_UNROLL
  for (uint32_t c = 0; c < 8; c++) columns[c] = 0;
  RP_UNROLL
  for (uint32_t q = 0; q < 8; q++) {
    RP_GLOBAL RP_STORED *eight = p + ((size_t)q * tiles + tile) * 8;
    RP_REAL x[8], sum = 0;
    RP_NAME(rp_load_eight)(eight, x);
    if (applies) RP_NAME(rp_gpu_tile_apply)(eight, x, terms, count, padded, 8 * row + q, 8 * column, noise);
    const RP_REAL own = z[8 * row + q];
    RP_UNROLL
    for (uint32_t c = 0; c < 8; c++) {
      sum = RP_MULTIPLY_ADD(x[c], (RP_REAL)z[8 * column + c], sum);
      columns[c] = RP_MULTIPLY_ADD(x[c], own, columns[c]);
    }
    partial[q * RP_ITEMS + RP_ITEM] = sum;
  }
  RP_UNROLL
  for (uint32_t c = 0; c < 8; c++) partial[(8 + c) * RP_ITEMS + RP_ITEM] = row == column ? 0 : columns[c];
}

/* Adds to y what tiles `begin` ..< `end` give, which stand in `partial`. */
RP_FN void RP_NAME(rp_gpu_tile_collect)(
    RP_LOCAL RP_REAL *y, uint32_t padded, uint32_t begin, uint32_t end, const RP_LOCAL RP_REAL *partial)
{
  for (uint32_t j = RP_ITEM; j < padded; j += RP_ITEMS) {
    const uint32_t row = j / 8, q = j % 8, start = row * (row + 1) / 2;
    RP_REAL sum = y[j];
    for (uint32_t t = RP_MAX(start, begin); t < RP_MIN(start + row + 1, end); t++)
      sum += partial[q * RP_ITEMS + t - begin];
    for (uint32_t below = row + 1; below < padded / 8; below++) {
      const uint32_t t = below * (below + 1) / 2 + row;
      if (t >= begin && t < end) sum += partial[(8 + q) * RP_ITEMS + t - begin];
    }
    y[j] = sum;
  }
}

/* g z of each pending term to `shares`. `partial` has 16 RP_ITEMS elements, `totals` RP_GPU_SUM_PARTS for each
   term. */
RP_FN void RP_NAME(rp_gpu_tile_shares)(
    const RP_GLOBAL RP_REAL *terms, uint32_t count, uint32_t padded, const RP_LOCAL float *z, RP_LOCAL RP_REAL *partial,
    RP_LOCAL RP_REAL *totals, RP_LOCAL RP_REAL *shares)
{
  for (uint32_t k = 0; k < count; k++) {
    RP_REAL sum = 0;
    for (uint32_t j = RP_ITEM; j < padded; j += RP_ITEMS) sum = RP_MULTIPLY_ADD(terms[k * padded + j], (RP_REAL)z[j], sum);
    partial[k * RP_GPU_SUM_STRIDE + RP_ITEM] = sum;
  }
  RP_NAME(rp_gpu_add_parts)(partial, count, totals);
  for (uint32_t k = RP_ITEM; k < count; k += RP_ITEMS) shares[k] = RP_NAME(rp_gpu_total)(totals, k);
  RP_BARRIER();
}

/* Prepares what rounds the elements of P, and subtracts the terms from the diagonal. */
RP_FN void RP_NAME(rp_gpu_tile_prepare)(
    rp_random_key rounding, uint32_t update_row, uint32_t group, const RP_GLOBAL uint32_t *keys,
    const RP_GLOBAL RP_REAL *terms, uint32_t count, uint32_t padded, RP_GLOBAL float *diagonal,
    RP_LOCAL uint32_t *noise)
{
#ifdef RP_HALF
  for (uint32_t j = RP_ITEM; j < padded; j += RP_ITEMS) {
    noise[j] = rp_gpu_column_noise(rounding, keys[group], update_row, j);
    float d = diagonal[(size_t)group * padded + j];
    for (uint32_t k = 0; k < count; k++) {
      const float g = terms[k * padded + j];
      d = RP_MULTIPLY_ADD(-g, g, d);
    }
    diagonal[(size_t)group * padded + j] = d;
  }
#endif
}

/* k = P z and den of group `first` + the number of the work group, and its new pending term. Local memory: y and 16
   numbers for each item, then z, and, for halves, what rounds columns. */
RP_KERNEL_UP_TO(RP_GPU_UPDATE_ITEMS) RP_NAME(rp_gpu_tile_gain)(
    const RP_GLOBAL rp_gpu_network *network, const uint32_t first, const uint32_t first_stored, const uint32_t count,
    const uint32_t applies, const float scale, const uint32_t trial, const uint32_t update_row,
    const RP_GLOBAL uint32_t *keys, const RP_GLOBAL float *filtered, const RP_GLOBAL uint32_t *sources,
    RP_GLOBAL RP_STORED *correlation, RP_GLOBAL float *diagonal, RP_GLOBAL RP_REAL *pending, RP_GLOBAL float *gain,
    RP_GLOBAL float *denominators RP_DYNAMIC_LOCAL)
{
  RP_LOCAL_VARIABLE RP_REAL shares[RP_GPU_TILE_RANK];
  RP_LOCAL_VARIABLE RP_REAL totals[RP_GPU_TILE_RANK * RP_GPU_SUM_PARTS];
  const uint32_t n = network->inputs, padded = (n + 7) / 8 * 8, tiles = padded / 8 * (padded / 8 + 1) / 2;
  const uint32_t group = first + RP_GROUP;
  RP_GLOBAL RP_STORED *p = correlation + (size_t)(group - first_stored) * tiles * 64;
  RP_GLOBAL RP_REAL *terms = pending + (size_t)group * RP_GPU_TILE_RANK * padded;
  RP_LOCAL RP_REAL *y = (RP_LOCAL RP_REAL *)RP_DYNAMIC_LOCAL_POINTER, *partial = y + padded;
  RP_LOCAL float *z = (RP_LOCAL float *)(partial + 16 * RP_ITEMS);
  RP_LOCAL uint32_t *noise = (RP_LOCAL uint32_t *)(z + padded);
  for (uint32_t j = RP_ITEM; j < padded; j += RP_ITEMS) {
    z[j] = j < n ? filtered[sources[(size_t)group * n + j]] : 0.0f;
    y[j] = 0;
  }
  rp_random_key rounding = network->rounding;
  rounding.trial = trial;
  if (applies)
    RP_NAME(rp_gpu_tile_prepare)(rounding, update_row, group, keys, terms, count, padded, diagonal, noise);
  RP_BARRIER();
  if (!applies && count) RP_NAME(rp_gpu_tile_shares)(terms, count, padded, z, partial, totals, shares);

  for (uint32_t begin = 0; begin < tiles; begin += RP_ITEMS) {
    const uint32_t end = RP_MIN(begin + RP_ITEMS, tiles);
    if (begin + RP_ITEM < end)
      RP_NAME(rp_gpu_tile_product)(p, begin + RP_ITEM, tiles, terms, count, applies, padded, z, noise, partial);
    RP_BARRIER();
    RP_NAME(rp_gpu_tile_collect)(y, padded, begin, end, partial);
    RP_BARRIER();
  }

  // A work item has its own elements of y and z from here on.
  RP_REAL quadratic = 0;
  for (uint32_t j = RP_ITEM; j < padded; j += RP_ITEMS) {
    RP_REAL sum = y[j];
#ifdef RP_HALF
    sum += diagonal[(size_t)group * padded + j] * z[j];
#endif
    if (!applies)
      for (uint32_t k = 0; k < count; k++) sum = RP_MULTIPLY_ADD(-shares[k], terms[k * padded + j], sum);
    y[j] = sum;
    quadratic += sum * z[j];
  }
  const RP_REAL inverse_scale = 1 / (RP_REAL)scale;
  const RP_REAL denominator = 1 / (1 + RP_NAME(rp_gpu_sum)(partial, quadratic) * inverse_scale);
  const RP_REAL root = RP_SQRT(denominator * inverse_scale);
  RP_GLOBAL RP_REAL *term = terms + (applies ? 0 : count) * padded;
  for (uint32_t j = RP_ITEM; j < padded; j += RP_ITEMS) {
    term[j] = root * y[j];
    if (j < n) gain[(size_t)group * n + j] = (float)(y[j] * inverse_scale);
  }
  if (RP_ITEM == 0) denominators[group] = (float)denominator;
}

/* Applies the pending terms of a group. Local memory: what rounds columns. */
RP_KERNEL_UP_TO(RP_GPU_UPDATE_ITEMS) RP_NAME(rp_gpu_tile_flush)(
    const RP_GLOBAL rp_gpu_network *network, const uint32_t first, const uint32_t first_stored, const uint32_t count,
    const uint32_t trial, const uint32_t update_row, const RP_GLOBAL uint32_t *keys,
    RP_GLOBAL RP_STORED *correlation, RP_GLOBAL float *diagonal, RP_GLOBAL RP_REAL *pending RP_DYNAMIC_LOCAL)
{
  const uint32_t padded = (network->inputs + 7) / 8 * 8, tiles = padded / 8 * (padded / 8 + 1) / 2;
  const uint32_t group = first + RP_GROUP;
  RP_GLOBAL RP_STORED *p = correlation + (size_t)(group - first_stored) * tiles * 64;
  const RP_GLOBAL RP_REAL *terms = pending + (size_t)group * RP_GPU_TILE_RANK * padded;
  RP_LOCAL uint32_t *noise = (RP_LOCAL uint32_t *)RP_DYNAMIC_LOCAL_POINTER;
  rp_random_key rounding = network->rounding;
  rounding.trial = trial;
  RP_NAME(rp_gpu_tile_prepare)(rounding, update_row, group, keys, terms, count, padded, diagonal, noise);
  RP_BARRIER();
  for (uint32_t tile = RP_ITEM; tile < tiles; tile += RP_ITEMS) {
    const uint32_t row = rp_gpu_tile_row(tile), column = tile - row * (row + 1) / 2;
    for (uint32_t q = 0; q < 8; q++) {
      RP_GLOBAL RP_STORED *eight = p + ((size_t)q * tiles + tile) * 8;
      RP_REAL x[8];
      RP_NAME(rp_load_eight)(eight, x);
      RP_NAME(rp_gpu_tile_apply)(eight, x, terms, count, padded, 8 * row + q, 8 * column, noise);
    }
  }
}
#endif
