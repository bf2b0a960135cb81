// Affine transforms row by row: first where the row's pixels are read, then the pixels.
#include <array>

#include "kernels/affine_places.hpp"
#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kPixels = 256;  // of a row that are done at a time

/// Whole places and the way behind them, of some pixels of a row.
struct Places {
  std::array<std::int32_t, kPixels> row, column;
  std::array<float, kPixels> below, beside;
};

/// places = floor and the rest, for the pixels (i, j .. j + count).
LINNET_CLONES void bilinear_places(const AffineNumbers& n, Index i, Index j, Index count,
                                   Places& places) {
  for (Index k = 0; k < count; ++k) {
    const float v = n.row(i, j + k), u = n.column(i, j + k);
    const float row = std::floor(v), column = std::floor(u);
    places.row[static_cast<std::size_t>(k)] = static_cast<std::int32_t>(row);
    places.column[static_cast<std::size_t>(k)] = static_cast<std::int32_t>(column);
    places.below[static_cast<std::size_t>(k)] = v - row;
    places.beside[static_cast<std::size_t>(k)] = u - column;
  }
}

LINNET_CLONES void nearest_places(const AffineNumbers& n, Index i, Index j, Index count,
                                  Places& places) {
  for (Index k = 0; k < count; ++k) {
    places.row[static_cast<std::size_t>(k)] =
        static_cast<std::int32_t>(std::round(n.row(i, j + k)));
    places.column[static_cast<std::size_t>(k)] =
        static_cast<std::int32_t>(std::round(n.column(i, j + k)));
  }
}

/// One picture that is read, and what lies around it.
struct Picture {
  const float* x;
  Index height, width, channels;
  FillMode mode;
  const float* fill;  ///< a pixel of the fill value

  const float* pixel(Index row, Index column) const {
    const Index i = place_inside(row, height, mode), j = place_inside(column, width, mode);
    return i < 0 || j < 0 ? fill : x + (i * width + j) * channels;
  }
};

/// Pixels of a row of y; kChannels 0: any number.
template <Index kChannels>
void read_bilinear(const Picture& p, const Places& places, Index count, float* y) {
  const Index channels = kChannels > 0 ? kChannels : p.channels;
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k, y += channels) {
    const Index i = places.row[k], j = places.column[k];
    const float *a = nullptr, *b = nullptr, *c = nullptr, *d = nullptr;
    if (i >= 0 && j >= 0 && i + 1 < p.height && j + 1 < p.width) {
      a = p.x + (i * p.width + j) * channels;
      b = a + channels;
      c = a + p.width * channels;
      d = c + channels;
    } else {
      a = p.pixel(i, j), b = p.pixel(i, j + 1), c = p.pixel(i + 1, j), d = p.pixel(i + 1, j + 1);
    }
    const float below = places.below[k], beside = places.beside[k];
    const float above = 1 - below, before = 1 - beside;
    const float wa = above * before, wb = above * beside, wc = below * before, wd = below * beside;
    for (Index q = 0; q < channels; ++q) y[q] = wa * a[q] + wb * b[q] + wc * c[q] + wd * d[q];
  }
}

template <Index kChannels>
void read_nearest(const Picture& p, const Places& places, Index count, float* y) {
  const Index channels = kChannels > 0 ? kChannels : p.channels;
  for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k, y += channels) {
    std::copy_n(p.pixel(places.row[k], places.column[k]), channels, y);
  }
}

template <Index kChannels>
void transform_row(const Picture& p, bool nearest, const AffineNumbers& n, Index i, Index width,
                   float* y) {
  Places places;
  for (Index j = 0; j < width; j += kPixels) {
    const Index count = std::min(kPixels, width - j);
    if (nearest) {
      nearest_places(n, i, j, count, places);
      read_nearest<kChannels>(p, places, count, y + j * p.channels);
    } else {
      bilinear_places(n, i, j, count, places);
      read_bilinear<kChannels>(p, places, count, y + j * p.channels);
    }
  }
}

}  // namespace

std::unique_ptr<Kernel> native_affine_transform(const KernelRequest& request) {
  const auto op = *request.op.as<ops::AffineTransform>();
  const Shape &from = request.x(), &to = request.y();
  const bool nearest = op.interpolation == AffineInterpolation("nearest");
  const auto row = to[3] == 1   ? transform_row<1>
                   : to[3] == 3 ? transform_row<3>
                   : to[3] == 4 ? transform_row<4>
                                : transform_row<0>;
  const std::vector<float> fill(static_cast<std::size_t>(to[3]), op.fill_value);
  const Index grain = std::max<Index>(1, kCostlyGrain / std::max<Index>(1, to[2] * to[3]));
  return make_kernel([=, threads = request.threads](const Run& run) {
    parallel_for(threads, to[0] * to[1], grain, [&](Index first, Index last) {
      for (Index k = first; k < last; ++k) {
        const Index b = k / to[1];
        const Picture picture{run.x<float>() + b * from[1] * from[2] * from[3],
                              from[1],
                              from[2],
                              from[3],
                              op.fill_mode,
                              fill.data()};
        row(picture, nearest, AffineNumbers(run.x<float>(1) + 6 * b), k - b * to[1], to[2],
            run.y<float>() + k * to[2] * to[3]);
      }
    });
  });
}

}  // namespace linnet::inline v0
