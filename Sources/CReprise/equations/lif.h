// One time step of a leaky integrate-and-fire neuron and its synaptic currents (E1 to E3, E5 and E8 of
// docs/equations.md; the rest of E4 to E6 is in cpu/neuron.h).
// One text for scalar code, vector code and GPU kernels: only + - * and comparisons on floats, never contracted,
// so every one of them gives the same bits.

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
