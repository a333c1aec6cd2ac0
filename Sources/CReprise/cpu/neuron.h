// Loops over neurons for one time step. Included once per variant.

static void rp_normal_fill_variant(rp_random_key key, uint32_t step, size_t begin, size_t end, float *out)
{
  for (size_t group = begin; group < end; group += RP_SLOT_GROUP)
    for (size_t lane = 0; lane < 16; lane += RP_WIDTH) {
      rp_uint words[4];
      rp_group_words(key, step, (uint32_t)(group / 4 + lane), words);
      for (int quarter = 0; quarter < 4; quarter++)
        rp_store(out + (group - begin) + 16 * quarter + lane, rp_normal_from_word(words[quarter]));
    }
}

/* Random words for 4 x RP_WIDTH slots of a group, of the terms that there are. */
typedef struct {
  rp_uint noise[4], stimulus[4];
} rp_drawn_words;

RP_FN void rp_draw_words(
    const rp_lif_step_arguments *a, size_t group, size_t lane, uint32_t flags, rp_drawn_words *words)
{
  const uint32_t counter = (uint32_t)(group / 4 + lane);
  if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE))
    rp_group_words(a->noise, (uint32_t)a->step, counter, words->noise);
  if (flags & RP_STIMULUS) rp_group_words(a->stimulus, (uint32_t)a->step, counter, words->stimulus);
}

/* Normal numbers from the words of a quarter of the group, 0 for terms that there are not. */
RP_FN void rp_draw_normals(
    const rp_drawn_words *words, int quarter, uint32_t flags, rp_real *xi, rp_real *stimulus_xi)
{
  *xi = *stimulus_xi = rp_broadcast(0);
  if (flags & (RP_VOLTAGE_NOISE | RP_CURRENT_NOISE)) *xi = rp_normal_from_word(words->noise[quarter]);
  if (flags & RP_STIMULUS) *stimulus_xi = rp_normal_from_word(words->stimulus[quarter]);
}

/* `is_glif` is a constant of each call, so that every loop has one model. */
RP_FN size_t rp_step_body(const rp_lif_step_arguments *a, uint32_t *spikes, uint32_t flags, int is_glif)
{
  size_t count = 0;
  for (size_t group = a->begin; group < a->end; group += RP_SLOT_GROUP)
    for (size_t lane = 0; lane < 16; lane += RP_WIDTH) {
      rp_drawn_words words;
      rp_draw_words(a, group, lane, flags, &words);
      for (int quarter = 0; quarter < 4; quarter++) {
        const size_t i = group + 16 * (size_t)quarter + lane;
        rp_real xi, stimulus_xi;
        rp_draw_normals(&words, quarter, flags, &xi, &stimulus_xi);
        uint32_t bits = is_glif ? rp_glif_step_lanes(a, i, flags, xi, stimulus_xi)
                                : rp_lif_step_lanes(a, i, flags, xi, stimulus_xi);
        while (__builtin_expect(bits != 0, 0)) {
          spikes[count++] = (uint32_t)i + (uint32_t)__builtin_ctz(bits);
          bits &= bits - 1;
        }
      }
    }
  return count;
}

/* Neurons with one drive for each class and counts of static spikes. That is a constant of their loops: in the general
   loop, pointers are read and looked at anew for every vector, because clearing the counts might have changed them. */
RP_FN size_t rp_plain_body(const rp_lif_step_arguments *a, uint32_t *spikes, uint32_t flags)
{
  rp_lif_step_arguments plain = *a;
  plain.state.excitatory_sum = plain.state.inhibitory_sum = 0;
  plain.state.baselines = 0;
  return rp_step_body(&plain, spikes, flags, 0);
}

/* The flags that hold for most of a trial are made constants of their own loops, and so is it that nothing perturbs. */
static size_t rp_lif_step_variant(const rp_lif_step_arguments *a, uint32_t *spikes)
{
  const int is_plain = !a->state.excitatory_sum && !a->state.inhibitory_sum && !a->state.baselines;
  if (is_plain) switch (a->flags) {
    case RP_STATIC | RP_PLASTIC: return rp_plain_body(a, spikes, RP_STATIC | RP_PLASTIC);
    case RP_STATIC | RP_PLASTIC | RP_VOLTAGE_NOISE:
      return rp_plain_body(a, spikes, RP_STATIC | RP_PLASTIC | RP_VOLTAGE_NOISE);
    case RP_PLASTIC | RP_VOLTAGE_NOISE: return rp_plain_body(a, spikes, RP_PLASTIC | RP_VOLTAGE_NOISE);
    default: break;
  }
  if (a->flags == (RP_STATIC | RP_PLASTIC)) return rp_step_body(a, spikes, RP_STATIC | RP_PLASTIC, 0);
  return a->flags & RP_PERTURBED ? rp_step_body(a, spikes, a->flags, 0)
                                 : rp_step_body(a, spikes, a->flags & ~(uint32_t)RP_PERTURBED, 0);
}

static size_t rp_glif_step_variant(const rp_lif_step_arguments *a, uint32_t *spikes)
{
  switch (a->flags) {
    case RP_STATIC | RP_PLASTIC: return rp_step_body(a, spikes, RP_STATIC | RP_PLASTIC, 1);
    default:
      return a->flags & RP_PERTURBED ? rp_step_body(a, spikes, a->flags, 1)
                                     : rp_step_body(a, spikes, a->flags & ~(uint32_t)RP_PERTURBED, 1);
  }
}
