#!/usr/bin/env bash
# Builds linnet, its command and the examples into build/, then trains a classifier of bank
# customers' questions and answers some.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

bash cmake/install-packages.sh build
. cmake/environment.sh

cmake -S . -B build -DLINNET_BUILD_TESTS=OFF -DLINNET_BUILD_BENCH=OFF >/dev/null
cmake --build build
build/examples/text_classification "$@"
