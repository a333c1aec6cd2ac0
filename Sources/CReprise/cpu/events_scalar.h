// Recursive least squares driven by spikes in plain loops: the twin of events.h, where the method is explained.

RP_FN float RP_NAME(rp_event_load)(const RP_STORED *p)
{
#ifdef RP_HALF
  return rp_half_load(p);
#else
  return *p;
#endif
}

RP_FN void RP_NAME(rp_event_store)(RP_STORED *p, float x, size_t lane, rp_rounding *rounding)
{
#ifdef RP_HALF
  rp_round_half(p, x, rounding, lane);
#else
  (void)lane, (void)rounding;
  *p = x;
#endif
}

static void RP_NAME(rp_event_apply_terms)(const rp_rls_arguments *a, size_t group, size_t count)
{
  const size_t gap = 16 - a->ragged, padded = a->padded;
  RP_STORED *p = (RP_STORED *)a->correlation + group * a->correlation_size;
  const RP_STORED *g = (const RP_STORED *)a->pending + group * RP_EVENT_RANK * padded;
  rp_rounding rounding = rp_rounding_start(a, group);
  for (size_t i = 0; i < a->inputs; i++) {
    const size_t row = i < a->ragged ? i : i + gap;
    for (size_t j = 0; j <= i; j++) {
      const size_t column = j < a->ragged ? j : j + gap;
#ifdef RP_HALF
      float *diagonal = a->diagonal + group * padded + row;
      float x = i == j ? *diagonal : rp_half_load(p + i * padded + column);
#else
      float x = p[i * padded + column];
#endif
      for (size_t k = 0; k < count; k++) x -= RP_NAME(rp_event_load)(g + k * padded + row) * RP_NAME(rp_event_load)(g + k * padded + column);
#ifdef RP_HALF
      if (i == j) {
        *diagonal = x;
        continue;
      }
#endif
      RP_NAME(rp_event_store)(p + i * padded + column, x, column % 16, &rounding);
      p[j * padded + row] = p[i * padded + column];
    }
  }
}

static void RP_NAME(rp_event_update_group)(const rp_rls_arguments *a, size_t group, float *z, float *y)
{
  const size_t recurrent = a->inputs - a->feedforward, gap = 16 - a->ragged;
  const size_t padded = a->padded, count = a->pending_count;
  const uint32_t *source = a->presynaptic + a->members[a->member_offsets[group]] * recurrent;
  const RP_STORED *p = (const RP_STORED *)a->correlation + group * a->correlation_size;
  RP_STORED *g = (RP_STORED *)a->pending + group * RP_EVENT_RANK * padded;
  const float inverse_scale = 1.0f / a->scale;
  const RP_STORED *last = g + (count ? count - 1 : RP_EVENT_RANK - 1) * padded;
  float shares[RP_EVENT_RANK] = {0};
  for (size_t j = 0; j < padded; j++) y[j] = a->decay * a->carried[group] * RP_NAME(rp_event_load)(last + j);
  for (size_t i = 0; i < a->inputs; i++) {
    const size_t from = i < a->feedforward ? a->neurons + i : source[i - a->feedforward];
    const size_t column = i < a->ragged ? i : i + gap;
    z[column] = __builtin_fabsf(a->marked_spikes[from]);
    if (!__builtin_signbit(a->marked_spikes[from])) continue;
    const float gain = a->gained[from];
#ifdef RP_HALF
    y[column] += gain * a->diagonal[group * padded + column];
#endif
    for (size_t j = 0; j < padded; j++) y[j] += gain * RP_NAME(rp_event_load)(p + i * padded + j);
    for (size_t k = 0; k < count; k++) shares[k] += gain * RP_NAME(rp_event_load)(g + k * padded + column);
  }
  for (size_t k = 0; k < count; k++)
    for (size_t j = 0; j < padded; j++) y[j] -= shares[k] * RP_NAME(rp_event_load)(g + k * padded + j);
  float quadratic = 0;
  for (size_t j = 0; j < padded; j++) quadratic += z[j] * y[j];
  const float denominator = 1.0f / (1.0f + quadratic * inverse_scale);
  const float root = __builtin_sqrtf(denominator * inverse_scale);
  a->carried[group] = __builtin_sqrtf(denominator * a->scale);
  for (size_t j = 0; j < padded; j++) {
#ifdef RP_HALF
    g[count * padded + j] = rp_half_nearest(root * y[j]);
#else
    g[count * padded + j] = root * y[j];
#endif
    y[j] *= inverse_scale;
  }
  RP_NAME(rp_apply)(a, group, z, y, denominator);
  if (count + 1 == RP_EVENT_RANK) RP_NAME(rp_event_apply_terms)(a, group, count + 1);
}

static void RP_NAME(rp_event_update)(const rp_rls_arguments *a)
{
  float z[RP_MAX_INPUTS], y[RP_MAX_INPUTS];
  memset(z, 0, a->padded * sizeof(float));
  for (size_t group = a->begin; group < a->end; group++) RP_NAME(rp_event_update_group)(a, group, z, y);
}

static void RP_NAME(rp_event_flush)(const rp_rls_arguments *a)
{
  for (size_t group = a->begin; group < a->end; group++) RP_NAME(rp_event_apply_terms)(a, group, a->pending_count);
}
