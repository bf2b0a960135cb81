#include "kernels/native/packed_matrix.hpp"

#include <algorithm>

namespace linnet::inline v0 {

void PackedMatrix::pack(const float* from, Index row, Index column, float* packed) const {
  const Index width = tile_->columns;
  for (Index p = 0; p < panels(); ++p) {
    const Index first = p * width, count = std::min(width, n_ - first);
    for (Index i = 0; i < k_; ++i, packed += width) {
      const float* b = from + i * row + first * column;
      for (Index j = 0; j < count; ++j) packed[j] = b[j * column];
      std::fill(packed + count, packed + width, 0.0f);
    }
  }
}

void PackedMatrix::multiply(const float* packed, const float** in, float* const* out, Index rows,
                            SumStart start) const {
  const Index width = tile_->columns;
  const Stretch whole{0, k_};
  for (Index p = 0; p < panels(); ++p) {
    const Index first = p * width, count = std::min(width, n_ - first);
    alignas(64) float begin[kMostTileColumns] = {};
    if (start.start != nullptr) std::copy_n(start.start + first, count, begin);
    const TileCall call{.a = nullptr,
                        .stretches = &whole,
                        .stretch_count = 1,
                        .panel = packed + p * k_ * width,
                        .start = start.start == nullptr ? nullptr : begin,
                        .add = start.add,
                        .c = nullptr,
                        .c_stride = 0};
    multiply_panel(*tile_, call, in, out, first, rows, count);
  }
}

}  // namespace linnet::inline v0
