// Includes the kernels RP_RLS_TEXT once for each precision of P, and RP_EVENTS_TEXT for those up to float32.

#define RP_SUFFIX f16
#define RP_STORED uint16_t
#define RP_REAL float
#define RP_HALF
#include RP_RLS_TEXT
#include RP_EVENTS_TEXT
#undef RP_SUFFIX
#undef RP_STORED
#undef RP_REAL
#undef RP_HALF

/* What is not rounded at random needs no random numbers. */
#define rp_rounding_start(a, group) ((rp_rounding){0})

#define RP_SUFFIX f32
#define RP_STORED float
#define RP_REAL float
#include RP_RLS_TEXT
#include RP_EVENTS_TEXT
#undef RP_SUFFIX
#undef RP_STORED
#undef RP_REAL

#define RP_SUFFIX f64
#define RP_STORED double
#define RP_REAL double
#include RP_RLS_TEXT
#undef RP_SUFFIX
#undef RP_STORED
#undef RP_REAL

#undef rp_rounding_start

#define RP_RLS_FUNCTIONS \
  {rp_event_update_f16, rp_event_update_f32, NULL}, {rp_event_flush_f16, rp_event_flush_f32, NULL}, \
  {rp_rls_update_f16, rp_rls_update_f32, rp_rls_update_f64}, {rp_rls_flush_f16, rp_rls_flush_f32, rp_rls_flush_f64}
