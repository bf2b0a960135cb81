// Draws: the random numbers of a layer that augments, one for each picture of a batch.
#pragma once

#include <linnet/graph/scope.hpp>
#include <linnet/layers/factor_range.hpp>
#include <optional>

#include "core/require.hpp"

namespace linnet::inline v0::detail {

/// The ends that a factor stands for: its own, or those of the number f between `from` f and f.
/// Error: an end outside `allowed`.
FactorRange ends_of(std::string_view field, const FactorRange& factor, double from,
                    const Range& allowed);

/// Numbers that are others for each call, picture and step. Each call of the same layer gives the
/// same ones again when its emit() runs again.
class Draws {
 public:
  Draws(Scope& scope, std::optional<Index> seed) : scope_(scope), seed_(seed) {}

  /// A key that no other call gets.
  std::uint64_t key();
  /// (rows, 1), uniform between the range's ends.
  Value uniform(Index rows, const FactorRange& range);

 private:
  Scope& scope_;
  std::optional<Index> seed_;
  int calls_ = 0;
};

}  // namespace linnet::inline v0::detail
