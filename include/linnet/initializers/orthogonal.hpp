// Orthogonal: a random matrix with orthonormal rows or columns.
#pragma once

#include <linnet/initializers/random.hpp>

namespace linnet::inline v0::initializers {

/// With all axes but the last flattened to rows: the Q of a QR factorization (R's diagonal
/// positive) of a random normal matrix, times `gain`. Columns are orthonormal if there are at
/// least as many rows, else rows. Error: rank below 2.
/// Saxe, McClelland, Ganguli (2013), "Exact solutions to the nonlinear dynamics of learning".
struct Orthogonal {
  static constexpr const char* kName = "Orthogonal";
  static constexpr std::string_view kAliases[] = {"OrthogonalInitializer"};
  float gain = 1;
  Seed seed = {};
  static void fields(auto& self, FieldVisitor& field) {
    field("gain", self.gain);
    field("seed", self.seed);
  }
  LINNET_API void check() const;
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

}  // namespace linnet::inline v0::initializers
