// P in float64: what the kernels of learning that follow are made for, where a device has double precision.
#undef RP_STORED
#undef RP_REAL
#undef RP_NAME
#ifdef RP_DOUBLES
#define RP_STORED double
#define RP_REAL double
#define RP_NAME(name) name##_float64

typedef struct { double x[2]; } RP_ALIGNED(16) rp_two_float64;

RP_FN double rp_stored_value_float64(double x) { return x; }
RP_FN double rp_nearest_float64(double x) { return x; }

RP_FN void rp_load_eight_float64(const RP_GLOBAL double *p, double x[8])
{
  RP_UNROLL
  for (int i = 0; i < 4; i++) {
    const rp_two_float64 two = *((const RP_GLOBAL rp_two_float64 *)p + i);
    x[2 * i] = two.x[0];
    x[2 * i + 1] = two.x[1];
  }
}

RP_FN void rp_store_eight_float64(RP_GLOBAL double *p, const double x[8], const uint32_t random[8])
{
  RP_UNROLL
  for (int i = 0; i < 4; i++) {
    rp_two_float64 two;
    two.x[0] = x[2 * i];
    two.x[1] = x[2 * i + 1];
    *((RP_GLOBAL rp_two_float64 *)p + i) = two;
  }
}
#endif
