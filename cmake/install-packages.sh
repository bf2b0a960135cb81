#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that a job needs, when any is missing.
# Usage: install-packages.sh build|test|ci|nightly ...   Silent when there is nothing to do.
set -euo pipefail

build="g++ cmake ninja-build pkg-config libdnnl-dev ocl-icd-opencl-dev libeigen3-dev zlib1g-dev
  libjpeg-dev libpng-dev libicu-dev"
test="catch2 libbenchmark-dev nlohmann-json3-dev python3"
ci="ccache clang clang-format make"
nightly="clang-tidy graphviz python3-venv"

# Elsewhere (Homebrew, conda-forge, vcpkg) the packages are the user's to install.
command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || exit 0

missing=()
for job in "$@"; do
  for package in ${!job}; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "missing packages, to be installed by root: ${missing[*]}" >&2
    exit 0
  fi
  as_root=(sudo)
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
