#!/bin/bash
# Builds the fuzz targets with clang's address and undefined sanitizers and runs each of them.
# Usage: tests/fuzz/run.sh [seconds, 180] [target ...: image json npy npz safetensors hdf5 zip model]
# New inputs are kept in $BUILD (default build/fuzz); tests/fuzz/corpus only seeds them. The target
# model takes the parts of the library that do not read files as they are compiled for use.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-180}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(image json npy npz safetensors hdf5 zip model)
export build=${BUILD:-build/fuzz}
export clang=${CLANG:-$(command -v clang++-14 || command -v clang++)}
export flags="-std=c++20 -O1 -g1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all"
export ccache=$(command -v ccache || true)

readers=(src/core/*.cpp src/io/{hdf5,npz,zip}/*.cpp src/text/{unicode_tables,utf8}.cpp)
for name in atomic_file checksum column_major file json npy npy_header npy_strings number_format \
  packed_strings safetensors write_safetensors; do
  readers+=("src/io/$name.cpp")
done
readers+=(src/images/{image,exif,colors,resize_image}.cpp src/images/codecs/*.cpp)

# The objects of these sources, compiled if they are not up to date: ccache knows.
compile() {
  printf '%s\n' "$@" | nice xargs -P "${JOBS:-$(nproc)}" -I{} bash -c '
    o=$build/objects/{}.o; mkdir -p "$(dirname "$o")"
    $ccache $clang $flags -Iinclude -Isrc -Itests -c {} -o "$o"'
}

for target in "${targets[@]}"; do
  found=$build/found/$target
  mkdir -p "$found"
  sources=("tests/fuzz/${target}_fuzz.cpp" "${readers[@]}")
  libraries=(-lz -ljpeg -lpng)
  options=(-max_len=8192 -timeout=10)
  if [ "$target" = model ]; then
    cmake -S . -B "$build/library" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER_LAUNCHER="$ccache" \
      -DLINNET_BUILD_{TESTS,EXAMPLES,BENCH,CLI}=OFF -DLINNET_WITH_{ONEDNN,IMAGES,ICU}=OFF >/dev/null
    nice cmake --build "$build/library" -j "${JOBS:-$(nproc)}" --target linnet >/dev/null
    # Those that are compiled here come first, and leave out the library's.
    sources=(tests/fuzz/model_fuzz.cpp src/{core,graph,io,io/hdf5,io/npz,io/zip,keras,layers,model,operations,ops}/*.cpp)
    libraries=("$build/library/liblinnet.a" -lz)
    options=(-max_len=65536 -timeout=60 -dict=tests/fuzz/model.dict)
  fi
  compile "${sources[@]}"
  "$clang" -fsanitize=fuzzer,address,undefined $(printf "$build/objects/%s.o " "${sources[@]}") \
    "${libraries[@]}" -o "$build/${target}_fuzz"
  echo "$target: $seconds s"
  nice "$build/${target}_fuzz" -max_total_time="$seconds" -rss_limit_mb=2048 -malloc_limit_mb=64 \
    "${options[@]}" -print_final_stats=1 \
    -artifact_prefix="$build/" "$found" "tests/fuzz/corpus/$target" 2>"$build/$target.log" ||
    { tail -40 "$build/$target.log"; exit 1; }
  grep -E "stat::(number_of_executed|peak_rss)|cov:" "$build/$target.log" | tail -3
done
