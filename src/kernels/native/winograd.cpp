// Convolutions 3x3 by Winograd's F(4x4, 3x3), forward and the gradient for x.
#include "kernels/native/winograd.hpp"

#include <array>
#include <cstring>
#include <linnet/ops/convolution.hpp>

#include "kernels/native/activate_block.hpp"
#include "kernels/native/native.hpp"
#include "kernels/native/tile.hpp"
#include "kernels/threads.hpp"
#include "kernels/window.hpp"

namespace linnet::inline v0 {

namespace {

using namespace winograd;

constexpr Index kTiles = 36;  // that one thread computes together
// With so few tiles in all, the threads share them and cut the products instead: each reads only
// its part of the kernel.
constexpr Index kShared = 72;
// Positions that pay for the larger kernel, for one that stays in the cache, and for its transform
// at each run.
constexpr Index kLeastOutputs = 150, kLeastCached = 64, kLeastTraining = 600;
constexpr Index kCachedKernel = 128 * 1024;  // floats

std::size_t lines(Index floats) {
  return (static_cast<std::size_t>(floats) * sizeof(float) + 63) / 64 * 64;
}

/// Copies a block's n channels; a whole block is a few vectors.
[[gnu::always_inline]] inline void copy_block(const float* from, Index n, float* to) {
  if (n == kBlock) {
    std::memcpy(to, from, kBlock * sizeof(float));
  } else {
    std::copy_n(from, n, to);
  }
}

/// The 36 elements of a tile of x: where each begins.
using Pixels = std::array<const float*, kProducts>;

/// v[i, channels] = B^T x B for n channels; the elements i are `step` apart.
LINNET_CLONES void tile_of_x(const Pixels& x, float* v, Index step, Index channels) {
  float rows[kProducts * kBlock], turned[kProducts * kBlock];
  for (Index c = 0; c < channels; c += kBlock) {
    const Index n = std::min(kBlock, channels - c);
    for (std::size_t i = 0; i < x.size(); ++i) {
      copy_block(x[i] + c, n, rows + static_cast<Index>(i) * kBlock);
    }
    for (Index j = 0; j < kIn; ++j) {
      transform_input(rows + j * kBlock, kIn * kBlock, turned + j * kBlock, kIn * kBlock, n);
    }
    for (Index i = 0; i < kIn; ++i) {
      transform_input(turned + i * kIn * kBlock, kBlock, v + i * kIn * step + c, step, n);
    }
  }
}

/// y[4 x 4, filters] = A^T m A + bias; rows of y are kOut * kBlock apart.
LINNET_CLONES void tile_of_y(const float* m, Index step, const float* bias, float* y, Index n) {
  float turned[kOut * kIn * kBlock];
  for (Index j = 0; j < kIn; ++j) {
    transform_output(m + j * step, kIn * step, turned + j * kBlock, kIn * kBlock, n);
  }
  for (Index i = 0; i < kOut; ++i) {
    float* row = y + i * kOut * kBlock;
    transform_output(turned + i * kIn * kBlock, kBlock, row, kBlock, n);
    for (Index j = 0; bias != nullptr && j < kOut; ++j) {
      for (Index c = 0; c < n; ++c) row[j * kBlock + c] += bias[c];
    }
  }
}

/// u[i, n] = G w G^T; w holds nine rows, kBlock apart.
LINNET_CLONES void tile_of_kernel(const float* w, float* u, Index step, Index n) {
  float turned[kIn * 3 * kBlock];
  for (Index j = 0; j < 3; ++j) {
    transform_kernel(w + j * kBlock, 3 * kBlock, turned + j * kBlock, 3 * kBlock, n);
  }
  for (Index i = 0; i < kIn; ++i) {
    transform_kernel(turned + i * 3 * kBlock, kBlock, u + i * kIn * step, step, n);
  }
}

/// A convolution 3x3 with stride 1; `turned`: with the kernel of the gradient for x.
struct Problem {
  Index batch, channels, filters;
  std::array<Index, 2> in, out, before;
  bool turned;
};

class WinogradKernel final : public Kernel {
 public:
  WinogradKernel(const Problem& of, const KernelRequest& request, ActivateBlock activation,
                 const ops::Activate& f)
      : p_(of),
        tile_(Tile::best()),
        threads_(request.threads),
        activation_(activation),
        f_(f),
        prepares_(request.constant(1)) {
    panels_ = (p_.filters + tile_.columns - 1) / tile_.columns;
    rows_ = (p_.out[0] + kOut - 1) / kOut;
    columns_ = (p_.out[1] + kOut - 1) / kOut;
    const Index tiles = p_.batch * rows_ * columns_;
    const bool shared = threads_ > 1 && tiles <= kShared;
    inner_threads_ = shared ? threads_ : 1;
    workers_ = shared ? 1 : threads_;
    // As many chunks as give each worker the same.
    Index chunks = shared ? 1 : (tiles + kTiles - 1) / kTiles;
    if (chunks < 4 * workers_) chunks = (chunks + workers_ - 1) / workers_ * workers_;
    chunk_ = (tiles + chunks - 1) / chunks;
    chunks_ = (tiles + chunk_ - 1) / chunk_;
    workers_ = static_cast<int>(std::min<Index>(workers_, chunks_));
  }

  bool packs(int input) const override { return input == 1 && prepares_; }
  std::size_t prepared_bytes() const override { return prepares_ ? lines(kernel_count()) : 0; }
  void prepare(const Run& run, std::byte* prepared) const override {
    pack(run.x<float>(1), reinterpret_cast<float*>(prepared));
  }

  std::size_t scratch_bytes() const override {
    return (prepares_ ? 0 : lines(kernel_count())) + lines(p_.channels) +
           worker_bytes() * static_cast<std::size_t>(workers_);
  }

  void run(const Run& run) const override {
    std::byte* scratch = run.scratch;
    const auto* u = reinterpret_cast<const float*>(prepares_ ? run.prepared : scratch);
    if (!prepares_) {
      pack(run.x<float>(1), reinterpret_cast<float*>(scratch));
      scratch += lines(kernel_count());
    }
    auto* zeros = reinterpret_cast<float*>(scratch);
    std::fill_n(zeros, p_.channels, 0.0f);
    scratch += lines(p_.channels);
    parallel_for(workers_, workers_, 1, [&](Index begin, Index end) {
      for (Index w = begin; w < end; ++w) {
        auto* memory =
            reinterpret_cast<float*>(scratch + worker_bytes() * static_cast<std::size_t>(w));
        for (Index i = chunks_ * w / workers_; i < chunks_ * (w + 1) / workers_; ++i) {
          run_chunk(run, u, zeros, memory, i * chunk_);
        }
      }
    });
  }

 private:
  Index kernel_count() const { return kProducts * panels_ * p_.channels * tile_.columns; }
  /// One product's part of V and M; a line more, so that the parts do not share sets of the cache.
  Index in_step() const { return chunk_ * p_.channels + 16; }
  Index out_step() const { return chunk_ * p_.filters + 16; }
  std::size_t worker_bytes() const { return lines(kProducts * (in_step() + out_step())); }

  /// u: (36, panels, channels, columns of a tile).
  void pack(const float* w, float* u) const {
    const Index columns = tile_.columns, step = panels_ * p_.channels * columns;
    const Index plane = p_.channels * p_.filters;
    parallel_for(threads_, panels_, 1, [&](Index begin, Index end) {
      for (Index p = begin; p < end; ++p) {
        const Index first = p * columns, n = std::min<Index>(columns, p_.filters - first);
        for (Index c = 0; c < p_.channels; ++c) {
          float nine[9 * kBlock] = {};
          for (Index k = 0; k < 9; ++k) {
            float* to = nine + (p_.turned ? 8 - k : k) * kBlock;
            const float* from = w + k * plane;
            for (Index j = 0; j < n; ++j) {
              to[j] = p_.turned ? from[(first + j) * p_.channels + c]
                                : from[c * p_.filters + first + j];
            }
          }
          tile_of_kernel(nine, u + (p * p_.channels + c) * columns, step, columns);
        }
      }
    });
  }

  void run_chunk(const Run& run, const float* u, const float* zeros, float* v, Index first) const {
    const Index count = std::min(chunk_, p_.batch * rows_ * columns_ - first);
    float* m = v + kProducts * in_step();
    parallel_for(inner_threads_, count, 1, [&](Index begin, Index end) {
      for (Index t = begin; t < end; ++t) {
        tile_of_x(pixels(run.x<float>(0), zeros, first + t), v + t * p_.channels, in_step(),
                  p_.channels);
      }
    });
    parallel_for(inner_threads_, kProducts * panels_, 1,
                 [&](Index begin, Index end) { multiply(u, v, m, count, begin, end); });
    parallel_for(inner_threads_, count, 1, [&](Index begin, Index end) {
      for (Index t = begin; t < end; ++t) store(run, m + t * p_.filters, first + t);
    });
  }

  /// The parts [begin, end) of u times those of v.
  void multiply(const float* u, const float* v, float* m, Index count, Index begin,
                Index end) const {
    const Stretch all{0, p_.channels};
    const float* in[kShared + kMostTileRows];
    float* out[kShared + kMostTileRows];
    for (Index i = begin / panels_, part = begin; part < end; ++i) {
      for (Index t = 0; t < count; ++t) {
        in[t] = v + i * in_step() + t * p_.channels;
        out[t] = m + i * out_step() + t * p_.filters;
      }
      for (; part < std::min(end, (i + 1) * panels_); ++part) {
        const Index column = part % panels_ * tile_.columns;
        const TileCall call{.a = nullptr,
                            .stretches = &all,
                            .stretch_count = 1,
                            .panel = u + part * p_.channels * tile_.columns,
                            .start = nullptr,
                            .add = false,
                            .c = nullptr,
                            .c_stride = 0};
        multiply_panel(tile_, call, in, out, column, count,
                       std::min<Index>(tile_.columns, p_.filters - column));
      }
    }
  }

  struct Place {
    Index image, row, column;
  };
  Place place(Index tile) const {
    return {tile / (rows_ * columns_), tile / columns_ % rows_ * kOut, tile % columns_ * kOut};
  }

  Pixels pixels(const float* x, const float* zeros, Index tile) const {
    const Place at = place(tile);
    Pixels pixels;
    for (Index i = 0; i < kIn; ++i) {
      for (Index j = 0; j < kIn; ++j) {
        const Index a = at.row + i - p_.before[0], b = at.column + j - p_.before[1];
        const bool inside = a >= 0 && a < p_.in[0] && b >= 0 && b < p_.in[1];
        pixels[static_cast<std::size_t>(i * kIn + j)] =
            inside ? x + ((at.image * p_.in[0] + a) * p_.in[1] + b) * p_.channels : zeros;
      }
    }
    return pixels;
  }

  /// Writes what lies inside of a tile of y.
  void store(const Run& run, const float* m, Index tile) const {
    const Place at = place(tile);
    const float* bias = run.input_count > 2 ? run.x<float>(2) : nullptr;
    const float* residual = run.input_count > 3 ? run.x<float>(3) : nullptr;
    float values[kOut * kOut * kBlock];
    for (Index c = 0; c < p_.filters; c += kBlock) {
      const Index n = std::min(kBlock, p_.filters - c);
      tile_of_y(m + c, out_step(), bias == nullptr ? nullptr : bias + c, values, n);
      for (Index i = 0; i < std::min(kOut, p_.out[0] - at.row); ++i) {
        for (Index j = 0; j < std::min(kOut, p_.out[1] - at.column); ++j) {
          const Index to =
              ((at.image * p_.out[0] + at.row + i) * p_.out[1] + at.column + j) * p_.filters + c;
          float* from = values + (i * kOut + j) * kBlock;
          for (Index l = 0; residual != nullptr && l < n; ++l) from[l] += residual[to + l];
          if (activation_ != nullptr) {
            activation_(f_, from, run.y<float>() + to, n);
          } else {
            copy_block(from, n, run.y<float>() + to);
          }
        }
      }
    }
  }

  Problem p_;
  Tile tile_;
  int threads_;
  int workers_ = 1, inner_threads_ = 1;  ///< for the chunks, and inside of one
  ActivateBlock activation_;
  ops::Activate f_;
  bool prepares_;
  Index panels_ = 1, rows_ = 1, columns_ = 1;  ///< of tiles
  Index chunk_ = 1, chunks_ = 1;               ///< tiles of a chunk
};

/// Whether the convolution is one that F(4x4, 3x3) computes, and faster than the direct way.
bool serves(const WindowSizes& s, bool constant_kernel) {
  const WindowSizes::Three three{1, 3, 3}, ones{1, 1, 1};
  const bool cached = kProducts * s.channels * s.filters <= kCachedKernel;
  const Index least = !constant_kernel ? kLeastTraining : cached ? kLeastCached : kLeastOutputs;
  return s.axes == 2 && s.kernel == three && s.stride == ones && s.dilation == ones &&
         s.groups == 1 && s.channels >= 16 && s.filters >= 16 &&
         s.batch * s.out[1] * s.out[2] >= least && s.before[1] >= 0 && s.before[2] >= 0;
}

std::unique_ptr<Kernel> forward(const KernelRequest& request, const ops::Convolution& op,
                                ActivateBlock activation, const ops::Activate& f) {
  const auto s = convolution_sizes(request.x(0), request.x(1), request.y(), op.window, op.groups);
  if (!serves(s, request.constant(1))) return nullptr;
  const Problem p{s.batch,
                  s.channels,
                  s.filters,
                  {s.in[1], s.in[2]},
                  {s.out[1], s.out[2]},
                  {s.before[1], s.before[2]},
                  false};
  return std::make_unique<WinogradKernel>(p, request, activation, f);
}

}  // namespace

std::unique_ptr<Kernel> native_winograd(const KernelRequest& request) {
  return forward(request, *request.op.as<ops::Convolution>(), nullptr, {});
}

std::unique_ptr<Kernel> native_fused_winograd(const KernelRequest& request) {
  const auto& fused = *request.op.as<ops::FusedConvolution>();
  if (!fused.activation) return forward(request, fused.convolution, nullptr, {});
  const ActivateBlock activation = activate_block(*fused.activation);
  if (activation == nullptr) return nullptr;
  return forward(request, fused.convolution, activation, *fused.activation);
}

// dx is a convolution of dy with the kernel turned by half a turn.
std::unique_ptr<Kernel> native_winograd_input(const KernelRequest& request) {
  const auto& op = *request.op.as<ops::ConvolutionInput>();
  const auto s = convolution_sizes(request.y(), request.x(1), request.x(0), op.window, op.groups);
  if (!serves(s, request.constant(1)) || s.before[1] > 2 || s.before[2] > 2) return nullptr;
  const Problem p{s.batch,
                  s.filters,
                  s.channels,
                  {s.out[1], s.out[2]},
                  {s.in[1], s.in[2]},
                  {2 - s.before[1], 2 - s.before[2]},
                  true};
  return std::make_unique<WinogradKernel>(p, request, nullptr, ops::Activate{});
}

}  // namespace linnet::inline v0
