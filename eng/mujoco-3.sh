#!/usr/bin/env bash
# Puts MuJoCo 3.5.0 into a private folder, with the C library that it needs and a dotnet that runs on them:
#   eng/mujoco-3.sh [FOLDER]       default artifacts/mujoco-3.5.0
# On success FOLDER has
#   dotnet/dotnet                  the machine's .NET on the private C library; its children run on it too
#   lib/                           libmujoco.so.3.5.0 and everything it needs
#   include/                       MuJoCo's headers
#   run PROGRAM ARGUMENT...        runs any other program on the private C library
# The packages come from Debian's archive and are checked by apt with Debian's keys. Nothing is installed, and the
# machine's own packages, sources and C library stay as they are. Exit code 3 means that it cannot be had here.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${1:-artifacts/mujoco-3.5.0}
version=3.5.0
release=3.5.0-2

unavailable() { echo "MuJoCo $version cannot be had here: $*" >&2; exit 3; }

[ -e "$target/complete" ] && exit 0
[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || unavailable "it is for 64-bit x86 Linux"
for tool in apt-get dpkg-deb dotnet; do
  command -v $tool >/dev/null || unavailable "there is no $tool"
done
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keys" ] || unavailable "there is no $keys (package debian-archive-keyring)"

rm -rf "$target"
mkdir -p "$target"
target=$(cd "$target" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,etc,packages}
for suite in trixie experimental; do
  echo "deb [arch=amd64 signed-by=$keys] http://deb.debian.org/debian $suite main"
done > "$work/etc/sources.list"
: > "$work/state/status"
private() {
  apt-get -qq -o Dir::State="$work/state" -o Dir::State::status="$work/state/status" -o Dir::Cache="$work/cache" \
    -o Dir::Etc="$work/etc" -o Dir::Etc::SourceList="$work/etc/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::http::Timeout=20 -o Acquire::Retries=1 "$@"
}
private update >"$work/log" 2>&1 || unavailable "$(grep -m1 '^[EW]:' "$work/log")"
wanted=(libmujoco$version=$release libmujoco-dev=$release)
for package in libc6 libstdc++6 libgcc-s1 liblodepng0.1 libtinyxml2-11 libccd2 libqhull-r8.0 patchelf; do
  wanted+=("$package/trixie")
done
(cd "$work/packages" && private download "${wanted[@]}") >"$work/log" 2>&1 || unavailable "$(grep -m1 '^E:' "$work/log")"
for package in "$work"/packages/*.deb; do
  dpkg-deb -x "$package" "$work/root" || unavailable "$(basename "$package") cannot be unpacked"
done

# one flat folder of libraries, by the names that programs ask for
libraries=$work/root/usr/lib/x86_64-linux-gnu
mkdir -p "$target/lib"
cp -a "$libraries"/*.so* "$target/lib/"
[ -d "$work/root/lib/x86_64-linux-gnu" ] && cp -a "$work/root/lib/x86_64-linux-gnu"/*.so* "$target/lib/"
# versions of libgcc that live elsewhere
[ -e "$target/lib/libgcc_s.so.1" ] || unavailable "the packages hold no libgcc_s.so.1"
ln -sfn "libmujoco.so.$version" "$target/lib/libmujoco.so"
cp -a "$work/root/usr/include" "$target/include"
loader=$target/lib/ld-linux-x86-64.so.2
[ -e "$loader" ] || unavailable "the packages hold no ld-linux-x86-64.so.2"

# .NET finds itself by the path of its program, so the program is a copy that names the private loader
system=/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu
root=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$target/dotnet"
for part in host shared sdk sdk-manifests packs templates; do
  [ -e "$root/$part" ] && ln -s "$root/$part" "$target/dotnet/$part"
done
cp "$root/dotnet" "$target/dotnet/dotnet"
chmod u+w "$target/dotnet/dotnet"
"$loader" --library-path "$target/lib" "$work/root/usr/bin/patchelf" --set-interpreter "$loader" \
  --force-rpath --set-rpath "$target/lib:$system" "$target/dotnet/dotnet" || unavailable "dotnet cannot be patched"
cat > "$target/run" <<RUN
#!/usr/bin/env bash
exec "$loader" --library-path "$target/lib:$system" "\$@"
RUN
chmod +x "$target/run"
"$target/dotnet/dotnet" --list-runtimes >/dev/null || unavailable "dotnet does not run on the private C library"
touch "$target/complete"
echo "MuJoCo $version is in $target"
