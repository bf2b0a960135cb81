// Contraction: an einsum as loops around one matrix product of parts where they lie.
#pragma once

#include <algorithm>
#include <linnet/ops/einsum.hpp>
#include <vector>

#include "kernels/kernel.hpp"
#include "kernels/threads.hpp"

namespace linnet::inline v0 {

/// A loop: how often, and the steps that it takes in a, b and y (0 where they lack its letter).
struct ContractionLoop {
  Index size = 1, a = 0, b = 0, y = 0;
};

/// y[m, n] = sum over k of a[m, k] b[k, n], for each position of `outer`, added up over `sums`.
/// `swapped`: a and b are the op's second and first input, so that rows of y are without gaps.
struct Contraction {
  ContractionLoop m, n, k;
  std::vector<ContractionLoop> outer, sums;
  bool swapped = false;

  explicit Contraction(const KernelRequest& request);

  Index outer_size() const { return count(outer); }
  Index sums_size() const { return count(sums); }

  struct Offsets {
    Index a = 0, b = 0, y = 0;
  };
  /// Where position i of `loops` begins, the last loop being the fastest.
  static Offsets at(const std::vector<ContractionLoop>& loops, Index i) {
    Offsets offsets;
    for (std::size_t l = loops.size(); l-- > 0;) {
      const ContractionLoop& loop = loops[l];
      const Index position = i % loop.size;
      i /= loop.size;
      offsets.a += position * loop.a;
      offsets.b += position * loop.b;
      offsets.y += position * loop.y;
    }
    return offsets;
  }

  /// Rows of y that are one piece of work: with the outer loops they make enough pieces for
  /// threads, and do not depend on how many there are.
  Index rows_of_piece() const {
    constexpr Index kPieces = 8, kLeast = 16;
    const Index cuts = (kPieces + outer_size() - 1) / outer_size();
    return std::max(std::min(kLeast, m.size), (m.size + cuts - 1) / cuts);
  }

  Index pieces() const {
    const Index rows = rows_of_piece();
    return outer_size() * ((m.size + rows - 1) / rows);
  }

  /// How many lanes the pieces are dealt to, each the work of one thread.
  Index lanes(int threads) const {
    constexpr Index kLeastWork = 1 << 18;  // multiplications that are worth a thread
    const Index work = outer_size() * sums_size() * m.size * n.size * k.size;
    return std::clamp<Index>(work / kLeastWork, 1, std::min<Index>(threads, pieces()));
  }

  /// Calls f(lane, outer position, first row, rows) for all pieces, a lane's one after the other.
  template <class F>
  void for_pieces(int threads, F&& f) const {
    const Index rows = rows_of_piece(), cuts = (m.size + rows - 1) / rows;
    const Index all = pieces(), count = lanes(threads);
    parallel_for(threads, count, 1, [&](Index begin, Index end) {
      for (Index lane = begin; lane < end; ++lane) {
        for (Index i = all * lane / count; i < all * (lane + 1) / count; ++i) {
          const Index first = i % cuts * rows;
          f(lane, i / cuts, first, std::min(rows, m.size - first));
        }
      }
    });
  }

 private:
  static Index count(const std::vector<ContractionLoop>& loops) {
    Index product = 1;
    for (const ContractionLoop& loop : loops) product *= loop.size;
    return product;
  }
};

}  // namespace linnet::inline v0
