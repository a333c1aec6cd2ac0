// The plain variant: one neuron at a time, baseline instructions.
#include "creprise.h"
#include <float.h>
#pragma STDC FP_CONTRACT OFF
#include "../equations/prelude_scalar.h"
#include "../equations/normal_table.h"
#include "../equations/random.h"
#include "../equations/lif.h"
#include "neuron.h"
#include "tiles.h"
#include "rls_scalar.h"
#include "rls_flush.h"
#include "history_scalar.h"

const rp_kernels rp_kernels_scalar = {
    "scalar", rp_lif_step_variant, rp_normal_fill_variant, rp_rls_update_variant, rp_rls_flush_variant,
    rp_history_gain_variant};

void rp_random_words(rp_random_key key, uint32_t index, uint32_t step, uint32_t out[4])
{
  out[0] = index;
  out[1] = step;
  out[2] = key.trial;
  out[3] = key.purpose;
  rp_philox_words(out, (uint32_t)key.seed, (uint32_t)(key.seed >> 32));
}

float rp_normal(uint32_t word) { return rp_normal_from_word(word); }

float rp_slot_normal(rp_random_key key, uint32_t step, uint32_t slot)
{
  uint32_t words[4];
  rp_random_words(key, slot / RP_SLOT_GROUP * 16 + slot % 16, step, words);
  return rp_normal_from_word(words[slot / 16 % 4]);
}
