#!/usr/bin/env bash
# Builds linnet into build/ and runs its tests.
# Arguments go to cmake, for instance: bash test.sh -DLINNET_SANITIZE=address,undefined
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

bash cmake/install-packages.sh build test
. cmake/environment.sh

export CCACHE_BASEDIR="$PWD/build"  # tests/package compiles the same objects in other folders
cmake -S . -B build -DCMAKE_UNITY_BUILD=ON -DLINNET_BUILD_TESTS=ON -DLINNET_BUILD_BENCH=ON "$@"
cmake --build build
ctest --test-dir build --output-on-failure --no-label-summary -j "$CMAKE_BUILD_PARALLEL_LEVEL"
