#!/usr/bin/env bash
# Packs the libraries, the plugins, the tool and the templates into a folder that is a NuGet source: eng/pack.sh [OUT].
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
out=$(realpath -m "${1:-artifacts/packages}")

# packages of an earlier run would stay, and a feed has each version once
mkdir -p "$out"
rm -f "$out"/*.nupkg "$out"/*.snupkg

dotnet restore MbMix.sln --locked-mode -v quiet
dotnet pack MbMix.sln -c Release --no-restore -v quiet -o "$out"
ls -l "$out" | awk 'NR > 1 { print $9, $5 }'
