#include <cstring>
#include <linnet/ops/shape.hpp>
#include <vector>

#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kTile = 16;

/// y (n, m) from x (m, n), for the rows [first, last) of tiles.
LINNET_CLONES void transpose_tiles(const float* x, float* y, Index m, Index n, Index first,
                                   Index last) {
  for (Index i = first * kTile; i < std::min(m, last * kTile); i += kTile) {
    for (Index j = 0; j < n; j += kTile) {
      const Index rows = std::min(kTile, m - i), columns = std::min(kTile, n - j);
      for (Index c = 0; c < columns; ++c) {
        for (Index r = 0; r < rows; ++r) y[(j + c) * m + i + r] = x[(i + r) * n + j + c];
      }
    }
  }
}

constexpr std::size_t kPiece = 64 * 1024;  // bytes that are copied at once

/// `rows` runs of `bytes` bytes, in x and y so far apart.
struct Runs {
  Index rows;
  std::size_t bytes, x_step, y_step;
};

Runs runs_of(const Shape& run, int axis, const Shape& x, const Shape& y, DType dtype) {
  const auto bytes = [&](const Shape& shape) {
    const AxisView view = view_around(shape, axis);
    return static_cast<std::size_t>(view.size * view.inner) * size_of(dtype);
  };
  return {view_around(run, axis).outer, bytes(run), bytes(x), bytes(y)};
}

/// Calls f(row, first byte, bytes) for pieces of all runs.
template <class F>
void for_pieces(int threads, const Runs& runs, F f) {
  const auto pieces = static_cast<Index>((runs.bytes + kPiece - 1) / kPiece);
  const auto size = static_cast<Index>(std::clamp<std::size_t>(runs.bytes, 1, kPiece));
  const Index grain = std::max<Index>(1, kGrain * Index{sizeof(float)} / size);
  parallel_for(threads, runs.rows * pieces, grain, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const std::size_t at = static_cast<std::size_t>(i % pieces) * kPiece;
      f(static_cast<std::size_t>(i / pieces), at, std::min(kPiece, runs.bytes - at));
    }
  });
}

void copy_runs(int threads, const Runs& runs, const std::byte* x, std::byte* y) {
  for_pieces(threads, runs, [&](std::size_t row, std::size_t at, std::size_t bytes) {
    std::memcpy(y + row * runs.y_step + at, x + row * runs.x_step + at, bytes);
  });
}

}  // namespace

std::unique_ptr<Kernel> native_slice(const KernelRequest& request) {
  const DType dtype = request.outputs[0].dtype;
  if (dtype == DType::string) return nullptr;
  const ops::Slice& op = *request.op.as<ops::Slice>();
  const AxisView x = view_around(request.x(), op.axis);
  const Index first = (op.begin < 0 ? op.begin + x.size : op.begin) * x.inner;
  const Runs runs = runs_of(request.y(), op.axis, request.x(), request.y(), dtype);
  const std::size_t skip = static_cast<std::size_t>(first) * size_of(dtype);
  return make_kernel([runs, skip, threads = request.threads](const Run& run) {
    copy_runs(threads, runs, run.x<std::byte>() + skip, run.y<std::byte>());
  });
}

std::unique_ptr<Kernel> native_pad(const KernelRequest& request) {
  const DType dtype = request.outputs[0].dtype;
  if (dtype == DType::string || request.x().elements() == 0) return nullptr;
  const ops::Pad& op = *request.op.as<ops::Pad>();
  const Runs runs = runs_of(request.x(), op.axis, request.x(), request.y(), dtype);
  const auto unit = static_cast<std::size_t>(view_around(request.x(), op.axis).inner);
  const std::size_t before = static_cast<std::size_t>(op.before) * unit * size_of(dtype);
  return make_kernel([runs, before, threads = request.threads](const Run& run) {
    for_pieces(threads, runs, [&](std::size_t row, std::size_t at, std::size_t bytes) {
      std::byte* y = run.y<std::byte>() + row * runs.y_step;
      if (at == 0) std::memset(y, 0, before);
      std::memcpy(y + before + at, run.x<std::byte>() + row * runs.x_step + at, bytes);
      const std::size_t filled = before + runs.bytes;
      if (at + bytes == runs.bytes) std::memset(y + filled, 0, runs.y_step - filled);
    });
  });
}

std::unique_ptr<Kernel> native_concatenate(const KernelRequest& request) {
  const DType dtype = request.outputs[0].dtype;
  if (dtype == DType::string) return nullptr;
  const auto axis = request.op.as<ops::Concatenate>()->axis;
  std::vector<Runs> parts;
  for (const TensorType& x : request.inputs) {
    parts.push_back(runs_of(x.shape, axis, x.shape, request.y(), dtype));
  }
  return make_kernel([parts, threads = request.threads](const Run& run) {
    std::byte* y = run.y<std::byte>();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      copy_runs(threads, parts[i], run.x<std::byte>(static_cast<int>(i)), y);
      y += parts[i].bytes;
    }
  });
}

std::unique_ptr<Kernel> native_transpose(const KernelRequest& request) {
  const auto& perm = request.op.as<ops::Transpose>()->perm;
  if (request.x().rank() != 2 || request.outputs[0].dtype != DType::float32) return nullptr;
  if (request.x().wrap(static_cast<int>(perm[0])) != 1) return nullptr;
  const Index m = request.x()[0], n = request.x()[1];
  return make_kernel([m, n, threads = request.threads](const Run& run) {
    const Index grain = kGrain / std::max<Index>(1, kTile * n);
    parallel_for(threads, (m + kTile - 1) / kTile, grain, [&](Index first, Index last) {
      transpose_tiles(run.x<float>(), run.y<float>(), m, n, first, last);
    });
  });
}

std::unique_ptr<Kernel> native_broadcast_to(const KernelRequest& request) {
  if (request.outputs[0].dtype != DType::float32) return nullptr;
  const BroadcastRows<1> rows(request.y(), {broadcast_strides(request.x(), request.y())});
  if (!rows.simple()) return nullptr;
  return make_kernel([rows, threads = request.threads](const Run& run) {
    for_row_blocks(threads, rows, kGrain, [&](const auto& at, Index y_at, Index n) {
      const float* x = run.x<float>() + at[0];
      float* y = run.y<float>() + y_at;
      if (rows.step[0] == 0) {
        std::fill(y, y + n, *x);
      } else {
        std::copy(x, x + n, y);
      }
    });
  });
}

}  // namespace linnet::inline v0
