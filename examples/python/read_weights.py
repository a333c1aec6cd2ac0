"""The weights of a checkpoint, with h5py alone: python3 read_weights.py FOLDER [CHECKPOINT]"""
import glob
import sys

import h5py

folder = sys.argv[1]
checkpoint = sys.argv[2] if len(sys.argv) > 2 else sorted(glob.glob(f"{folder}/checkpoints/loop-*.h5"))[-1]
with h5py.File(checkpoint) as trained, h5py.File(f"{folder}/network.h5") as network:
    weights = trained["weights"][:]  # [neuron, input], feed-forward inputs first
    presynaptic = network["plastic/presynaptic"][:]  # [neuron, recurrent input]
    recurrent = weights[:, weights.shape[1] - presynaptic.shape[1]:]
    print(f"{checkpoint}: {trained.attrs['loops_done']} loops, {weights.shape[1]} plastic inputs of each neuron")
    strongest = abs(recurrent[0]).argmax()
    print(f"strongest input of neuron 0: neuron {presynaptic[0, strongest]}, {recurrent[0, strongest]:.3f} V ms")
