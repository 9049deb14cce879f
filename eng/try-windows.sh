#!/usr/bin/env bash
# What is published for Windows, under Wine 8 or later: eng/try-windows.sh [PUBLISHED]
# PUBLISHED is a folder of dotnet publish -r win-x64 --self-contained, made if not given. Lists, trains three algorithms
# on four tasks, kills and resumes a training, compares. Exit code 3 if there is no Wine (apt-get install wine wine64).
# Takes a quarter of an hour; not part of the suite.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v wine >/dev/null || { echo "######## NOT RUN: there is no wine" >&2; exit 3; }
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d)
# Wine does not have the function by which Intel's OpenMP, in libtorch, asks for memory nodes
export WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mshtml=" KMP_AFFINITY=disabled
trap 'wineserver -k 2>/dev/null; rm -rf "$work"' EXIT

failed=0
step() {
  local start=$SECONDS name=$1
  shift
  if "$@" </dev/null >"$work/log" 2>&1; then
    echo "   $name: $((SECONDS - start)) s, $(tail -1 "$work/log" | tr -d '\r' | cut -c1-80)"
  else
    echo "failed: $name"
    grep -m 6 -v '^\s*$' "$work/log"
    failed=$((failed + 1))
  fi
}
metrics() {
  tr -d '\r' <"$1/metrics.csv" | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) keep[i] = $i !~ /^(wall_|seconds_)/ }
    { line = ""; for (i = 1; i <= NF; i++) if (keep[i]) line = line "," $i; print line }'
}
equal() { diff <(metrics "$1") <(metrics "$2") | head -5; [ -z "$(diff <(metrics "$1") <(metrics "$2"))" ]; }

published=${1:-$work/published}
[ $# -gt 0 ] \
  || step "publish" dotnet publish Host/MbMix.Cli -c Release -r win-x64 --self-contained -o "$published" -v quiet
# Wine 8 ends .NET when a dynamic method is freed (W^X). Kernels are kept there; the stubs by which .NET itself calls
# methods through reflection are switched off, in a copy of the folder.
program=$work/program
cp -al "$published" "$program" 2>/dev/null || cp -a "$published" "$program"
sed -i 's|"configProperties": {|&"Switch.System.Reflection.ForceInterpretedInvoke": true,|' \
  "$program/mbmix.runtimeconfig.json"
mbmix() { wine "$program/mbmix.exe" "$@"; }
runs="Z:${work//\//\\}\\runs"
mkdir "$work/runs"
timeout 120 wine winecfg -v win10 >/dev/null 2>&1

step "list" mbmix list
for task in cartpole-swingup diffrl/hopper-v1 diffrl/ant-v1 diffrl/humanoid-v1; do
  for algorithm in shac ppo mbmix; do
    step "$algorithm on $task" mbmix train "$task" --algo "$algorithm" --seed 0 --threads 2 --budget 4096 --quiet \
      --set run.evaluations=1 --out "$runs\\$algorithm-$(basename "$task")"
  done
done

train=(train cartpole-swingup --algo shac --seed 3 --budget 65536 --quiet)
step "one thread" mbmix "${train[@]}" --threads 1 --out "$runs\\one"
step "two threads" mbmix "${train[@]}" --threads 2 --out "$runs\\two"
step "the same numbers on two threads" equal "$work/runs/one" "$work/runs/two"
mbmix "${train[@]}" --threads 2 --set run.checkpointEvery=2 --out "$runs\\killed" >/dev/null 2>&1 &
until [ "$(cat "$work/runs/killed/metrics.csv" 2>/dev/null | wc -l)" -ge 6 ] || ! kill -0 $! 2>/dev/null; do
  sleep 0.2
done
# the process itself, by the program of its own prefix
for process in /proc/[0-9]*; do
  tr '\0' '\n' <"$process/environ" 2>/dev/null | grep -qxF "WINEPREFIX=$WINEPREFIX" || continue
  grep -qa 'mbmix' "$process/comm" 2>/dev/null && kill -KILL "${process#/proc/}"
done
wait
step "killed before its end" test ! -e "$work/runs/killed/result.json"
step "resume after a kill" mbmix train --resume "$runs\\killed" --quiet
step "the same numbers as without" equal "$work/runs/one" "$work/runs/killed"
step "compare" mbmix compare --env cartpole-swingup --algo shac ppo --seeds 1 --set run.budget=8192 \
  --out "$runs\\compare"
head -1 "$work/runs/compare/commands.txt" 2>/dev/null | cut -c1-120
echo "$failed failed"
[ "$failed" -eq 0 ]
