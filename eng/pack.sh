#!/usr/bin/env bash
# Packs the libraries, the plugins, the tool and the templates into a folder that serves as a NuGet source:
# eng/pack.sh [OUT] [--no-build]. OUT is artifacts/packages unless given; --no-build packs what has been built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
out=artifacts/packages
build=1
for argument in "$@"; do
  case $argument in
    --no-build) build=0 ;;
    -*) echo "error: $argument is unknown: eng/pack.sh [OUT] [--no-build]" >&2; exit 2 ;;
    *) out=$argument ;;
  esac
done

if [ "$build" -eq 1 ]; then
  dotnet restore MbMix.sln --locked-mode -v quiet
  dotnet build MbMix.sln -c Release --no-restore -v quiet
fi

# a source has each version once: what an earlier run left there would stay
mkdir -p "$out"
rm -f "$out"/MbMix.*.nupkg "$out"/MbMix.*.snupkg "$out"/MujocoSharp.*nupkg "$out"/mbmix.*nupkg
dotnet pack MbMix.sln -c Release --no-build -v quiet -o "$out"
echo "packages in $(realpath "$out"):"
ls -s --block-size=1K "$out"/*.nupkg | awk '{ n = split($2, part, "/"); print "  " part[n], $1 " KB" }'
