// The plain variant: one neuron at a time, baseline instructions.
#include "creprise.h"
#include <float.h>
#pragma STDC FP_CONTRACT OFF
#include "../equations/prelude_scalar.h"
#include "../equations/normal_table.h"
#include "../equations/random.h"
#include "../equations/lif.h"
#include "../equations/cell.h"
#include "../equations/glif.h"
#include "../equations/functions.h"
#include "../equations/permutation.h"
#include "neuron.h"
#include "cell.h"
#include "draw.h"
#include "tiles.h"
#include "../equations/half.h"
#include "half_scalar.h"
#define RP_RLS_TEXT "rls_scalar.h"
#define RP_EVENTS_TEXT "events_scalar.h"
#include "precisions.h"
#include "history_scalar.h"
#define rp_rls_apply rp_apply_f32
#include "history_update.h"

const rp_kernels rp_kernels_scalar = {
    "scalar", rp_lif_step_variant, rp_glif_step_variant, rp_cell_step_variant,
    rp_normal_fill_variant, rp_draw_targets_variant,
    RP_RLS_FUNCTIONS, rp_history_gain_variant, rp_history_update_variant};

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

rp_target_rule rp_target_rule_make(
    rp_random_key key, uint32_t neurons, uint32_t count, uint32_t excitatory, uint32_t slot_gap)
{
  const uint32_t others = neurons - 1;
  uint32_t rows = 1;
  while (rows * rows < others) rows++;
  // Six rounds pass every test of pairs with 400,000 draws from 250 numbers or more, smaller grids need more of them.
  return (rp_target_rule){
    .key = key, .neurons = neurons, .count = count, .rows = rows, .columns = (others + rows - 1) / rows,
    .rounds = others < 256 ? 12 : 6, .excitatory = excitatory, .slot_gap = slot_gap};
}
