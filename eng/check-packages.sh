#!/usr/bin/env bash
# What users of the packages do, outside of this repository: install the tool and the templates, make a plugin of each
# kind, build it without warnings, run its tests, and train with it. Needs the built solution (Release). It takes about
# 100 seconds of processor time.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() {
  local start=$SECONDS name=$1
  shift
  "$@" </dev/null >"$work/log" 2>&1 || { echo "failed: $name"; tail -40 "$work/log"; exit 1; }
  echo "   $name: $((SECONDS - start)) s"
}

step "pack" bash eng/pack.sh "$work/feed" --no-build

# symbols name sources by their place in the repository, and nothing that is packed names the machine's folders
names_a_folder() {
  local packed
  packed=$(find Abstractions Differentiation Numerics Storage Simulation Simulation.MuJoCo Learning MujocoSharp TestKit \
    Host Plugins \
    -path '*/bin/Release/net10.0/*' \( -name 'M*.dll' -o -name 'M*.pdb' -o -name 'M*.xml' \))
  [ -n "$packed" ] && ! grep -lF "$root/" $packed
}
step "no folder of this machine in what is packed" names_a_folder

# a cache of its own, because these packages have the version of others before them; third-party packages come from
# the user's cache
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
[ -d "$cache/mbmix.abstractions" ] || export NUGET_FALLBACK_PACKAGES=$cache
export NUGET_PACKAGES=$work/cache DOTNET_CLI_HOME=$work/home
cat >"$work/nuget.config" <<XML
<configuration><packageSources><add key="mbmix" value="$work/feed" /></packageSources></configuration>
XML
cd "$work"
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' "$root/Directory.Build.props")
step "install the tool" dotnet tool install mbmix --version "$version" --tool-path "$work/tools" --source "$work/feed"
step "install the templates" dotnet new install "MbMix.Templates@$version" --add-source "$work/feed"
mbmix=$work/tools/mbmix
step "mbmix list" "$mbmix" list

lies_alone() {
  local folder=$1
  shift
  for file in "$@"; do [ -f "$folder/$file" ] || { echo "$folder lacks $file"; return 1; }; done
  local shared
  shared=$(ls "$folder" \
    | grep -E '^(MbMix\.|TorchSharp|Microsoft\.Extensions|SkiaSharp|ICSharpCode|Google\.)|\.so$|^runtimes$')
  [ -z "$shared" ] || { echo "$folder has what the host shares:" $shared; return 1; }
}

trains() {
  "$mbmix" train "$@" --plugins plugins --set run.evaluations=1 --threads 1 --out run | tee train.txt
  tail -1 train.txt | grep -q '^evaluation return: -\?[0-9]'
}

plugin() {
  local template=$1 name=$2
  shift 2
  step "dotnet new $template" dotnet new "$template" -n "$name"
  cd "$name" || exit 1
  if [ "$template" = mbmix-model ]; then
    # a dependency of its own, which the host has in another version
    sed -i 's|<PackageVersion Include="xunit|<PackageVersion Include="Spectre.Console" Version="0.49.1" />\n    &|' \
      Directory.Packages.props
    sed -i 's|<PackageReference |<PackageReference Include="Spectre.Console" />\n    &|' "src/$name/$name.csproj"
    own=Spectre.Console.dll
  fi
  step "$name: build" dotnet build -c Release -warnaserror
  step "$name: test" dotnet test -c Release --no-build
  step "$name: only what is its own" lies_alone "plugins/$name" "$name.dll" "$name.deps.json" "$name.xml" ${own:-}
  step "$name: train" trains "$@"
  # the tests have certified the other two
  [ "$template" != mbmix-env ] || step "$name: certify" "$mbmix" certify "$1" --plugins plugins
  cd "$work" || exit 1
}

plugin mbmix-env HangingLoad hanging-load --algo shac --budget 60000
plugin mbmix-algo Check.Window cartpole-swingup --algo window --budget 40000
plugin mbmix-model Check.Squares cartpole-swingup --algo mbmix --model squares --budget 10000
