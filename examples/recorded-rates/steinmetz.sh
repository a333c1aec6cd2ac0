#!/usr/bin/env bash
# Mouse, Neuropixels (Steinmetz et al. 2019): the units whose responses are reliable, three conditions as three tasks.
# Usage: steinmetz.sh RECORDING.h5 FOLDER [LOOPS]
set -euo pipefail
recording=${1:?Usage: steinmetz.sh RECORDING.h5 FOLDER [LOOPS]}
folder=${2:?Usage: steinmetz.sh RECORDING.h5 FOLDER [LOOPS]}
loops=${3:-120}
reprise=${REPRISE:-$(dirname "$0")/../../.build/release/reprise}
"$reprise" new "$folder" --rates "$recording:/psth" --select "split_half_r > 0.5"
"$reprise" run "$folder" --loops "$loops" --trials 10
