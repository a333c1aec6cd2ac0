// How well the currents of a trial follow their targets, where a device has double precision.
#ifdef RP_DOUBLES

/* The Pearson correlation of each target with the mean current of its neuron over the rows (M1, M2 of docs/equations.md),
   with the operations of `WindowedCurrent` and `CorrelationSums`, so with their bits; 2 where it is constant.
   `slots` has the slot of the neuron of each of the `columns` of the targets, `windows` the bins of each row, `samples` how many samples are in them, and `sums` the sums by bin and slot.
   Adds the neurons whose currents are no numbers to `troubles`. */
RP_KERNEL rp_gpu_fit(
    const RP_GLOBAL rp_gpu_network *network, const uint32_t columns, const RP_GLOBAL uint32_t *slots,
    const uint32_t rows, const RP_GLOBAL uint32_t *windows,
    const RP_GLOBAL double *samples, const RP_GLOBAL float *sums, const uint64_t target_start,
    const RP_GLOBAL float *targets, RP_GLOBAL double *correlations, RP_GLOBAL uint32_t *troubles)
{
  const uint32_t column = RP_GROUP * RP_ITEMS + RP_ITEM, stride = network->slots;
  if (column >= columns) return;
  const uint32_t slot = slots[column];
  uint32_t held_begin = 0, held_end = 0, is_number = 1;
  double total = 0, count = 0, mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  for (uint32_t row = 0; row < rows; row++) {
    const uint32_t begin = windows[2 * row], end = windows[2 * row + 1];
    for (uint32_t bin = begin; bin < end; bin++)
      if (bin < held_begin || bin >= held_end) total = total + (double)sums[(size_t)bin * stride + slot];
    for (uint32_t bin = held_begin; bin < held_end; bin++)
      if (bin < begin || bin >= end) total = total - (double)sums[(size_t)bin * stride + slot];
    held_begin = begin;
    held_end = end;
    const float mean = (float)(total / samples[row]);
    // Neither infinity nor what is no number is equal to itself here.
    if (mean - mean != 0.0f) is_number = 0;
    const double x = mean, y = targets[target_start + (size_t)row * columns + column];
    count = count + 1;
    const double dx = x - mean_x, dy = y - mean_y;
    mean_x = mean_x + dx / count;
    mean_y = mean_y + dy / count;
    xx = xx + dx * (x - mean_x);
    yy = yy + dy * (y - mean_y);
    xy = xy + dx * (y - mean_y);
  }
  const double scale = RP_SQRT(xx * yy);
  correlations[column] = scale > 0 ? xy / scale : 2.0;
  if (!is_number) RP_ATOMIC_ADD(troubles, 1u);
}
#endif
