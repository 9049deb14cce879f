#!/usr/bin/env bash
# Writes the memory layouts of MuJoCo versions, taken from their headers, in the format of
# MujocoSharp/Native/layouts.txt:
#   eng/mujoco/layouts.sh INCLUDE... > MujocoSharp/Native/layouts.txt
# Each INCLUDE holds the folder mujoco with one version's headers; name them from the oldest to the newest. The first
# version is written in full, every other one as an edit of the version before it (the output of diff -n: "dL N"
# deletes N lines from line L on, "aL N" adds the N lines that follow after line L).
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,8s/^# //p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kinds='WARN|INT|SOL|CONE|JAC|JNT|DSBL|ENBL|OBJ|SENS|EQ|DYN|GAIN|BIAS|TRN|GEOM|WRAP|STATE'
echo "# Where the fields of MuJoCo's structures are, one section per library version; written by eng/mujoco/layouts.sh."
echo "# owner.field +distance type rows columns: the distance is from the field before it. A type with a star is a"
echo "# pointer to rows x columns values, one with two stars moves during a simulation."
previous=
for include in "$@"; do
  [ -f "$include/mujoco/mjxmacro.h" ] || { echo "$include holds no mujoco/mjxmacro.h" >&2; exit 1; }
  # the enumerators that these headers have, without what comments say
  find "$include/mujoco" -name "mjmodel.h" -o -name "mjdata.h" -o -name "mjtype.h" | xargs sed "s,//.*,," \
    | grep -oE "\bmj($kinds)_[A-Z0-9_]+|\bmjN(WARNING|TIMER|TEXROLE)" | sort -u | sed 's/.*/CONSTANT(&)/' > "$work/constants.h"
  has=0
  grep -q "void\* *filedata" "$include/mujoco/mjmodel.h" && has=1
  gcc -Wall -Wextra -Werror -DHAS_FILEDATA=$has -I "$include" -I "$work" "$here/layout.c" -o "$work/layout"
  "$work/layout" > "$work/all"
  version=$(sed -n '1s/version //p' "$work/all")
  sed 1d "$work/all" > "$work/$version"
  if [ -z "$previous" ]; then
    echo "version $version"
    cat "$work/$version"
  else
    echo "version $version from $previous"
    diff -n "$work/$previous" "$work/$version" || true
  fi
  previous=$version
done
