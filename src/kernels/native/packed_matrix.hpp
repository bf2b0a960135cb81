// PackedMatrix: a matrix in panels for the processor's tile, to multiply a few rows by many times.
#pragma once

#include "kernels/native/tile.hpp"

namespace linnet::inline v0 {

/// How a row of sums begins: at 0, at `start` (n numbers, the same for all rows), or at what is
/// there already.
struct SumStart {
  const float* start = nullptr;
  bool add = false;
};

/// b (k, n). Its numbers lie in memory of the caller's, floats() of them.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  PackedMatrix(Index k, Index n) : tile_(&Tile::best()), k_(k), n_(n) {}

  Index floats() const { return panels() * k_ * tile_->columns; }
  /// b[i, j] = from[i * row + j * column]
  void pack(const float* from, Index row, Index column, float* packed) const;
  /// Row i of the product, out[i][0, n), is in[i][0, k) times b. At most kMostRows rows; `in` has
  /// room for kMostTileRows more. A row's sums depend on nothing else than the row.
  void multiply(const float* packed, const float** in, float* const* out, Index rows,
                SumStart start) const;

  static constexpr Index kMostRows = 48;

 private:
  Index panels() const { return (n_ + tile_->columns - 1) / tile_->columns; }

  const Tile* tile_ = nullptr;
  Index k_ = 0, n_ = 0;
};

}  // namespace linnet::inline v0
