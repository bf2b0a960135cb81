// oneDNN as linnet speaks it: the 3.x interface, translated for 2.6. The only includer of dnnl.hpp.
#pragma once

#include <linnet/core/dtype.hpp>
#include <oneapi/dnnl/dnnl.hpp>

namespace linnet::inline v0::onednn {

inline const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

/// Scratch memory comes from the session's arena: a primitive may then run on any thread.
inline dnnl::primitive_attr attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

using MemoryDesc = dnnl::memory::desc;
using Dims = dnnl::memory::dims;

inline MemoryDesc float_desc(const Dims& dims, const Dims& strides) {
  return {dims, dnnl::memory::data_type::f32, strides};
}

inline dnnl::matmul::primitive_desc matmul_desc(const MemoryDesc& a, const MemoryDesc& b,
                                                const MemoryDesc* bias, const MemoryDesc& y) {
#if DNNL_VERSION_MAJOR >= 3
  return bias != nullptr ? dnnl::matmul::primitive_desc(engine(), a, b, *bias, y, attributes())
                         : dnnl::matmul::primitive_desc(engine(), a, b, y, attributes());
#else
  const auto desc =
      bias != nullptr ? dnnl::matmul::desc(a, b, *bias, y) : dnnl::matmul::desc(a, b, y);
  return {desc, attributes(), engine()};
#endif
}

}  // namespace linnet::inline v0::onednn
