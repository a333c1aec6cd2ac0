"""What scripts that compare trainings have in common: the program, and how it is called."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def find(path):
    """The program at a path, or the release build of this repository."""
    if path:
        return os.path.abspath(path)
    folder = subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    return os.path.join(folder, "reprise")


def call(program, arguments):
    """Ends the script where the program fails."""
    done = subprocess.run([program] + arguments, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"reprise {arguments[0]} failed with status {done.returncode}: {done.stderr.strip()}")
