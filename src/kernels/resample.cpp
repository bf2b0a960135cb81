#include "kernels/resample.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "kernels/target.hpp"

namespace linnet::inline v0 {

using ops::ResizeKind;

namespace {

double sinc(double x) {
  const double angle = std::numbers::pi * x;
  return x == 0 ? 1 : std::sin(angle) / angle;
}

double keys(double d) {  // a = -0.5
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

double radius_of(ResizeKind kind) {
  if (kind == ResizeKind::bicubic) return 2;
  if (kind == ResizeKind::lanczos3) return 3;
  return kind == ResizeKind::lanczos5 ? 5 : 1;
}

/// A filter at distance d >= 0.
double filter(ResizeKind kind, double d) {
  const double radius = radius_of(kind);
  if (d >= radius) return 0;
  if (kind == ResizeKind::bilinear) return 1 - d;
  return kind == ResizeKind::bicubic ? keys(d) : sinc(d) * sinc(d / radius);
}

/// Weights of the places from `first` on.
struct Taps {
  Index first = 0;
  std::vector<double> weight = {};
};

Taps nearest_taps(Index i, Index in, float scale) {
  const auto place = static_cast<Index>(std::floor((static_cast<float>(i) + 0.5f) * scale));
  return {std::min(place, in - 1), {1}};
}

Taps area_taps(Index i, Index in, float scale) {
  const double begin = static_cast<double>(static_cast<float>(i) * scale);
  const double end = static_cast<double>(static_cast<float>(i + 1) * scale);
  const Index first = std::min(static_cast<Index>(begin), in - 1);
  const Index last = std::min(static_cast<Index>(std::ceil(end)), in);
  Taps taps{first, {}};
  for (Index j = first; j < last; ++j) {
    const auto at = static_cast<double>(j);
    taps.weight.push_back(std::min(at + 1, end) - std::max(at, begin));
  }
  return taps;
}

/// The place that y[i] is read at. In float, as TensorFlow does; and where its bicubic filter does
/// not widen, that reads a table of 1024 steps.
double place_of(ResizeKind kind, Index i, float scale, bool antialias) {
  const float place = (static_cast<float>(i) + 0.5f) * scale - 0.5f;
  if (kind != ResizeKind::bicubic || antialias) return static_cast<double>(place);
  const float whole = std::floor(place);
  return static_cast<double>(whole) +
         std::nearbyint(static_cast<double>(place - whole) * 1024) / 1024;
}

/// The weights are found in double.
Taps filter_taps(ResizeKind kind, Index i, Index in, float scale, bool antialias) {
  const double stretch = antialias ? std::max(1.0, static_cast<double>(scale)) : 1;
  const double at = place_of(kind, i, scale, antialias), reach = radius_of(kind) * stretch;
  const auto first = static_cast<Index>(std::max(std::ceil(at - reach), 0.0));
  const auto last =
      static_cast<Index>(std::min(std::floor(at + reach), static_cast<double>(in - 1)));
  Taps taps{first, {}};
  for (Index j = first; j <= last; ++j) {
    taps.weight.push_back(filter(kind, std::abs(static_cast<double>(j) - at) / stretch));
  }
  return taps;
}

/// Without zeros at the ends, and with the sum 1.
void finish(Taps& taps) {
  while (taps.weight.size() > 1 && taps.weight.back() == 0) taps.weight.pop_back();
  while (taps.weight.size() > 1 && taps.weight.front() == 0) {
    taps.weight.erase(taps.weight.begin());
    ++taps.first;
  }
  double sum = 0;
  for (const double w : taps.weight) sum += w;
  for (double& w : taps.weight) w /= sum;
}

Resample table_of(Index in, const std::vector<Taps>& all) {
  Resample table{.in = in, .out = static_cast<Index>(all.size())};
  for (const Taps& taps : all) {
    table.taps = std::max(table.taps, static_cast<Index>(taps.weight.size()));
  }
  table.weight.resize(all.size() * static_cast<std::size_t>(table.taps));
  float* weight = table.weight.data();
  for (const Taps& taps : all) {
    table.start.push_back(taps.first);
    table.count.push_back(static_cast<Index>(taps.weight.size()));
    std::ranges::transform(taps.weight, weight, [](double w) { return static_cast<float>(w); });
    weight += table.taps;
  }
  return table;
}

/// y[i] = sum over k of w[k] x[k, i]; rows of x are n apart.
template <class T>
[[gnu::always_inline]] inline void sum_rows(const T* x, const float* w, Index count, Index n,
                                            float* y) {
  const T* x1 = x + n;
  if (count == 2) {
    for (Index i = 0; i < n; ++i) {
      y[i] = w[0] * static_cast<float>(x[i]) + w[1] * static_cast<float>(x1[i]);
    }
    return;
  }
  const float first = count == 0 ? 0 : w[0];
  for (Index i = 0; i < n; ++i) y[i] = count == 0 ? 0 : first * static_cast<float>(x[i]);
  for (Index k = 1; k < count; ++k) {
    const T* row = x + k * n;
    for (Index i = 0; i < n; ++i) y[i] += w[k] * static_cast<float>(row[i]);
  }
}

/// A row of few channels, their number known to the compiler.
template <Index kChannels, class T>
[[gnu::always_inline]] inline void sum_columns(const T* x, const Resample& r, float* y) {
  for (Index i = 0; i < r.out; ++i, y += kChannels) {
    const T* from = x + r.first(i) * kChannels;
    const float* w = r.weights(i);
    float sum[kChannels] = {};
    for (Index k = 0; k < r.used(i); ++k, from += kChannels) {
      for (Index c = 0; c < kChannels; ++c) sum[c] += w[k] * static_cast<float>(from[c]);
    }
    for (Index c = 0; c < kChannels; ++c) y[c] = sum[c];
  }
}

template <class T>
[[gnu::always_inline]] inline void sum_columns_of(const T* x, const Resample& r, Index channels,
                                                  float* y) {
  if (channels == 1) return sum_columns<1>(x, r, y);
  if (channels == 3) return sum_columns<3>(x, r, y);
  if (channels == 4) return sum_columns<4>(x, r, y);
  for (Index i = 0; i < r.out; ++i) {
    sum_rows(x + r.first(i) * channels, r.weights(i), r.used(i), channels, y + i * channels);
  }
}

struct Axes {
  const Resample& rows;
  const Resample& columns;
  Index channels;
  bool columns_first;
};

template <class T>
[[gnu::always_inline]] inline void resize_rows(const Axes& axes, const T* x, Index begin, Index end,
                                               float* buffer, float* y) {
  const Index wide = axes.columns.in * axes.channels, narrow = axes.columns.out * axes.channels;
  for (Index i = begin; i < end; ++i) {
    const T* from = x + axes.rows.first(i) * wide;
    const float* w = axes.rows.weights(i);
    const Index count = axes.rows.used(i);
    if (axes.columns_first) {
      for (Index k = 0; k < count; ++k) {
        sum_columns_of(from + k * wide, axes.columns, axes.channels, buffer + k * narrow);
      }
      sum_rows(buffer, w, count, narrow, y + i * narrow);
    } else {
      sum_rows(from, w, count, wide, buffer);
      sum_columns_of(buffer, axes.columns, axes.channels, y + i * narrow);
    }
  }
}

LINNET_CLONES void resize_floats(const Axes& axes, const float* x, Index begin, Index end,
                                 float* buffer, float* y) {
  resize_rows(axes, x, begin, end, buffer, y);
}

LINNET_CLONES void resize_bytes(const Axes& axes, const std::uint8_t* x, Index begin, Index end,
                                float* buffer, float* y) {
  resize_rows(axes, x, begin, end, buffer, y);
}

}  // namespace

Resample resample(ResizeKind kind, Index in, Index out, bool antialias) {
  const float scale = static_cast<float>(in) / static_cast<float>(out);
  std::vector<Taps> all;
  for (Index i = 0; i < out; ++i) {
    all.push_back(kind == ResizeKind::nearest ? nearest_taps(i, in, scale)
                  : kind == ResizeKind::area  ? area_taps(i, in, scale)
                                              : filter_taps(kind, i, in, scale, antialias));
    finish(all.back());
  }
  return table_of(in, all);
}

Resample transposed(const Resample& forward) {
  std::vector<Taps> all(static_cast<std::size_t>(forward.in));
  for (Index i = 0; i < forward.out; ++i) {
    for (Index k = 0; k < forward.used(i); ++k) {
      Taps& taps = all[static_cast<std::size_t>(forward.first(i) + k)];
      if (taps.weight.empty()) taps.first = i;
      taps.weight.resize(static_cast<std::size_t>(i - taps.first));  // 0 where i gave nothing
      taps.weight.push_back(static_cast<double>(forward.weights(i)[k]));
    }
  }
  return table_of(forward.out, all);
}

Resampler::Resampler(Resample rows, Resample columns, Index channels)
    : rows_(std::move(rows)), columns_(std::move(columns)), channels_(channels) {
  const Index narrow = columns_.out * columns_.taps;
  columns_first_ = rows_.taps * (narrow + columns_.out) < rows_.taps * columns_.in + narrow;
}

Index Resampler::buffer_size() const {
  return channels_ * (columns_first_ ? rows_.taps * columns_.out : columns_.in);
}

Index Resampler::row_cost() const {
  return channels_ * (rows_.taps * columns_.in + columns_.out * columns_.taps);
}

void Resampler::run(const float* x, Index begin, Index end, float* buffer, float* y) const {
  resize_floats({rows_, columns_, channels_, columns_first_}, x, begin, end, buffer, y);
}

void Resampler::run(const std::uint8_t* x, Index begin, Index end, float* buffer, float* y) const {
  resize_bytes({rows_, columns_, channels_, columns_first_}, x, begin, end, buffer, y);
}

}  // namespace linnet::inline v0
