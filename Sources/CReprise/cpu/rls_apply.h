// What an update does to the weights of the neurons of a group, once k = P z is known (E10, E13). Included once per
// vector variant; the plain twin is in rls_scalar.h.

RP_FN float rp_sum_lanes(rp_tile x)
{
  float sums[16];
  memcpy(sums, &x, sizeof sums);
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++) sums[i] = sums[2 * i] + sums[2 * i + 1];
  return sums[0];
}

/* Columns without an input hold 0 in z and k, and their weights stay 0. */
RP_FN void rp_rls_apply(const rp_rls_arguments *a, size_t group, const float *z, const float *k, float denominator)
{
#pragma clang fp contract(fast)
  for (size_t member = a->member_offsets[group]; member < a->member_offsets[group + 1]; member++) {
    const size_t slot = rp_slot_of(a, a->members[member]);
    float *w = a->weights + slot * a->padded;
    rp_tile sum = (rp_tile)0.0f;
    for (size_t b = 0; b < a->padded; b += 16) sum = sum + *(const rp_tile *)(z + b) * *(rp_tile *)(w + b);
    const float error = rp_sum_lanes(sum) + a->static_current[slot] - a->target[slot];
    const float step = a->frozen ? 0.0f : a->prior_gain ? error : error * denominator;
    for (size_t b = 0; b < a->padded; b += 16) *(rp_tile *)(w + b) = *(rp_tile *)(w + b) - step * *(const rp_tile *)(k + b);
  }
}
