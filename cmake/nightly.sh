#!/usr/bin/env bash
# What takes too long for every change: the tests against oneDNN 3.x, without each optional library,
# and built by clang, TensorBoard reading our event files, a debug build, all code under the
# sanitizers, demo.sh in a clean clone, clang-tidy. Builds into build/nightly/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash cmake/install-packages.sh build test ci nightly
. cmake/environment.sh
out=$PWD/build/nightly

# Usage: build_and_test name [cmake arguments]
build_and_test() {
  local tree=$out/$1
  echo "== $1"
  cmake -S . -B "$tree" "${@:2}"
  cmake --build "$tree"
  ctest --test-dir "$tree" --output-on-failure --no-label-summary -j "$CMAKE_BUILD_PARALLEL_LEVEL" \
    -LE style
}

# The last oneDNN of PyPI that a plain C++ compiler can use.
if [ ! -d "$out/onednn3" ]; then
  python3 -m venv "$out/onednn3"
  "$out/onednn3/bin/pip" install -q onednn-devel-cpu-gomp==2023.2.0
fi
LIBRARY_PATH=$out/onednn3/lib LD_LIBRARY_PATH=$out/onednn3/lib \
  build_and_test with-onednn3 -DCMAKE_PREFIX_PATH="$out/onednn3" -DLINNET_WERROR=ON
for part in ONEDNN IMAGES ICU; do
  build_and_test "without-$part" "-DLINNET_WITH_$part=OFF" -DLINNET_WERROR=ON -DCMAKE_UNITY_BUILD=ON
done
build_and_test with-clang -DCMAKE_CXX_COMPILER=clang++ -DLINNET_WERROR=ON

# TensorBoard from PyPI reads the event files that the callback writes.
if [ ! -d "$out/tensorboard" ]; then
  python3 -m venv "$out/tensorboard"
  "$out/tensorboard/bin/pip" install -q tensorboard==2.21.0
fi
"$out/tensorboard/bin/python" tests/model/tensorboard_test.py "$out/with-clang/tests/linnet_tests"

build_and_test debug -DCMAKE_BUILD_TYPE=Debug -DBUILD_SHARED_LIBS=ON
for sanitizers in address,undefined thread; do
  build_and_test "$sanitizers" -DCMAKE_BUILD_TYPE=Debug -DLINNET_SANITIZE=$sanitizers
done

# What the README says first, in a clean clone.
echo "== demo"
rm -rf "$out/clone"
git clone -q . "$out/clone"
bash "$out/clone/demo.sh" | tee "$out/demo.txt"
grep -q "Test accuracy  0\.8[5-9]" "$out/demo.txt"
grep -q "card_arrival" "$out/demo.txt"

echo "== clang-tidy"
git ls-files 'src/*.cpp' | xargs -P "$CMAKE_BUILD_PARALLEL_LEVEL" -n 4 \
  clang-tidy -p "$out/with-clang" --quiet --warnings-as-errors='*'
echo "nightly: all done"
