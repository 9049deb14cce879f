#!/usr/bin/env bash
# Everything that must hold before a change goes in: locked restore, build without warnings, format, the whole suite.
# The last line is "N passed, N failed"; the exit code is 0 when nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1

passed=0
failed=0
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# a step that everything after it needs
need() {
  echo "== $1"
  shift
  "$@" </dev/null || { echo "failed: $*"; failed=$((failed + 1)); finish; }
}

# a check that the suite can go on without
check() {
  echo "== $1"
  shift
  "$@" </dev/null || { echo "failed: $*"; failed=$((failed + 1)); }
}

# learning curves are written with whatever font the machine has; the tests look at such pictures
fonts=$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \( -name '*.ttf' -o -name '*.otf' \) -print -quit 2>/dev/null)
if [ -z "$fonts" ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "== install fonts"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-dejavu-core; } </dev/null >/dev/null 2>&1 \
      || echo "note: no font could be installed; pictures will have no text"
  else
    echo "note: no font is installed; pictures will have no text"
  fi
fi

# the tests of the MuJoCo binding run the real library, and compare with a C program on it
if ! { command -v gcc && ls /usr/include/mujoco/mujoco.h && ldconfig -p | grep libmujoco; } >/dev/null 2>&1; then
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "== install MuJoCo"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libmujoco2.2.2 libmujoco-dev gcc libc6-dev; } </dev/null >/dev/null 2>&1 \
      || echo "note: MuJoCo could not be installed; its tests will fail"
  else
    echo "note: MuJoCo is not installed (apt-get install libmujoco2.2.2 libmujoco-dev gcc); its tests will fail"
  fi
fi

# the tests of pages open them in a browser
if [ -z "${MBMIX_BROWSER:-}" ] && [ ! -x /usr/bin/chromium ] && [ ! -x /usr/bin/google-chrome ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "== install chromium"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } </dev/null >/dev/null 2>&1 \
      || echo "note: chromium could not be installed; the tests of pages will fail"
  else
    echo "note: no browser is installed (apt-get install chromium, or MBMIX_BROWSER); the tests of pages will fail"
  fi
fi

need "restore" dotnet restore MbMix.sln --locked-mode -v quiet
need "restore samples/embedding" dotnet restore samples/embedding --locked-mode -v quiet
need "restore samples/policy" dotnet restore samples/policy --locked-mode -v quiet
need "restore tests/plugins/Private.Dependency" dotnet restore tests/plugins/Private.Dependency --locked-mode -v quiet
need "build" dotnet build MbMix.sln -c Release --no-restore -warnaserror -v quiet
check "format" dotnet format MbMix.sln --verify-no-changes --no-restore
for outside in samples templates tests/plugins; do
  check "format of $outside" dotnet format whitespace "$outside" --folder --verify-no-changes
done
check "packages" bash eng/check-packages.sh
echo "== published folder"
bash eng/try-published.sh folder </dev/null
case $? in
  0) ;;
  3) echo "######## NOT RUN: what is published, in a root of its own (see above)" ;;
  *) failed=$((failed + 1)) ;;
esac

echo "== test"
# A number that TorchSharp turns into a scalar for a call may be collected while the native code still reads it, when another thread collects
# (docs/decisions/0006-autograd-nodes.md). Tests run side by side and collect all the time: a larger first generation makes that rarer.
export DOTNET_GCgen0size=0x10000000
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test --project tests/MbMix.Tests -c Release --no-build </dev/null 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
count() { sed -n "s/^ *$1: *\([0-9][0-9]*\).*/\1/p" "$log" | tail -1; }
passed=$(count succeeded)
passed=${passed:-0}
wrong=$(count failed)
wrong=${wrong:-0}
# a crashed test process fails without counting a failed test
[ "$status" -ne 0 ] && [ "$wrong" -eq 0 ] && wrong=1
failed=$((failed + wrong))

# The MuJoCo tests a second time, on the other library that is supported. MuJoCo 3 needs a newer C library than Debian 12
# has; both come from Debian's archive into a private folder.
echo "== test on MuJoCo 3.5.0"
mujoco=$PWD/artifacts/mujoco-3.5.0
if bash eng/mujoco-3.sh "$mujoco"; then
  MBMIX_MUJOCO=$mujoco/lib MBMIX_MUJOCO_TEST=$mujoco "$mujoco/dotnet/dotnet" \
    tests/MbMix.Tests/bin/Release/net10.0/MbMix.Tests.dll -noColor \
    -class "MbMix.Tests.Unit.Mujoco.*" -class "MbMix.Tests.Unit.SimMuJoCo.*" \
    -class MbMix.Tests.Determinism.MujocoEqualsC -class MbMix.Tests.Determinism.MuJoCoSteps \
    </dev/null 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+,' "$log" | tail -1 | sed 's/.*Total/Total/; s/, Time.*//')
  read -r total errors wrong skipped left < <(tr -cd '0-9 ' <<<"$summary"; echo)
  wrong=$((${wrong:-0} + ${errors:-0}))
  more=$((${total:-0} - wrong - ${skipped:-0} - ${left:-0}))
  [ "$status" -ne 0 ] && [ "$wrong" -eq 0 ] && wrong=1
  echo "on MuJoCo 3.5.0: $more passed, $wrong failed"
  passed=$((passed + more))
  failed=$((failed + wrong))
else
  echo "######## NOT RUN: the tests of MuJoCo on 3.5.0, which cannot be had here (see above)"
fi
finish
