// Correlation: sums of products of shifted inputs, which a convolution and its gradient for x are.
#pragma once

#include <cstddef>
#include <linnet/ops/activation.hpp>
#include <vector>

#include "kernels/native/tile.hpp"
#include "kernels/window.hpp"

namespace linnet::inline v0 {

/// For all positions u below `count`, images n and filters f, in each group:
///   y[n, u out_step + origin, f] = sum over taps t, channels c of
///                                  x[n, u in_step + t.offset, c] w[t.matrix + c ... + f ...]
/// with x being 0 outside. x and y are channels-last; the sizes have three spatial axes.
struct Correlation {
  using Three = WindowSizes::Three;
  struct Tap {
    Three offset;
    Index matrix;  ///< where its (channels, filters) begin in w
  };
  Index batch = 1, groups = 1, channels = 1, filters = 1;  ///< of one group
  Three in{1, 1, 1}, out{1, 1, 1};                         ///< sizes of x and y
  Three count{1, 1, 1}, in_step{1, 1, 1}, out_step{1, 1, 1}, origin{0, 0, 0};
  std::vector<Tap> taps = {};
  Index channel_step = 1, filter_step = 1, group_step = 1;  ///< in w
};

/// What is done with the sums: f(sums + bias + residual).
struct SumEnding {
  const float* bias = nullptr;
  const float* residual = nullptr;
  bool (*activation)(const ops::Activate& f, const float* x, float* y, Index n) = nullptr;
  ops::Activate f = {};
};

/// Computes a Correlation by tiles. Each sum has one order, whatever the number of threads.
class Correlator {
 public:
  Correlator(const Correlation& of, int threads);

  /// The floats that pack() writes.
  Index packed_count() const;
  void pack(const float* w, float* packed) const;
  std::size_t scratch_bytes() const;
  void run(const float* x, const float* packed, const SumEnding& ending, float* y,
           std::byte* scratch) const;

 private:
  /// Output positions that are computed together: rows of one image.
  struct Block;
  struct Memory;

  void choose_rows();
  void list_stretches();
  void run_block(const float* x, const float* packed, const SumEnding& ending, float* y,
                 Index block, Index part, std::byte* scratch) const;
  void pack_rows(const float* from, Index rows, Index n, float* to) const;
  void copy_padded(const float* x, const Block& block, float* to) const;
  void multiply(const float* packed, const Block& block, const Memory& memory, const float* bias,
                Index first_panel, Index last_panel, Index group) const;
  Memory memory_at(std::byte* scratch) const;

  Correlation c_;
  Tile tile_;
  int threads_;
  bool padded_ = false;                ///< taps leave x: a copy with zeros around is read
  Correlation::Three low_{}, size_{};  ///< least offset of the taps; sizes of the copy of a block
  Index rows_ = 1, blocks_ = 1;        ///< rows of a block, blocks of an image
  Index panels_ = 1, depth_ = 0;       ///< of one group: panels, numbers of a column
  Index parts_ = 1;                    ///< the panels are shared by so many workers
  std::vector<Stretch> stretches_;     ///< of the taps, cut where sums are put aside
  std::vector<std::size_t> cuts_;      ///< the stretches between two cuts fit into the cache
};

}  // namespace linnet::inline v0
