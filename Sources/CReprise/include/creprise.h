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

/// Slots are processed, and random numbers drawn, in groups of this size.
#define RP_SLOT_GROUP 64

/// A key of the counter-based random numbers. With `index` the number of a slot or of a draw, `step` and `trial`
/// say when, and `purpose` for what; equal keys give equal numbers on any thread, kernel variant or device.
typedef struct {
  uint64_t seed;
  uint32_t purpose;
  uint32_t trial;
} rp_random_key;

/// Constants of one class of LIF neurons for one step (equations E1 to E6, E8).
typedef struct {
  float excitatory_decay;    ///< 1 - dt / tau_E
  float excitatory_gain;     ///< weight of an excitatory static synapse / tau_E
  float inhibitory_decay;    ///< 1 - dt / tau_I
  float inhibitory_gain;     ///< weight of an inhibitory static synapse / tau_I
  float plastic_decay;       ///< 1 - dt / tau_P; unused where `plastic_decays` is given
  float plastic_gain;        ///< 2^-32 / tau_P; unused where `plastic_gains` is given
  float membrane_rate;       ///< dt / tau_m
  float threshold;           ///< V_th
  float reset;               ///< V_r
  float baseline;            ///< X
  float voltage_noise;       ///< sigma sqrt(dt / tau_m)
  float current_noise;       ///< sigma sqrt(tau_m / dt)
  float stimulus_decay;      ///< 1 - b dt
  float stimulus_drift;      ///< b mu dt
  float stimulus_amplitude;  ///< sigma_stim sqrt(dt)
  int32_t refractory_steps;  ///< a neuron that spiked at step j is updated again from j + this on
} rp_lif_constants;

/// Arrays over slots. `plastic_decays` and `plastic_gains` may be null (shared time constant).
typedef struct {
  float *potential;
  float *excitatory_current;
  float *inhibitory_current;
  float *plastic_current;
  float *stimulus;
  int32_t *last_spike;         ///< step of the last spike
  uint16_t *excitatory_input;  ///< spikes received in the previous step, by class; read and cleared
  uint16_t *inhibitory_input;
  int64_t *plastic_input;      ///< summed weights in units of 2^-32; read and cleared
  const float *plastic_decays;
  const float *plastic_gains;
  float *sum;                  ///< the current is added here when RP_SUM_* is set
} rp_lif_state;

/// What a step involves.
enum {
  RP_STATIC = 1,         ///< static synapses
  RP_PLASTIC = 2,        ///< plastic synapses
  RP_VOLTAGE_NOISE = 4,
  RP_CURRENT_NOISE = 8,
  RP_STIMULUS = 16,      ///< add the stimulus and advance it
  RP_SUM_TOTAL = 32,     ///< add the total current to `sum`
  RP_SUM_PLASTIC = 64,   ///< add the plastic current to `sum`
};

/// One step of a run of LIF neurons of one class.
typedef struct {
  rp_lif_state state;
  rp_lif_constants constants;
  size_t begin, end;       ///< slots, multiples of RP_SLOT_GROUP
  int32_t step;
  uint32_t flags;
  rp_random_key noise;
  rp_random_key stimulus;  ///< `trial` is the task
} rp_lif_step_arguments;

/// Does one step and writes the slots of the neurons that spike to `spikes`; returns their number.
typedef size_t rp_lif_step_function(const rp_lif_step_arguments *arguments, uint32_t *spikes);

/// Standard normal samples for slots begin ..< end (multiples of RP_SLOT_GROUP).
typedef void rp_normal_fill_function(rp_random_key key, uint32_t step, size_t begin, size_t end, float *out);

/// Recursive least squares over neurons begin ..< end that share their number of inputs (equations E10 to E13).
/// Row i of each array belongs to neuron i; a row has `padded` inputs, of which the first `ragged` of block 0 and
/// all of the later blocks of 16 are used. P holds the lower triangle in 16 x 16 tiles (docs/numerics.md).
typedef struct {
  size_t begin, end;
  size_t inputs, ragged, padded, correlation_size;
  const uint32_t *input_index;  ///< [neuron, padded] where in `filtered_spikes` each regressor is
  const float *filtered_spikes;
  const float *static_current;  ///< [neuron]
  const float *target;          ///< [neuron]
  float *weights;               ///< [neuron, padded]
  float *pending;               ///< [neuron, padded] sqrt(den) k of the last update, not yet in P
  float *correlation;           ///< [neuron, correlation_size] P, without the pending update
  int32_t prior_gain;           ///< k = P_old z instead of P_new z
  int32_t frozen;               ///< leave the weights unchanged
} rp_rls_arguments;

typedef void rp_rls_update_function(const rp_rls_arguments *arguments);

/// Applies the pending update to P and clears it; the next update gives the same bits as without this call.
typedef void rp_rls_flush_function(const rp_rls_arguments *arguments);

typedef struct {
  const char *name;
  rp_lif_step_function *lif_step;
  rp_normal_fill_function *normal_fill;
  rp_rls_update_function *rls_update;
  rp_rls_flush_function *rls_flush;
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

/// For every spike, adds the weights of its outgoing plastic synapses, in units of 2^-32, to `inputs`. An entry is
/// (row << slot_bits | column): the weight is weights[row * padded + column], the sum is inputs[row].
void rp_deliver_plastic(
    const uint32_t *spikes, size_t spike_count, const uint64_t *offsets, const uint32_t *entries,
    uint32_t slot_bits, size_t padded, const float *weights, int64_t *inputs);

/// Adds column `column` of the weights of every row, in units of 2^-32, to `inputs`.
void rp_deliver_column(size_t rows, size_t column, size_t padded, const float *weights, int64_t *inputs);

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

// Memory bandwidth. Arrays are 64-byte aligned, counts of floats multiples of RP_SLOT_GROUP.

/// Reads `count` floats and returns their sum, so that the reading cannot be left out: 4 count bytes move.
float rp_bandwidth_read(const float *data, size_t count);

/// Copies past the caches: 8 count bytes move.
void rp_bandwidth_copy(const float *from, float *to, size_t count);

/// Multiplies `count` floats in place: 8 count bytes move.
void rp_bandwidth_update(float *data, size_t count);

#endif
