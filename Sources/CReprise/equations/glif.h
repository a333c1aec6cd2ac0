// One time step of a generalised leaky integrate-and-fire neuron (G1 to G6 of docs/equations.md), with the currents
// and the stimulus of lif.h. The same rules hold for this text: only + - * and comparisons on floats. Decays are
// losses, x - (1 - d) x: where d is near 1, its rounding would change 1 - d by much more than that of 1 - d itself.

// Needs: cell.h.

/* Sum of the after-spike currents, each as its mean over this step, which then decay (G6) where neurons are ready. */
RP_FN rp_real rp_glif_after_spike(const rp_cells *g, size_t i, rp_int ready)
{
  rp_real sum = rp_broadcast(0);
  for (uint32_t j = 0; j < g->after_spike_currents; j++) {
    rp_real x = rp_load(g->state + (RP_GLIF_AFTER_SPIKE_MEAN + j) * g->stride + i);
    rp_real loss = rp_cell_constant(g, RP_GLIF_AFTER_SPIKE + RP_GLIF_AFTER_SPIKE_ROWS * j, i);
    sum = sum + x;
    rp_store(g->state + (RP_GLIF_AFTER_SPIKE_MEAN + j) * g->stride + i, rp_select(ready, x - x * loss, x));
  }
  return sum;
}

/* Threshold (G2) after its parts have moved (G4, G5). `y`: v - E_L before the step; `drive`: R times the current. */
RP_FN rp_real rp_glif_threshold(const rp_cells *g, size_t i, rp_int ready, rp_real y, rp_real drive)
{
  rp_real threshold = rp_cell_constant(g, RP_GLIF_THRESHOLD, i);
  if (g->has_spike_threshold) {
    rp_real part = rp_load(g->state + RP_GLIF_SPIKE_THRESHOLD * g->stride + i);
    part = rp_select(ready, part - part * rp_cell_constant(g, RP_GLIF_SPIKE_LOSS, i), part);
    rp_store(g->state + RP_GLIF_SPIKE_THRESHOLD * g->stride + i, part);
    threshold = threshold + part;
  }
  if (g->has_voltage_threshold) {
    rp_real part = rp_load(g->state + RP_GLIF_VOLTAGE_THRESHOLD * g->stride + i);
    rp_real gained = y * rp_cell_constant(g, RP_GLIF_VOLTAGE_GAIN, i)
                     + drive * rp_cell_constant(g, RP_GLIF_DRIVE_GAIN, i);
    rp_real lost = part * rp_cell_constant(g, RP_GLIF_VOLTAGE_LOSS, i);
    part = rp_select(ready, part + (gained - lost), part);
    rp_store(g->state + RP_GLIF_VOLTAGE_THRESHOLD * g->stride + i, part);
    threshold = threshold + part;
  }
  return threshold;
}

/* What a spike does to one part of the state (G3): x <- x kept + jump. `row` is that of `kept`. */
RP_FN void rp_glif_jump(const rp_cells *g, uint32_t state_row, uint32_t row, size_t i, rp_int spiking)
{
  RP_GLOBAL float *place = g->state + state_row * g->stride + i;
  rp_real x = rp_load(place);
  rp_real after = x * rp_cell_constant(g, row, i) + rp_cell_constant(g, row + 1, i);
  rp_store(place, rp_select(spiking, after, x));
}

/* What a spike does to thresholds and after-spike currents (G3). */
RP_FN void rp_glif_spike(const rp_cells *g, size_t i, rp_int spiking)
{
  if (g->has_spike_threshold) rp_glif_jump(g, RP_GLIF_SPIKE_THRESHOLD, RP_GLIF_SPIKE_KEPT, i, spiking);
  for (uint32_t j = 0; j < g->after_spike_currents; j++)
    rp_glif_jump(
        g, RP_GLIF_AFTER_SPIKE_MEAN + j, RP_GLIF_AFTER_SPIKE + RP_GLIF_AFTER_SPIKE_ROWS * j + 1, i, spiking);
}

/* One step of RP_WIDTH neurons from slot i on; returns a bit per spike. */
RP_FN uint32_t rp_glif_step_lanes(
    const rp_lif_step_arguments *a, size_t i, uint32_t flags, rp_real noise, rp_real stimulus_noise)
{
  const rp_lif_state *s = &a->state;
  const rp_cells *g = &a->cells;
  const rp_incoming in = rp_cell_receive(a, i, flags, noise, stimulus_noise);
  const rp_int ready = in.ready;
  rp_real v = in.potential;
  rp_real drive =
      rp_cell_constant(g, RP_GLIF_RESISTANCE, i) * (in.input + rp_glif_after_spike(g, i, ready));
  rp_real rest = rp_cell_constant(g, RP_GLIF_REST, i);
  rp_real y = v - rest;
  rp_real threshold = rp_glif_threshold(g, i, ready, y, drive);
  rp_real moved = y + rp_cell_constant(g, RP_GLIF_RISE, i) * (drive - y);
  v = rp_select(ready, rest + moved, v);
  rp_int spiking = ready & rp_greater(v, threshold);
  uint32_t spikes = rp_mask_bits(spiking);
  rp_real reset = y * rp_cell_constant(g, RP_GLIF_RESET_FACTOR, i) - rp_cell_constant(g, RP_GLIF_RESET_SHIFT, i);
  rp_store(s->potential + i, rp_select(spiking, rest + reset, v));
  if (RP_UNLIKELY(spikes != 0)) {
    rp_store_int(s->last_spike + i, rp_select_int(spiking, a->step, in.last));
    rp_glif_spike(g, i, spiking);
  }
  return spikes;
}
