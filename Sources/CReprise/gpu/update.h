// Kernels of recursive least squares (E10 to E13). P of a group is kept in full, [input, input] in float32, so that work
// items that stand side by side read and write elements that lie side by side; it stays symmetric to the last bit. As on
// the processor the last rank-1 term is pending: an update applies the one before it and multiplies with the new
// regressors in one pass over P.

/* The sum of one number per work item, the same for all of them. `partial` has RP_ITEMS elements. */
RP_FN float rp_gpu_sum(RP_LOCAL float *partial, float x)
{
  partial[RP_ITEM] = x;
  RP_BARRIER();
  float sum = 0.0f;
  for (uint32_t i = 0; i < RP_ITEMS; i++) sum += partial[i];
  return sum;
}

/* k = P z and den of group `first` + the number of the work group, and its new pending term. `correlation` begins with
   P of group `first`; local memory has room for two vectors. `sources` has the slots of a group's inputs. */
RP_KERNEL rp_gpu_gain(
    const RP_GLOBAL rp_gpu_network *network, const uint32_t first, const RP_GLOBAL float *filtered,
    const RP_GLOBAL uint32_t *sources, RP_GLOBAL float *correlation, RP_GLOBAL float *pending,
    RP_GLOBAL float *gain, RP_GLOBAL float *denominators RP_DYNAMIC_LOCAL)
{
  RP_LOCAL_VARIABLE float partial[RP_GPU_UPDATE_ITEMS];
  const uint32_t n = network->inputs, group = first + RP_GROUP;
  const size_t row = (size_t)group * n;
  RP_GLOBAL float *p = correlation + (size_t)RP_GROUP * n * n;
  RP_LOCAL float *g = RP_DYNAMIC_LOCAL_POINTER, *z = g + n;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    g[j] = pending[row + j];
    z[j] = filtered[sources[row + j]];
  }
  RP_BARRIER();
  float quadratic = 0.0f;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    const float own = g[j];
    float y = 0.0f;
    for (uint32_t i = 0; i < n; i++) {
      const float x = p[(size_t)i * n + j] - g[i] * own;
      p[(size_t)i * n + j] = x;
      y += x * z[i];
    }
    gain[row + j] = y;
    quadratic += z[j] * y;
  }
  const float denominator = 1.0f / (1.0f + rp_gpu_sum(partial, quadratic));
  const float root = RP_SQRT(denominator);
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) pending[row + j] = root * gain[row + j];
  if (RP_ITEM == 0) denominators[group] = denominator;
}

/* The weights of one neuron for each work group. `flags` are those of the last step. */
RP_KERNEL rp_gpu_apply(
    const RP_GLOBAL rp_gpu_network *network, const RP_GLOBAL rp_gpu_trial *trial, const int32_t step,
    const uint32_t flags, const RP_GLOBAL float *state, const RP_GLOBAL float *filtered,
    const RP_GLOBAL uint32_t *sources, const RP_GLOBAL uint32_t *group_of, const RP_GLOBAL float *gain,
    const RP_GLOBAL float *denominators, const RP_GLOBAL float *target, RP_GLOBAL float *weights)
{
  RP_LOCAL_VARIABLE float partial[RP_GPU_UPDATE_ITEMS];
  const uint32_t n = network->inputs, neuron = RP_GROUP, group = group_of[neuron];
  const int inhibitory = neuron >= network->excitatory;
  const uint32_t slot = neuron + (inhibitory ? network->inhibitory_start - network->excitatory : 0);
  RP_GLOBAL float *w = weights + (size_t)slot * n;
  float output = 0.0f;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) output += filtered[sources[(size_t)group * n + j]] * w[j];
  output = rp_gpu_sum(partial, output);
  float fixed = state[(size_t)network->slots + slot] + state[(size_t)2 * network->slots + slot];
  if (flags & RP_CURRENT_NOISE)
    fixed += network->constants[inhibitory ? 1 : 0].current_noise * rp_slot_normal(trial->noise, (uint32_t)step, slot);
  const float error = output + fixed - target[neuron];
  const float move = network->frozen ? 0.0f : network->prior_gain ? error : error * denominators[group];
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) w[j] -= move * gain[(size_t)group * n + j];
}

/* Applies the pending term of a group and clears it: what the next update would have done first. */
RP_KERNEL rp_gpu_flush(
    const RP_GLOBAL rp_gpu_network *network, const uint32_t first, const uint32_t first_stored,
    RP_GLOBAL float *correlation, RP_GLOBAL float *pending RP_DYNAMIC_LOCAL)
{
  const uint32_t n = network->inputs, group = first + RP_GROUP;
  RP_GLOBAL float *p = correlation + (size_t)(group - first_stored) * n * n;
  RP_LOCAL float *g = RP_DYNAMIC_LOCAL_POINTER;
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    g[j] = pending[(size_t)group * n + j];
    pending[(size_t)group * n + j] = 0.0f;
  }
  RP_BARRIER();
  for (uint32_t j = RP_ITEM; j < n; j += RP_ITEMS) {
    const float own = g[j];
    for (uint32_t i = 0; i < n; i++) p[(size_t)i * n + j] -= g[i] * own;
  }
}
