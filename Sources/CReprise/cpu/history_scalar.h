// y = P z from the last updates (E15) in plain loops: the twin of history.h, without a copy of the regressors.
//
// With Z (inputs x frames) the regressors of the last updates, P^-1 = P_0^-1 + Z Z^T. Conjugate gradients with the
// preconditioner P_0 solve P^-1 y = z. A direction p = P_0 s is kept with its s, so that P^-1 p = s + Z (Z^T p) needs
// no P_0^-1; the solution y = P_0 u is kept with its u.

static float rp_history_dot(size_t count, const float *a, const float *b)
{
  float sum = 0;
  for (size_t i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}

/* out = P_0 x. */
static void rp_history_start(const rp_history_arguments *a, const int8_t *group, const float *x, float *out)
{
  float sums[3] = {0, 0, 0};
  for (size_t i = 0; i < a->padded; i++)
    if (group[i] > 0) sums[group[i] - 1] += x[i];
  for (size_t i = 0; i < a->padded; i++) {
    const int g = group[i];
    out[i] = g < 0 ? 0 : g == 0 ? a->inverse_feedforward_penalty * x[i]
                                : a->inverse_penalty * (x[i] - a->coupling[g - 1] * sums[g - 1]);
  }
}

/* v = Z^T p; returns v.v. */
static float rp_history_project(const rp_history_arguments *a, const uint32_t *index, const float *p, float *v)
{
  for (size_t f = 0; f < a->frames; f++) v[f] = 0;
  for (size_t i = 0; i < a->padded; i++) {
    const float *row = a->ring + index[i] * a->padded_frames;
    for (size_t f = 0; f < a->frames; f++) v[f] += p[i] * row[f];
  }
  return rp_history_dot(a->frames, v, v);
}

static void rp_history_gain_variant(const rp_history_arguments *a, const uint32_t *index, const int8_t *group,
                                    const float *z, float *y, float *scratch)
{
  const size_t n = a->padded;
  float *r = scratch, *s = r + n, *p = s + n, *u = p + n, *q = u + n, *v = q + n;
  // In units of the largest regressor no product of two overflows or vanishes.
  float unit = 0;
  for (size_t i = 0; i < n; i++) unit = __builtin_fabsf(z[i]) > unit ? __builtin_fabsf(z[i]) : unit;
  if (unit == 0) unit = 1;
  for (size_t i = 0; i < n; i++) {
    r[i] = s[i] = z[i] / unit;
    u[i] = y[i] = 0;
  }
  rp_history_start(a, group, r, p);
  float residual = rp_history_dot(n, r, p);
  for (int count = 0; count < RP_HISTORY_ITERATIONS; count++) {
    const float curvature = rp_history_dot(n, s, p) + rp_history_project(a, index, p, v);
    if (!(curvature > 0 && curvature <= FLT_MAX)) break;  // z is 0, or Z cannot be squared
    const float alpha = residual / curvature, before = residual;
    for (size_t i = 0; i < n; i++) {
      r[i] -= alpha * (s[i] + rp_history_dot(a->frames, a->ring + index[i] * a->padded_frames, v));
      u[i] += alpha * s[i];
      y[i] += alpha * p[i];
    }
    rp_history_start(a, group, r, q);
    residual = rp_history_dot(n, r, q);
    // The residual bounds the error of y, both in the norm of P_0^-1. No comparison with a NaN is true.
    if (!(residual > RP_HISTORY_TOLERANCE * RP_HISTORY_TOLERANCE * rp_history_dot(n, u, y))) break;
    const float beta = residual / before;
    for (size_t i = 0; i < n; i++) {
      s[i] = r[i] + beta * s[i];
      p[i] = q[i] + beta * p[i];
    }
  }
  for (size_t i = 0; i < n; i++) y[i] *= unit;
}
