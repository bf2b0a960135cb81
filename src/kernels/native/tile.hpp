// Tile: the innermost loop of a product of matrices, for the processor that is there.
#pragma once

#include <linnet/core/shape.hpp>

namespace linnet::inline v0 {

/// Numbers of a row of the left matrix at one distance, TileCall::a_step.
struct Stretch {
  Index offset, length;
};

/// A block of c = a b: `rows` rows that are read where they lie, and one panel of b, which holds
/// `columns` numbers for each number of a row, one after the other.
struct TileCall {
  const float* const* a;     ///< where each row begins
  const Stretch* stretches;  ///< which of its numbers take part
  Index stretch_count;
  const float* panel;
  const float* start;  ///< one number a column that the sums start from; null: 0
  bool add;            ///< the sums start from c instead
  float* c;
  Index c_stride;
  Index a_step = 1;
};

/// What the processor does best. call() computes a whole tile: `rows` rows, `columns` columns.
struct Tile {
  int rows, columns;
  void (*call)(const TileCall& call);

  static const Tile& best();
};

inline constexpr int kMostTileRows = 16, kMostTileColumns = 32;

/// One panel of a product: row i is read from in[i] and its first n <= tile.columns sums go to
/// out[i] + shift. `call` says the rest. `in` and `out` have room for kMostTileRows more.
void multiply_panel(const Tile& tile, TileCall call, const float** in, float* const* out,
                    Index shift, Index rows, Index n);

}  // namespace linnet::inline v0
