// Recursive least squares on packed tiles in plain loops: the twin of rls.h and rls_apply.h, with the same storage and
// the sums in the order of the inputs. Included for each precision, with the same macros.

RP_FN RP_REAL RP_NAME(rp_element)(RP_STORED *p, size_t lane, int below_diagonal, RP_REAL term, rp_rounding *rounding)
{
#ifdef RP_HALF
  const float x = below_diagonal ? rp_half_load(p) - term : 0.0f;
  rp_round_half(p, x, rounding, lane);
  return x;
#else
  (void)lane, (void)below_diagonal, (void)rounding;
  *p = *p - term;
  return *p;
#endif
}

/* P <- P - g g^T, and y += P z. */
RP_FN void RP_NAME(rp_matrix_pass)(
    const rp_rls_arguments *a, size_t group, const RP_REAL *g, const RP_REAL *z, RP_REAL *y)
{
  RP_STORED *p = (RP_STORED *)a->correlation + group * a->correlation_size;
  rp_rounding rounding = rp_rounding_start(a, group);
#ifdef RP_HALF
  for (size_t i = 0; i < a->padded; i++) {
    float *diagonal = a->diagonal + group * a->padded + i;
    *diagonal = *diagonal - g[i] * g[i];
    y[i] += *diagonal * z[i];
  }
  const int mirrored = 1;
#else
  const int mirrored = 0;
#endif
  for (size_t first = 0; first < a->padded; first += 16)
    for (size_t row = first; row < a->padded; row += 16)
      for (size_t j = first; j < first + (first ? 16 : a->ragged); j++, p += 16)
        for (size_t i = 0; i < 16; i++) {
          const RP_REAL x = RP_NAME(rp_element)(p + i, i, row + i > j, g[j] * g[row + i], &rounding);
          y[row + i] += x * z[j];
          if (mirrored || row > first) y[j] += x * z[row + i];
        }
}

RP_FN void RP_NAME(rp_apply)(
    const rp_rls_arguments *a, size_t group, const float *z, const RP_REAL *k, float denominator)
{
  for (size_t member = a->member_offsets[group]; member < a->member_offsets[group + 1]; member++) {
    const size_t row = a->members[member];
    float *w = a->weights + row * a->padded;
    float output = 0;
    for (size_t i = 0; i < a->padded; i++) output += z[i] * w[i];
    const float error = output + a->static_current[row] - a->target[row];
    const float step = a->frozen ? 0.0f : a->prior_gain ? error : error * denominator;
    for (size_t i = 0; i < a->padded; i++) w[i] -= step * (float)k[i];
    if (a->keeps_signs) rp_keep_signs(a, row, w);
  }
}

static void RP_NAME(rp_rls_update)(const rp_rls_arguments *a)
{
  float regressors[RP_MAX_INPUTS];
  RP_REAL z[RP_MAX_INPUTS], y[RP_MAX_INPUTS];
  memset(regressors, 0, a->padded * sizeof(float));
  const RP_REAL inverse_scale = 1 / (RP_REAL)a->scale;
  for (size_t group = a->begin; group < a->end; group++) {
    RP_REAL *g = (RP_REAL *)a->pending + group * a->padded, quadratic = 0;
    rp_gather_regressors(a, group, regressors);
    for (size_t i = 0; i < a->padded; i++) z[i] = regressors[i], y[i] = 0;
    RP_NAME(rp_matrix_pass)(a, group, g, z, y);
    for (size_t i = 0; i < a->padded; i++) quadratic += z[i] * y[i];
    const RP_REAL denominator = 1 / (1 + quadratic * inverse_scale);
    const RP_REAL root = (RP_REAL)__builtin_sqrt((double)(denominator * inverse_scale));
    for (size_t i = 0; i < a->padded; i++) {
      g[i] = root * y[i];
      y[i] = y[i] * inverse_scale;
    }
    RP_NAME(rp_apply)(a, group, regressors, y, (float)denominator);
  }
}

static void RP_NAME(rp_rls_flush)(const rp_rls_arguments *a)
{
  RP_REAL z[RP_MAX_INPUTS], y[RP_MAX_INPUTS];
  for (size_t group = a->begin; group < a->end; group++) {
    RP_REAL *g = (RP_REAL *)a->pending + group * a->padded;
    for (size_t i = 0; i < a->padded; i++) z[i] = 0, y[i] = 0;
    RP_NAME(rp_matrix_pass)(a, group, g, z, y);
    for (size_t i = 0; i < a->padded; i++) g[i] = 0;
  }
}
