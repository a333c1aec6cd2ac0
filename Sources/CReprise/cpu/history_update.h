// An update of the weights where the last updates stand for P. Included once per variant.

/* Rows of the ring, and groups, of the inputs of a group of neurons, and the couplings that follow from them. */
static void rp_history_inputs(
    const rp_history_update_arguments *h, size_t group, uint32_t *index, int8_t *kind, rp_history_arguments *history)
{
  const rp_rls_arguments *a = &h->rls;
  const size_t recurrent = a->inputs - a->feedforward, gap = 16 - a->ragged;
  const uint32_t *source = a->presynaptic + a->members[a->member_offsets[group]] * recurrent;
  float counts[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < a->padded; i++) {
    index[i] = a->neurons + (uint32_t)a->feedforward;
    kind[i] = -1;
  }
  for (size_t i = 0; i < a->inputs; i++) {
    const size_t column = i < a->ragged ? i : i + gap;
    const int is_recurrent = i >= a->feedforward;
    const uint32_t sender = is_recurrent ? source[i - a->feedforward] : 0;
    index[column] = is_recurrent ? sender : a->neurons + (uint32_t)i;
    kind[column] = !is_recurrent ? 0 : sender < a->excitatory ? h->excitatory_group : h->inhibitory_group;
    counts[kind[column]] += 1;
  }
  for (int g = 0; g < 3; g++) history->coupling[g] = h->mu / (h->lambda + h->mu * counts[g + 1]);
}

static void rp_history_update_variant(const rp_history_update_arguments *h)
{
  _Alignas(64) float z[RP_MAX_INPUTS], k[RP_MAX_INPUTS];
  uint32_t index[RP_MAX_INPUTS];
  int8_t kind[RP_MAX_INPUTS];
  const rp_rls_arguments *a = &h->rls;
  rp_history_arguments history = h->history;
  memset(z, 0, a->padded * sizeof(float));
  for (size_t group = a->begin; group < a->end; group++) {
    rp_gather_regressors(a, group, z);
    rp_history_inputs(h, group, index, kind, &history);
    rp_history_gain_variant(&history, index, kind, z, k, h->scratch);
    float quadratic = 0;
    for (size_t i = 0; i < a->padded; i++) quadratic += z[i] * k[i];
    rp_rls_apply(a, group, z, k, 1.0f / (1.0f + quadratic));
  }
}
