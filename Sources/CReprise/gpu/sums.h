// Sums over the work items of a group, for each precision. Included for each precision that a device has.
#ifdef RP_NAME

/* The sum of one number per work item, the same for all of them, in an order that follows from the size of the group.
   `partial` has RP_ITEMS + 16 elements. */
RP_FN RP_REAL RP_NAME(rp_gpu_sum)(RP_LOCAL RP_REAL *partial, RP_REAL x)
{
  const uint32_t parts = RP_MIN(16u, RP_ITEMS);
  partial[RP_ITEM] = x;
  RP_BARRIER();
  if (RP_ITEM < parts) {
    RP_REAL sum = 0;
    for (uint32_t i = RP_ITEM; i < RP_ITEMS; i += parts) sum += partial[i];
    partial[RP_ITEMS + RP_ITEM] = sum;
  }
  RP_BARRIER();
  RP_REAL sum = 0;
  for (uint32_t i = 0; i < parts; i++) sum += partial[RP_ITEMS + i];
  return sum;
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
