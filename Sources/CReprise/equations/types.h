// What kernels are told, on every device. One text for C and GPU kernels, which put what they have of their own before
// it: RP_GLOBAL qualifies pointers to the arrays of a network, and rp_count counts spikes.
#ifndef CREPRISE_TYPES_H
#define CREPRISE_TYPES_H

#ifndef RP_GLOBAL
#define RP_GLOBAL
typedef uint16_t rp_count;
#endif

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

/// Arrays over slots. `plastic_decays` and `plastic_gains` may be null (shared time constant), and `baselines` too (that
/// of the class).
typedef struct {
  RP_GLOBAL float *potential;
  RP_GLOBAL float *excitatory_current;
  RP_GLOBAL float *inhibitory_current;
  RP_GLOBAL float *plastic_current;
  RP_GLOBAL float *stimulus;
  RP_GLOBAL int32_t *last_spike;         ///< step of the last spike
  RP_GLOBAL rp_count *excitatory_input;  ///< spikes received in the previous step, by class; read and cleared
  RP_GLOBAL rp_count *inhibitory_input;
  RP_GLOBAL int32_t *excitatory_sum;     ///< in place of the counts, where static weights are sums of units; may be null
  RP_GLOBAL int32_t *inhibitory_sum;
  RP_GLOBAL int64_t *plastic_input;      ///< summed weights in units of 2^-32; read and cleared
  const RP_GLOBAL float *plastic_decays;
  const RP_GLOBAL float *plastic_gains;
  const RP_GLOBAL float *baselines;      ///< X of each LIF neuron
  RP_GLOBAL float *sum;                  ///< the current is added here when RP_SUM_* is set
} rp_lif_state;

/// Rows of the constants of all neurons but LIF neurons. They take the place of those of `rp_lif_constants` that depend
/// on the cell.
enum {
  RP_CELL_EXCITATORY_GAIN,  ///< weight of an excitatory static synapse / tau_E
  RP_CELL_INHIBITORY_GAIN,  ///< weight of an inhibitory static synapse / tau_I
  RP_CELL_BASELINE,         ///< X
  RP_CELL_VOLTAGE_NOISE,    ///< sigma sqrt(dt / (R C))
  RP_CELL_CURRENT_NOISE,    ///< sigma sqrt(R C / dt) / R
  RP_CELL_OWN,              ///< from here on, those of a model
};

/// Rows of the constants of GLIF neurons (equations G1 to G6).
enum {
  RP_GLIF_REST = RP_CELL_OWN,  ///< E_L
  RP_GLIF_RESISTANCE,       ///< R
  RP_GLIF_RISE,             ///< 1 - exp(-dt / (R C))
  RP_GLIF_THRESHOLD,        ///< theta_inf
  RP_GLIF_RESET_FACTOR,     ///< f_v
  RP_GLIF_RESET_SHIFT,      ///< delta_v
  RP_GLIF_SPIKE_LOSS,       ///< of theta_s in a step: 1 - exp(-b_s dt)
  RP_GLIF_SPIKE_KEPT,       ///< of theta_s at a spike: exp(-b_s T)
  RP_GLIF_SPIKE_JUMP,       ///< delta_theta_s
  RP_GLIF_VOLTAGE_LOSS,     ///< of theta_v in a step: 1 - exp(-b_v dt)
  RP_GLIF_VOLTAGE_GAIN,     ///< of v - E_L in theta_v
  RP_GLIF_DRIVE_GAIN,       ///< of R times the total current in theta_v
  RP_GLIF_AFTER_SPIKE,      ///< from here on, for each after-spike current: loss in a step, kept and gained at a spike
  RP_GLIF_AFTER_SPIKE_ROWS = 3,
};

/// Rows of the constants of neurons that a text describes: v starts at low + (high - low) xi, other states at values.
enum {
  RP_TEXT_START_LOW = RP_CELL_OWN,
  RP_TEXT_START_HIGH,
  RP_TEXT_STARTS,
};

/// Rows of the state of GLIF neurons.
enum {
  RP_GLIF_SPIKE_THRESHOLD,    ///< theta_s
  RP_GLIF_VOLTAGE_THRESHOLD,  ///< theta_v
  RP_GLIF_AFTER_SPIKE_MEAN,   ///< from here on: mean of each after-spike current over the next step
};

/// What all neurons but LIF neurons have of their own. A row has one number for each slot, and the next one is `stride` numbers on.
typedef struct {
  const RP_GLOBAL float *constants;
  const RP_GLOBAL int32_t *refractory_steps;  ///< [slot]
  RP_GLOBAL float *state;
  const RP_GLOBAL float *uniforms;            ///< for a text alone: what all neurons of a class share
  size_t stride;
  uint32_t after_spike_currents;  ///< their number
  int32_t has_spike_threshold;    ///< theta_s
  int32_t has_voltage_threshold;  ///< theta_v
} rp_cells;

/// What a step involves.
enum {
  RP_STATIC = 1,         ///< static synapses
  RP_PLASTIC = 2,        ///< plastic synapses
  RP_VOLTAGE_NOISE = 4,
  RP_CURRENT_NOISE = 8,
  RP_STIMULUS = 16,      ///< add the stimulus and advance it
  RP_SUM_TOTAL = 32,     ///< add the total current to `sum`
  RP_SUM_PLASTIC = 64,   ///< add the plastic current to `sum`
  RP_PERTURBED = 128,    ///< silence some neurons and stimulate some (X1, X2)
};

/// One step of a run of neurons of one class.
typedef struct {
  rp_lif_state state;
  rp_lif_constants constants;
  rp_cells cells;          ///< for all but LIF neurons
  size_t begin, end;       ///< slots, multiples of RP_SLOT_GROUP
  int32_t step;
  uint32_t flags;
  rp_random_key noise;
  rp_random_key stimulus;  ///< `trial` is the task
  const RP_GLOBAL float *stimulation;  ///< [slot] with RP_PERTURBED: added to X
  const RP_GLOBAL float *silenced;     ///< [slot] with RP_PERTURBED: 1 where a neuron is silenced, else 0
  // For neurons that a text describes, on processors alone.
  const struct rp_cell_program *program;
  float *scratch;          ///< [register, RP_CELL_BLOCK]
  float **places;          ///< [place]
} rp_lif_step_arguments;

/// P z from the last updates (E15) is found when its error, relative to it and both in the norm of P_0^-1, is at most
/// this,
#define RP_HISTORY_TOLERANCE 1e-6f
/// or after this many iterations.
#define RP_HISTORY_ITERATIONS 200

/// How the static targets of a neuron are drawn: the first `count` numbers of a keyed permutation of the others.
typedef struct {
  rp_random_key key;
  uint32_t neurons;         ///< at least 2
  uint32_t count;           ///< targets of a neuron, less than `neurons`
  uint32_t rows, columns;   ///< a grid with room for neurons - 1 numbers
  uint32_t rounds;          ///< even
  uint32_t excitatory, slot_gap;  ///< targets from `excitatory` on are written with `slot_gap` added
} rp_target_rule;

/// A static synapse with a weight of its own: `weight` units are added to input `place`, which is the slot of the target,
/// or for negative weights the number of slots more.
typedef struct {
  uint32_t place, weight;
} rp_weighted_target;

/// Pending terms that an update driven by spikes holds at most; the one that makes them so many applies them.
#define RP_EVENT_RANK 16

#endif
