// One time step of a leaky integrate-and-fire neuron and its synaptic currents (E1 to E6 and E8 of docs/equations.md).
// One text for scalar code, vector code and GPU kernels: only + - * and comparisons on floats, never contracted,
// so every one of them gives the same bits.

// Needs: types.h, random.h; rp_load, rp_store and the like for arrays over slots, rp_select, RP_UNLIKELY.

/* Filtered current (E1 to E3): u <- (1 - dt/tau) u + input/tau. */
RP_FN rp_real rp_filter_current(rp_real u, rp_real decay, rp_real input, rp_real gain)
{
  return u * decay + input * gain;
}

/* Ornstein-Uhlenbeck process (E8): x <- (1 - b dt) x + b mu dt + sigma sqrt(dt) xi. */
RP_FN rp_real rp_ou_step(rp_real x, rp_real decay, rp_real drift, rp_real amplitude, rp_real xi)
{
  return (x * decay + drift) + amplitude * xi;
}

/* Membrane (E5): v + dt/tau_m (X + u - v). */
RP_FN rp_real rp_membrane_step(rp_real v, rp_real rate, rp_real external, rp_real current)
{
  return v + rate * ((external + current) - v);
}

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

/* Spikes that arrived at RP_WIDTH neurons, or units of weight where there are such; they are cleared. */
RP_FN rp_real rp_static_input(RP_GLOBAL rp_count *counts, RP_GLOBAL int32_t *sums, size_t i)
{
  rp_real input = sums ? rp_int_to_real(rp_load_int(sums + i)) : rp_load_count(counts + i);
  if (sums) rp_clear_int(sums + i);
  else rp_clear_count(counts + i);
  return input;
}

/* Static current (E1, E2) of RP_WIDTH neurons from slot i on; what it received is cleared. */
RP_FN rp_real rp_static_current(
    const rp_lif_step_arguments *a, size_t i, rp_real excitatory_gain, rp_real inhibitory_gain)
{
  const rp_lif_constants *c = &a->constants;
  const rp_lif_state *s = &a->state;
  rp_real e = rp_filter_current(rp_load(s->excitatory_current + i), rp_broadcast(c->excitatory_decay),
                                rp_static_input(s->excitatory_input, s->excitatory_sum, i), excitatory_gain);
  rp_real n = rp_filter_current(rp_load(s->inhibitory_current + i), rp_broadcast(c->inhibitory_decay),
                                rp_static_input(s->inhibitory_input, s->inhibitory_sum, i), inhibitory_gain);
  rp_store(s->excitatory_current + i, e);
  rp_store(s->inhibitory_current + i, n);
  return e + n;
}

/* Plastic current (E3); the weights it received are cleared. */
RP_FN rp_real rp_plastic_current(const rp_lif_step_arguments *a, size_t i)
{
  const rp_lif_constants *c = &a->constants;
  const rp_lif_state *s = &a->state;
  rp_real decay = s->plastic_decays ? rp_load(s->plastic_decays + i) : rp_broadcast(c->plastic_decay);
  rp_real gain = s->plastic_gains ? rp_load(s->plastic_gains + i) : rp_broadcast(c->plastic_gain);
  rp_real plastic =
      rp_filter_current(rp_load(s->plastic_current + i), decay, rp_load_fixed(s->plastic_input + i), gain);
  rp_clear_fixed(s->plastic_input + i);
  rp_store(s->plastic_current + i, plastic);
  return plastic;
}

/* The stimulus of this step (E8), which is then advanced. */
RP_FN rp_real rp_stimulus(const rp_lif_step_arguments *a, size_t i, rp_real xi)
{
  const rp_lif_constants *c = &a->constants;
  rp_real x = rp_load(a->state.stimulus + i);
  rp_store(a->state.stimulus + i, rp_ou_step(x, rp_broadcast(c->stimulus_decay), rp_broadcast(c->stimulus_drift),
                                             rp_broadcast(c->stimulus_amplitude), xi));
  return x;
}

/* External input with stimulation (X2). */
RP_FN rp_real rp_stimulated(const rp_lif_step_arguments *a, size_t i, rp_real external)
{
  return external + rp_load(a->stimulation + i);
}

/* Which neurons are silenced (X1): they are at rest and make no spikes. */
RP_FN rp_int rp_silenced(const rp_lif_step_arguments *a, size_t i)
{
  return rp_greater(rp_load(a->silenced + i), rp_broadcast(0));
}

/* One step of RP_WIDTH neurons from slot i on; returns a bit per spike. */
RP_FN uint32_t rp_lif_step_lanes(
    const rp_lif_step_arguments *a, size_t i, uint32_t flags, rp_real noise, rp_real stimulus_noise)
{
  const rp_lif_constants *c = &a->constants;
  const rp_lif_state *s = &a->state;
  rp_real fixed = rp_broadcast(0), plastic = rp_broadcast(0);
  if (flags & RP_STATIC)
    fixed = rp_static_current(a, i, rp_broadcast(c->excitatory_gain), rp_broadcast(c->inhibitory_gain));
  if (flags & RP_CURRENT_NOISE) fixed = fixed + c->current_noise * noise;
  if (flags & RP_PLASTIC) plastic = rp_plastic_current(a, i);
  rp_real current = fixed + plastic;
  if (flags & RP_SUM_TOTAL) rp_store(s->sum + i, rp_load(s->sum + i) + current);
  if (flags & RP_SUM_PLASTIC) rp_store(s->sum + i, rp_load(s->sum + i) + plastic);

  rp_real external = s->baselines ? rp_load(s->baselines + i) : rp_broadcast(c->baseline);
  if (flags & RP_STIMULUS) external = external + rp_stimulus(a, i, stimulus_noise);
  if (flags & RP_PERTURBED) external = rp_stimulated(a, i, external);

  rp_real v = rp_load(s->potential + i);
  if (flags & RP_VOLTAGE_NOISE) v = v + c->voltage_noise * noise;
  rp_int last = rp_load_int(s->last_spike + i);
  rp_int ready = rp_at_least(a->step - last, c->refractory_steps);
  if (flags & RP_PERTURBED) {
    v = rp_select(rp_silenced(a, i), rp_broadcast(c->reset), v);
    ready = ready & ~rp_silenced(a, i);
  }
  v = rp_select(ready, rp_membrane_step(v, rp_broadcast(c->membrane_rate), external, current), v);
  rp_int spiking = ready & rp_greater(v, rp_broadcast(c->threshold));
  uint32_t spikes = rp_mask_bits(spiking);
  rp_store(s->potential + i, rp_select(spiking, rp_broadcast(c->reset), v));
  if (RP_UNLIKELY(spikes != 0)) rp_store_int(s->last_spike + i, rp_select_int(spiking, a->step, last));
  return spikes;
}
