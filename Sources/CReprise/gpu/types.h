// What GPU kernels are told beside their arrays. One text for the host and the kernels.
#ifndef CREPRISE_GPU_TYPES_H
#define CREPRISE_GPU_TYPES_H

/// What neurons have of their own, beside the arrays of a step: see rp_cells.
typedef struct {
  uint32_t stride, state_rows;
  uint32_t after_spike_currents;
  int32_t has_spike_threshold, has_voltage_threshold;
  uint32_t uniform_count;  ///< numbers of each class behind the rows of constants
  uint32_t constant_rows;
} rp_cell_shape;

/// What holds for a network.
typedef struct {
  rp_lif_constants constants[2];   ///< by class
  rp_target_rule rule;             ///< where static targets are drawn at each spike
  rp_random_key rounding;          ///< of P in float16, but for the trial
  uint32_t slots, inhibitory_start;
  uint32_t neurons, excitatory;
  uint32_t learners;               ///< neurons that learn: rows of the weights
  uint32_t inputs, feedforward;    ///< plastic inputs of a neuron; feed-forward ones come first
  uint32_t column_bits;            ///< an outgoing plastic synapse is (row << column_bits | input)
  uint32_t interval;               ///< steps between two updates
  uint32_t weight_stride;          ///< of the table of spike weights: 1, or `slots` where neurons differ
  uint32_t prior_gain, frozen, keeps_signs;
  int32_t stimulus_on, stimulus_off;   ///< the stimulus acts in the steps between
  uint32_t sample_steps;           ///< currents are kept and summed in multiples of this
  rp_cell_shape cells;             ///< zeros for LIF neurons
} rp_gpu_network;

/// What holds for a trial.
typedef struct {
  rp_random_key noise, stimulus, potential, feedforward;
  int32_t bin_start, bin_width;    ///< bin b has the steps from bin_start + b bin_width on
  uint32_t bins;                   ///< in all
  uint32_t traced;                 ///< slots whose currents are kept
  int32_t perturbed_from, perturbed_to;  ///< neurons are silenced and stimulated in the steps from ... to before ...
} rp_gpu_trial;

/// Where a trial is. Launches do not name their step but count from here, so that one sequence of them serves many
/// times. Kernels move `step` and `arrivals`, the host the rest.
typedef struct {
  int32_t step;                    ///< the last step that is done
  int32_t fetched;                 ///< the last step of which the host has fetched spikes and currents
  uint32_t first_bin;              ///< whose sums come first in memory
  int32_t first_threshold;         ///< the step whose thresholds of feed-forward neurons come first in memory
  uint32_t arrivals;               ///< of groups that wait for one another
} rp_gpu_progress;

/// What holds for a network where the last updates stand for P.
typedef struct {
  uint32_t frames;                    ///< h, updates that P remembers
  uint32_t stride;                    ///< elements of a source in the ring, at least h
  uint32_t border;                    ///< recurrent inputs below this slot, and those from it on, are coupled
  uint32_t keeps;                     ///< local memory has room for the regressors of a set
  float lambda, mu;
  float inverse_penalty;              ///< 1 / lambda
  float inverse_feedforward_penalty;  ///< 1 / lambda_FF
} rp_gpu_history;

/// What a step involves, beside the RP_STATIC and so on of types.h.
enum {
  RP_GPU_LISTS = 256,       ///< static targets are in lists
  RP_GPU_DRAWN = 512,       ///< static targets are drawn at each spike
  RP_GPU_EACH = 1024,       ///< each neuron has a plastic time constant of its own
  RP_GPU_IMPOSED = 2048,    ///< given spikes stand in the place of the neurons' own
  RP_GPU_RECORDED = 4096,   ///< keep the spikes
  RP_GPU_TRACED = 8192,     ///< keep currents of some slots
  RP_GPU_FEEDFORWARD = 16384,   ///< there are feed-forward neurons
  RP_GPU_WEIGHTED = 32768,  ///< static targets are in lists, each a place in the counts and units of weight
  RP_GPU_DRIVEN = 65536,    ///< each LIF neuron has a drive of its own, behind the time constants
};

/// Work items of a group of the kernels over slots. Each has the four slots that share a call of Philox.
#define RP_GPU_STEP_ITEMS 64

/// The same at most in the kernel that does many steps, a multiple of 32.
#define RP_GPU_STEPS_ITEMS 512

/// Steps at most between two draws of feed-forward spikes.
#define RP_GPU_MOST_STEPS 256

/// Stands for the row of a slot whose neuron does not learn.
#define RP_GPU_UNTRAINED 0xFFFFFFFFu

/// Stands for a slot whose currents are not kept.
#define RP_GPU_UNTRACED 0xFFFFFFFFu

/// Work items of a group at most in the kernels of the update, a multiple of 32.
#define RP_GPU_UPDATE_ITEMS 256

/// Terms that an update by tiles may leave pending.
#define RP_GPU_TILE_RANK 8

/// Numbers of work items are added in this many parts, of which all items then add the results.
#define RP_GPU_SUM_PARTS 8

/// Before the first step no neuron is refractory; padding always is.
#define RP_GPU_NEVER (-1000000000)
#define RP_GPU_ALWAYS 1000000000

#endif
