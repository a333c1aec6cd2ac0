"""What `reprise test` left in a folder, with h5py alone: python3 read_results.py FOLDER"""
import sys

import h5py

folder = sys.argv[1]
with h5py.File(f"{folder}/test.h5") as test, h5py.File(f"{folder}/network.h5") as network:
    spikes = test["spikes/neurons"]
    trial = spikes["trial_ids"][:] == 0
    times, neurons = spikes["timestamps"][trial], spikes["node_ids"][trial]  # ms, from 0
    correlation = test["trials/correlation"][:]  # [trial, neuron]
    plastic = test["currents/plastic"][0, 0]  # current of the first chosen neuron in trial 0, at whole ms
    targets = network["targets"][:]  # [task, row, neuron]
    print(f"{targets.shape[0]} tasks, {targets.shape[1]} rows, {targets.shape[2]} neurons")
    print(f"trial 0: {times.size} spikes, the first at {times[0]:.1f} ms from neuron {neurons[0]}")
    print(f"correlation with the targets, mean over trials and neurons: {correlation[correlation == correlation].mean():.3f}")
    print(f"plastic current of neuron {test['currents/neuron'][0]}: {plastic.min():.2f} to {plastic.max():.2f}")
