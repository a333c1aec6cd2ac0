// What an update does to the weights of the neurons of a group, once k = P z is known (E10, E13). Included once per
// vector variant; the plain twin is in rls_scalar.h.

/* Columns without an input hold 0 in z and k, and their weights stay 0. */
RP_FN void rp_rls_apply(const rp_rls_arguments *a, size_t group, const float *z, const float *k, float denominator)
{
#pragma clang fp contract(fast)
  for (size_t member = a->member_offsets[group]; member < a->member_offsets[group + 1]; member++) {
    const size_t row = a->members[member];
    float *w = a->weights + row * a->padded;
    rp_tile sum = (rp_tile)0.0f;
    for (size_t b = 0; b < a->padded; b += 16) sum = sum + rp_tile_load(z + b) * rp_tile_load(w + b);
    const float error = rp_sum(sum) + a->static_current[row] - a->target[row];
    const float step = a->frozen ? 0.0f : a->prior_gain ? error : error * denominator;
    for (size_t b = 0; b < a->padded; b += 16) rp_tile_store(w + b, rp_tile_load(w + b) - step * rp_tile_load(k + b));
    if (a->keeps_signs) rp_keep_signs(a, row, w);
  }
}
