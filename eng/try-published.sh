#!/usr/bin/env bash
# What is published runs where there is nothing else: eng/try-published.sh [folder|tool]...  (both unless given)
#   folder   dotnet publish -r linux-x64 --self-contained, and builds before and after it
#   tool     the .NET tool of dotnet pack, with a runtime beside it
# Each is put into a root of its own (unshare, chroot) that has the libraries of a runtime-deps image and nothing else:
# no SDK, no shell, no HOME, no /tmp, everything read-only but a volume for runs, and a user without a name. There it
# lists, trains, is interrupted, resumes and compares; the folder also does so as a cluster. Needs root on Debian or
# Ubuntu (exit code 3 elsewhere). A folder takes about a minute of processor time if the solution is built, the tool
# another one; eng/test.sh tries the folder.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

libraries=(libc6 libgcc-s1 libstdc++6 zlib1g libssl3 tzdata ca-certificates)
user=1654:1654
unavailable() { echo "######## NOT RUN: $*" >&2; exit 3; }
[ "$(id -u)" -eq 0 ] || unavailable "needs root, to change the root folder"
unshare --mount true 2>/dev/null || unavailable "this machine does not allow unshare"
dpkg -L "${libraries[@]}" >/dev/null 2>&1 || unavailable "one of ${libraries[*]} is not installed"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "failed: $*"; exit 1; }
step() {
  local start=$SECONDS name=$1
  shift
  "$@" </dev/null >"$work/log" 2>&1 || { tail -40 "$work/log"; fail "$name"; }
  echo "   $name: $((SECONDS - start)) s"
}

locks() { find . -name 'packages*.lock.json' -not -path '*/obj/*' -exec sha256sum {} + | sort -k 2; }
size() { du -sk "$1" | cut -f 1; }
# what an ordinary build makes, without what publishing keeps in folders of its own
built() {
  ordinary=$(find Host/MbMix.Cli/bin/Release/net10.0 -type f \
    -not -path '*/net10.0/linux-*' -not -path '*/net10.0/win-*' -not -path '*/net10.0/osx-*' \
    -not -path '*/net10.0/publish/*' -printf '%s\n' | awk '{ s += $1 } END { printf "%d", s / 1024 }')
  plugins=$(for folder in Plugins/*/bin/Release/net10.0; do size "$folder"; done | awk '{ s += $1 } END { print s }')
  echo "$ordinary KB for the command, $plugins KB in the folders of plugins"
}

# a root of its own: the libraries, the program in /app, a volume in /runs
root=$work/root
lay_root() {
  mkdir -p "$root"/{app,runs,proc,dev,dotnet} "$work/runs"
  for top in lib lib64; do
    # a merged /usr
    [ ! -L "/$top" ] || { mkdir -p "$root/usr/$top" && ln -s "usr/$top" "$root/$top"; }
  done
  dpkg -L "${libraries[@]}" | sort -u | while read -r path; do
    if [ -f "$path" ] || { [ -L "$path" ] && [ ! -d "$path" ]; }; then
      case $path in
        */doc/* | */man/* | */bin/* | */sbin/* | */gconv/*) continue ;;
      esac
      mkdir -p "$root$(dirname "$path")" && cp -a "$path" "$root$path"
    fi
  done
  for device in null zero random urandom; do : >"$root/dev/$device"; done
  chown "$user" "$work/runs"
}

# runs a command of the program in the root: inside APP PROGRAM... -- ARGUMENT...
inside() {
  local app=$1 program=()
  shift
  while [ "$1" != -- ]; do program+=("$1"); shift; done
  shift
  unshare --mount --pid --fork bash -c '
    root=$1 app=$2 runs=$3 user=$4 runtime=$5 chroot=$(command -v chroot)
    shift 5
    mount --bind "$root" "$root" || exit 99
    mount --bind -o ro "$app" "$root/app" && mount -o remount,bind,ro "$root/app" || exit 99
    mount --bind "$runs" "$root/runs" && mount -t proc none "$root/proc" || exit 99
    if [ -n "$runtime" ]; then
      mount --bind "$runtime" "$root/dotnet" && mount -o remount,bind,ro "$root/dotnet" || exit 99
    fi
    for device in null zero random urandom; do mount --bind "/dev/$device" "$root/dev/$device" || exit 99; done
    mount -o remount,bind,ro "$root" || exit 99
    cd / && exec env -i ${runtime:+DOTNET_ROOT=/dotnet} "$chroot" --userspec="$user" "$root" "$@"
  ' inside "$root" "$app" "$work/runs" "$user" "$runtime" "${program[@]}" "$@"
}

# what two runs must agree in: all metrics but the clocks
metrics() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) keep[i] = $i !~ /^(wall_|seconds_)/ }
    { line = ""; for (i = 1; i <= NF; i++) if (keep[i]) line = line "," $i; print line }' "$1/metrics.csv"
}

# has a process that runs inside end, and waits for it
end() {
  # the signal goes to the process in the root: the one whose binary lies in /app or /dotnet
  for child in $(pgrep -P "$1" 2>/dev/null) $(for c in $(pgrep -P "$1"); do pgrep -P "$c"; done); do
    kill -INT "$child" 2>/dev/null
  done
  wait "$1"
}

interrupt() {
  inside "$@" &
  local outer=$! waited=0
  until grep -q '^[1-9][0-9]*,' "$work/runs/stopped/metrics.csv" 2>/dev/null || [ "$waited" -ge 600 ]; do
    sleep 0.1
    waited=$((waited + 1))
  done
  end "$outer"
  local code=$?
  [ "$code" -eq 130 ] || { echo "an interrupted training ended with $code"; return 1; }
}

try() {
  local app=$1
  shift
  rm -rf "${work:?}/runs"
  mkdir "$work/runs" && chown "$user" "$work/runs"
  # long enough to be interrupted on a fast machine
  local train=(train cartpole-swingup --algo shac --seed 3 --threads 2 --budget 983040)
  step "list" inside "$app" "$@" -- list
  grep -q 'diffrl/ant-v1' "$work/log" && grep -q 'mbmix/shac-v1' "$work/log" || fail "list names no plugins"
  step "train" inside "$app" "$@" -- "${train[@]}" --out /runs/whole
  grep '^evaluation return' "$work/log" | sed 's/^/      /'
  step "train, interrupted" interrupt "$app" "$@" -- "${train[@]}" --out /runs/stopped
  [ ! -e "$work/runs/stopped/result.json" ] || fail "the interrupted training had ended by itself"
  step "resume" inside "$app" "$@" -- train --resume /runs/stopped
  diff <(metrics "$work/runs/whole") <(metrics "$work/runs/stopped") >"$work/log" \
    || { head -5 "$work/log"; fail "the resumed training has other numbers"; }
  echo "      the same numbers as without an interruption, $(($(wc -l <"$work/runs/whole/metrics.csv") - 1)) iterations"
  step "compare" inside "$app" "$@" -- compare --env cartpole-swingup --algo shac apg --seeds 1 --set run.budget=8192 \
    --out /runs/compare
  [ -e "$work/runs/compare/table.md" ] || [ -n "$(find "$work/runs/compare" -maxdepth 1 -name '*.html')" ] \
    || { ls "$work/runs/compare"; fail "compare wrote no report"; }
  find "$work/runs" -not -user "${user%:*}" | grep . && fail "files of another user"
  echo "      written by user ${user%:*}: $(find "$work/runs" -type f | wc -l) files"
}

# a coordinator and a runner, each inside, do a comparison
cluster() {
  local port=7439 serve join code
  inside "$@" -- cluster serve --folder /runs/cluster --port "$port" &
  serve=$!
  inside "$@" -- cluster join "127.0.0.1:$port" --folder /runs/runner &
  join=$!
  inside "$@" -- compare --env cartpole-swingup --algo shac --seeds 2 --set run.budget=8192 --out /runs/far \
    --cluster "127.0.0.1:$port"
  code=$?
  end "$join" || { echo "the runner ended with $?"; code=1; }
  end "$serve" || { echo "the coordinator ended with $?"; code=1; }
  [ "$(find "$work/runs/far/runs" -name result.json | wc -l)" -eq 2 ] || { echo "there are not two results"; return 1; }
  return $code
}

folder() {
  echo "== folder"
  step "build" dotnet build Host/MbMix.Cli -c Release -v quiet
  local locks_before sizes_before
  locks_before=$(locks)
  sizes_before=$(built)
  # the step of the image
  local publish
  publish=$(sed -n 's|^RUN \(dotnet publish .*\) -o /app$|\1|p' Dockerfile)
  [ -n "$publish" ] || fail "the Dockerfile does not publish"
  # with the package for clusters, as --build-arg has it
  step "publish" env WITH_CLUSTER=true bash -c "$publish -v quiet -o $work/published"
  step "build again" dotnet build Host/MbMix.Cli -c Release -v quiet
  echo "      before: $sizes_before"
  echo "      after:  $(built)"
  [ "$sizes_before" = "$(built)" ] || fail "publishing leaves something behind in an ordinary build"
  [ "$locks_before" = "$(locks)" ] || fail "publishing changes lock files"
  echo "      published: $(size "$work/published") KB, of it plugins: $(size "$work/published/plugins") KB," \
    "cluster: $(size "$work/published/cluster") KB"
  dotnet publish Host/MbMix.Cli -c Release -r linux-x64 --no-restore -p:PublishSingleFile=true -v quiet \
    >"$work/log" 2>&1 && fail "PublishSingleFile is not refused"
  [ "$(grep -c . "$work/log")" -eq 1 ] || { cat "$work/log"; fail "PublishSingleFile is not refused in one line"; }
  sed 's/^.*error *:/      refused:/; s/ \[.*//' "$work/log"
  runtime=
  try "$work/published" /app/mbmix
  step "compare --cluster" cluster "$work/published" /app/mbmix
}

tool() {
  echo "== tool"
  step "pack" dotnet pack Host/MbMix.Cli -c Release -v quiet -o "$work/packages"
  local version
  version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
  mkdir -p "$work/tool"
  step "unpack" unzip -q "$work/packages/mbmix.$version.nupkg" -d "$work/tool"
  local settings
  settings=$(dirname "$(find "$work/tool/tools" -name DotnetToolSettings.xml)")
  chmod -R a+rX "$work/tool"
  runtime=$(dirname "$(readlink -f "$(command -v dotnet)")")
  # a runtime alone: no SDK
  mkdir -p "$work/runtime"
  cp -a "$runtime/dotnet" "$runtime/host" "$runtime/shared" "$work/runtime/"
  runtime=$work/runtime
  try "$settings" /dotnet/dotnet /app/mbmix.dll
}

lay_root
echo "the root has $(find "$root" -type f | wc -l) files of ${libraries[*]}; programs:" \
  "$(find "$root" -type f -path '*bin/*' | wc -l)"
[ $# -gt 0 ] || set -- folder tool
for what in "$@"; do
  case $what in
    folder) folder ;;
    tool) tool ;;
    *) echo "error: $what is unknown: eng/try-published.sh [folder|tool]..." >&2; exit 2 ;;
  esac
done
echo "all is well"
