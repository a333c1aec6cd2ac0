// The kernels of Reprise: one table of functions, filled by the best variant for this processor.
//
// Neurons are numbered by *slot*: excitatory ones first, padded to a multiple of RP_SLOT_GROUP, then inhibitory
// ones, padded too. Arrays over slots are 64-byte aligned and have a whole number of groups. Padding slots never
// spike. No kernel checks its arguments or allocates. Only RepriseBackends/CPU calls them; RandomStream.swift calls the
// functions for single random numbers.
#ifndef CREPRISE_H
#define CREPRISE_H

#include <stddef.h>
#include <stdint.h>

#include "../equations/types.h"
#include "../gpu/types.h"

/// What a cell model that a text describes does in a step, one instruction for each operation. A condition is 32 bits, all
/// zeros or all ones.
enum {
  RP_CELL_COPY,
  RP_CELL_ADD,
  RP_CELL_SUBTRACT,
  RP_CELL_MULTIPLY,
  RP_CELL_DIVIDE,
  RP_CELL_MIN,
  RP_CELL_MAX,
  RP_CELL_NEGATE,
  RP_CELL_ABS,
  RP_CELL_SQRT,
  RP_CELL_EXP,
  RP_CELL_LOG,
  RP_CELL_GREATER,
  RP_CELL_AT_LEAST,
  RP_CELL_EQUAL,
  RP_CELL_NOT,
  RP_CELL_AND,
  RP_CELL_OR,
  RP_CELL_SELECT,  ///< a ? b : c
};

/// All are numbers of places; unused ones are 0.
typedef struct {
  uint32_t operation, result, a, b, c;
} rp_cell_instruction;

/// Where numbers are: `index` counts registers, shared numbers, or rows.
enum { RP_CELL_REGISTER, RP_CELL_UNIFORM, RP_CELL_CONSTANT, RP_CELL_STATE, RP_CELL_POTENTIAL };
typedef struct {
  uint32_t kind, index;
} rp_cell_place;

/// Places 0 to 2 are registers for what each step has: all that comes in, where neurons are ready, and where they spike.
enum { RP_CELL_INPUT, RP_CELL_READY, RP_CELL_SPIKING, RP_CELL_FIRST_PLACE };

/// Instructions of all neurons, and then those that follow where some neuron spikes.
typedef struct rp_cell_program {
  const rp_cell_instruction *instructions;
  size_t step_count, count;
  const rp_cell_place *places;
  size_t place_count;
} rp_cell_program;

/// Slots that an instruction takes at once.
#define RP_CELL_BLOCK 256

/// Does one step of neurons and writes the slots of the neurons that spike to `spikes`; returns their number.
typedef size_t rp_lif_step_function(const rp_lif_step_arguments *arguments, uint32_t *spikes);

/// Standard normal samples for slots begin ..< end (multiples of RP_SLOT_GROUP).
typedef void rp_normal_fill_function(rp_random_key key, uint32_t step, size_t begin, size_t end, float *out);

/// `excitatory` and `slot_gap` turn neurons into slots; a gap of 0 leaves them neurons.
rp_target_rule rp_target_rule_make(
    rp_random_key key, uint32_t neurons, uint32_t count, uint32_t excitatory, uint32_t slot_gap);

/// Writes the targets of `sender`, a neuron, to `out`, which has room for `count` + 16.
typedef void rp_draw_targets_function(const rp_target_rule *rule, uint32_t sender, uint32_t *out);

/// The numbers that hold P.
enum { RP_FLOAT16, RP_FLOAT32, RP_FLOAT64, RP_PRECISIONS };

/// Recursive least squares over groups begin ..< end (equations E10 to E13). Each neuron that learns has a place among
/// those that do, its number; those of a group have the same presynaptic neurons, and with them one P. A row has `padded` columns, of which the first `ragged` of block 0 and
/// all of the later blocks of 16 are used. P holds the lower triangle in 16 x 16 tiles (docs/numerics.md).
typedef struct {
  size_t begin, end;
  size_t inputs, feedforward, ragged, padded, correlation_size;
  const uint32_t *members;         ///< numbers of neurons that learn, group after group
  const uint32_t *member_offsets;  ///< [group + 1]
  const uint32_t *presynaptic;     ///< [number, inputs - feedforward] neurons
  const float *filtered_spikes;    ///< [neurons, feed-forward neurons]
  uint32_t neurons;
  uint32_t excitatory;             ///< neurons from this one on are inhibitory
  const float *static_current;     ///< [number]
  const float *target;             ///< [number]
  float *weights;                  ///< [number, padded]
  void *pending;                   ///< [group, padded] sqrt(den) k of the last update, not yet in P; double for float64
  void *correlation;               ///< [group, correlation_size] P, without the pending update
  float *diagonal;                 ///< [group, padded] of P, for float16
  float scale;                     ///< P is held times this, a power of 4; 1 unless float16
  rp_random_key rounding;          ///< of the pending update, for float16
  uint32_t rounding_step;
  const uint32_t *rounding_index;  ///< [group]
  // For updates that are driven by spikes: P in full, [group, input, padded], and RP_EVENT_RANK pending terms a group,
  // float16 for float16.
  const float *marked_spikes;      ///< [source] filtered spikes, with the sign bit where they gained something ...
  const float *gained;             ///< ... and what they gained since the last update
  float *carried;                  ///< [group] P times the filtered spikes, in units of the last term; 0 for unknown
  float decay;                     ///< of filtered spikes from one update to the next
  size_t pending_count;            ///< terms that are pending
  int32_t prior_gain;              ///< k = P_old z instead of P_new z
  int32_t frozen;                  ///< leave the weights unchanged
  int32_t keeps_signs;             ///< weights of the wrong sign become 0 (E16)
} rp_rls_arguments;

typedef void rp_rls_update_function(const rp_rls_arguments *arguments);

/// Applies the pending update to P and clears it. The next update gives the same bits as without this call, except for
/// float16, where P is rounded when it is applied, and the product with z has it unrounded.
typedef void rp_rls_flush_function(const rp_rls_arguments *arguments);

/// An update of the same equations, driven by spikes (docs/numerics.md).
typedef void rp_event_update_function(const rp_rls_arguments *arguments);

/// Applies the pending terms to P.
typedef void rp_event_flush_function(const rp_rls_arguments *arguments);

/// Learning without a stored P (equation E15): the last updates define it. One presynaptic set at a time.
typedef struct {
  size_t padded;         ///< inputs, a multiple of 16
  size_t frames;         ///< h, updates that P remembers
  size_t padded_frames;  ///< a multiple of 16, at least h
  /// [source, padded_frames] Filtered spikes of each source at the last h updates, in any order but the same for all
  /// sources. Columns of updates that have not been, and those from h on, are 0.
  const float *ring;
  float inverse_penalty;              ///< 1 / lambda
  float inverse_feedforward_penalty;  ///< 1 / lambda_FF
  float coupling[3];                  ///< mu / (lambda + mu m) of inputs that start negative, at zero, positive
} rp_history_arguments;

/// Elements of the scratch memory of `rp_history_gain_function`: Z and a few vectors.
static inline size_t rp_history_scratch_count(size_t padded, size_t padded_frames)
{
  return (padded + 1) * (padded_frames + 8);
}

/// y = P z for one set. `index`, `group`, z and y have `padded` elements: the row of the ring of each input, and -1 for
/// unused inputs, 0 for feed-forward ones, 1, 2, 3 for recurrent ones that start negative, at zero, positive. Unused
/// inputs point at a row of zeros, and their z and y are 0. The ring, z, y and scratch are 64-byte aligned.
typedef void rp_history_gain_function(
    const rp_history_arguments *arguments, const uint32_t *index, const int8_t *group, const float *z, float *y,
    float *scratch);

/// What an update needs where the last updates stand for P.
typedef struct {
  rp_rls_arguments rls;         ///< without `pending`, `correlation`, `diagonal` and what rounds them
  rp_history_arguments history; ///< `coupling` is found for each group; the last source of the ring is all zeros
  float lambda, mu;
  int8_t excitatory_group, inhibitory_group;  ///< of recurrent inputs, by the class of the sender: 1, 2 or 3
  float *scratch;               ///< rp_history_scratch_count(padded, padded_frames)
} rp_history_update_arguments;

/// An update as rp_rls_update_function does it, with k = P z from the history.
typedef void rp_history_update_function(const rp_history_update_arguments *arguments);

typedef struct {
  const char *name;
  rp_lif_step_function *lif_step;
  rp_lif_step_function *glif_step;
  rp_lif_step_function *cell_step;
  rp_normal_fill_function *normal_fill;
  rp_draw_targets_function *draw_targets;
  rp_event_update_function *event_update[RP_PRECISIONS];  ///< null for float64
  rp_event_flush_function *event_flush[RP_PRECISIONS];
  rp_rls_update_function *rls_update[RP_PRECISIONS];
  rp_rls_flush_function *rls_flush[RP_PRECISIONS];
  rp_history_gain_function *history_gain;
  rp_history_update_function *history_update;
} rp_kernels;

/// The kernels named `name` (scalar, avx2, avx512), or the best ones if `name` is null; null if this processor
/// or build does not have them.
const rp_kernels *rp_find_kernels(const char *name);

/// Names of the variants that run on this processor, best first; null beyond the last.
const char *rp_kernel_name(size_t index);

// Delivery of spikes: integer sums only, so the order of spikes never matters.

/// For every spike, adds 1 to the counters of its targets. Targets are lists of 16-bit offsets, cut into blocks of
/// 65,536 counters: list of slot s is targets[offsets[s] ..< offsets[s + 1]], and its part in block b has
/// block_counts[s * blocks + b] entries.
void rp_deliver_counts(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const uint16_t *block_counts,
    const uint16_t *targets, size_t blocks, uint16_t *counters);

/// For every spike, adds the units of weight of its targets to their places in `sums`. List of slot s is
/// targets[offsets[s] ..< offsets[s + 1]].
void rp_deliver_weighted(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const rp_weighted_target *targets, int32_t *sums);

/// For every spike, adds the weights of its outgoing plastic synapses, in units of 2^-32, to `inputs`. An entry is
/// (row << column_bits | column): the weight is weights[row * padded + column], the sum is inputs[places[row]], or
/// inputs[row] if `places` is null.
void rp_deliver_plastic(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const uint32_t *entries,
    uint32_t column_bits, size_t padded, const float *weights, const uint32_t *places, int64_t *inputs);

/// Adds the number of targets in begin ..< end to the count of each block of 65,536 from `begin` on; returns their sum.
size_t rp_count_targets(const uint32_t *targets, size_t count, uint32_t begin, uint32_t end, uint16_t *block_counts);

/// Writes the offsets within their block of the targets in begin ..< end, block by block.
void rp_place_targets(
    const uint32_t *targets, size_t count, uint32_t begin, uint32_t end, const uint16_t *block_counts, size_t blocks,
    uint16_t *out);

/// As rp_deliver_counts, with targets drawn from the seed; spikes are slots, and `scratch` has room for
/// rule->count + 16.
void rp_deliver_drawn(
    const rp_kernels *kernels, const rp_target_rule *rule, const uint32_t *spikes, size_t spike_count,
    uint32_t *scratch, uint16_t *counters);

/// Adds counters begin ..< end to `sum`, and clears them.
void rp_collect_counts(uint16_t *counters, size_t begin, size_t end, uint16_t *sum);

/// Adds column `column` of the weights of every row, in units of 2^-32, to `inputs`, with `places` as above.
void rp_deliver_column(
    size_t rows, size_t column, size_t padded, const float *weights, const uint32_t *places, int64_t *inputs);

/// The GPU kernels, in what CUDA C++ and OpenCL C have in common (docs/architecture.md).
const char *rp_gpu_kernel_text(void);

// Random numbers, one at a time.

/// Philox4x32 for counter (index, step, key.trial, key.purpose).
void rp_random_words(rp_random_key key, uint32_t index, uint32_t step, uint32_t out[4]);

/// The standard normal sample of a random word.
float rp_normal(uint32_t word);

/// The sample that kernels use for a slot in a step.
float rp_slot_normal(rp_random_key key, uint32_t step, uint32_t slot);

// Worker threads.

/// Tells the processor that this thread waits in a loop.
void rp_pause(void);

/// A point that `count` threads pass together; null if there is no memory.
typedef struct rp_barrier rp_barrier;
rp_barrier *rp_barrier_create(uint32_t count);
void rp_barrier_destroy(rp_barrier *barrier);

/// Returns when all threads have called it. What they wrote before, all can read after.
void rp_barrier_wait(rp_barrier *barrier);

/// How many threads pass it from now on. No thread may be waiting.
void rp_barrier_set_count(rp_barrier *barrier, uint32_t count);

/// Time that threads have lost by sleeping at it, summed over threads, s.
double rp_barrier_lost(const rp_barrier *barrier);

/// Counts up, and returns what the count was: each thread that asks gets another number.
size_t rp_claim(size_t *next);

// Memory bandwidth. Arrays are 64-byte aligned, counts of floats multiples of RP_SLOT_GROUP.

/// Reads `count` floats and returns their sum, so that the reading cannot be left out: 4 count bytes move.
float rp_bandwidth_read(const float *data, size_t count);

/// Copies past the caches: 8 count bytes move.
void rp_bandwidth_copy(const float *from, float *to, size_t count);

/// Multiplies `count` floats in place: 8 count bytes move.
void rp_bandwidth_update(float *data, size_t count);

#endif
