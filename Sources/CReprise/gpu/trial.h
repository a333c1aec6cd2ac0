// The start of a trial, and what moves it on.
//
// Arrays over slots follow one another in `state`: potential, excitatory, inhibitory and plastic current, stimulus; in
// `times`: step of the last spike, step in which the neuron was last listed as spiking. `filtered` has filtered spikes,
// and `gained` what they gained in this learning interval, as CPUState has them; behind the slots follow the
// feed-forward neurons.

RP_FN int rp_gpu_is_neuron(const RP_GLOBAL rp_gpu_network *network, uint32_t slot)
{
  if (slot < network->inhibitory_start) return slot < network->excitatory;
  return slot - network->inhibitory_start < network->neurons - network->excitatory;
}

/* The potential at the start of a trial, from a standard normal number; what else a cell has starts, too. */
RP_FN float rp_gpu_start_potential(
    const RP_GLOBAL rp_gpu_network *network, uint32_t slot, float xi RP_GPU_CELL_PARAMETERS)
{
#ifdef RP_CELLS
  const size_t stride = network->cells.stride;
  for (uint32_t row = 0; row < network->cells.state_rows; row++) {
#ifdef RP_CELL_TEXT
    cell_state[row * stride + slot] = cell_constants[(RP_TEXT_STARTS + row) * stride + slot];
#else
    cell_state[row * stride + slot] = 0.0f;
#endif
  }
  const float low = cell_constants[RP_GPU_START_LOW * stride + slot];
  return low + (cell_constants[RP_GPU_START_HIGH * stride + slot] - low) * xi;
#else
  const rp_lif_constants constants = network->constants[slot >= network->inhibitory_start ? 1 : 0];
  return constants.reset + (constants.threshold - constants.reset) * xi;
#endif
}

/* Potentials between reset, or rest, and threshold, and nothing else: inputs are zeros, all have been silent. */
RP_KERNEL rp_gpu_begin(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_trial *trial, RP_GLOBAL rp_gpu_progress *progress,
    RP_GLOBAL float *state, RP_GLOBAL float *filtered, RP_GLOBAL float *gained, RP_GLOBAL int32_t *times,
    RP_GLOBAL uint32_t *spike_counts, RP_GLOBAL rp_count *counts, RP_GLOBAL int64_t *plastic_input,
    RP_GLOBAL uint32_t *feedforward_spikes RP_GPU_CELL_PARAMETERS)
{
  const uint32_t slot = RP_GROUP * RP_ITEMS + RP_ITEM, slots = network->slots;
  if (slot >= slots) return;
  if (slot == 0) {
    progress->step = progress->fetched = 0;
    progress->first_bin = progress->arrivals = 0;
  }
  for (uint32_t x = slot; x < network->feedforward; x += slots) {
    filtered[slots + x] = gained[slots + x] = 0.0f;
    // None spiked in the step before the first.
    if (x % 32 == 0) feedforward_spikes[x / 32] = 0;
  }
  const float xi = rp_slot_normal(trial->potential, 0, slot);
  state[slot] = rp_gpu_start_potential(network, slot, xi RP_GPU_CELL_ARGUMENTS);
  for (uint32_t array = 1; array < 5; array++) state[(size_t)array * slots + slot] = 0.0f;
  filtered[slot] = 0.0f;
  gained[slot] = 0.0f;
  times[slot] = rp_gpu_is_neuron(network, slot) ? RP_GPU_NEVER : RP_GPU_ALWAYS;
  times[slots + slot] = RP_GPU_NEVER;
  spike_counts[slot] = 0;
  for (uint32_t array = 0; array < 4; array++) counts[(size_t)array * slots + slot] = 0;
  for (uint32_t array = 0; array < 2; array++) plastic_input[(size_t)array * slots + slot] = 0;
}

/* Makes some words zeros. */
RP_KERNEL rp_gpu_clear(RP_GLOBAL uint32_t *words, const uint64_t count)
{
  const uint64_t i = (uint64_t)RP_GROUP * RP_ITEMS + RP_ITEM;
  if (i < count) words[i] = 0;
}

/* Some steps are done: the next launches count from there. One work item. */
RP_KERNEL rp_gpu_move(RP_GLOBAL rp_gpu_progress *progress, const int32_t count)
{
  progress->step += count;
  progress->arrivals = 0;
}
