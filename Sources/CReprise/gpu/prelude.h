// What the equations need, for one number at a time on a GPU, in terms of the prelude of its language.

typedef float rp_real;
typedef int32_t rp_int;
typedef uint32_t rp_uint;
// Counts are added to by atomic operations, which have at least 32 bits.
typedef uint32_t rp_count;

#define RP_WIDTH 1
#define RP_UNLIKELY(condition) (condition)
#define RP_MIN(a, b) ((a) < (b) ? (a) : (b))
#define RP_MAX(a, b) ((a) > (b) ? (a) : (b))

RP_FN rp_real rp_int_to_real(rp_int x) { return RP_INT_TO_REAL(x); }
RP_FN rp_uint rp_real_bits(rp_real x) { return RP_REAL_BITS(x); }
RP_FN rp_real rp_bits_real(rp_uint b) { return RP_BITS_REAL(b); }
RP_FN rp_real rp_lookup32(RP_TABLE_POINTER row, rp_uint index) { return row[index]; }
RP_FN rp_real rp_select(rp_int mask, rp_real yes, rp_real no) { return mask ? yes : no; }
RP_FN rp_int rp_greater(rp_real a, rp_real b) { return a > b ? -1 : 0; }
RP_FN rp_int rp_equal(rp_real a, rp_real b) { return a == b ? -1 : 0; }
RP_FN rp_int rp_not_below(rp_real a, rp_real b) { return a >= b ? -1 : 0; }
RP_FN rp_real rp_divide(rp_real a, rp_real b) { return RP_DIVIDE(a, b); }
RP_FN rp_real rp_root(rp_real a) { return RP_ROOT(a); }
RP_FN rp_int rp_at_least(rp_int a, int32_t b) { return a >= b ? -1 : 0; }
RP_FN rp_real rp_load(const RP_GLOBAL float *p) { return *p; }
RP_FN void rp_store(RP_GLOBAL float *p, rp_real x) { *p = x; }
RP_FN rp_int rp_load_int(const RP_GLOBAL int32_t *p) { return *p; }
RP_FN void rp_store_int(RP_GLOBAL int32_t *p, rp_int x) { *p = x; }
RP_FN rp_real rp_load_count(const RP_GLOBAL rp_count *p) { return RP_INT_TO_REAL((int32_t)*p); }
RP_FN rp_real rp_load_fixed(const RP_GLOBAL int64_t *p) { return RP_LONG_TO_REAL(*p); }
RP_FN void rp_clear_count(RP_GLOBAL rp_count *p) { *p = 0; }
RP_FN void rp_clear_int(RP_GLOBAL int32_t *p) { *p = 0; }
RP_FN void rp_clear_fixed(RP_GLOBAL int64_t *p) { *p = 0; }
RP_FN rp_real rp_broadcast(float x) { return x; }
RP_FN rp_int rp_select_int(rp_int mask, int32_t yes, rp_int no) { return mask ? yes : no; }
RP_FN uint32_t rp_mask_bits(rp_int mask) { return mask & 1; }
RP_FN rp_uint rp_lane_counter(uint32_t base) { return base; }

#ifndef RP_ATOMIC_ADD_LONG
/* A sum of 64 bits by two sums of 32: each lower one finds in what it replaces whether it carries, so that the outcome
   does not depend on the order. Nobody reads before all have added. Little-endian devices only. */
RP_FN void rp_atomic_add_long(RP_GLOBAL int64_t *p, int64_t x)
{
  RP_GLOBAL uint32_t *halves = (RP_GLOBAL uint32_t *)p;
  const uint32_t low = (uint32_t)x, before = RP_ATOMIC_ADD(halves, low);
  const uint32_t high = (uint32_t)((uint64_t)x >> 32) + (before + low < before ? 1u : 0u);
  if (high) RP_ATOMIC_ADD(halves + 1, high);
}
#define RP_ATOMIC_ADD_LONG(p, x) rp_atomic_add_long(p, x)
#endif
