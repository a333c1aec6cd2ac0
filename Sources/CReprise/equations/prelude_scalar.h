// What the equations need, for one number at a time.
#include <stdint.h>
#include <string.h>

typedef float rp_real;
typedef int32_t rp_int;
typedef uint32_t rp_uint;

#define RP_FN static inline __attribute__((always_inline, unused))
#define RP_TABLE static const __attribute__((aligned(64)))
#define RP_WIDTH 1
#define RP_MULHI(a, b) ((uint32_t)(((uint64_t)(a) * (b)) >> 32))
#define RP_UNLIKELY(condition) __builtin_expect(condition, 0)
#define RP_MIN(a, b) ((a) < (b) ? (a) : (b))
#define RP_MAX(a, b) ((a) > (b) ? (a) : (b))

RP_FN rp_real rp_int_to_real(rp_int x) { return (float)x; }
RP_FN rp_uint rp_real_bits(rp_real x) { uint32_t b; memcpy(&b, &x, 4); return b; }
RP_FN rp_real rp_bits_real(rp_uint b) { float x; memcpy(&x, &b, 4); return x; }
RP_FN rp_real rp_lookup32(const float *row, rp_uint index) { return row[index]; }
RP_FN rp_real rp_select(rp_int mask, rp_real yes, rp_real no) { return mask ? yes : no; }
RP_FN rp_int rp_greater(rp_real a, rp_real b) { return a > b ? -1 : 0; }
RP_FN rp_int rp_equal(rp_real a, rp_real b) { return a == b ? -1 : 0; }
RP_FN rp_int rp_not_below(rp_real a, rp_real b) { return a >= b ? -1 : 0; }
RP_FN rp_real rp_divide(rp_real a, rp_real b) { return a / b; }
RP_FN rp_real rp_root(rp_real a) { return __builtin_sqrtf(a); }
RP_FN rp_int rp_at_least(rp_int a, int32_t b) { return a >= b ? -1 : 0; }
RP_FN rp_real rp_load(const float *p) { return *p; }
RP_FN void rp_store(float *p, rp_real x) { *p = x; }
RP_FN rp_int rp_load_int(const int32_t *p) { return *p; }
RP_FN void rp_store_int(int32_t *p, rp_int x) { *p = x; }
RP_FN rp_real rp_load_count(const uint16_t *p) { return (float)(int32_t)*p; }
RP_FN rp_real rp_load_fixed(const int64_t *p) { return (float)*p; }
RP_FN void rp_clear_count(uint16_t *p) { *p = 0; }
RP_FN void rp_clear_int(int32_t *p) { *p = 0; }
RP_FN void rp_clear_fixed(int64_t *p) { *p = 0; }
RP_FN rp_real rp_broadcast(float x) { return x; }
RP_FN rp_int rp_select_int(rp_int mask, int32_t yes, rp_int no) { return mask ? yes : no; }
RP_FN uint32_t rp_mask_bits(rp_int mask) { return mask & 1; }
RP_FN rp_uint rp_lane_counter(uint32_t base) { return base; }
RP_FN rp_uint rp_one_where_less(rp_uint a, rp_uint b) { return a < b; }
RP_FN void rp_store_words(uint32_t *p, rp_uint x) { *p = x; }
