#!/usr/bin/env bash
# Macaque, inferior temporal cortex (Zhang et al. 2011): 132 units, eight model neurons for each, and 21 conditions
# (7 objects at 3 positions) as 21 tasks. The response comes half a second after the learning window begins, so
# slower synapses than usual help to carry what the stimulus said.
# Usage: it.sh RECORDING.h5 FOLDER [LOOPS]
set -euo pipefail
recording=${1:?Usage: it.sh RECORDING.h5 FOLDER [LOOPS]}
folder=${2:?Usage: it.sh RECORDING.h5 FOLDER [LOOPS]}
loops=${3:-840}
reprise=${REPRISE:-$(dirname "$0")/../../.build/release/reprise}
"$reprise" new "$folder" --rates "$recording:/psth" --copies 8 --set plastic.tau=800
"$reprise" run "$folder" --loops "$loops" --trials 4
