// What all neurons but LIF neurons have in common: constants for each slot, and what reaches a neuron in a step (E1 to
// E4, E8, and the noise of E5), as in lif.h and under the same rules.

// Needs: lif.h.

/* RP_WIDTH constants from slot i on. */
RP_FN rp_real rp_cell_constant(const rp_cells *g, uint32_t row, size_t i)
{
  return rp_load(g->constants + row * g->stride + i);
}

/* What RP_WIDTH neurons find in a step. */
typedef struct {
  rp_real input;      // X + u
  rp_real potential;  // v, with its noise
  rp_int last;        // step of the last spike
  rp_int ready;       // where the refractory period is over
} rp_incoming;

/* Currents and stimulus move on. */
RP_FN rp_incoming rp_cell_receive(
    const rp_lif_step_arguments *a, size_t i, uint32_t flags, rp_real noise, rp_real stimulus_noise)
{
  const rp_lif_state *s = &a->state;
  const rp_cells *g = &a->cells;
  rp_incoming in;
  rp_real fixed = rp_broadcast(0), plastic = rp_broadcast(0);
  if (flags & RP_STATIC)
    fixed = rp_static_current(a, i, rp_cell_constant(g, RP_CELL_EXCITATORY_GAIN, i),
                              rp_cell_constant(g, RP_CELL_INHIBITORY_GAIN, i));
  if (flags & RP_CURRENT_NOISE) fixed = fixed + rp_cell_constant(g, RP_CELL_CURRENT_NOISE, i) * noise;
  if (flags & RP_PLASTIC) plastic = rp_plastic_current(a, i);
  rp_real current = fixed + plastic;
  if (flags & RP_SUM_TOTAL) rp_store(s->sum + i, rp_load(s->sum + i) + current);
  if (flags & RP_SUM_PLASTIC) rp_store(s->sum + i, rp_load(s->sum + i) + plastic);

  rp_real external = rp_cell_constant(g, RP_CELL_BASELINE, i);
  if (flags & RP_STIMULUS) external = external + rp_stimulus(a, i, stimulus_noise);
  if (flags & RP_PERTURBED) external = rp_stimulated(a, i, external);
  in.input = external + current;

  in.potential = rp_load(s->potential + i);
  if (flags & RP_VOLTAGE_NOISE)
    in.potential = in.potential + rp_cell_constant(g, RP_CELL_VOLTAGE_NOISE, i) * noise;
  in.last = rp_load_int(s->last_spike + i);
  in.ready = rp_at_least((a->step - in.last) - rp_load_int(g->refractory_steps + i), 0);
  if (flags & RP_PERTURBED) {
    // The first row of each model is its rest, or where potentials start from.
    in.potential = rp_select(rp_silenced(a, i), rp_cell_constant(g, RP_CELL_OWN, i), in.potential);
    in.ready = in.ready & ~rp_silenced(a, i);
  }
  return in;
}
