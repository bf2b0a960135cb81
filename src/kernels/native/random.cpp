#include <array>
#include <linnet/ops/random.hpp>

#include "kernels/native/blocks.hpp"
#include "kernels/native/native.hpp"
#include "kernels/random_key.hpp"
#include "kernels/target.hpp"

namespace linnet::inline v0 {

namespace {

constexpr Index kCounters = 256;  // counters of one call, each of which gives four words

/// words[4 i + k] = word k of philox(key, first + i, step), as core/random.hpp has it.
LINNET_CLONES void philox_words(std::uint64_t key, std::uint64_t first, std::uint64_t step,
                                std::uint32_t* words) {
  std::uint32_t c0[kCounters], c1[kCounters], c2[kCounters], c3[kCounters];
  for (Index i = 0; i < kCounters; ++i) {
    const std::uint64_t counter = first + static_cast<std::uint64_t>(i);
    c0[i] = static_cast<std::uint32_t>(counter);
    c1[i] = static_cast<std::uint32_t>(counter >> 32);
    c2[i] = static_cast<std::uint32_t>(step);
    c3[i] = static_cast<std::uint32_t>(step >> 32);
  }
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
    for (Index i = 0; i < kCounters; ++i) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * c0[i];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * c2[i];
      c0[i] = static_cast<std::uint32_t>(p1 >> 32) ^ c1[i] ^ k0;
      c1[i] = static_cast<std::uint32_t>(p1);
      c2[i] = static_cast<std::uint32_t>(p0 >> 32) ^ c3[i] ^ k1;
      c3[i] = static_cast<std::uint32_t>(p0);
    }
  }
  for (Index i = 0; i < kCounters; ++i) {
    words[4 * i] = c0[i];
    words[4 * i + 1] = c1[i];
    words[4 * i + 2] = c2[i];
    words[4 * i + 3] = c3[i];
  }
}

LINNET_CLONES void drop(const float* x, const std::uint32_t* words, float rate, float* y, Index n) {
  const float scale = keep_scale(rate);
  LINNET_INDEPENDENT
  for (Index i = 0; i < n; ++i) {
    const float u = static_cast<float>(static_cast<std::int32_t>(words[i] >> 8)) * 0x1p-24f;
    y[i] = u >= rate ? x[i] * scale : 0.0f;
  }
}

}  // namespace

std::unique_ptr<Kernel> native_dropout(const KernelRequest& request) {
  const ops::Dropout op = *request.op.as<ops::Dropout>();
  if (op.noise_shape.rank() != 0) return nullptr;
  return make_kernel(
      [op, count = request.y().elements(), threads = request.threads](const Run& run) {
        const std::int64_t* seed = run.x<std::int64_t>(1);
        const std::uint64_t key = random_key(op.key, seed[0]);
        for_blocks(threads, count, kCostlyGrain, [&](Index at, Index n) {
          std::array<std::uint32_t, 4 * kCounters> words;
          constexpr Index kWords = 4 * kCounters;
          for (Index i = 0; i < n; i += kWords) {
            philox_words(key, static_cast<std::uint64_t>((at + i) / 4),
                         static_cast<std::uint64_t>(seed[1]), words.data());
            drop(run.x<float>() + at + i, words.data(), op.rate, run.y<float>() + at + i,
                 std::min(kWords, n - i));
          }
        });
      });
}

}  // namespace linnet::inline v0
