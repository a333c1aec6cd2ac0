// Filtered spikes, and the spikes of feed-forward neurons.

/* A filtered spike train as it will be at the next multiple of the learning interval (E7), and what it gained in this
   one, with the sums of CPUState. `weights` has what a spike counts by age, `stride` elements apart; last, the decay. */
RP_FN void rp_gpu_filter(
    uint32_t interval, uint32_t stride, int32_t step, size_t source, int is_spiking, int has_spiked,
    RP_GLOBAL float *filtered, RP_GLOBAL float *gained, const RP_GLOBAL float *weights)
{
  const uint32_t phase = (uint32_t)step % interval;
  const int counts_now = is_spiking && phase + 2 <= interval;
  if (phase && !counts_now) return;
  float r = filtered[source], gain = gained[source];
  if (phase == 0) {
    r = r * weights[(size_t)interval * stride];
    // The last spikes before an update reach the one after it.
    gain = has_spiked ? weights[(size_t)(interval - 1) * stride] : 0.0f;
    r = r + gain;
  }
  if (counts_now) {
    r = r + weights[(size_t)(interval - phase - 2) * stride];
    gain = gain + weights[(size_t)(interval - phase - 2) * stride];
  }
  filtered[source] = r;
  gained[source] = gain;
}

/* Whether 32 neurons from `from` on spike in a step (E9), a bit for each: where a random word is less than a threshold,
   of which the largest means always. */
RP_FN uint32_t rp_gpu_draw_feedforward(
    rp_random_key key, uint32_t step, uint32_t from, uint32_t count, const RP_GLOBAL uint32_t *thresholds)
{
  uint32_t bits = 0;
  for (uint32_t b = 0; b < count; b++) {
    uint32_t words[4];
    rp_random_words(key, from + b, step, words);
    const uint32_t threshold = thresholds[from + b];
    if (words[0] < threshold || threshold == 0xFFFFFFFFu) bits |= 1u << b;
  }
  return bits;
}

/* Draws the spikes of the next `count` steps, at most RP_GPU_MOST_STEPS, and filters them. A group has 32 neurons.
   `spikes` has a row of bits for each step from its row 1 on; row 0 is the last step before them. */
RP_KERNEL rp_gpu_feedforward(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_trial *trial,
    const RP_GLOBAL rp_gpu_progress *progress, const int32_t count, const RP_GLOBAL uint32_t *thresholds,
    const RP_GLOBAL float *spike_weights, RP_GLOBAL uint32_t *spikes, RP_GLOBAL float *filtered,
    RP_GLOBAL float *gained)
{
  RP_LOCAL_VARIABLE uint32_t rows[RP_GPU_MOST_STEPS + 1];
  const uint32_t neurons = network->feedforward, words = (neurons + 31) / 32, from = 32 * RP_GROUP;
  const uint32_t some = RP_MIN(32u, neurons - from);
  const int32_t done = progress->step;
  for (int32_t i = (int32_t)RP_ITEM; i <= count; i += (int32_t)RP_ITEMS) {
    const int32_t step = done + i;
    uint32_t bits = 0;
    if (i == 0) bits = spikes[RP_GROUP];
    else if (step > network->stimulus_off)
      bits = rp_gpu_draw_feedforward(trial->feedforward, (uint32_t)step, from, some,
                                     thresholds + (size_t)(step - progress->first_threshold) * neurons);
    rows[i] = bits;
    spikes[(size_t)i * words + RP_GROUP] = bits;
  }
  RP_BARRIER();
  for (uint32_t b = RP_ITEM; b < some; b += RP_ITEMS)
    for (int32_t i = 1; i <= count; i++)
      rp_gpu_filter(network->interval, 1, done + i, network->slots + from + b, rows[i] >> b & 1, rows[i - 1] >> b & 1,
                    filtered, gained, spike_weights);
  if (RP_ITEM == 0) spikes[RP_GROUP] = rows[count];
}
