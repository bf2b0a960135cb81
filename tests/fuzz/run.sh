#!/bin/bash
# Builds the fuzz targets with clang's address and undefined sanitizers and runs each of them.
# Usage: tests/fuzz/run.sh [seconds, 180] [target ...: image json npy safetensors hdf5 zip]
# New inputs are kept in $BUILD (default build/fuzz); tests/fuzz/corpus only seeds them.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-180}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(image json npy safetensors hdf5 zip)
build=${BUILD:-build/fuzz}
clang=${CLANG:-$(command -v clang++-14 || command -v clang++)}
sources=(src/core/*.cpp src/io/hdf5/*.cpp src/io/zip/*.cpp)
for name in atomic_file checksum file json npy packed_strings safetensors write_safetensors; do
  sources+=("src/io/$name.cpp")
done
sources+=(src/images/{image,exif,colors,resize_image}.cpp src/images/codecs/*.cpp)
for target in "${targets[@]}"; do
  found=$build/found/$target
  mkdir -p "$found"
  "$clang" -std=c++20 -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
    -Iinclude -Isrc "tests/fuzz/${target}_fuzz.cpp" "${sources[@]}" -o "$build/${target}_fuzz" \
    -lz -ljpeg -lpng
  echo "$target: $seconds s"
  nice "$build/${target}_fuzz" -max_total_time="$seconds" -rss_limit_mb=2048 -malloc_limit_mb=64 \
    -max_len=8192 -timeout=10 -print_final_stats=1 \
    -artifact_prefix="$build/" "$found" "tests/fuzz/corpus/$target" 2>"$build/$target.log" ||
    { tail -40 "$build/$target.log"; exit 1; }
  grep -E "stat::(number_of_executed|peak_rss)|cov:" "$build/$target.log" | tail -3
done
