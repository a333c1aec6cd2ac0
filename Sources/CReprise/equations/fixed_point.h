// Weights as integers, so that sums over spikes do not depend on their order. One text for C and GPU kernels.

/* Weights become integers by truncation: the same on every device. Sizes from 2^30 on, and what is no number, count
   as 2^30, so that the conversion is always defined. */
RP_FN int64_t rp_fixed_point(float weight)
{
  const float limit = 0x1p30f;
  weight = weight < limit ? weight : limit;
  weight = weight > -limit ? weight : -limit;
  return (int64_t)(weight * 0x1p32f);
}
