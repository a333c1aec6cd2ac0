// The change of the weights in an update (E13), from k and den of their groups. P is in tiles.h, events.h and history.h.

/* Amplitude of current noise (E4). */
RP_FN float rp_gpu_current_noise(const RP_GLOBAL rp_gpu_network *network, uint32_t slot RP_GPU_CELL_PARAMETERS)
{
#ifdef RP_CELLS
  return cell_constants[RP_CELL_CURRENT_NOISE * (size_t)network->cells.stride + slot];
#else
  return network->constants[slot >= network->inhibitory_start ? 1 : 0].current_noise;
#endif
}

/* Whether the sign of a weight is not that of the class of its sender (E16). Feed-forward neurons have no class. */
RP_FN int rp_gpu_has_wrong_sign(const RP_GLOBAL rp_gpu_network *network, uint32_t source, float weight)
{
  if (source < network->inhibitory_start) return weight < 0.0f;
  return source < network->slots && weight > 0.0f;
}

/* The weights of one row, of a neuron that learns, for each work group. `flags` are those of the last step; the row of
   targets begins at
   `target_start`. */
RP_KERNEL_UP_TO(RP_GPU_UPDATE_ITEMS) rp_gpu_apply(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_trial *trial, const int32_t step,
    const uint32_t flags, const RP_GLOBAL float *state, const RP_GLOBAL float *filtered,
    const RP_GLOBAL uint32_t *sources, const RP_GLOBAL uint32_t *learners, const RP_GLOBAL uint32_t *group_of,
    const RP_GLOBAL float *gain,
    const RP_GLOBAL float *denominators, const RP_GLOBAL float *targets, const uint64_t target_start,
    RP_GLOBAL float *weights RP_GPU_CELL_PARAMETERS)
{
  RP_LOCAL_VARIABLE float partial[RP_GPU_UPDATE_ITEMS + RP_GPU_SUM_PARTS];
  const uint32_t n = network->inputs, row = RP_GROUP, group = group_of[row];
  const uint32_t slot = learners[network->slots + row];
  RP_GLOBAL float *w = weights + (size_t)row * n;
  float output = 0.0f;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) output += filtered[sources[(size_t)group * n + j]] * w[j];
  output = rp_gpu_sum_float32(partial, output);
  float fixed = state[(size_t)network->slots + slot] + state[(size_t)2 * network->slots + slot];
  if (flags & RP_CURRENT_NOISE)
    fixed += rp_gpu_current_noise(network, slot RP_GPU_CELL_ARGUMENTS)
             * rp_slot_normal(trial->noise, (uint32_t)step, slot);
  const uint32_t column = learners[network->slots + network->learners + row];
  const float error = output + fixed - targets[target_start + column];
  const float move = network->frozen ? 0.0f : network->prior_gain ? error : error * denominators[group];
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    const float changed = w[j] - move * gain[(size_t)group * n + j];
    const int is_wrong = network->keeps_signs && rp_gpu_has_wrong_sign(network, sources[(size_t)group * n + j], changed);
    w[j] = is_wrong ? 0.0f : changed;
  }
}

/* Copies matrix `source` of a buffer, of so many words, to those from `first` on, one for each work group. */
RP_KERNEL rp_gpu_repeat(RP_GLOBAL uint32_t *words, const uint32_t size, const uint32_t source, const uint32_t first)
{
  const RP_GLOBAL uint32_t *from = words + (size_t)source * size;
  RP_GLOBAL uint32_t *to = words + (size_t)(first + RP_GROUP) * size;
  for (uint32_t i = RP_ITEM; i < size; i += RP_ITEMS) to[i] = from[i];
}

/* Copies 16 bytes for each work item: what `reprise bench` compares other kernels with. */
RP_KERNEL rp_gpu_copy(
    const RP_GLOBAL rp_four_float32 *from, const uint64_t count, RP_GLOBAL rp_four_float32 *to)
{
  const size_t i = (size_t)RP_GROUP * RP_ITEMS + RP_ITEM;
  if (i < count) to[i] = from[i];
}
