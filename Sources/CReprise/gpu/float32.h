// P in float32: what the kernels of learning that follow are made for.
#undef RP_STORED
#undef RP_REAL
#undef RP_NAME
#undef RP_HALF
#define RP_STORED float
#define RP_REAL float
#define RP_NAME(name) name##_float32

typedef struct { float x[4]; } RP_ALIGNED(16) rp_four_float32;

RP_FN float rp_stored_value_float32(float x) { return x; }
RP_FN float rp_nearest_float32(float x) { return x; }
RP_FN float rp_rounded_float32(float x, uint32_t random) { return x; }

RP_FN void rp_load_eight_float32(const RP_GLOBAL float *p, float x[8])
{
  const rp_four_float32 low = *(const RP_GLOBAL rp_four_float32 *)p, high = *((const RP_GLOBAL rp_four_float32 *)p + 1);
  RP_UNROLL
  for (int i = 0; i < 4; i++) {
    x[i] = low.x[i];
    x[i + 4] = high.x[i];
  }
}

RP_FN void rp_store_eight_float32(RP_GLOBAL float *p, const float x[8], const uint32_t random[8])
{
  rp_four_float32 low, high;
  RP_UNROLL
  for (int i = 0; i < 4; i++) {
    low.x[i] = x[i];
    high.x[i] = x[i + 4];
  }
  *(RP_GLOBAL rp_four_float32 *)p = low;
  *((RP_GLOBAL rp_four_float32 *)p + 1) = high;
}
