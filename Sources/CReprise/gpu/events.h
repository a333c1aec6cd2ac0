// Updates of P driven by spikes, for float16 and float32: the method of cpu/events.h.
//
// Between updates the filtered spikes z decay by one factor d and gain s where an input spiked, so P z' = d P z + P s
// needs only the rows of P of the inputs that spiked. P is stored in full, [group, input, padded], as it was up to
// RP_EVENT_RANK updates ago; what they change is kept as terms g of P - sum g g^T, [group, rank, padded], in the
// precision of P. P z is kept as a multiple of the last term. A work item has one column, or some.

/* Lists the inputs of a group that gained something, in their order, and returns how many they are. `z` becomes filtered
   spikes, `gains` what they gained. `counts` has an element for 32 inputs each. */
#ifndef RP_EVENTS_ONCE
#define RP_EVENTS_ONCE
RP_FN uint32_t rp_gpu_list_events(
    uint32_t n, const RP_GLOBAL uint32_t *sources, const RP_GLOBAL float *filtered, const RP_GLOBAL float *gained,
    RP_LOCAL float *z, RP_LOCAL float *gains, RP_LOCAL uint32_t *list, RP_LOCAL uint32_t *counts)
{
  const uint32_t words = (n + 31) / 32;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    z[j] = filtered[sources[j]];
    gains[j] = gained[sources[j]];
  }
  RP_BARRIER();
  for (uint32_t word = RP_ITEM; word < words; word += RP_ITEMS) {
    uint32_t count = 0;
    for (uint32_t j = 32 * word; j < RP_MIN(32 * word + 32, n); j++) count += gains[j] != 0.0f ? 1 : 0;
    counts[word] = count;
  }
  RP_BARRIER();
  for (uint32_t word = RP_ITEM; word < words; word += RP_ITEMS) {
    uint32_t next = 0;
    for (uint32_t before = 0; before < word; before++) next += counts[before];
    for (uint32_t j = 32 * word; j < RP_MIN(32 * word + 32, n); j++)
      if (gains[j] != 0.0f) list[next++] = j;
  }
  RP_BARRIER();
  uint32_t count = 0;
  for (uint32_t word = 0; word < words; word++) count += counts[word];
  return count;
}
#endif

/* One element of P z' before the diagonal and the pending terms: d P z, and s times elements of P. */
RP_FN float RP_NAME(rp_gpu_event_column)(
    const RP_GLOBAL RP_STORED *p, uint32_t padded, uint32_t count, const RP_LOCAL uint32_t *list,
    const RP_LOCAL float *gains, float start)
{
  float y = start;
  uint32_t e = 0;
  // Four rows at a time are on their way.
  for (; e + 4 <= count; e += 4) {
    const uint32_t a = list[e], b = list[e + 1], c = list[e + 2], d = list[e + 3];
    const RP_STORED pa = p[(size_t)a * padded], pb = p[(size_t)b * padded], pc = p[(size_t)c * padded],
                    pd = p[(size_t)d * padded];
    y = RP_MULTIPLY_ADD(gains[a], RP_NAME(rp_stored_value)(pa), y);
    y = RP_MULTIPLY_ADD(gains[b], RP_NAME(rp_stored_value)(pb), y);
    y = RP_MULTIPLY_ADD(gains[c], RP_NAME(rp_stored_value)(pc), y);
    y = RP_MULTIPLY_ADD(gains[d], RP_NAME(rp_stored_value)(pd), y);
  }
  for (; e < count; e++)
    y = RP_MULTIPLY_ADD(gains[list[e]], RP_NAME(rp_stored_value)(p[(size_t)list[e] * padded]), y);
  return y;
}

/* k = P z and den of group `first` + the number of the work group, and its new pending term. Local memory: z, what
   inputs gained, the list of those that did, each of n elements, and counts, one for 32 inputs. */
RP_KERNEL_UP_TO(RP_GPU_UPDATE_ITEMS) RP_NAME(rp_gpu_event_gain)(
    const RP_GLOBAL rp_gpu_network *network, const uint32_t first, const uint32_t first_stored,
    const uint32_t pending_count, const float decay, const float scale, const RP_GLOBAL float *filtered,
    const RP_GLOBAL float *gained, const RP_GLOBAL uint32_t *sources, const RP_GLOBAL RP_STORED *correlation,
    const RP_GLOBAL float *diagonal, RP_GLOBAL RP_STORED *pending, RP_GLOBAL float *carried, RP_GLOBAL float *gain,
    RP_GLOBAL float *denominators RP_DYNAMIC_LOCAL)
{
  RP_LOCAL_VARIABLE float partial[RP_GPU_UPDATE_ITEMS + RP_GPU_SUM_PARTS];
  RP_LOCAL_VARIABLE float shares[RP_EVENT_RANK];
  const uint32_t n = network->inputs, padded = (n + 7) / 8 * 8;
  const uint32_t group = first + RP_GROUP;
  const RP_GLOBAL RP_STORED *p = correlation + (size_t)(group - first_stored) * n * padded;
  RP_GLOBAL RP_STORED *terms = pending + (size_t)group * RP_EVENT_RANK * padded;
  RP_LOCAL float *z = RP_DYNAMIC_LOCAL_POINTER, *gains = z + n;
  RP_LOCAL uint32_t *list = (RP_LOCAL uint32_t *)(gains + n), *counts = list + n;
  const uint32_t count =
    rp_gpu_list_events(n, sources + (size_t)group * n, filtered, gained, z, gains, list, counts);

  for (uint32_t k = RP_ITEM; k < pending_count; k += RP_ITEMS) {
    float share = 0.0f;
    for (uint32_t e = 0; e < count; e++)
      share = RP_MULTIPLY_ADD(gains[list[e]], RP_NAME(rp_stored_value)(terms[k * padded + list[e]]), share);
    shares[k] = share;
  }
  RP_BARRIER();

  const float start = decay * carried[group];
  const RP_GLOBAL RP_STORED *last = terms + (pending_count ? pending_count - 1 : RP_EVENT_RANK - 1) * padded;
  float quadratic = 0.0f;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    float y = RP_NAME(rp_gpu_event_column)(
      p + j, padded, count, list, gains, start * RP_NAME(rp_stored_value)(last[j]));
#ifdef RP_HALF
    y = RP_MULTIPLY_ADD(gains[j], diagonal[(size_t)group * padded + j], y);
#endif
    for (uint32_t k = 0; k < pending_count; k++)
      y = RP_MULTIPLY_ADD(-shares[k], RP_NAME(rp_stored_value)(terms[k * padded + j]), y);
    quadratic = RP_MULTIPLY_ADD(z[j], y, quadratic);
    // Nobody else reads this element of z.
    z[j] = y;
  }
  const float inverse_scale = 1.0f / scale;
  const float denominator = 1.0f / (1.0f + RP_NAME(rp_gpu_sum)(partial, quadratic) * inverse_scale);
  const float root = RP_SQRT(denominator * inverse_scale);
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    terms[pending_count * padded + j] = RP_NAME(rp_nearest)(root * z[j]);
    gain[(size_t)group * n + j] = inverse_scale * z[j];
  }
  if (RP_ITEM == 0) {
    denominators[group] = denominator;
    // P z with the new P is den k.
    carried[group] = RP_SQRT(denominator * scale);
  }
}

/* Rows of P whose shares of the terms are in local memory at once. */
#ifndef RP_GPU_FLUSH_ROWS
#define RP_GPU_FLUSH_ROWS 32
#endif

/* Applies the pending terms of a group to P. Every element takes one term after the other, so an element and its mirror
   image have the same bits. Local memory, for halves: what rounds columns. */
RP_KERNEL_UP_TO(RP_GPU_UPDATE_ITEMS) RP_NAME(rp_gpu_event_flush)(
    const RP_GLOBAL rp_gpu_network *network, const uint32_t first, const uint32_t first_stored,
    const uint32_t pending_count, const uint32_t trial, const uint32_t update_row, const RP_GLOBAL uint32_t *keys,
    RP_GLOBAL RP_STORED *correlation, RP_GLOBAL float *diagonal,
    const RP_GLOBAL RP_STORED *pending RP_DYNAMIC_LOCAL)
{
  RP_LOCAL_VARIABLE float rows[RP_GPU_FLUSH_ROWS * RP_EVENT_RANK];
  const uint32_t n = network->inputs, padded = (n + 7) / 8 * 8;
  const uint32_t group = first + RP_GROUP;
  RP_GLOBAL RP_STORED *p = correlation + (size_t)(group - first_stored) * n * padded;
  const RP_GLOBAL RP_STORED *terms = pending + (size_t)group * RP_EVENT_RANK * padded;
#ifdef RP_HALF
  RP_LOCAL uint32_t *noise = (RP_LOCAL uint32_t *)RP_DYNAMIC_LOCAL_POINTER;
  rp_random_key rounding = network->rounding;
  rounding.trial = trial;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    noise[j] = rp_gpu_column_noise(rounding, keys[group], update_row, j);
    float d = diagonal[(size_t)group * padded + j];
    for (uint32_t k = 0; k < pending_count; k++) {
      const float g = RP_NAME(rp_stored_value)(terms[k * padded + j]);
      d = RP_MULTIPLY_ADD(-g, g, d);
    }
    diagonal[(size_t)group * padded + j] = d;
  }
#endif
  for (uint32_t begin = 0; begin < n; begin += RP_GPU_FLUSH_ROWS) {
    const uint32_t height = RP_MIN((uint32_t)RP_GPU_FLUSH_ROWS, n - begin);
    for (uint32_t i = RP_ITEM; i < RP_GPU_FLUSH_ROWS * RP_EVENT_RANK; i += RP_ITEMS) {
      const uint32_t k = i % RP_EVENT_RANK, row = i / RP_EVENT_RANK;
      rows[i] = k < pending_count && row < height ? -RP_NAME(rp_stored_value)(terms[k * padded + begin + row]) : 0.0f;
    }
    RP_BARRIER();
    for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
      float own[RP_EVENT_RANK];
      RP_UNROLL
      for (uint32_t k = 0; k < RP_EVENT_RANK; k++)
        own[k] = k < pending_count ? RP_NAME(rp_stored_value)(terms[k * padded + j]) : 0.0f;
      for (uint32_t row = 0; row < height; row++) {
        RP_GLOBAL RP_STORED *element = p + (size_t)(begin + row) * padded + j;
        float x = RP_NAME(rp_stored_value)(*element);
        RP_UNROLL
        for (uint32_t k = 0; k < RP_EVENT_RANK; k++) x = RP_MULTIPLY_ADD(rows[row * RP_EVENT_RANK + k], own[k], x);
#ifdef RP_HALF
        // The diagonal is apart.
        *element = RP_NAME(rp_rounded)(begin + row == j ? 0.0f : x, noise[begin + row] + noise[j]);
#else
        *element = x;
#endif
      }
    }
    RP_BARRIER();
  }
}
