// Float16 with stochastic rounding, one number at a time: the twin of half.h, with the same random numbers.

typedef struct {
  uint32_t words[16];
} rp_rounding;

RP_FN float rp_half_load(const uint16_t *p)
{
  const uint32_t magnitude = *p & 0x7FFFu, sign = (uint32_t)(*p & 0x8000u) << 16;
  if (magnitude < 0x400u) return (sign ? -1.0f : 1.0f) * (float)magnitude * 0x1p-24f;
  return rp_bits_real(sign | ((magnitude << 13) + 0x38000000u));
}

/* Truncation, which turns what is too large into the largest number. */
RP_FN uint16_t rp_half_truncate(uint32_t bits)
{
  const uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7FFFFFFFu, exponent = magnitude >> 23;
  if (magnitude > 0x7F800000u) return (uint16_t)(sign | 0x7E00u);
  if (magnitude == 0x7F800000u) return (uint16_t)(sign | 0x7C00u);
  if (magnitude >= 0x47800000u) return (uint16_t)(sign | 0x7BFFu);
  if (exponent < 103) return (uint16_t)sign;
  if (exponent < 113) return (uint16_t)(sign | ((magnitude & 0x7FFFFFu) | 0x800000u) >> (126 - exponent));
  return (uint16_t)(sign | (magnitude - 0x38000000u) >> 13);
}

RP_FN uint16_t rp_half_nearest(float x) { return rp_half_truncate(rp_real_bits(x) + 0x1000u); }

RP_FN rp_rounding rp_rounding_start(const rp_rls_arguments *a, size_t group)
{
  rp_rounding rounding;
  for (uint32_t lane = 0; lane < 16; lane++) {
    uint32_t words[4];
    rp_group_words(a->rounding, a->rounding_step, 16 * a->rounding_index[group] + lane, words);
    rounding.words[lane] = words[0];
  }
  return rounding;
}

RP_FN void rp_round_half(uint16_t *p, float x, rp_rounding *rounding, size_t lane)
{
  rounding->words[lane] += 0x9E3779B9u;
  *p = rp_half_truncate(rp_real_bits(x) + (rounding->words[lane] >> 19));
}
