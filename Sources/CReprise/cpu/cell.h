// Neurons that a text describes: its instructions, each for a block of neurons at a time, so that finding out what an
// instruction is costs little. Included once per variant.

/* Where the places of a program are for the slots from `begin` on. */
RP_FN void rp_cell_locate(const rp_lif_step_arguments *a, size_t begin)
{
  const rp_cells *g = &a->cells;
  const rp_cell_place *p = a->program->places;
  for (size_t n = 0; n < a->program->place_count; n++) {
    const size_t index = p[n].index;
    switch (p[n].kind) {
      case RP_CELL_REGISTER: a->places[n] = a->scratch + index * RP_CELL_BLOCK; break;
      case RP_CELL_UNIFORM: a->places[n] = (float *)g->uniforms + index * RP_CELL_BLOCK; break;
      case RP_CELL_CONSTANT: a->places[n] = (float *)g->constants + index * g->stride + begin; break;
      case RP_CELL_STATE: a->places[n] = g->state + index * g->stride + begin; break;
      case RP_CELL_POTENTIAL: a->places[n] = a->state.potential + begin; break;
    }
  }
}

/* What reaches a group of slots, whose first one is `offset` behind the first one of its block. */
RP_FN void rp_cell_receive_group(const rp_lif_step_arguments *a, size_t group, size_t offset, uint32_t flags)
{
  for (size_t lane = 0; lane < 16; lane += RP_WIDTH) {
    rp_drawn_words words;
    rp_draw_words(a, group, lane, flags, &words);
    for (int quarter = 0; quarter < 4; quarter++) {
      const size_t at = 16 * (size_t)quarter + lane, i = group + at, k = offset + at;
      rp_real xi, stimulus_xi;
      rp_draw_normals(&words, quarter, flags, &xi, &stimulus_xi);
      const rp_incoming in = rp_cell_receive(a, i, flags, xi, stimulus_xi);
      if (flags & (RP_VOLTAGE_NOISE | RP_PERTURBED)) rp_store(a->state.potential + i, in.potential);
      rp_store(a->places[RP_CELL_INPUT] + k, in.input);
      rp_store_int((int32_t *)(a->places[RP_CELL_READY] + k), in.ready);
    }
  }
}

static void rp_cell_receive_block(const rp_lif_step_arguments *a, size_t begin, size_t size)
{
  for (size_t offset = 0; offset < size; offset += RP_SLOT_GROUP)
    switch (a->flags) {
      case RP_STATIC | RP_PLASTIC: rp_cell_receive_group(a, begin + offset, offset, RP_STATIC | RP_PLASTIC); break;
      default: rp_cell_receive_group(a, begin + offset, offset, a->flags); break;
    }
}

#define RP_CELL_EACH(value) \
  for (size_t k = 0; k < size; k += RP_WIDTH) rp_store(r + k, value); \
  break
#define RP_CELL_EACH_CONDITION(value) \
  for (size_t k = 0; k < size; k += RP_WIDTH) rp_store_int((int32_t *)r + k, value); \
  break
#define RP_CELL_A rp_load(a + k)
#define RP_CELL_B rp_load(b + k)
#define RP_CELL_C rp_load(c + k)
#define RP_CELL_IF_A rp_load_int((const int32_t *)a + k)
#define RP_CELL_IF_B rp_load_int((const int32_t *)b + k)

static void rp_cell_run(const rp_cell_instruction *p, size_t count, float *const *places, size_t size)
{
  for (const rp_cell_instruction *end = p + count; p < end; p++) {
    float *r = places[p->result];
    const float *a = places[p->a], *b = places[p->b], *c = places[p->c];
    switch (p->operation) {
      case RP_CELL_COPY: RP_CELL_EACH(RP_CELL_A);
      case RP_CELL_ADD: RP_CELL_EACH(RP_CELL_A + RP_CELL_B);
      case RP_CELL_SUBTRACT: RP_CELL_EACH(RP_CELL_A - RP_CELL_B);
      case RP_CELL_MULTIPLY: RP_CELL_EACH(RP_CELL_A * RP_CELL_B);
      case RP_CELL_DIVIDE: RP_CELL_EACH(rp_divide(RP_CELL_A, RP_CELL_B));
      case RP_CELL_MIN: RP_CELL_EACH(rp_least(RP_CELL_A, RP_CELL_B));
      case RP_CELL_MAX: RP_CELL_EACH(rp_most(RP_CELL_A, RP_CELL_B));
      case RP_CELL_NEGATE: RP_CELL_EACH(rp_negative(RP_CELL_A));
      case RP_CELL_ABS: RP_CELL_EACH(rp_absolute(RP_CELL_A));
      case RP_CELL_SQRT: RP_CELL_EACH(rp_root(RP_CELL_A));
      case RP_CELL_EXP: RP_CELL_EACH(rp_exp(RP_CELL_A));
      case RP_CELL_LOG: RP_CELL_EACH(rp_log(RP_CELL_A));
      case RP_CELL_GREATER: RP_CELL_EACH_CONDITION(rp_greater(RP_CELL_A, RP_CELL_B));
      case RP_CELL_AT_LEAST: RP_CELL_EACH_CONDITION(rp_not_below(RP_CELL_A, RP_CELL_B));
      case RP_CELL_EQUAL: RP_CELL_EACH_CONDITION(rp_equal(RP_CELL_A, RP_CELL_B));
      case RP_CELL_NOT: RP_CELL_EACH_CONDITION(~RP_CELL_IF_A);
      case RP_CELL_AND: RP_CELL_EACH_CONDITION(RP_CELL_IF_A & RP_CELL_IF_B);
      case RP_CELL_OR: RP_CELL_EACH_CONDITION(RP_CELL_IF_A | RP_CELL_IF_B);
      case RP_CELL_SELECT: RP_CELL_EACH(rp_select(RP_CELL_IF_A, RP_CELL_B, RP_CELL_C));
    }
  }
}

/* Notes and lists the slots of a block that spike. */
RP_FN size_t rp_cell_list(const rp_lif_step_arguments *a, size_t begin, size_t size, uint32_t *spikes)
{
  const int32_t *spiking = (const int32_t *)a->places[RP_CELL_SPIKING];
  int32_t *last = a->state.last_spike + begin;
  size_t count = 0;
  for (size_t k = 0; k < size; k += RP_WIDTH) {
    const rp_int mask = rp_load_int(spiking + k);
    uint32_t bits = rp_mask_bits(mask);
    if (RP_UNLIKELY(bits != 0)) rp_store_int(last + k, rp_select_int(mask, a->step, rp_load_int(last + k)));
    while (RP_UNLIKELY(bits != 0)) {
      spikes[count++] = (uint32_t)(begin + k) + (uint32_t)__builtin_ctz(bits);
      bits &= bits - 1;
    }
  }
  return count;
}

static size_t rp_cell_step_variant(const rp_lif_step_arguments *a, uint32_t *spikes)
{
  const rp_cell_program *program = a->program;
  size_t count = 0;
  for (size_t begin = a->begin; begin < a->end; begin += RP_CELL_BLOCK) {
    const size_t left = a->end - begin, size = left < RP_CELL_BLOCK ? left : RP_CELL_BLOCK;
    rp_cell_locate(a, begin);
    rp_cell_receive_block(a, begin, size);
    rp_cell_run(program->instructions, program->step_count, a->places, size);
    const size_t found = rp_cell_list(a, begin, size, spikes + count);
    if (found)
      rp_cell_run(
          program->instructions + program->step_count, program->count - program->step_count, a->places, size);
    count += found;
  }
  return count;
}
