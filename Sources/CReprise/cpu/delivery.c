// Delivery of spikes to their targets. Sums are integers, so the order of spikes never matters. Cost: one random
// access per synapse, hidden by fetching the lists of the spikes that come next.
#include "creprise.h"
#include "../equations/prelude_scalar.h"
#include "../equations/fixed_point.h"

void rp_deliver_counts(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const uint16_t *block_counts,
    const uint16_t *targets, size_t blocks, uint16_t *counters)
{
  for (size_t q = 0; q < spike_count; q++) {
    if (q + 2 < spike_count) {
      const char *next = (const char *)(targets + offsets[spikes[q + 2]]);
      const char *end = (const char *)(targets + offsets[spikes[q + 2] + 1]);
      for (; next < end; next += 64) __builtin_prefetch(next);
    }
    if (q + 8 < spike_count) __builtin_prefetch(offsets + spikes[q + 8]);
    const uint16_t *list = targets + offsets[spikes[q]];
    const uint16_t *counts = block_counts + (size_t)spikes[q] * blocks;
    for (size_t block = 0; block < blocks; block++) {
      uint16_t *counter = counters + block * 65536;
      const uint16_t *end = list + counts[block];
      for (; list + 8 <= end; list += 8) {
        counter[list[0]]++;
        counter[list[1]]++;
        counter[list[2]]++;
        counter[list[3]]++;
        counter[list[4]]++;
        counter[list[5]]++;
        counter[list[6]]++;
        counter[list[7]]++;
      }
      for (; list < end; list++) counter[*list]++;
    }
  }
}

void rp_deliver_weighted(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const rp_weighted_target *targets, int32_t *sums)
{
  for (size_t q = 0; q < spike_count; q++) {
    if (q + 1 < spike_count) {
      const rp_weighted_target *next = targets + offsets[spikes[q + 1]], *stop = targets + offsets[spikes[q + 1] + 1];
      for (; next < stop; next += 8) __builtin_prefetch(next);
    }
    const rp_weighted_target *end = targets + offsets[spikes[q] + 1];
    for (const rp_weighted_target *p = targets + offsets[spikes[q]]; p < end; p++)
      sums[p->place] += (int32_t)p->weight;
  }
}

size_t rp_count_targets(const uint32_t *targets, size_t count, uint32_t begin, uint32_t end, uint16_t *block_counts)
{
  size_t found = 0;
  for (size_t i = 0; i < count; i++)
    if (targets[i] - begin < end - begin) {
      block_counts[(targets[i] - begin) >> 16]++;
      found++;
    }
  return found;
}

void rp_place_targets(
    const uint32_t *targets, size_t count, uint32_t begin, uint32_t end, const uint16_t *block_counts, size_t blocks,
    uint16_t *out)
{
  // Few blocks: a pass for each keeps the writes in order and needs no memory.
  for (size_t block = 0; block < blocks; block++) {
    if (!block_counts[block]) continue;
    for (size_t i = 0; i < count; i++) {
      const uint32_t offset = targets[i] - begin;
      if (offset < end - begin && offset >> 16 == block) *out++ = (uint16_t)offset;
    }
  }
}

void rp_deliver_drawn(
    const rp_kernels *kernels, const rp_target_rule *rule, const uint32_t *spikes, size_t spike_count,
    uint32_t *scratch, uint16_t *counters)
{
  for (size_t q = 0; q < spike_count; q++) {
    const uint32_t slot = spikes[q], sender = slot < rule->excitatory ? slot : slot - rule->slot_gap;
    kernels->draw_targets(rule, sender, scratch);
    for (uint32_t i = 0; i < rule->count; i++) counters[scratch[i]]++;
  }
}

void rp_collect_counts(uint16_t *counters, size_t begin, size_t end, uint16_t *sum)
{
  for (size_t slot = begin; slot < end; slot++) sum[slot] += counters[slot];
  for (size_t slot = begin; slot < end; slot++) counters[slot] = 0;
}

/* `places` is a constant null where this is inlined without them. */
static inline __attribute__((always_inline)) void rp_deliver_weights(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const uint32_t *entries,
    uint32_t column_bits, size_t padded, const float *weights, const uint32_t *places, int64_t *inputs)
{
  enum { ahead = 24 };
  const uint32_t mask = (1u << column_bits) - 1;
  for (size_t q = 0; q < spike_count; q++) {
    const uint32_t *list = entries + offsets[spikes[q]], *end = entries + offsets[spikes[q] + 1];
    if (q + 1 < spike_count) {
      const uint32_t *next = entries + offsets[spikes[q + 1]], *stop = entries + offsets[spikes[q + 1] + 1];
      for (; next < stop; next += 16) __builtin_prefetch(next);
    }
    for (const uint32_t *p = list; p < end; p++) {
      if (p + ahead < end)
        __builtin_prefetch(weights + (size_t)(p[ahead] >> column_bits) * padded + (p[ahead] & mask));
      const size_t row = *p >> column_bits;
      inputs[places ? places[row] : row] += rp_fixed_point(weights[row * padded + (*p & mask)]);
    }
  }
}

void rp_deliver_plastic(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const uint32_t *entries,
    uint32_t column_bits, size_t padded, const float *weights, const uint32_t *places, int64_t *inputs)
{
  if (places)
    rp_deliver_weights(spikes, spike_count, offsets, entries, column_bits, padded, weights, places, inputs);
  else
    rp_deliver_weights(spikes, spike_count, offsets, entries, column_bits, padded, weights, 0, inputs);
}

void rp_deliver_column(
    size_t rows, size_t column, size_t padded, const float *weights, const uint32_t *places, int64_t *inputs)
{
  for (size_t row = 0; row < rows; row++)
    inputs[places ? places[row] : row] += rp_fixed_point(weights[row * padded + column]);
}
