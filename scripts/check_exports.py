"""Reads a test and its exports in a folder with h5py, pynwb and libsonata, and compares them."""
import shutil
import sys
import warnings

import h5py
import libsonata
import numpy
import pynwb

folder = sys.argv[1]


def require(condition, sentence):
    if not condition:
        sys.exit(f"check-exports: {sentence}")


def validate(path):
    """Errors of NWB's validator, as texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pynwb.validate(path=path)
    return [str(error) for error in (found[0] if isinstance(found, tuple) else found)]


with h5py.File(f"{folder}/net/test.h5") as test:
    spikes = test["spikes/neurons"]
    neurons, trials = spikes["node_ids"][:], spikes["trial_ids"][:]
    times = spikes["timestamps"][:]
    tasks = test["trials/task"][:]
    end = test["currents/time_ms"][-1]

errors = validate(f"{folder}/net.nwb")
require(not errors, f"pynwb finds errors in the NWB file: {errors}")

# A validator that finds nothing wrong must be one that finds something.
shutil.copy(f"{folder}/net.nwb", f"{folder}/damaged.nwb")
with h5py.File(f"{folder}/damaged.nwb", "r+") as damaged:
    del damaged["session_start_time"]
    del damaged["units/spike_times_index"].attrs["target"]
require(len(validate(f"{folder}/damaged.nwb")) >= 2, "pynwb finds nothing wrong with a damaged NWB file.")

with pynwb.NWBHDF5IO(f"{folder}/net.nwb", "r") as io:
    session = io.read()
    require(list(session.trials["task"][:]) == list(tasks), "tasks of trials differ in the NWB file.")
    starts = session.trials["start_time"][:] * 1000
    for neuron in range(len(session.units)):
        wanted = starts[trials[neurons == neuron]] + times[neurons == neuron]
        found = session.units["spike_times"][neuron] * 1000
        require(numpy.allclose(found, wanted, rtol=0, atol=1e-6), f"spikes of neuron {neuron} differ in the NWB file.")
    stops = session.trials["stop_time"][:] * 1000
    require(numpy.allclose(stops - starts, end), "trials have another length in the NWB file.")

population = libsonata.SpikeReader(f"{folder}/spikes.h5")["neurons"]
found = population.get_dict()
require(population.sorting == "by_time" and population.time_units == "milliseconds", "the SONATA file is not by time.")
require(numpy.array_equal(found["node_ids"], neurons), "neurons differ in the SONATA file.")
require(numpy.allclose(found["timestamps"], starts[trials] + times, rtol=0, atol=1e-6), "times differ in the SONATA file.")
own = libsonata.SpikeReader(f"{folder}/net/test.h5")["neurons"].get_dict()
require(len(own["node_ids"]) == len(neurons), "test.h5 is not read as a SONATA file.")
print(f"check-exports: {len(neurons)} spikes are the same in test.h5, NWB (no errors by pynwb) and SONATA")
