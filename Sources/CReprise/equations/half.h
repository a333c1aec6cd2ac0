// Float16 by its bits, for one number at a time: the conversions of scalar code and of GPU kernels.

// Needs: rp_bits_real of one number. A prelude may define RP_NATIVE_HALVES and give the two functions itself.

#ifndef RP_NATIVE_HALVES
RP_FN float rp_half_value(uint32_t stored)
{
  const uint32_t magnitude = stored & 0x7FFFu, sign = (stored & 0x8000u) << 16;
  if (magnitude < 0x400u) return (sign ? -1.0f : 1.0f) * (float)magnitude * 0x1p-24f;
  return rp_bits_real(sign | ((magnitude << 13) + 0x38000000u));
}

/* Truncation of a float given by its bits, which turns what is too large into the largest number. */
RP_FN uint32_t rp_half_truncate(uint32_t bits)
{
  const uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7FFFFFFFu, exponent = magnitude >> 23;
  if (magnitude > 0x7F800000u) return sign | 0x7E00u;
  if (magnitude == 0x7F800000u) return sign | 0x7C00u;
  if (magnitude >= 0x47800000u) return sign | 0x7BFFu;
  if (exponent < 103) return sign;
  if (exponent < 113) return sign | ((magnitude & 0x7FFFFFu) | 0x800000u) >> (126 - exponent);
  return sign | (magnitude - 0x38000000u) >> 13;
}
#endif

RP_FN uint32_t rp_half_nearest_bits(float x) { return rp_half_truncate(rp_real_bits(x) + 0x1000u); }
