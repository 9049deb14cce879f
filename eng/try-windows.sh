#!/usr/bin/env bash
# What is published for Windows, under Wine 8 or later: eng/try-windows.sh [PUBLISHED]
# PUBLISHED is a folder of dotnet publish -r win-x64 --self-contained, made if not given. Lists, trains three algorithms
# on four tasks and on a task of a plugin, compares threads, kills, interrupts and resumes, and with MBMIX_MUJOCO, the
# folder of a MuJoCo release for Windows, trains there. Exit code 3 if there is no Wine (apt-get install wine wine64).
# Takes about ten minutes on two cores; not part of the suite.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v wine >/dev/null || { echo "######## NOT RUN: there is no wine" >&2; exit 3; }
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
mujoco=${MBMIX_MUJOCO-}
# W^X stays on
unset MBMIX_MUJOCO MUJOCO_LIBRARY DOTNET_EnableWriteXorExecute
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
await() {
  local end=$((SECONDS + 120))
  until "$@"; do [ $SECONDS -lt $end ] && sleep 0.2 || return 1; done
}
metrics() {
  tr -d '\r' <"$1/metrics.csv" | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) keep[i] = $i !~ /^(wall_|seconds_)/ }
    { line = ""; for (i = 1; i <= NF; i++) if (keep[i]) line = line "," $i; print line }'
}
equal() {
  metrics "$work/runs/$1" >"$work/first" && metrics "$work/runs/$2" >"$work/second" \
    && diff "$work/first" "$work/second" && echo "$(wc -l <"$work/first") lines"
}
# reached FOLDER COUNT ITERATION: whether so many of the runs below a folder have got there
reached() { [ "$(find "$work/runs/$1" -name metrics.csv -exec grep -l "^$3," {} + 2>/dev/null | wc -l)" -eq "$2" ]; }
# ids of the processes of this Wine that run a command of mbmix
processes() {
  grep -lzsxF "WINEPREFIX=$WINEPREFIX" /proc/[0-9]*/environ | while IFS=/ read -r _ _ process _; do
    tr '\0' ' ' 2>/dev/null <"/proc/$process/cmdline" | grep -q "mbmix.exe $1 " && echo "$process"
  done
}
none() { [ -z "$(processes "$1")" ]; }

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
windows() { echo "Z:${1//\//\\}"; }
runs=$(windows "$work/runs")
mkdir "$work/runs"
timeout 120 wine winecfg -v win10 >/dev/null 2>&1
echo "   $(wine --version 2>/dev/null), W^X on"

step "list" mbmix list
for task in cartpole-swingup diffrl/hopper-v1 diffrl/ant-v1 diffrl/humanoid-v1; do
  for algorithm in shac ppo mbmix; do
    step "$algorithm on $task" mbmix train "$task" --algo "$algorithm" --seed 0 --threads 2 --budget 4096 --quiet \
      --set run.evaluations=1 --out "$runs\\$algorithm-$(basename "$task")"
  done
done

for task in cartpole-swingup diffrl/ant-v1 diffrl/humanoid-v1; do
  name=$(basename "$task")
  for threads in 1 2; do
    step "64 k steps on $task, --threads $threads" mbmix train "$task" --algo shac --seed 3 --budget 65536 --quiet \
      --threads "$threads" --out "$runs\\$name-$threads"
  done
  step "$name: the same numbers on two threads as on one" equal "$name-1" "$name-2"
done

killed() {
  mbmix train cartpole-swingup --algo shac --seed 3 --budget 65536 --quiet --threads 2 --set run.checkpointEvery=2 \
    --out "$runs\\killed" &
  await reached killed 1 5 && kill -KILL $(processes train)
  wait
  reached killed 1 5 && [ ! -e "$work/runs/killed/result.json" ] \
    && echo "after iteration $(tail -1 "$work/runs/killed/metrics.csv" | cut -d, -f1)"
}
step "a training is killed" killed
step "it resumes" mbmix train --resume "$runs\\killed" --quiet
step "the same numbers as without" equal cartpole-swingup-1 killed

plugin() {
  dotnet build samples/env-plugin -c Release -o "$work/plugins/Pendulum" -p:MbMixHost="$program/" -v quiet \
    && mbmix train pendulum-swingup --algo shac --seed 0 --budget 4096 --quiet --set run.evaluations=1 \
      --plugins "$(windows "$work/plugins")" --out "$runs\\plugin"
}
step "a plugin built elsewhere" plugin
on_mujoco() {
  MBMIX_MUJOCO=$(windows "$(cd "$mujoco" && pwd)") mbmix train mujoco/hopper-v5 --algo ppo --seed 0 --budget 4096 \
    --quiet --set run.evaluations=1 --out "$runs\\mujoco" \
    && grep -o '"MuJoCo [0-9.]*"' "$work/runs/mujoco/manifest.json"
}
if [ -n "$mujoco" ] && [ -n "$(find "$mujoco/" -iname mujoco.dll 2>/dev/null)" ]; then
  step "MuJoCo" on_mujoco
else
  echo "   MuJoCo: not tried, because MBMIX_MUJOCO names no folder with mujoco.dll"
fi

compare=(compare --env cartpole-swingup --algo shac --first-seed 3 --seeds 2 --jobs 2 --set run.budget=65536)
# closed by the system with the process that holds it, the job object ends the trainings
killed_compare() {
  mbmix "${compare[@]}" --out "$runs\\ended" &
  await reached ended 2 2 && kill -KILL $(processes compare)
  wait
  await none train && reached ended 2 2 && [ -z "$(find "$work/runs/ended" -name result.json)" ] && echo "both"
}
step "trainings end with a comparison that is killed" killed_compare
# Ctrl-C at a terminal
interrupted() {
  rm -f "$work/terminal"
  { await reached "my runs" 2 3 && printf '\003'; await grep -q "same command" "$work/terminal"; } \
    | script -qefc "wine '$program/mbmix.exe' ${compare[*]} --out '$runs\\my runs'" "$work/terminal"
  grep -q "same command" "$work/terminal" && none train \
    && [ "$(find "$work/runs/my runs" -name 'checkpoint-*' | wc -l)" -eq 2 ] && printf '\nboth\n'
}
step "trainings save when a comparison is interrupted" interrupted
step "the same command goes on" mbmix "${compare[@]}" --out "$runs\\my runs"
step "the same numbers as without" equal cartpole-swingup-1 "my runs/runs/cartpole-swingup/shac/seed3"
# a line of commands.txt, in which the folder is quoted, by the shell of Windows
line() {
  mv "$work/runs/my runs/runs/cartpole-swingup/shac/seed3" "$work/runs/before"
  sed -n 1p "$work/runs/my runs/commands.txt" >"$work/line.cmd"
  grep -q '"' "$work/line.cmd" && wine cmd /c "$(windows "$work/line.cmd")" \
    && equal before "my runs/runs/cartpole-swingup/shac/seed3"
}
step "a line of commands.txt" line
step "no process has left a note" test -z "$(find "$WINEPREFIX" -name '*.note')"
echo "$failed failed"
[ "$failed" -eq 0 ]
