// Sums over the work items of a group, for each precision. Included for each precision that a device has.
#ifdef RP_NAME

/* Numbers of a row of `partial`, one for each work item; rows begin in different banks. */
#ifndef RP_GPU_SUM_STRIDE
#define RP_GPU_SUM_STRIDE (RP_ITEMS + RP_GPU_SUM_PARTS)
#endif

/* Adds up `count` rows of `partial`, which all items have written to, in parts: `totals` then has RP_GPU_SUM_PARTS
   numbers for each row. The order follows from the size of the group. */
RP_FN void RP_NAME(rp_gpu_add_parts)(const RP_LOCAL RP_REAL *partial, uint32_t count, RP_LOCAL RP_REAL *totals)
{
  RP_BARRIER();
  for (uint32_t q = RP_ITEM; q < RP_GPU_SUM_PARTS * count; q += RP_ITEMS) {
    const RP_LOCAL RP_REAL *row = partial + q / RP_GPU_SUM_PARTS * RP_GPU_SUM_STRIDE;
    RP_REAL sum = 0;
    for (uint32_t i = q % RP_GPU_SUM_PARTS; i < RP_ITEMS; i += RP_GPU_SUM_PARTS) sum += row[i];
    totals[q] = sum;
  }
  RP_BARRIER();
}

/* The sum of row `k`. */
RP_FN RP_REAL RP_NAME(rp_gpu_total)(const RP_LOCAL RP_REAL *totals, uint32_t k)
{
  RP_REAL sum = 0;
  for (uint32_t q = 0; q < RP_GPU_SUM_PARTS; q++) sum += totals[k * RP_GPU_SUM_PARTS + q];
  return sum;
}

/* The sum of one number per work item, the same for all of them. `partial` has RP_GPU_SUM_STRIDE elements. */
RP_FN RP_REAL RP_NAME(rp_gpu_sum)(RP_LOCAL RP_REAL *partial, RP_REAL x)
{
  partial[RP_ITEM] = x;
  RP_NAME(rp_gpu_add_parts)(partial, 1, partial + RP_ITEMS);
  return RP_NAME(rp_gpu_total)(partial + RP_ITEMS, 0);
}

/* A random number of a column of P, of which an element adds that of its row and that of its column: the same for an
   element and its mirror image. `group_key` keys those of a group, `row`
   those of an update. */
#ifdef RP_HALF
RP_FN uint32_t rp_gpu_column_noise(rp_random_key rounding, uint32_t group_key, uint32_t row, uint32_t column)
{
  uint32_t words[4];
  rp_random_words(rounding, 16 * group_key + column % 16, row, words);
  // A random start for each of 16 columns; the blocks of columns step on from it.
  return (words[0] + (column / 16 + 1) * 0x9E3779B9u) * 0x85EBCA77u;
}
#endif
#endif
