// Random numbers of one slot or draw on a GPU, with the functions of equations/random.h.

RP_FN void rp_random_words(rp_random_key key, uint32_t index, uint32_t step, uint32_t out[4])
{
  out[0] = index;
  out[1] = step;
  out[2] = key.trial;
  out[3] = key.purpose;
  rp_philox_words(out, (uint32_t)key.seed, (uint32_t)(key.seed >> 32));
}

/* The sample that kernels use for a slot in a step. */
RP_FN float rp_slot_normal(rp_random_key key, uint32_t step, uint32_t slot)
{
  uint32_t words[4];
  rp_random_words(key, slot / RP_SLOT_GROUP * 16 + slot % 16, step, words);
  return rp_normal_from_word(words[slot / 16 % 4]);
}
