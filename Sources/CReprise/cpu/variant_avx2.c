// The AVX2 variant: 8 neurons at a time.
#include "creprise.h"
#include <float.h>
#if defined(__x86_64__)
#include <immintrin.h>
#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpsabi"  // every function with vector arguments is inlined
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi,bmi2"))), apply_to = function)
#define RP_WIDTH 8
#include "vector_kernels.h"
#pragma clang attribute pop

const rp_kernels rp_kernels_avx2 = {
    "avx2", rp_lif_step_variant, rp_glif_step_variant, rp_cell_step_variant,
    rp_normal_fill_variant, rp_draw_targets_variant,
    RP_RLS_FUNCTIONS, rp_history_gain_variant, rp_history_update_variant};
#endif
