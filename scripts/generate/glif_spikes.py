#!/usr/bin/env python3
"""Spike times of single GLIF neurons in NEST, as golden data for the tests.

    pip install nest-simulator
    python3 scripts/generate/glif_spikes.py

Cells, currents and models are those below. NEST's `glif_psc` solves the same equations exactly for constant currents.
Its units are pF, nS, mV, pA and ms; R = 1 / g in GOhm.
"""
import os

import nest

OUT = os.path.join(os.path.dirname(__file__), "../../Tests/BackendTests/GLIFSpikes.swift")
STEP = 0.1
DURATION = 500.0

CELLS = {
    "fast": dict(
        currents=(280.0, 450.0), C=60.0, g=9.0, E_L=-78.0, theta_inf=-52.0, t_ref=3.8, f_v=0.2, delta_v=-18.0,
        b_s=0.01, delta_theta_s=0.4, a_v=0.005, b_v=0.09, amplitude=(-10.0, -180.0), rate=(0.003, 0.1),
        factor=(1.0, 0.7)),
    "slow": dict(
        currents=(220.0, 400.0), C=120.0, g=6.0, E_L=-70.0, theta_inf=-45.0, t_ref=2.0, f_v=0.4, delta_v=3.0,
        b_s=0.03, delta_theta_s=2.0, a_v=0.004, b_v=0.02, amplitude=(30.0, -60.0), rate=(0.2, 0.03),
        factor=(0.5, 1.0)),
}
# Which of (spike_dependent_threshold, after_spike_currents, adapting_threshold) a model has.
MODELS = {
    "glif1": (False, False, False), "glif2": (True, False, False), "glif3": (False, True, False),
    "glif4": (True, True, False), "glif5": (True, True, True),
}


def spike_steps(cell, model, current):
    """Steps of the spikes, where step 1 is the first one with the current."""
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = STEP
    has_resets, has_currents, has_voltage_threshold = MODELS[model]
    neuron = nest.Create("glif_psc", params=dict(
        C_m=cell["C"], g=cell["g"], E_L=cell["E_L"], V_m=cell["E_L"], V_reset=cell["E_L"], V_th=cell["theta_inf"],
        t_ref=cell["t_ref"], spike_dependent_threshold=has_resets, after_spike_currents=has_currents,
        adapting_threshold=has_voltage_threshold, voltage_reset_fraction=cell["f_v"],
        voltage_reset_add=-cell["delta_v"], th_spike_add=cell["delta_theta_s"], th_spike_decay=cell["b_s"],
        th_voltage_index=cell["a_v"], th_voltage_decay=cell["b_v"], asc_init=[0.0] * len(cell["rate"]),
        asc_amps=cell["amplitude"], asc_decay=cell["rate"], asc_r=cell["factor"]))
    recorder = nest.Create("spike_recorder")
    voltmeter = nest.Create("voltmeter", params=dict(interval=STEP))
    nest.Connect(nest.Create("dc_generator", params=dict(amplitude=current)), neuron, syn_spec=dict(delay=STEP))
    nest.Connect(neuron, recorder)
    nest.Connect(voltmeter, neuron)
    nest.Simulate(DURATION)
    start = next(
        time for time, v in zip(voltmeter.events["times"], voltmeter.events["V_m"]) if abs(v - cell["E_L"]) > 1e-9)
    return [round((time - start) / STEP) + 1 for time in recorder.events["times"]]


def wrapped(numbers, indent):
    lines, line = [], indent
    for number in numbers:
        piece = f"{number}, "
        if len(line) + len(piece) > 119:
            lines.append(line.rstrip())
            line = indent
        line += piece
    return "\n".join(lines + [line.rstrip()])


HEAD = f"""// Spike times of single GLIF neurons in a constant current. Made by scripts/generate/glif_spikes.py; do not edit.
// NEST {nest.__version__}, glif_psc, steps of {STEP} ms, {DURATION} ms.

/// Steps in which a cell spikes in one model and current (pA).
struct GLIFSpikes: Sendable {{
  let cell, model: String
  let current: Double
  let steps: [Int]

  static let all: [GLIFSpikes] = [
"""


def main():
    with open(OUT, "w") as out:
        out.write(HEAD)
        for name, cell in CELLS.items():
            for model in MODELS:
                for current in cell["currents"]:
                    steps = wrapped(spike_steps(cell, model, current), "        ")
                    out.write(f'    GLIFSpikes(\n      cell: "{name}", model: "{model}", current: {current},\n')
                    out.write(f"      steps: [\n{steps}\n      ]),\n")
        out.write("  ]\n}\n")


if __name__ == "__main__":
    main()
