// Loop over neurons for one time step. Included once per variant.

/* The four random words of RP_WIDTH lanes: lane l of quarter q of group g has counter 16 g + l, and word q serves
   slot 64 g + 16 q + l, so one Philox call serves four neurons and no lane needs another's words. */
RP_FN void rp_group_words(rp_random_key key, uint32_t step, uint32_t counter, rp_uint words[4])
{
  words[0] = rp_lane_counter(counter);
  words[1] = (rp_uint)step;
  words[2] = (rp_uint)key.trial;
  words[3] = (rp_uint)key.purpose;
  rp_philox_words(words, (uint32_t)key.seed, (uint32_t)(key.seed >> 32));
}

static void rp_normal_fill_variant(rp_random_key key, uint32_t step, size_t begin, size_t end, float *out)
{
  for (size_t group = begin; group < end; group += RP_SLOT_GROUP)
    for (size_t lane = 0; lane < 16; lane += RP_WIDTH) {
      rp_uint words[4];
      rp_group_words(key, step, (uint32_t)(group / 4 + lane), words);
      for (int quarter = 0; quarter < 4; quarter++)
        rp_store(out + (group - begin) + 16 * quarter + lane, rp_normal_from_word(words[quarter]));
    }
}

/* One step of RP_WIDTH neurons from slot i on; returns a bit per spike. */
RP_FN uint32_t rp_lif_step_lanes(
    const rp_lif_step_arguments *a, size_t i, uint32_t flags, rp_real noise, rp_real stimulus_noise)
{
  const rp_lif_constants *c = &a->constants;
  const rp_lif_state *s = &a->state;
  rp_real fixed = rp_broadcast(0), plastic = rp_broadcast(0);
  if (flags & RP_STATIC) {
    rp_real e = rp_filter_current(rp_load(s->excitatory_current + i), rp_broadcast(c->excitatory_decay),
                                  rp_load_count(s->excitatory_input + i), rp_broadcast(c->excitatory_gain));
    rp_real n = rp_filter_current(rp_load(s->inhibitory_current + i), rp_broadcast(c->inhibitory_decay),
                                  rp_load_count(s->inhibitory_input + i), rp_broadcast(c->inhibitory_gain));
    memset(s->excitatory_input + i, 0, RP_WIDTH * sizeof(uint16_t));
    memset(s->inhibitory_input + i, 0, RP_WIDTH * sizeof(uint16_t));
    rp_store(s->excitatory_current + i, e);
    rp_store(s->inhibitory_current + i, n);
    fixed = e + n;
  }
  if (flags & RP_CURRENT_NOISE) fixed = fixed + c->current_noise * noise;
  if (flags & RP_PLASTIC) {
    rp_real decay = s->plastic_decays ? rp_load(s->plastic_decays + i) : rp_broadcast(c->plastic_decay);
    rp_real gain = s->plastic_gains ? rp_load(s->plastic_gains + i) : rp_broadcast(c->plastic_gain);
    plastic = rp_filter_current(rp_load(s->plastic_current + i), decay, rp_load_fixed(s->plastic_input + i), gain);
    memset(s->plastic_input + i, 0, RP_WIDTH * sizeof(int64_t));
    rp_store(s->plastic_current + i, plastic);
  }
  rp_real current = fixed + plastic;
  if (flags & RP_SUM_TOTAL) rp_store(s->sum + i, rp_load(s->sum + i) + current);
  if (flags & RP_SUM_PLASTIC) rp_store(s->sum + i, rp_load(s->sum + i) + plastic);

  rp_real external = rp_broadcast(c->baseline);
  if (flags & RP_STIMULUS) {
    rp_real x = rp_load(s->stimulus + i);
    external = external + x;
    rp_store(s->stimulus + i, rp_ou_step(x, rp_broadcast(c->stimulus_decay), rp_broadcast(c->stimulus_drift),
                                         rp_broadcast(c->stimulus_amplitude), stimulus_noise));
  }

  rp_real v = rp_load(s->potential + i);
  if (flags & RP_VOLTAGE_NOISE) v = v + c->voltage_noise * noise;
  rp_int last = rp_load_int(s->last_spike + i);
  rp_int ready = rp_at_least(a->step - last, c->refractory_steps);
  v = rp_select(ready, rp_membrane_step(v, rp_broadcast(c->membrane_rate), external, current), v);
  rp_int spiking = ready & rp_greater(v, rp_broadcast(c->threshold));
  uint32_t spikes = rp_mask_bits(spiking);
  rp_store(s->potential + i, rp_select(spiking, rp_broadcast(c->reset), v));
  if (__builtin_expect(spikes != 0, 0)) rp_store_int(s->last_spike + i, rp_select_int(spiking, a->step, last));
  return spikes;
}

RP_FN size_t rp_lif_step_body(const rp_lif_step_arguments *a, uint32_t *spikes, uint32_t flags)
{
  size_t count = 0;
  for (size_t group = a->begin; group < a->end; group += RP_SLOT_GROUP)
    for (size_t lane = 0; lane < 16; lane += RP_WIDTH) {
      rp_uint noise[4], stimulus[4];
      const uint32_t counter = (uint32_t)(group / 4 + lane);
      if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE)) rp_group_words(a->noise, (uint32_t)a->step, counter, noise);
      if (flags & RP_STIMULUS) rp_group_words(a->stimulus, (uint32_t)a->step, counter, stimulus);
      for (int quarter = 0; quarter < 4; quarter++) {
        const size_t i = group + 16 * (size_t)quarter + lane;
        rp_real xi = rp_broadcast(0), stimulus_xi = rp_broadcast(0);
        if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE)) xi = rp_normal_from_word(noise[quarter]);
        if (flags & RP_STIMULUS) stimulus_xi = rp_normal_from_word(stimulus[quarter]);
        uint32_t bits = rp_lif_step_lanes(a, i, flags, xi, stimulus_xi);
        while (__builtin_expect(bits != 0, 0)) {
          spikes[count++] = (uint32_t)i + (uint32_t)__builtin_ctz(bits);
          bits &= bits - 1;
        }
      }
    }
  return count;
}

/* The flags that hold for most of a trial are made constants of their own loops. */
static size_t rp_lif_step_variant(const rp_lif_step_arguments *a, uint32_t *spikes)
{
  switch (a->flags) {
    case RP_STATIC | RP_PLASTIC: return rp_lif_step_body(a, spikes, RP_STATIC | RP_PLASTIC);
    case RP_STATIC | RP_PLASTIC | RP_VOLTAGE_NOISE:
      return rp_lif_step_body(a, spikes, RP_STATIC | RP_PLASTIC | RP_VOLTAGE_NOISE);
    case RP_PLASTIC | RP_VOLTAGE_NOISE: return rp_lif_step_body(a, spikes, RP_PLASTIC | RP_VOLTAGE_NOISE);
    default: return rp_lif_step_body(a, spikes, a->flags);
  }
}
