#include "kernels/onednn/convolution.hpp"

namespace linnet::inline v0::onednn {

namespace {

std::unique_ptr<Call> reorder(const MemoryDesc& from, const MemoryDesc& to, bool add) {
  dnnl::primitive_attr attr = attributes();
  if (add) {
    dnnl::post_ops sum;
    sum.append_sum(1.0f);
    attr.set_post_ops(sum);
  }
  const dnnl::reorder::primitive_desc desc(engine(), from, engine(), to, attr);
  std::vector<std::pair<int, MemoryDesc>> arguments{{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  return std::make_unique<Call>(dnnl::reorder(desc), std::move(arguments));
}

}  // namespace

Packing::Packing(const Convolution& of, const MemoryDesc& packed, Way way, int threads)
    : threads_(threads) {
  const Index channels = of.s.group_channels();
  needed_ = packed != of.plain_kernel(channels);
  // Parts of a multiple of 32 channels, which is a multiple of every block of a layout.
  const Index parts = std::clamp<Index>(channels / 32, 1, threads);
  with_threads(1, [&] {
    for (Index i = 0; i < parts; ++i) {
      const Index begin = channels / 32 * i / parts * 32;
      const Index end = i + 1 == parts ? channels : channels / 32 * (i + 1) / parts * 32;
      Dims dims = of.kernel_dims(end - begin), offsets(dims.size(), 0);
      offsets[of.s.groups > 1 ? 2 : 1] = begin;
      const MemoryDesc there = parts == 1 ? packed : packed.submemory_desc(dims, offsets);
      const MemoryDesc here = of.plain_kernel(end - begin);
      Part part{nullptr, nullptr, begin * of.s.filters};
      if (way == Way::pack) {
        part.copy = reorder(here, there, false);
      } else {
        part.copy = reorder(there, here, false);
        part.add = reorder(there, here, true);
      }
      calls_.push_back(std::move(part));
    }
  });
}

void Packing::pack(const float* plain, std::byte* packed) const {
  parallel_for(threads_, static_cast<Index>(calls_.size()), 1, [&](Index begin, Index end) {
    with_threads(1, [&] {
      for (Index i = begin; i < end; ++i) {
        const Part& part = calls_[static_cast<std::size_t>(i)];
        part.copy->run({plain + part.offset, packed});
      }
    });
  });
}

void Packing::unpack(const std::byte* packed, float* plain, bool add) const {
  parallel_for(threads_, static_cast<Index>(calls_.size()), 1, [&](Index begin, Index end) {
    with_threads(1, [&] {
      for (Index i = begin; i < end; ++i) {
        const Part& part = calls_[static_cast<std::size_t>(i)];
        (add ? part.add : part.copy)->run({packed, plain + part.offset});
      }
    });
  });
}

}  // namespace linnet::inline v0::onednn
