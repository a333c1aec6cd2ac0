// A step of all neurons. It reads and clears the inputs that the step before has added to, and adds to others, which the
// next step reads: inputs of steps with even numbers, then those of steps with odd ones. So no group waits for another
// within a step.

/* A work item has slots first, first + 16, first + 32 and first + 48; `place` is that of its group. */
RP_FN uint32_t rp_gpu_first_slot(uint32_t place)
{
  const uint32_t lane = place * RP_ITEMS + RP_ITEM;
  return lane / 16 * RP_SLOT_GROUP + lane % 16;
}

/* Which of a trial's flags hold in a step. */
RP_FN uint32_t rp_gpu_flags_now(const rp_gpu_arrays *a, uint32_t flags, int32_t step)
{
  const RP_GLOBAL rp_gpu_network *network = a->network;
  const uint32_t sums = RP_SUM_TOTAL | RP_SUM_PLASTIC, stimulus = RP_STIMULUS, sampled = sums | RP_GPU_TRACED;
  if (step <= network->stimulus_on || step >= network->stimulus_off) flags &= ~stimulus;
  if (step < a->trial->perturbed_from || step >= a->trial->perturbed_to) flags &= ~(uint32_t)RP_PERTURBED;
  if (flags & sampled && (uint32_t)step % network->sample_steps) flags &= ~sampled;
  if (flags & sums) {
    const int32_t since = step - a->trial->bin_start;
    if (since < 0 || (uint32_t)since / (uint32_t)a->trial->bin_width >= a->trial->bins) flags &= ~sums;
  }
  return flags;
}

/* The arrays of a step; `flags` are those of the step. */
RP_FN rp_lif_state rp_gpu_state(const rp_gpu_arrays *a, uint32_t flags, int32_t step)
{
  const size_t slots = a->network->slots, parity = step & 1;
  rp_lif_state s;
  s.potential = a->state;
  s.excitatory_current = a->state + slots;
  s.inhibitory_current = a->state + 2 * slots;
  s.plastic_current = a->state + 3 * slots;
  s.stimulus = a->state + 4 * slots;
  s.last_spike = a->times;
  s.excitatory_input = a->counts + 2 * parity * slots;
  s.inhibitory_input = a->counts + (2 * parity + 1) * slots;
  // Counts have room for units of weight here.
  s.excitatory_sum = 0;
  s.inhibitory_sum = 0;
  s.plastic_input = a->plastic_input + parity * slots;
  s.plastic_decays = flags & RP_GPU_EACH ? a->time_constants : 0;
  s.plastic_gains = flags & RP_GPU_EACH ? a->time_constants + slots : 0;
  s.baselines = flags & RP_GPU_DRIVEN ? a->time_constants + (flags & RP_GPU_EACH ? 2 * slots : 0) : 0;
  s.sum = a->sums;
  if (flags & (RP_SUM_TOTAL | RP_SUM_PLASTIC)) {
    const uint32_t bin = (uint32_t)(step - a->trial->bin_start) / (uint32_t)a->trial->bin_width;
    s.sum = a->sums + (bin - a->progress->first_bin) * slots;
  }
  return s;
}

#ifdef RP_CELLS
/* What cells have of their own. */
RP_FN rp_cells rp_gpu_cells(const rp_gpu_arrays *a, uint32_t class_index)
{
  const RP_GLOBAL rp_cell_shape *shape = &a->network->cells;
  rp_cells g;
  g.constants = a->cell_constants;
  g.refractory_steps = a->cell_refractory_steps;
  g.state = a->cell_state;
  g.stride = shape->stride;
  g.uniforms = a->cell_constants + (size_t)shape->constant_rows * shape->stride + class_index * shape->uniform_count;
  g.after_spike_currents = shape->after_spike_currents;
  g.has_spike_threshold = shape->has_spike_threshold;
  g.has_voltage_threshold = shape->has_voltage_threshold;
  return g;
}
#endif

/* Keeps the currents of a slot: excitatory, inhibitory and plastic one. */
RP_FN void rp_gpu_trace(const rp_gpu_arrays *a, int32_t step, uint32_t slot)
{
  const uint32_t place = a->trace_of[slot], count = a->trial->traced, slots = a->network->slots;
  if (place == RP_GPU_UNTRACED) return;
  const uint32_t each = a->network->sample_steps;
  const size_t sample = (uint32_t)step / each - (uint32_t)a->progress->fetched / each - 1;
  for (uint32_t array = 0; array < 3; array++)
    a->traces[(3 * sample + array) * count + place] = a->state[(size_t)(array + 1) * slots + slot];
}

/* Notes that a slot spikes. */
RP_FN void rp_gpu_note_spike(const rp_gpu_arrays *a, uint32_t flags, int32_t step, uint32_t slot)
{
  const uint32_t slots = a->network->slots;
  a->times[slots + slot] = step;
  a->spike_counts[slot] += 1;
  if (flags & RP_GPU_RECORDED) {
    RP_GLOBAL uint32_t *row = a->record + (size_t)(step - a->progress->fetched - 1) * (slots / 32);
    // Each bit is added once, to zeros.
    RP_ATOMIC_ADD(row + slot / 32, 1u << slot % 32);
  }
}

/* One step of slots first, first + 16, first + 32 and first + 48; those that spike join `spikes`. `row` is that of the
   step in the feed-forward spikes. */
RP_FN void rp_gpu_advance(
    const rp_gpu_arrays *a, uint32_t flags, int32_t step, uint32_t row, uint32_t first, RP_LOCAL uint32_t *spikes,
    RP_LOCAL uint32_t *spike_count)
{
  const RP_GLOBAL rp_gpu_network *network = a->network;
  const uint32_t slots = network->slots, interval = network->interval, stride = network->weight_stride;
  if (first >= slots) return;
  rp_lif_step_arguments s;
  s.state = rp_gpu_state(a, flags, step);
  s.constants = network->constants[first >= network->inhibitory_start ? 1 : 0];
#ifdef RP_CELLS
  s.cells = rp_gpu_cells(a, first >= network->inhibitory_start ? 1 : 0);
#endif
  s.step = step;
  s.stimulation = a->perturbation;
  s.silenced = a->perturbation + slots;
  uint32_t noise[4], stimulus[4];
  const uint32_t counter = first / RP_SLOT_GROUP * 16 + first % 16;
  if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE)) rp_group_words(a->trial->noise, (uint32_t)step, counter, noise);
  if (flags & RP_STIMULUS) rp_group_words(a->trial->stimulus, (uint32_t)step, counter, stimulus);
  RP_UNROLL
  for (uint32_t quarter = 0; quarter < 4; quarter++) {
    const uint32_t slot = first + 16 * quarter;
    float xi = 0.0f, stimulus_xi = 0.0f;
    if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE)) xi = rp_normal_from_word(noise[quarter]);
    if (flags & RP_STIMULUS) stimulus_xi = rp_normal_from_word(stimulus[quarter]);
    uint32_t is_spiking = RP_GPU_STEP_LANES(&s, slot, flags, xi, stimulus_xi);
    if (flags & RP_GPU_TRACED) rp_gpu_trace(a, step, slot);
    if (flags & RP_GPU_IMPOSED) is_spiking = a->imposed[slot / 32] >> slot % 32 & 1;
    if (flags & RP_PLASTIC)
      rp_gpu_filter(interval, stride, step, slot, is_spiking, a->times[slots + slot] == step - 1, a->filtered,
                    a->gained, a->spike_weights + (stride > 1 ? slot : 0));
    if (is_spiking) {
      spikes[RP_ATOMIC_ADD_LOCAL(spike_count, 1u)] = slot;
      rp_gpu_note_spike(a, flags, step, slot);
    }
    if (flags & RP_GPU_FEEDFORWARD) rp_gpu_deliver_feedforward(a, step, row, slot);
  }
}

/* One step. `offset` counts from the last step that was done before the sequence that this launch is part of. */
RP_KERNEL rp_gpu_step(RP_GPU_STEP_PARAMETERS, const uint32_t trial_flags, const int32_t offset)
{
  RP_LOCAL_VARIABLE uint32_t spikes[4 * RP_GPU_STEP_ITEMS];
  RP_LOCAL_VARIABLE uint32_t spike_count;
  const rp_gpu_arrays arrays = RP_GPU_STEP_ARGUMENTS;
  if (RP_ITEM == 0) spike_count = 0;
  RP_BARRIER();
  const int32_t step = progress->step + offset;
  const uint32_t flags = rp_gpu_flags_now(&arrays, trial_flags, step);
  const uint32_t first = rp_gpu_first_slot(RP_GROUP);
  rp_gpu_advance(&arrays, flags, step, (uint32_t)offset, first, spikes, &spike_count);
  RP_BARRIER();
  rp_gpu_deliver(&arrays, flags, step, spikes, spike_count);
}
