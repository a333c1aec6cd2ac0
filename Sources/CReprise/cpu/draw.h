// The static targets of a neuron, drawn from the seed (C1). Included once per variant.

/* The first images of 0, 1, 2, ..., some of them beyond the last number; returns where the largest one stands. */
RP_FN uint32_t rp_permute_all(const rp_target_rule *rule, const uint32_t *keys, uint32_t *out)
{
  uint32_t row = 0, column = 0;
  rp_uint largest = (rp_uint)0u;
  for (uint32_t i = 0; i < rule->count; i += RP_WIDTH) {
    const rp_uint place = rp_lane_counter(column);
    rp_uint columns = RP_MIN(place, place - rule->columns);
    rp_uint rows = (rp_uint)row + rp_one_where_less(columns, place);
    rp_permute(&rows, &columns, rule->rows, rule->columns, keys, rule->rounds);
    const rp_uint number = rows * rule->columns + columns;
    rp_store_words(out + i, number);
    largest = RP_MAX(largest, number);
    column += RP_WIDTH;
    if (column >= rule->columns) column -= rule->columns, row++;
  }
  uint32_t lanes[RP_WIDTH], most = 0;
  rp_store_words(lanes, largest);
  for (int lane = 0; lane < RP_WIDTH; lane++) most = lanes[lane] > most ? lanes[lane] : most;
  return most;
}

static void rp_draw_targets_variant(const rp_target_rule *rule, uint32_t sender, uint32_t *out)
{
  uint32_t keys[RP_PERMUTATION_KEYS];
  rp_permutation_keys(rule, sender, keys);
  // A row must not end twice within a vector.
  if (rule->columns < RP_WIDTH) {
    for (uint32_t i = 0; i < rule->count; i++) out[i] = rp_permute_number(rule, keys, i);
  } else if (rp_permute_all(rule, keys, out) >= rule->neurons - 1) {
    for (uint32_t i = 0; i < rule->count; i++)
      if (out[i] >= rule->neurons - 1) out[i] = rp_permute_number(rule, keys, out[i]);
  }
  for (uint32_t i = 0; i < rule->count; i++) out[i] = rp_target_of_number(rule, sender, out[i]);
}
