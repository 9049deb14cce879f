#!/usr/bin/env bash
# What is published for Linux on ARM, under qemu: eng/try-arm64.sh [PUBLISHED]
# PUBLISHED is a folder of dotnet publish -r linux-arm64 --self-contained, made if not given. Rolls six tasks, acts with
# policies and evaluates them, here and there, and compares; asks for a training there. "The same" is meant bit by bit,
# and nothing is said about speed. Exit code 3 if this is no x64 machine, or one without qemu (apt-get install
# qemu-user-static) or without libraries for ARM: those of the system (dpkg --add-architecture arm64; apt-get install
# libstdc++6:arm64 libssl3:arm64) or in a folder that QEMU_LD_PREFIX names, where such packages were unpacked with
# dpkg -x. Takes ten minutes; not part of the suite.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

unavailable() { echo "######## NOT RUN: $*" >&2; exit 3; }
[ "$(uname -m)" = x86_64 ] || unavailable "this is no x64 machine"
qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || unavailable "there is no qemu-aarch64"
[ -e "${QEMU_LD_PREFIX:-}/lib/ld-linux-aarch64.so.1" ] \
  || unavailable "there is no C library for ARM; QEMU_LD_PREFIX may name a folder with one"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
step() {
  local start=$SECONDS name=$1
  shift
  if "$@" </dev/null >"$work/log" 2>&1; then
    echo "   $name: $((SECONDS - start)) s, $(tail -1 "$work/log" | cut -c1-100)"
  else
    echo "failed: $name"
    grep -m 6 -v '^\s*$' "$work/log"
    failed=$((failed + 1))
  fi
}

published=${1:-$work/published}
[ $# -gt 0 ] \
  || step "publish" dotnet publish Host/MbMix.Cli -c Release -r linux-arm64 --self-contained -o "$published" -v quiet
step "build for here" dotnet build Host/MbMix.Cli -c Release -v quiet
step "publish the program that acts" dotnet publish samples/policy -c Release -r linux-arm64 --self-contained \
  -p:NuGetLockFilePath="$work/lock.json" -o "$work/act" -v quiet
step "build it for here" dotnet build samples/policy -c Release -v quiet
here=Host/MbMix.Cli/bin/Release/net10.0/mbmix
# no packages of a developer: whatever is missing is missing
there() { NUGET_PACKAGES=$work HOME=$work DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$qemu" "$@"; }

# five lanes, so that no vector is full; actions are random numbers, the same in every run of this script
recorded() {
  echo "{\"state\":[$2],\"actions\":["
  awk -v steps=32 -v lanes=5 -v size="$1" 'BEGIN {
    r = 20251
    for (t = 0; t < steps; t++) {
      line = t ? ",[" : "["
      for (b = 0; b < lanes; b++) {
        line = line (b ? ",[" : "[")
        for (i = 0; i < size; i++) {
          r = (r * 16807) % 2147483647
          line = line (i ? "," : "") sprintf("%.4f", r / 1073741823.5 - 1)
        }
        line = line "]"
      }
      print line "]"
    }
  }'
  echo "]}"
}
roll() {
  local task=$1 output=$2
  shift 2
  "$@" rollout "diffrl/$task-v1" --state "$work/$task.json" --actions "$work/$task.json" --gradient --out "$output"
}
same() {
  roll "$1" "$work/here.json" "$here" && roll "$1" "$work/there.json" there "$published/mbmix" || return 1
  cmp "$work/here.json" "$work/there.json" || return 1
  grep -q '"gradient"' "$work/there.json" || { echo "there is no gradient"; return 1; }
  echo "$(wc -c <"$work/there.json") bytes, the same"
}
while IFS=$'\t' read -r task size states; do
  recorded "$size" "$states" >"$work/$task.json"
  step "rollout of $task" same "$task"
done <eng/arm64/starts.tsv

# the mean is over episodes of up to a thousand steps: an action that differs in its last bit shows in it
evaluations() {
  local options=(--episodes 4)
  # here, but without libtorch, whose functions differ in last bits from those of one observation at a time
  NUGET_PACKAGES=$work HOME=$work DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")") \
    "$work/host/mbmix" eval "$1" "${options[@]}" | tail -2 >"$work/here.txt"
  there "$published/mbmix" eval "$1" "${options[@]}" | tail -2 >"$work/there.txt"
  diff "$work/here.txt" "$work/there.txt" && grep '^evaluation return' "$work/there.txt"
}
actions() {
  local policy=$1/policy/policy.safetensors
  samples/policy/bin/Release/net10.0/Samples.Policy "$policy" | sed 's/.*; //' >"$work/here.txt"
  there "$work/act/Samples.Policy" "$policy" | sed 's/.*; //' >"$work/there.txt"
  diff "$work/here.txt" "$work/there.txt" && grep '^\[.*\]$' "$work/there.txt"
}
mkdir "$work/host"
tar -C "$(dirname "$here")" --exclude='./linux-*' --exclude=./publish --exclude='lib*[tT]orch*' --exclude='libc10*' \
  -cf - . | tar -C "$work/host" -xf -
for task in cartpole-swingup diffrl/ant-v1; do
  run=$work/$(basename "$task")
  step "train $task here" "$here" train "$task" --algo shac --seed 0 --budget 65536 --quiet \
    --set run.evaluations=0 --set run.evaluationEpisodes=4 --out "$run"
  step "an action there" actions "$run"
  step "episodes there" evaluations "$run"
done

refused() {
  there "$published/mbmix" train cartpole-swingup --algo shac --out "$work/refused" >"$work/all" 2>&1
  local code=$?
  # an emulated processor may be slow enough for this warning
  grep -v '^warning: .* has been loading' "$work/all" | tee "$work/out"
  [ "$code" -eq 1 ] && [ "$(wc -l <"$work/out")" -eq 1 ] && grep -q '^error: .*libtorch' "$work/out" \
    && [ ! -e "$work/refused" ]
}
step "list there" there "$published/mbmix" list
step "train there is refused in one line" refused
cat "$work/out"
echo "$failed failed"
[ "$failed" -eq 0 ]
