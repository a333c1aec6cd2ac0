// What the equations need, for RP_WIDTH numbers at a time (8 with AVX2, 16 with AVX-512).
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

typedef float rp_real __attribute__((ext_vector_type(RP_WIDTH)));
typedef int32_t rp_int __attribute__((ext_vector_type(RP_WIDTH)));
typedef uint32_t rp_uint __attribute__((ext_vector_type(RP_WIDTH)));
typedef uint16_t rp_short __attribute__((ext_vector_type(RP_WIDTH)));
typedef int64_t rp_long __attribute__((ext_vector_type(RP_WIDTH)));

#define RP_FN static inline __attribute__((always_inline, unused))
#define RP_TABLE static const __attribute__((aligned(64)))

// High word of a product, from the two half-width products that the instruction set has.
#if RP_WIDTH == 16
RP_FN rp_uint rp_mulhi(uint32_t a, rp_uint b)
{
  __m512i m = _mm512_set1_epi32((int)a), x = (__m512i)b;
  __m512i even = _mm512_mul_epu32(x, m), odd = _mm512_mul_epu32(_mm512_srli_epi64(x, 32), m);
  return (rp_uint)_mm512_mask_mov_epi32(_mm512_srli_epi64(even, 32), 0xAAAA, odd);
}
RP_FN rp_real rp_lookup32(const float *row, rp_uint index)
{
  return (rp_real)_mm512_permutex2var_ps(_mm512_load_ps(row), (__m512i)index, _mm512_load_ps(row + 16));
}
RP_FN uint32_t rp_mask_bits(rp_int mask) { return _mm512_movepi32_mask((__m512i)mask); }
RP_FN rp_uint rp_lanes(void)
{
  return (rp_uint)_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}
#else
RP_FN rp_uint rp_mulhi(uint32_t a, rp_uint b)
{
  __m256i m = _mm256_set1_epi32((int)a), x = (__m256i)b;
  __m256i even = _mm256_mul_epu32(x, m), odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), m);
  return (rp_uint)_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
}
RP_FN rp_real rp_lookup32(const float *row, rp_uint index)
{
  return (rp_real)_mm256_i32gather_ps(row, (__m256i)index, 4);
}
RP_FN uint32_t rp_mask_bits(rp_int mask) { return (uint32_t)_mm256_movemask_ps((__m256)mask); }
RP_FN rp_uint rp_lanes(void) { return (rp_uint)_mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0); }
#endif
#define RP_MULHI(a, b) rp_mulhi(a, b)
#define RP_UNLIKELY(condition) __builtin_expect(condition, 0)
#define RP_MIN(a, b) __builtin_elementwise_min(a, b)
#define RP_MAX(a, b) __builtin_elementwise_max(a, b)

RP_FN rp_real rp_int_to_real(rp_int x) { return __builtin_convertvector(x, rp_real); }
RP_FN rp_uint rp_real_bits(rp_real x) { return (rp_uint)x; }
RP_FN rp_real rp_bits_real(rp_uint b) { return (rp_real)b; }
RP_FN rp_real rp_select(rp_int mask, rp_real yes, rp_real no) { return mask ? yes : no; }
RP_FN rp_int rp_greater(rp_real a, rp_real b) { return a > b; }
RP_FN rp_int rp_equal(rp_real a, rp_real b) { return a == b; }
RP_FN rp_int rp_not_below(rp_real a, rp_real b) { return a >= b; }
RP_FN rp_real rp_divide(rp_real a, rp_real b) { return a / b; }
RP_FN rp_real rp_root(rp_real a) { return __builtin_elementwise_sqrt(a); }
RP_FN rp_int rp_at_least(rp_int a, int32_t b) { return a >= b; }
RP_FN rp_real rp_load(const float *p) { return *(const rp_real *)p; }
RP_FN void rp_store(float *p, rp_real x) { *(rp_real *)p = x; }
RP_FN rp_int rp_load_int(const int32_t *p) { return *(const rp_int *)p; }
RP_FN void rp_store_int(int32_t *p, rp_int x) { *(rp_int *)p = x; }
RP_FN rp_real rp_load_count(const uint16_t *p)
{
  return __builtin_convertvector(__builtin_convertvector(*(const rp_short *)p, rp_int), rp_real);
}
RP_FN rp_real rp_load_fixed(const int64_t *p) { return __builtin_convertvector(*(const rp_long *)p, rp_real); }
RP_FN void rp_clear_count(uint16_t *p) { memset(p, 0, RP_WIDTH * sizeof *p); }
RP_FN void rp_clear_int(int32_t *p) { memset(p, 0, RP_WIDTH * sizeof *p); }
RP_FN void rp_clear_fixed(int64_t *p) { memset(p, 0, RP_WIDTH * sizeof *p); }
RP_FN rp_real rp_broadcast(float x) { return (rp_real)x; }
RP_FN rp_int rp_select_int(rp_int mask, int32_t yes, rp_int no) { return mask ? (rp_int)yes : no; }
RP_FN rp_uint rp_lane_counter(uint32_t base) { return rp_lanes() + base; }
RP_FN rp_uint rp_one_where_less(rp_uint a, rp_uint b) { return (rp_uint)(a < b) & 1u; }
RP_FN void rp_store_words(uint32_t *p, rp_uint x) { memcpy(p, &x, sizeof x); }
