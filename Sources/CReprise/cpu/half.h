// Float16 with stochastic rounding, 16 numbers at a time. Included once per vector variant.
//
// A number is rounded up with the probability of the fraction that is cut off, so that the mean is right: add a random
// number of 13 bits below the bits that stay, then truncate. Plain rounding would lose most of what an update changes
// (docs/numerics.md).

typedef uint32_t rp_words __attribute__((ext_vector_type(16), aligned(64)));

/* Random words: a Weyl sequence for each lane, from a random start. */
typedef struct {
  rp_words words;
} rp_rounding;

#if RP_WIDTH == 16
RP_FN rp_tile rp_half_load(const uint16_t *p)
{
  return (rp_tile)_mm512_cvtph_ps(_mm256_load_si256((const __m256i *)p));
}
RP_FN void rp_half_store(uint16_t *p, rp_words bits)
{
  _mm256_store_si256((__m256i *)p, _mm512_cvtps_ph((__m512)bits, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC));
}
RP_FN rp_words rp_words_from(rp_random_key key, uint32_t step, uint32_t index)
{
  rp_uint words[4];
  rp_group_words(key, step, 16 * index, words);
  return (rp_words)words[0];
}
#else
RP_FN rp_tile rp_half_load(const uint16_t *p)
{
  rp_real low = (rp_real)_mm256_cvtph_ps(_mm_load_si128((const __m128i *)p));
  rp_real high = (rp_real)_mm256_cvtph_ps(_mm_load_si128((const __m128i *)p + 1));
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
RP_FN void rp_half_store(uint16_t *p, rp_words bits)
{
  const rp_uint low = bits.lo, high = bits.hi;
  _mm_store_si128((__m128i *)p, _mm256_cvtps_ph((__m256)low, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC));
  _mm_store_si128((__m128i *)p + 1, _mm256_cvtps_ph((__m256)high, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC));
}
RP_FN rp_words rp_words_from(rp_random_key key, uint32_t step, uint32_t index)
{
  rp_uint low[4], high[4];
  rp_group_words(key, step, 16 * index, low);
  rp_group_words(key, step, 16 * index + 8, high);
  return __builtin_shufflevector(low[0], high[0], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
#endif

/* Rounds to the nearest number, away from zero if there are two. */
RP_FN void rp_half_nearest(uint16_t *p, rp_tile x) { rp_half_store(p, (rp_words)x + 0x1000u); }

RP_FN rp_rounding rp_rounding_start(const rp_rls_arguments *a, size_t group)
{
  return (rp_rounding){rp_words_from(a->rounding, a->rounding_step, a->rounding_index[group])};
}

RP_FN void rp_round_half(uint16_t *p, rp_tile x, rp_rounding *rounding)
{
  rounding->words += 0x9E3779B9u;
  rp_half_store(p, (rp_words)x + (rounding->words >> 19));
}
