// What steps are given, and delivery of their spikes.

/* What kernels of steps are given. `feedforward_spikes` has a row of bits for each step, the first one for the step
   before; `imposed` has a bit per slot. `record` has a row of bits for each step, and `trace_of` the place of a slot in
   `traces` of shape [sample, 3, traced slot]. `learners` has the row of each slot in `weights`, and behind these the
   slot of each row, and then the column of its targets. `perturbation` has stimulation
   and silence, each by slot. */
typedef struct {
  const RP_GLOBAL rp_gpu_network *network;
  const RP_GLOBAL rp_gpu_trial *trial;
  RP_GLOBAL rp_gpu_progress *progress;
  RP_GLOBAL float *state, *filtered, *gained;
  RP_GLOBAL int32_t *times;
  RP_GLOBAL uint32_t *spike_counts;
  RP_GLOBAL rp_count *counts;
  RP_GLOBAL int64_t *plastic_input;
  const RP_GLOBAL float *time_constants, *spike_weights;
  const RP_GLOBAL uint64_t *static_offsets;
  const RP_GLOBAL uint32_t *static_targets;
  const RP_GLOBAL uint64_t *plastic_offsets;
  const RP_GLOBAL uint32_t *plastic_entries;
  const RP_GLOBAL uint32_t *learners;
  const RP_GLOBAL float *weights;
  const RP_GLOBAL uint32_t *feedforward_spikes, *imposed;
  RP_GLOBAL float *sums;
  RP_GLOBAL uint32_t *record;
  const RP_GLOBAL uint32_t *trace_of;
  RP_GLOBAL float *traces;
  const RP_GLOBAL float *perturbation;
  RP_GPU_CELL_FIELDS
} rp_gpu_arrays;

#define RP_GPU_STEP_PARAMETERS \
  const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_trial *trial, RP_GLOBAL rp_gpu_progress *progress, \
  RP_GLOBAL float *state, RP_GLOBAL float *filtered, RP_GLOBAL float *gained, RP_GLOBAL int32_t *times, \
  RP_GLOBAL uint32_t *spike_counts, RP_GLOBAL rp_count *counts, RP_GLOBAL int64_t *plastic_input, \
  const RP_GLOBAL float *time_constants, const RP_GLOBAL float *spike_weights, \
  const RP_GLOBAL uint64_t *static_offsets, const RP_GLOBAL uint32_t *static_targets, \
  const RP_GLOBAL uint64_t *plastic_offsets, const RP_GLOBAL uint32_t *plastic_entries, \
  const RP_GLOBAL uint32_t *learners, const RP_GLOBAL float *weights, \
  const RP_GLOBAL uint32_t *feedforward_spikes, const RP_GLOBAL uint32_t *imposed, \
  RP_GLOBAL float *sums, RP_GLOBAL uint32_t *record, const RP_GLOBAL uint32_t *trace_of, \
  RP_GLOBAL float *traces, const RP_GLOBAL float *perturbation RP_GPU_CELL_PARAMETERS

#define RP_GPU_STEP_ARGUMENTS \
  { \
    network, trial, progress, state, filtered, gained, times, spike_counts, counts, plastic_input, time_constants, \
    spike_weights, static_offsets, static_targets, plastic_offsets, plastic_entries, learners, weights, \
    feedforward_spikes, imposed, sums, record, trace_of, traces, perturbation RP_GPU_CELL_ARGUMENTS \
  }

/* Adds one, or units of weight, to the inputs of the static targets of a slot, divided among the work items of a group. */
RP_FN void rp_gpu_deliver_static(const rp_gpu_arrays *a, uint32_t flags, uint32_t slot, RP_GLOBAL rp_count *counts)
{
  const RP_GLOBAL rp_gpu_network *network = a->network;
  const uint32_t inhibitory = slot >= network->inhibitory_start;
  RP_GLOBAL rp_count *inputs = counts + (inhibitory ? network->slots : 0);
  if (flags & RP_GPU_LISTS) {
    const RP_GLOBAL uint32_t *targets = a->static_targets;
    const uint64_t end = a->static_offsets[slot + 1];
    for (uint64_t i = a->static_offsets[slot] + RP_ITEM; i < end; i += RP_ITEMS)
      RP_ATOMIC_ADD(inputs + targets[i], 1u);
  }
  if (flags & RP_GPU_WEIGHTED) {
    const RP_GLOBAL uint32_t *targets = a->static_targets;
    const uint64_t end = a->static_offsets[slot + 1];
    for (uint64_t i = a->static_offsets[slot] + RP_ITEM; i < end; i += RP_ITEMS)
      RP_ATOMIC_ADD(counts + targets[2 * i], targets[2 * i + 1]);
  }
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
RP_FN void rp_gpu_deliver_plastic(const rp_gpu_arrays *a, uint32_t slot, RP_GLOBAL int64_t *inputs)
{
  const uint32_t bits = a->network->column_bits, mask = (1u << bits) - 1, width = a->network->inputs;
  const RP_GLOBAL uint32_t *entries = a->plastic_entries, *places = a->learners + a->network->slots;
  const RP_GLOBAL float *weights = a->weights;
  const uint64_t end = a->plastic_offsets[slot + 1];
  for (uint64_t i = a->plastic_offsets[slot] + RP_ITEM; i < end; i += RP_ITEMS) {
    const uint32_t row = entries[i] >> bits;
    RP_ATOMIC_ADD_LONG(inputs + places[row], rp_fixed_point(weights[(size_t)row * width + (entries[i] & mask)]));
  }
}

/* Adds the weights of the feed-forward neurons that spike to the input of a slot whose neuron learns. */
RP_FN void rp_gpu_deliver_feedforward(const rp_gpu_arrays *a, int32_t step, uint32_t row, uint32_t slot)
{
  const uint32_t words = (a->network->feedforward + 31) / 32, learner = a->learners[slot];
  if (learner == RP_GPU_UNTRAINED) return;
  const RP_GLOBAL uint32_t *spikes = a->feedforward_spikes + (size_t)row * words;
  const RP_GLOBAL float *weights = a->weights + (size_t)learner * a->network->inputs;
  int64_t sum = 0;
  for (uint32_t word = 0; word < words; word++) {
    uint32_t bits = spikes[word];
    while (bits) {
      const uint32_t bit = 31 - RP_LEADING_ZEROS(bits);
      sum += rp_fixed_point(weights[32 * word + bit]);
      bits ^= 1u << bit;
    }
  }
  if (sum) RP_ATOMIC_ADD_LONG(a->plastic_input + (size_t)((step + 1) & 1) * a->network->slots + slot, sum);
}

/* Adds the spikes of a group to the inputs of the next step. */
RP_FN void rp_gpu_deliver(
    const rp_gpu_arrays *a, uint32_t flags, int32_t step, const RP_LOCAL uint32_t *spikes, uint32_t count)
{
  const size_t next = (step + 1) & 1, slots = a->network->slots;
  for (uint32_t i = 0; i < count; i++) {
    rp_gpu_deliver_static(a, flags, spikes[i], a->counts + 2 * next * slots);
    if (flags & RP_PLASTIC) rp_gpu_deliver_plastic(a, spikes[i], a->plastic_input + next * slots);
  }
}
