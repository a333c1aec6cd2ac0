// P in float16 with a float32 diagonal apart: what the kernels of learning that follow are made for.
#undef RP_STORED
#undef RP_REAL
#undef RP_NAME
#define RP_STORED uint16_t
#define RP_REAL float
#define RP_NAME(name) name##_float16
#define RP_HALF

typedef struct { uint32_t words[4]; } RP_ALIGNED(16) rp_eight_float16;

RP_FN float rp_stored_value_float16(uint16_t x) { return rp_half_value(x); }
RP_FN uint16_t rp_nearest_float16(float x) { return (uint16_t)rp_half_nearest_bits(x); }
/* Rounds up with the probability of what is cut off, by a random number. */
RP_FN uint16_t rp_rounded_float16(float x, uint32_t random)
{
  return (uint16_t)rp_half_truncate(rp_real_bits(x) + (random >> 19));
}

RP_FN void rp_load_eight_float16(const RP_GLOBAL uint16_t *p, float x[8])
{
  const rp_eight_float16 eight = *(const RP_GLOBAL rp_eight_float16 *)p;
  RP_UNROLL
  for (int i = 0; i < 8; i++) x[i] = rp_half_value(eight.words[i / 2] >> 16 * (i % 2) & 0xFFFFu);
}

RP_FN void rp_store_eight_float16(RP_GLOBAL uint16_t *p, const float x[8], const uint32_t random[8])
{
  rp_eight_float16 eight;
  RP_UNROLL
  for (int i = 0; i < 4; i++)
    eight.words[i] = rp_rounded_float16(x[2 * i], random[2 * i])
                     | (uint32_t)rp_rounded_float16(x[2 * i + 1], random[2 * i + 1]) << 16;
  *(RP_GLOBAL rp_eight_float16 *)p = eight;
}
