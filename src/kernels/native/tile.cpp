#include "kernels/native/tile.hpp"

#include <algorithm>

#include "kernels/processor.hpp"

namespace linnet::inline v0 {

namespace {

// R rows and V vectors of L floats, all in registers. The body is the same for every processor; a
// function must carry its processor's name itself to be compiled for it, hence the macro.
#define LINNET_TILE(name, target, R, V, L)                                                    \
  target void name(const TileCall& call) {                                                    \
    using Vector [[gnu::vector_size(4 * (L)), gnu::aligned(4), gnu::may_alias]] = float;      \
    using Register [[gnu::vector_size(4 * (L))]] = float;                                     \
    Register sum[R][V];                                                                       \
    for (int r = 0; r < (R); ++r) {                                                           \
      for (int v = 0; v < (V); ++v) {                                                         \
        if (call.add) {                                                                       \
          sum[r][v] = *reinterpret_cast<const Vector*>(call.c + r * call.c_stride + v * (L)); \
        } else if (call.start != nullptr) {                                                   \
          sum[r][v] = *reinterpret_cast<const Vector*>(call.start + v * (L));                 \
        } else {                                                                              \
          sum[r][v] = Register{};                                                             \
        }                                                                                     \
      }                                                                                       \
    }                                                                                         \
    const float* b = call.panel;                                                              \
    const Index step = call.a_step;                                                           \
    for (Index i = 0; i < call.stretch_count; ++i) {                                          \
      const float* a[R];                                                                      \
      for (int r = 0; r < (R); ++r) a[r] = call.a[r] + call.stretches[i].offset;              \
      const float* const end = b + call.stretches[i].length * (V) * (L);                      \
      for (Index k = 0; b != end; k += step, b += (V) * (L)) {                                \
        Register column[V];                                                                   \
        for (int v = 0; v < (V); ++v) {                                                       \
          column[v] = *reinterpret_cast<const Vector*>(b + v * (L));                          \
        }                                                                                     \
        for (int r = 0; r < (R); ++r) {                                                       \
          const float factor = a[r][k];                                                       \
          for (int v = 0; v < (V); ++v) sum[r][v] += factor * column[v];                      \
        }                                                                                     \
      }                                                                                       \
    }                                                                                         \
    for (int r = 0; r < (R); ++r) {                                                           \
      for (int v = 0; v < (V); ++v) {                                                         \
        *reinterpret_cast<Vector*>(call.c + r * call.c_stride + v * (L)) = sum[r][v];         \
      }                                                                                       \
    }                                                                                         \
  }

LINNET_TILE(tile_any, , 6, 2, 4)
#if defined(__x86_64__)
LINNET_TILE(tile_avx2, __attribute__((target("avx2,fma"))), 6, 2, 8)
LINNET_TILE(tile_avx512, __attribute__((target("avx512f"))), 12, 2, 16)
#endif

#undef LINNET_TILE

Tile choose() {
#if defined(__x86_64__)
  if (has_avx512()) return {12, 32, tile_avx512};
  if (has_avx2()) return {6, 16, tile_avx2};
#endif
  return {6, 8, tile_any};
}

}  // namespace

void multiply_panel(const Tile& tile, TileCall call, const float** in, float* const* out,
                    Index shift, Index rows, Index n) {
  std::fill_n(in + rows, tile.rows - 1, in[rows - 1]);
  for (Index i = 0; i < rows; i += tile.rows) {
    const Index count = std::min<Index>(tile.rows, rows - i);
    call.a = in + i;
    call.c = out[i] + shift;
    call.c_stride = count > 1 ? out[i + 1] - out[i] : 0;
    const bool even = out[i + count - 1] - out[i] == (count - 1) * call.c_stride;
    if (even && count == tile.rows && n == tile.columns) {
      tile.call(call);
      continue;
    }
    alignas(64) float c[kMostTileRows * kMostTileColumns] = {};
    for (Index r = 0; call.add && r < count; ++r) {
      std::copy_n(out[i + r] + shift, n, c + r * tile.columns);
    }
    call.c = c;
    call.c_stride = tile.columns;
    tile.call(call);
    for (Index r = 0; r < count; ++r) std::copy_n(c + r * tile.columns, n, out[i + r] + shift);
  }
}

const Tile& Tile::best() {
  static const Tile chosen = choose();
  return chosen;
}

}  // namespace linnet::inline v0
