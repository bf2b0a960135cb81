#include <cmath>
#include <linnet/initializers/orthogonal.hpp>
#include <linnet/initializers/random.hpp>
#include <vector>

#include "core/require.hpp"
#include "initializers/draw.hpp"

namespace linnet::inline v0::initializers {

RandomStream stream_of(const Seed& seed, const RandomStream& given) {
  return seed ? RandomStream(static_cast<std::uint64_t>(*seed), "initializer") : given;
}

void draw_uniform(Tensor& target, const RandomStream& random, double low, double high) {
  const auto y = target.data<float>();
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = static_cast<float>(low + (high - low) * random.uniform(i));
  }
}

void draw_normal(Tensor& target, const RandomStream& random, double mean, double stddev) {
  const auto y = target.data<float>();
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = static_cast<float>(mean + stddev * random.normal(i));
  }
}

void draw_truncated_normal(Tensor& target, const RandomStream& random, double mean, double stddev) {
  const auto y = target.data<float>();
  for (std::size_t i = 0; i < y.size(); ++i) {
    std::uint64_t block = 0;
    float z = random.normal(i, block);
    while (std::abs(z) > 2) z = random.normal(i, ++block);
    y[i] = static_cast<float>(mean + stddev * z);
  }
}

void RandomUniform::check() const {
  detail::require(kName, "minval", minval, detail::kFinite);
  detail::require(kName, "maxval", maxval, detail::kFinite);
  if (minval <= maxval) return;
  detail::fail(ErrorCode::invalid_argument,
               detail::cat(kName, ": maxval must be at least minval, ", minval, ", got ", maxval));
}

namespace {

void check_normal(const auto& normal) {
  detail::require(normal.kName, "mean", normal.mean, detail::kFinite);
  detail::require(normal.kName, "stddev", normal.stddev, detail::kNotNegative);
}

}  // namespace

void RandomNormal::check() const { check_normal(*this); }
void TruncatedNormal::check() const { check_normal(*this); }
void Orthogonal::check() const { detail::require(kName, "gain", gain, detail::kFinite); }

void RandomUniform::fill(Tensor& target, const RandomStream& random) const {
  check();
  draw_uniform(target, stream_of(seed, random), minval, maxval);
}

void RandomNormal::fill(Tensor& target, const RandomStream& random) const {
  check();
  draw_normal(target, stream_of(seed, random), mean, stddev);
}

void TruncatedNormal::fill(Tensor& target, const RandomStream& random) const {
  check();
  draw_truncated_normal(target, stream_of(seed, random), mean, stddev);
}

namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  constexpr std::size_t kSums = 8;  // so that they are added side by side
  double sums[kSums] = {};
  std::size_t i = 0;
  for (; i + kSums <= a.size(); i += kSums) {
    for (std::size_t j = 0; j < kSums; ++j) sums[j] += a[i + j] * b[i + j];
  }
  for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
  double sum = 0;
  for (const double each : sums) sum += each;
  return sum;
}

/// Takes from v what it shares with a vector of length 1.
void remove_share(Vector& v, const Vector& unit) {
  const double shared = dot(v, unit);
  for (std::size_t i = 0; i < v.size(); ++i) v[i] -= shared * unit[i];
}

/// Makes the vectors orthonormal, each by the span of those before it. Subtracting the parts that
/// they share twice leaves an error of rounding size (Giraud and others, 2005). Some vectors are
/// taken together, so that those before them are read from memory once for all.
void orthonormalize(std::vector<Vector>& vectors) {
  constexpr std::size_t kTogether = 16;
  for (std::size_t begin = 0; begin < vectors.size(); begin += kTogether) {
    const std::size_t end = std::min(vectors.size(), begin + kTogether);
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < begin; ++j) {
        for (std::size_t k = begin; k < end; ++k) remove_share(vectors[k], vectors[j]);
      }
    }
    for (std::size_t k = begin; k < end; ++k) {
      Vector& v = vectors[k];
      for (int pass = 0; pass < 2; ++pass) {
        for (std::size_t j = begin; j < k; ++j) remove_share(v, vectors[j]);
      }
      const double norm = std::sqrt(dot(v, v));
      for (double& element : v) element /= norm;
    }
  }
}

}  // namespace

void Orthogonal::fill(Tensor& target, const RandomStream& random) const {
  check();
  const Shape& shape = target.shape();
  if (shape.rank() < 2) {
    detail::fail(ErrorCode::shape_mismatch,
                 detail::cat("Orthogonal: expected rank 2 or more, got shape ", shape));
  }
  const auto columns = static_cast<std::size_t>(shape[-1]);
  const auto rows = static_cast<std::size_t>(shape.elements(0, shape.rank() - 1));
  const bool tall = rows >= columns;
  const RandomStream stream = stream_of(seed, random);
  std::vector<Vector> vectors(std::min(rows, columns), Vector(std::max(rows, columns)));
  std::uint64_t position = 0;
  for (Vector& v : vectors) {
    for (double& element : v) element = stream.normal(position++);
  }
  orthonormalize(vectors);
  const auto y = target.data<float>();
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      y[r * columns + c] = gain * static_cast<float>(tall ? vectors[c][r] : vectors[r][c]);
    }
  }
}

}  // namespace linnet::inline v0::initializers
