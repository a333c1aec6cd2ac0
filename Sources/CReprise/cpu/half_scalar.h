// Float16 with stochastic rounding, one number at a time: the twin of half.h, with the same random numbers.

typedef struct {
  uint32_t words[16];
} rp_rounding;

RP_FN float rp_half_load(const uint16_t *p) { return rp_half_value(*p); }

RP_FN uint16_t rp_half_nearest(float x) { return (uint16_t)rp_half_nearest_bits(x); }

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
  *p = (uint16_t)rp_half_truncate(rp_real_bits(x) + (rounding->words[lane] >> 19));
}
