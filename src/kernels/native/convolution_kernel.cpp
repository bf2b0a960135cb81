// The gradient of a convolution for its kernel: dkernel (sizes, channels, filters) as a product of
// x, transposed and shifted, and dy. Positions are taken in chunks that stay in the cache.
#include <cstring>
#include <linnet/ops/convolution.hpp>

#include "kernels/native/native.hpp"
#include "kernels/native/tile.hpp"
#include "kernels/threads.hpp"
#include "kernels/window.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kPositions = 384;         // of y that a chunk should have
constexpr Index kChunk = 192 * 1024;      // floats of x in a chunk
constexpr Index kBlock = 16;              // channels that are copied together
constexpr Index kThreadedWork = 1 << 18;  // multiplications that are worth a thread

std::size_t lines(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

/// A worker's channels (of x, within a group) and panels of filters.
struct Share {
  Index first_channel, channels, first_panel, panels;
};

/// Some rows of some images of y: images [image, image + images), plane, rows [row, row + rows).
struct Chunk {
  Index image, images, plane, row, rows;
};

class KernelGradient final : public Kernel {
 public:
  KernelGradient(const WindowSizes& sizes, int threads) : s_(sizes), tile_(Tile::best()) {
    panels_ = (s_.group_filters() + tile_.columns - 1) / tile_.columns;
    const Index work = s_.batch * WindowSizes::volume(s_.out) * WindowSizes::volume(s_.kernel) *
                       s_.group_channels() * s_.filters;
    workers_ = std::clamp<Index>(work / kThreadedWork, 1, threads);
    by_panels_ = s_.group_channels() < 8 * workers_ && panels_ > 1;
    workers_ = std::min(workers_, by_panels_ ? panels_ : s_.group_channels());
    choose_chunk();
  }

  std::size_t scratch_bytes() const override {
    return worker_bytes() * static_cast<std::size_t>(workers_);
  }

  void run(const Run& run) const override {
    parallel_for(static_cast<int>(workers_), workers_, 1, [&](Index begin, Index end) {
      for (Index w = begin; w < end; ++w) {
        const Index all = by_panels_ ? panels_ : s_.group_channels();
        const Index first = all * w / workers_, count = all * (w + 1) / workers_ - first;
        const Share share = by_panels_ ? Share{0, s_.group_channels(), first, count}
                                       : Share{first, count, 0, panels_};
        std::byte* scratch = run.scratch + worker_bytes() * static_cast<std::size_t>(w);
        for (Index group = 0; group < s_.groups; ++group) work_on(run, share, group, scratch);
      }
    });
  }

 private:
  void choose_chunk() {
    const Index image = s_.out[1] * s_.out[2];
    range1_ = (s_.kernel[1] - 1) * s_.dilation[1] + 1;
    const Index range2 = (s_.kernel[2] - 1) * s_.dilation[2] + 1;
    width_ = (s_.out[2] - 1) * s_.stride[2] + range2;
    rows_ = std::clamp<Index>((kPositions + s_.out[2] - 1) / s_.out[2], 1, s_.out[1]);
    in_rows_ = (rows_ - 1) * s_.stride[1] + range1_;
    plane_ = s_.kernel[0] * in_rows_ * width_;
    images_ =
        rows_ < s_.out[1]
            ? 1
            : std::clamp<Index>(std::min(kPositions / image + 1, kChunk / (plane_ * s_.channels)),
                                1, s_.batch);
    block_ = std::min(kBlock, s_.group_channels());
    block_floats_ = images_ * plane_ * block_ + 16;
  }

  Index most_positions() const { return images_ * rows_ * s_.out[2]; }
  Index most_stretches() const { return images_ * rows_; }
  Index most_rows() const { return WindowSizes::volume(s_.kernel) * s_.group_channels(); }

  struct Memory {
    float* x;   ///< (blocks of channels, images, planes of the window, rows, columns, block)
    float* dy;  ///< panels_ of (positions, columns of a tile_)
    Stretch* stretches;
    const float** in;
    float** out;
    std::byte* end;
  };
  Memory memory_at(std::byte* at) const {
    auto take = [&](auto* type, Index count) {
      auto* here = reinterpret_cast<decltype(type)>(at);
      at += lines(static_cast<std::size_t>(count) * sizeof(*type));
      return here;
    };
    Memory m{};
    m.x = take(m.x, (s_.group_channels() + block_ - 1) / block_ * block_floats_);
    m.dy = take(m.dy, panels_ * most_positions() * tile_.columns);
    m.stretches = take(m.stretches, most_stretches());
    m.in = take(m.in, most_rows() + kMostTileRows);
    m.out = take(m.out, most_rows() + kMostTileRows);
    m.end = at;
    return m;
  }
  std::size_t worker_bytes() const {
    return reinterpret_cast<std::uintptr_t>(memory_at(nullptr).end);
  }

  void work_on(const Run& run, const Share& share, Index group, std::byte* scratch) const {
    const Memory m = memory_at(scratch);
    const Index count = list_rows(share, group, m, run.y<float>());
    bool add = false;
    for (Index image = 0; image < s_.batch; image += images_) {
      for (Index p = 0; p < s_.out[0]; ++p) {
        for (Index row = 0; row < s_.out[1]; row += rows_) {
          const Chunk chunk{image, std::min(images_, s_.batch - image), p, row,
                            std::min(rows_, s_.out[1] - row)};
          copy_x(run.x<float>(0) + group * s_.group_channels() + share.first_channel, chunk, share,
                 m);
          copy_dy(run.x<float>(1) + group * s_.group_filters(), chunk, share, m);
          multiply(chunk, share, m, count, add);
          add = true;
        }
      }
    }
  }

  /// The rows_ of the product: an element of the window and a channel each.
  Index list_rows(const Share& share, Index group, const Memory& m, float* y) const {
    Index i = 0;
    for (Index a = 0; a < s_.kernel[0]; ++a) {
      for (Index b = 0; b < s_.kernel[1]; ++b) {
        for (Index c = 0; c < s_.kernel[2]; ++c) {
          const Index at =
              ((a * in_rows_ + b * s_.dilation[1]) * width_ + c * s_.dilation[2]) * block_;
          const Index k = (a * s_.kernel[1] + b) * s_.kernel[2] + c;
          for (Index l = 0; l < share.channels; ++l, ++i) {
            m.in[i] = m.x + l / block_ * block_floats_ + at + l % block_;
            m.out[i] = y + (k * s_.group_channels() + share.first_channel + l) * s_.filters +
                       group * s_.group_filters();
          }
        }
      }
    }
    return i;
  }

  /// What the chunk reads of x, by blocks of channels; 0 outside.
  void copy_x(const float* x, const Chunk& chunk, const Share& share, const Memory& m) const {
    for (Index n = 0; n < chunk.images; ++n) {
      for (Index a = 0; a < s_.kernel[0]; ++a) {
        const Index i0 = chunk.plane * s_.stride[0] - s_.before[0] + a * s_.dilation[0];
        for (Index b = 0; b < in_rows_; ++b) {
          if (b % s_.stride[1] >= range1_) continue;  // a row that the stride skips
          const Index i1 = chunk.row * s_.stride[1] - s_.before[1] + b;
          const bool inside = i0 >= 0 && i0 < s_.in[0] && i1 >= 0 && i1 < s_.in[1];
          const Index row = ((chunk.image + n) * s_.in[0] + i0) * s_.in[1] + i1;
          float* to = m.x + (n * plane_ + (a * in_rows_ + b) * width_) * block_;
          for (Index first = 0; first < share.channels; first += block_, to += block_floats_) {
            copy_row(inside ? x + row * s_.in[2] * s_.channels + first : nullptr,
                     std::min(block_, share.channels - first), to);
          }
        }
      }
    }
  }

  /// n channels of a row of x; nullptr: a row outside.
  void copy_row(const float* row, Index n, float* to) const {
    const Index left = std::clamp<Index>(s_.before[2], 0, width_);
    const Index right = std::clamp<Index>(s_.in[2] + s_.before[2], left, width_);
    if (row == nullptr || left == right) {
      std::fill_n(to, width_ * block_, 0.0f);
      return;
    }
    std::fill_n(to, left * block_, 0.0f);
    std::fill_n(to + right * block_, (width_ - right) * block_, 0.0f);
    const float* from = row + (left - s_.before[2]) * s_.channels;
    to += left * block_;
    for (Index i = left; i < right; ++i, from += s_.channels, to += block_) {
      if (n == kBlock) {
        std::memcpy(to, from, kBlock * sizeof(float));
      } else {
        std::copy_n(from, n, to);
      }
    }
  }

  void copy_dy(const float* dy, const Chunk& chunk, const Share& share, const Memory& m) const {
    const Index positions = chunk.rows * s_.out[2];
    for (Index p = share.first_panel; p < share.first_panel + share.panels; ++p) {
      const Index n = std::min<Index>(tile_.columns, s_.group_filters() - p * tile_.columns);
      float* to = m.dy + (p - share.first_panel) * most_positions() * tile_.columns;
      for (Index image = 0; image < chunk.images; ++image) {
        const Index row = ((chunk.image + image) * s_.out[0] + chunk.plane) * s_.out[1] + chunk.row;
        const float* from = dy + row * s_.out[2] * s_.filters + p * tile_.columns;
        for (Index i = 0; i < positions; ++i, to += tile_.columns, from += s_.filters) {
          std::copy_n(from, n, to);
          std::fill_n(to + n, tile_.columns - n, 0.0f);
        }
      }
    }
  }

  void multiply(const Chunk& chunk, const Share& share, const Memory& m, Index count,
                bool add) const {
    Index stretches = 0;
    for (Index n = 0; n < chunk.images; ++n) {
      for (Index r = 0; r < chunk.rows; ++r) {
        m.stretches[stretches++] = {(n * plane_ + r * s_.stride[1] * width_) * block_, s_.out[2]};
      }
    }
    for (Index p = 0; p < share.panels; ++p) {
      const Index column = (share.first_panel + p) * tile_.columns;
      const TileCall call{.a = nullptr,
                          .stretches = m.stretches,
                          .stretch_count = stretches,
                          .panel = m.dy + p * most_positions() * tile_.columns,
                          .start = nullptr,
                          .add = add,
                          .c = nullptr,
                          .c_stride = 0,
                          .a_step = block_ * s_.stride[2]};
      multiply_panel(tile_, call, m.in, m.out, column, count,
                     std::min<Index>(tile_.columns, s_.group_filters() - column));
    }
  }

  WindowSizes s_;
  Tile tile_;
  Index panels_ = 1, workers_ = 1;
  bool by_panels_ = false;
  Index rows_ = 1, images_ = 1;                             ///< of a chunk
  Index in_rows_ = 1, width_ = 1, plane_ = 1, range1_ = 1;  ///< of what it reads
  Index block_ = 1, block_floats_ = 1;                      ///< of channels
};

}  // namespace

std::unique_ptr<Kernel> native_convolution_kernel(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionKernel>();
  const auto s = convolution_sizes(request.x(0), request.y(), request.x(1), op.window, op.groups);
  if (request.x(0).elements() * request.x(1).elements() * request.y().elements() == 0) {
    return nullptr;
  }
  return std::make_unique<KernelGradient>(s, request.threads);
}

}  // namespace linnet::inline v0
