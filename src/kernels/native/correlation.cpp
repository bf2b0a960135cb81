#include "kernels/native/correlation.hpp"

#include <cstring>
#include <numeric>

#include "kernels/threads.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kPositions = 240;   // that a block should have
constexpr Index kCopy = 48 * 1024;  // floats of a block's copy of x
constexpr Index kDepth = 512;       // numbers of a panel's column that stay in the first cache
constexpr Index kThreadedWork = 1 << 18;  // multiplications that are worth a thread

std::size_t lines(std::size_t bytes) { return (bytes + 63) / 64 * 64; }
std::size_t float_lines(Index count) {
  return lines(static_cast<std::size_t>(count) * sizeof(float));
}

}  // namespace

struct Correlator::Block {
  Index image, plane, first, rows;  ///< rows [first, first + rows) of positions of a plane
};

struct Correlator::Memory {
  float* copy;
  const float** in;  ///< of each position: where it reads, where it writes
  float** out;
};

Correlator::Correlator(const Correlation& of, int threads) : c_(of), tile_(Tile::best()) {
  if (c_.in[0] == 1 && c_.in[1] == 1 && c_.out[1] == 1) {  // one axis: its positions are the rows
    auto turn = [](Correlation::Three& t) { std::swap(t[1], t[2]); };
    for (auto* t : {&c_.in, &c_.out, &c_.count, &c_.in_step, &c_.out_step, &c_.origin}) turn(*t);
    for (auto& tap : c_.taps) turn(tap.offset);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    Index high = low_[i] = c_.taps.front().offset[i];
    for (const auto& tap : c_.taps) {
      low_[i] = std::min(low_[i], tap.offset[i]);
      high = std::max(high, tap.offset[i]);
    }
    size_[i] = high - low_[i] + 1;  // of one position; choose_rows() widens it
    padded_ = padded_ || low_[i] < 0 || (c_.count[i] - 1) * c_.in_step[i] + high >= c_.in[i];
  }
  panels_ = (c_.filters + tile_.columns - 1) / tile_.columns;
  depth_ = static_cast<Index>(c_.taps.size()) * c_.channels;
  const Index positions = c_.batch * WindowSizes::volume(c_.count);
  const Index work = positions * depth_ * c_.filters * c_.groups;
  threads_ = static_cast<int>(std::clamp<Index>(work / kThreadedWork, 1, threads));
  choose_rows();
  list_stretches();
}

void Correlator::choose_rows() {
  const Index width = c_.count[2], channels = c_.channels * c_.groups;
  rows_ = std::clamp<Index>((kPositions + width - 1) / width, 1, c_.count[1]);
  size_[2] = (width - 1) * c_.in_step[2] + size_[2];
  auto copy_rows = [&] { return (rows_ - 1) * c_.in_step[1] + size_[1]; };
  while (padded_ && rows_ > 1 && size_[0] * copy_rows() * size_[2] * channels > kCopy) --rows_;
  blocks_ = (c_.count[1] + rows_ - 1) / rows_;
  rows_ = (c_.count[1] + blocks_ - 1) / blocks_;
  size_[1] = copy_rows();
  const Index all = c_.batch * c_.count[0] * blocks_ * c_.groups;
  if (all % threads_ != 0 && all < 4 * threads_) {
    parts_ = std::min<Index>(threads_ / std::gcd(all, Index{threads_}), panels_);
  }
}

/// Where the taps of a position lie in what it reads; neighbours are joined.
void Correlator::list_stretches() {
  const Index rows = padded_ ? size_[1] : c_.in[1], width = padded_ ? size_[2] : c_.in[2];
  const Index blocks = (depth_ + kDepth - 1) / kDepth, most = (depth_ + blocks - 1) / blocks;
  Index filled = 0;
  for (const auto& tap : c_.taps) {
    const auto& o = tap.offset;
    Index at = (((o[0] - low_[0]) * rows + o[1] - low_[1]) * width + o[2] - low_[2]) * c_.channels *
               c_.groups;
    for (Index left = c_.channels; left > 0;) {
      if (filled == most || cuts_.empty()) {
        cuts_.push_back(stretches_.size());
        filled = 0;
      }
      const Index length = std::min(left, most - filled);
      const bool fresh = cuts_.back() == stretches_.size();
      if (!fresh && stretches_.back().offset + stretches_.back().length == at) {
        stretches_.back().length += length;
      } else {
        stretches_.push_back({at, length});
      }
      filled += length;
      left -= length;
      at += length;
    }
  }
  cuts_.push_back(stretches_.size());
}

Index Correlator::packed_count() const { return c_.groups * panels_ * depth_ * tile_.columns; }

void Correlator::pack(const float* w, float* packed) const {
  // Channels that are copied to each panel in turn: few where a panel's part of a row is read, all
  // where rows of w are turned into columns.
  const Index size = c_.filter_step == 1 ? std::min<Index>(16, c_.channels) : c_.channels;
  const Index columns = tile_.columns, blocks = (c_.channels + size - 1) / size;
  const auto taps = static_cast<Index>(c_.taps.size());
  parallel_for(threads_, c_.groups * taps * blocks, 1, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const Index group = i / (taps * blocks), tap = i / blocks % taps, row = i % blocks * size;
      const Index rows = std::min(size, c_.channels - row);
      const float* from = w + c_.taps[static_cast<std::size_t>(tap)].matrix +
                          group * c_.group_step + row * c_.channel_step;
      float* to = packed + (group * panels_ * depth_ + tap * c_.channels + row) * columns;
      for (Index p = 0; p < panels_; ++p) {
        const Index n = std::min(columns, c_.filters - p * columns);
        pack_rows(from + p * columns * c_.filter_step, rows, n, to + p * depth_ * columns);
      }
    }
  });
}

/// A block of w: `rows` channels, n filters.
void Correlator::pack_rows(const float* from, Index rows, Index n, float* to) const {
  const Index columns = tile_.columns;
  if (n < columns) std::fill_n(to, rows * columns, 0.0f);
  if (c_.filter_step == 1) {
    for (Index c = 0; c < rows; ++c) std::copy_n(from + c * c_.channel_step, n, to + c * columns);
    return;
  }
  for (Index c = 0; c < rows; ++c, from += c_.channel_step, to += columns) {
    for (Index j = 0; j < n; ++j) to[j] = from[j * c_.filter_step];
  }
}

Correlator::Memory Correlator::memory_at(std::byte* scratch) const {
  const Index copy = padded_ ? WindowSizes::volume(size_) * c_.channels * c_.groups : 0;
  const auto pointers = static_cast<std::size_t>(rows_ * c_.count[2] + kMostTileRows);
  auto* in = scratch + float_lines(copy);
  return {reinterpret_cast<float*>(scratch), reinterpret_cast<const float**>(in),
          reinterpret_cast<float**>(in + lines(pointers * sizeof(float*)))};
}

std::size_t Correlator::scratch_bytes() const {
  const Memory from_zero = memory_at(nullptr);
  const auto pointers = static_cast<std::size_t>(rows_ * c_.count[2] + kMostTileRows);
  const auto each =
      reinterpret_cast<std::uintptr_t>(from_zero.out) + lines(pointers * sizeof(float*));
  return each * static_cast<std::size_t>(threads_);
}

void Correlator::run(const float* x, const float* packed, const SumEnding& ending, float* y,
                     std::byte* scratch) const {
  const Index blocks = c_.batch * c_.count[0] * blocks_, tasks = blocks * c_.groups * parts_;
  const Index workers = std::min<Index>(threads_, tasks);
  const std::size_t each = scratch_bytes() / static_cast<std::size_t>(threads_);
  parallel_for(threads_, workers, 1, [&](Index begin, Index end) {
    for (Index w = begin; w < end; ++w) {
      for (Index task = tasks * w / workers; task < tasks * (w + 1) / workers; ++task) {
        run_block(x, packed, ending, y, task / parts_, task % parts_,
                  scratch + each * static_cast<std::size_t>(w));
      }
    }
  });
}

/// Block `task` / groups of group `task` % groups.
void Correlator::run_block(const float* x, const float* packed, const SumEnding& ending, float* y,
                           Index task, Index part, std::byte* scratch) const {
  const Index group = task % c_.groups, at = task / c_.groups, planes = at / blocks_;
  const Index first = at % blocks_ * rows_;
  const Block block{planes / c_.count[0], planes % c_.count[0], first,
                    std::min(rows_, c_.count[1] - first)};
  if (block.rows <= 0) return;
  const Memory memory = memory_at(scratch);
  const Index channels = c_.channels * c_.groups, filters = c_.filters * c_.groups;
  const Index first_panel = panels_ * part / parts_, last_panel = panels_ * (part + 1) / parts_;
  const Index column = group * c_.filters + first_panel * tile_.columns;
  if (padded_) copy_padded(x, block, memory.copy);
  Index i = 0;
  for (Index r = 0; r < block.rows; ++r) {
    for (Index u = 0; u < c_.count[2]; ++u, ++i) {
      const Index i0 = block.plane * c_.in_step[0] + low_[0];
      const Index i1 = (first + r) * c_.in_step[1] + low_[1], i2 = u * c_.in_step[2] + low_[2];
      memory.in[i] =
          padded_
              ? memory.copy + (r * c_.in_step[1] * size_[2] + u * c_.in_step[2]) * channels
              : x + (((block.image * c_.in[0] + i0) * c_.in[1] + i1) * c_.in[2] + i2) * channels;
      memory.in[i] += group * c_.channels;
      const Index o0 = block.plane * c_.out_step[0] + c_.origin[0];
      const Index o1 = (first + r) * c_.out_step[1] + c_.origin[1];
      const Index o2 = u * c_.out_step[2] + c_.origin[2];
      memory.out[i] =
          y + (((block.image * c_.out[0] + o0) * c_.out[1] + o1) * c_.out[2] + o2) * filters +
          column;
    }
  }
  multiply(packed, block, memory, ending.bias, first_panel, last_panel, group);
  const Index end = std::min(c_.filters, last_panel * tile_.columns);
  const Index n = end - first_panel * tile_.columns;
  const bool whole = n == filters && memory.out[i - 1] - memory.out[0] == (i - 1) * filters;
  const Index pieces = whole ? 1 : i, length = whole ? i * n : n;
  for (Index p = 0; p < pieces; ++p) {
    float* to = memory.out[p];
    if (ending.residual != nullptr) {
      const float* more = ending.residual + (to - y);
      for (Index j = 0; j < length; ++j) to[j] += more[j];
    }
    if (ending.activation != nullptr) ending.activation(ending.f, to, to, length);
  }
}

/// What the block reads of x, with zeros where that is outside.
void Correlator::copy_padded(const float* x, const Block& block, float* to) const {
  const Index channels = c_.channels * c_.groups;
  const Index left = std::clamp<Index>(-low_[2], 0, size_[2]);
  const Index right = std::clamp<Index>(c_.in[2] - low_[2], left, size_[2]);
  for (Index a = 0; a < size_[0]; ++a) {
    const Index i0 = block.plane * c_.in_step[0] + low_[0] + a;
    for (Index b = 0; b < size_[1]; ++b, to += size_[2] * channels) {
      const Index i1 = block.first * c_.in_step[1] + low_[1] + b;
      if (i0 < 0 || i0 >= c_.in[0] || i1 < 0 || i1 >= c_.in[1] || left == right) {
        std::fill_n(to, size_[2] * channels, 0.0f);
        continue;
      }
      const Index row = ((block.image * c_.in[0] + i0) * c_.in[1] + i1) * c_.in[2];
      std::fill_n(to, left * channels, 0.0f);
      std::copy_n(x + (row + low_[2] + left) * channels, (right - left) * channels,
                  to + left * channels);
      std::fill_n(to + right * channels, (size_[2] - right) * channels, 0.0f);
    }
  }
}

void Correlator::multiply(const float* packed, const Block& block, const Memory& memory,
                          const float* bias, Index first_panel, Index last_panel,
                          Index group) const {
  const Index positions = block.rows * c_.count[2], columns = tile_.columns;
  Index depth = 0;
  for (std::size_t cut = 0; cut + 1 < cuts_.size(); ++cut) {
    const Stretch* stretches = stretches_.data() + cuts_[cut];
    const auto count = static_cast<Index>(cuts_[cut + 1] - cuts_[cut]);
    for (Index p = first_panel; p < last_panel; ++p) {
      const Index n = std::min(columns, c_.filters - p * columns);
      const Index shift = (p - first_panel) * columns;
      alignas(64) float start[kMostTileColumns] = {};
      if (bias != nullptr) std::copy_n(bias + group * c_.filters + p * columns, n, start);
      const TileCall call{.a = nullptr,
                          .stretches = stretches,
                          .stretch_count = count,
                          .panel = packed + ((group * panels_ + p) * depth_ + depth) * columns,
                          .start = start,
                          .add = cut > 0,
                          .c = nullptr,
                          .c_stride = 0};
      multiply_panel(tile_, call, memory.in, memory.out, shift, positions, n);
    }
    for (Index i = 0; i < count; ++i) depth += stretches[i].length;
  }
}

}  // namespace linnet::inline v0
