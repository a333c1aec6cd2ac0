// Kernels over slots: the start of a trial, a step, and what is kept of it.
//
// A step is one launch. It reads and clears the inputs that the step before has added to, and adds to others, which the
// next step reads: inputs of steps with even numbers, then those of steps with odd ones. So no group waits for another.
//
// Arrays over slots follow one another in `state`: potential, excitatory, inhibitory and plastic current, stimulus; in
// `times`: step of the last spike, step in which the neuron was last listed as spiking. `filtered` has filtered spikes,
// and `gained` what they gained in this learning interval, as CPUState has them; behind the slots follow the
// feed-forward neurons.

/* A work item has slots first, first + 16, first + 32 and first + 48. */
RP_FN uint32_t rp_gpu_first_slot(void)
{
  const uint32_t lane = RP_GROUP * RP_ITEMS + RP_ITEM;
  return lane / 16 * RP_SLOT_GROUP + lane % 16;
}

RP_FN int rp_gpu_is_neuron(const RP_GLOBAL rp_gpu_network *network, uint32_t slot)
{
  if (slot < network->inhibitory_start) return slot < network->excitatory;
  return slot - network->inhibitory_start < network->neurons - network->excitatory;
}

/* Potentials between reset and threshold, and nothing else: inputs are zeros, feed-forward neurons have been silent. */
RP_KERNEL rp_gpu_begin(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_trial *trial, RP_GLOBAL float *state,
    RP_GLOBAL float *filtered, RP_GLOBAL float *gained, RP_GLOBAL int32_t *times, RP_GLOBAL uint32_t *spike_counts,
    RP_GLOBAL rp_count *counts, RP_GLOBAL int64_t *plastic_input)
{
  const uint32_t slot = RP_GROUP * RP_ITEMS + RP_ITEM, slots = network->slots;
  if (slot >= slots) return;
  const rp_lif_constants constants = network->constants[slot >= network->inhibitory_start ? 1 : 0];
  const float range = constants.threshold - constants.reset;
  state[slot] = constants.reset + range * rp_slot_normal(trial->potential, 0, slot);
  for (uint32_t array = 1; array < 5; array++) state[(size_t)array * slots + slot] = 0.0f;
  filtered[slot] = 0.0f;
  gained[slot] = 0.0f;
  times[slot] = rp_gpu_is_neuron(network, slot) ? RP_GPU_NEVER : RP_GPU_ALWAYS;
  times[slots + slot] = RP_GPU_NEVER;
  spike_counts[slot] = 0;
  for (uint32_t array = 0; array < 4; array++) counts[(size_t)array * slots + slot] = 0;
  for (uint32_t array = 0; array < 2; array++) plastic_input[(size_t)array * slots + slot] = 0;
}

/* What a step of a work item needs of the arrays of a network. */
RP_FN rp_lif_state rp_gpu_state(
    const RP_GLOBAL rp_gpu_network *network, uint32_t flags, int32_t step, RP_GLOBAL float *state,
    RP_GLOBAL int32_t *times, RP_GLOBAL rp_count *counts, RP_GLOBAL int64_t *plastic_input,
    const RP_GLOBAL float *time_constants)
{
  const size_t slots = network->slots, parity = step & 1;
  rp_lif_state s;
  s.potential = state;
  s.excitatory_current = state + slots;
  s.inhibitory_current = state + 2 * slots;
  s.plastic_current = state + 3 * slots;
  s.stimulus = state + 4 * slots;
  s.last_spike = times;
  s.excitatory_input = counts + 2 * parity * slots;
  s.inhibitory_input = counts + (2 * parity + 1) * slots;
  s.plastic_input = plastic_input + parity * slots;
  s.plastic_decays = flags & RP_GPU_EACH ? time_constants : 0;
  s.plastic_gains = flags & RP_GPU_EACH ? time_constants + slots : 0;
  s.sum = 0;
  return s;
}

/* Filtered spikes as they will be at the next multiple of the learning interval (E7), and what they gained in this one,
   with the sums of CPUState. */
RP_FN void rp_gpu_filter(
    const RP_GLOBAL rp_gpu_network *network, int32_t step, uint32_t slot, int is_spiking, int has_spiked,
    RP_GLOBAL float *filtered, RP_GLOBAL float *gained, const RP_GLOBAL float *spike_weights)
{
  const uint32_t interval = network->interval, stride = network->weight_stride, phase = (uint32_t)step % interval;
  const RP_GLOBAL float *weights = spike_weights + (stride > 1 ? slot : 0);
  const int counts_now = is_spiking && phase + 2 <= interval;
  if (phase && !counts_now) return;
  float r = filtered[slot], gain = gained[slot];
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
  filtered[slot] = r;
  gained[slot] = gain;
}

/* Adds one to the inputs of the static targets of a slot, divided among the work items of a group. */
RP_FN void rp_gpu_deliver_static(
    const RP_GLOBAL rp_gpu_network *network, uint32_t flags, uint32_t slot, const RP_GLOBAL uint64_t *offsets,
    const RP_GLOBAL uint32_t *targets, RP_GLOBAL rp_count *counts)
{
  const uint32_t inhibitory = slot >= network->inhibitory_start;
  RP_GLOBAL rp_count *inputs = counts + (inhibitory ? network->slots : 0);
  if (flags & RP_GPU_LISTS)
    for (uint64_t i = offsets[slot] + RP_ITEM; i < offsets[slot + 1]; i += RP_ITEMS)
      RP_ATOMIC_ADD(inputs + targets[i], 1u);
  if (flags & RP_GPU_DRAWN) {
    const rp_target_rule rule = network->rule;
    const uint32_t sender = inhibitory ? slot - rule.slot_gap : slot;
    uint32_t keys[RP_PERMUTATION_KEYS];
    rp_permutation_keys(&rule, sender, keys);
    for (uint32_t i = RP_ITEM; i < rule.count; i += RP_ITEMS)
      RP_ATOMIC_ADD(inputs + rp_target_of_number(&rule, sender, rp_permute_number(&rule, keys, i)), 1u);
  }
}

/* Adds the weights of the outgoing plastic synapses of a slot to their targets' inputs. */
RP_FN void rp_gpu_deliver_plastic(
    const RP_GLOBAL rp_gpu_network *network, uint32_t slot, const RP_GLOBAL uint64_t *offsets,
    const RP_GLOBAL uint32_t *entries, const RP_GLOBAL float *weights, RP_GLOBAL int64_t *inputs)
{
  const uint32_t bits = network->column_bits, mask = (1u << bits) - 1, width = network->inputs;
  for (uint64_t i = offsets[slot] + RP_ITEM; i < offsets[slot + 1]; i += RP_ITEMS) {
    const uint32_t target = entries[i] >> bits;
    RP_ATOMIC_ADD_LONG(inputs + target, rp_fixed_point(weights[(size_t)target * width + (entries[i] & mask)]));
  }
}

/* One step of all neurons. `feedforward_spikes` from `feedforward_begin` on are the feed-forward neurons that spike in
   it; `imposed` has a bit per slot. `record` has a count in its first element and (step, slot) from its third on. */
RP_KERNEL rp_gpu_step(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_trial *trial, const int32_t step,
    const uint32_t flags, const uint64_t sum_start, const uint32_t feedforward_begin, const uint32_t feedforward_count,
    RP_GLOBAL float *state, RP_GLOBAL float *filtered, RP_GLOBAL float *gained, RP_GLOBAL int32_t *times,
    RP_GLOBAL uint32_t *spike_counts, RP_GLOBAL rp_count *counts, RP_GLOBAL int64_t *plastic_input, const RP_GLOBAL float *time_constants, RP_GLOBAL float *sums,
    const RP_GLOBAL float *spike_weights, const RP_GLOBAL uint64_t *static_offsets,
    const RP_GLOBAL uint32_t *static_targets, const RP_GLOBAL uint64_t *plastic_offsets,
    const RP_GLOBAL uint32_t *plastic_entries, const RP_GLOBAL float *weights,
    const RP_GLOBAL uint32_t *feedforward_spikes, const RP_GLOBAL uint32_t *imposed, RP_GLOBAL uint32_t *record)
{
  RP_LOCAL_VARIABLE uint32_t spikes[4 * RP_GPU_STEP_ITEMS];
  RP_LOCAL_VARIABLE uint32_t spike_count;
  if (RP_ITEM == 0) spike_count = 0;
  RP_BARRIER();

  const uint32_t first = rp_gpu_first_slot(), slots = network->slots;
  const size_t next = (step + 1) & 1;
  RP_GLOBAL rp_count *next_counts = counts + 2 * next * slots;
  RP_GLOBAL int64_t *next_plastic = plastic_input + next * slots;
  if (first < slots) {
    rp_lif_step_arguments a;
    a.state = rp_gpu_state(network, flags, step, state, times, counts, plastic_input, time_constants);
    a.state.sum = sums + sum_start;
    a.constants = network->constants[first >= network->inhibitory_start ? 1 : 0];
    a.step = step;
    uint32_t noise[4], stimulus[4];
    const uint32_t counter = first / RP_SLOT_GROUP * 16 + first % 16;
    if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE)) rp_group_words(trial->noise, (uint32_t)step, counter, noise);
    if (flags & RP_STIMULUS) rp_group_words(trial->stimulus, (uint32_t)step, counter, stimulus);
    RP_UNROLL
    for (uint32_t quarter = 0; quarter < 4; quarter++) {
      const uint32_t slot = first + 16 * quarter;
      float xi = 0.0f, stimulus_xi = 0.0f;
      if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE)) xi = rp_normal_from_word(noise[quarter]);
      if (flags & RP_STIMULUS) stimulus_xi = rp_normal_from_word(stimulus[quarter]);
      uint32_t is_spiking = rp_lif_step_lanes(&a, slot, flags, xi, stimulus_xi);
      if (flags & RP_GPU_IMPOSED) is_spiking = imposed[slot / 32] >> slot % 32 & 1;
      if (flags & RP_PLASTIC)
        rp_gpu_filter(network, step, slot, is_spiking, times[slots + slot] == step - 1, filtered, gained,
                      spike_weights);
      if (is_spiking) {
        spikes[RP_ATOMIC_ADD_LOCAL(&spike_count, 1u)] = slot;
        times[slots + slot] = step;
        spike_counts[slot] += 1;
        if (flags & RP_GPU_RECORDED) {
          const size_t entry = 2 + 2 * (size_t)RP_ATOMIC_ADD(record, 1u);
          record[entry] = (uint32_t)step;
          record[entry + 1] = slot;
        }
      }
      if (feedforward_count && rp_gpu_is_neuron(network, slot)) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < feedforward_count; i++)
          sum += rp_fixed_point(weights[(size_t)slot * network->inputs + feedforward_spikes[feedforward_begin + i]]);
        RP_ATOMIC_ADD_LONG(next_plastic + slot, sum);
      }
    }
  }
  RP_BARRIER();
  const uint32_t count = spike_count;
  for (uint32_t i = 0; i < count; i++) {
    rp_gpu_deliver_static(network, flags, spikes[i], static_offsets, static_targets, next_counts);
    if (flags & RP_PLASTIC)
      rp_gpu_deliver_plastic(network, spikes[i], plastic_offsets, plastic_entries, weights, next_plastic);
  }
}

/* Keeps the currents of some slots: excitatory, inhibitory and plastic ones, `count` of each, from `start` on. */
RP_KERNEL rp_gpu_trace(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL float *state, const RP_GLOBAL uint32_t *traced,
    const uint32_t count, const uint64_t start, RP_GLOBAL float *traces)
{
  const uint32_t i = RP_GROUP * RP_ITEMS + RP_ITEM;
  if (i >= count) return;
  for (uint32_t array = 0; array < 3; array++)
    traces[start + (uint64_t)array * count + i] = state[(size_t)(array + 1) * network->slots + traced[i]];
}

/* Makes the sums of some bins zeros. */
RP_KERNEL rp_gpu_clear(RP_GLOBAL float *sums)
{
  sums[(size_t)RP_GROUP * RP_ITEMS + RP_ITEM] = 0.0f;
}
