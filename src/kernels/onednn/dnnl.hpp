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

inline void append_eltwise(dnnl::post_ops& ops, dnnl::algorithm kind, float a, float b) {
#if DNNL_VERSION_MAJOR >= 3
  ops.append_eltwise(kind, a, b);
#else
  ops.append_eltwise(1.0f, kind, a, b);
#endif
}

/// Tensors and geometry of a convolution; dilations count the elements that are left out.
struct ConvolutionDescs {
  MemoryDesc x, kernel, y;
  Dims strides, dilations, before, after;
};

inline dnnl::convolution_forward::primitive_desc convolution_desc(
    const ConvolutionDescs& d, const MemoryDesc* bias, const dnnl::primitive_attr& attr) {
  constexpr auto kProp = dnnl::prop_kind::forward_training;  // also the hint of the gradients
  constexpr auto kDirect = dnnl::algorithm::convolution_direct;
  const MemoryDesc b = bias == nullptr ? MemoryDesc() : *bias;
#if DNNL_VERSION_MAJOR >= 3
  return {engine(), kProp,     kDirect,     d.x,      d.kernel, b,
          d.y,      d.strides, d.dilations, d.before, d.after,  attr};
#else
  return {{kProp, kDirect, d.x, d.kernel, b, d.y, d.strides, d.dilations, d.before, d.after},
          attr,
          engine()};
#endif
}

inline dnnl::convolution_backward_data::primitive_desc convolution_input_desc(
    const ConvolutionDescs& d) {
  constexpr auto kDirect = dnnl::algorithm::convolution_direct;
  const auto hint = convolution_desc(d, nullptr, attributes());
#if DNNL_VERSION_MAJOR >= 3
  return {engine(),    kDirect,  d.x,     d.kernel, d.y,         d.strides,
          d.dilations, d.before, d.after, hint,     attributes()};
#else
  return {{kDirect, d.x, d.kernel, d.y, d.strides, d.dilations, d.before, d.after},
          attributes(),
          engine(),
          hint};
#endif
}

inline dnnl::convolution_backward_weights::primitive_desc convolution_kernel_desc(
    const ConvolutionDescs& d) {
  constexpr auto kDirect = dnnl::algorithm::convolution_direct;
  const auto hint = convolution_desc(d, nullptr, attributes());
#if DNNL_VERSION_MAJOR >= 3
  return {engine(),    kDirect,  d.x,     d.kernel, d.y,         d.strides,
          d.dilations, d.before, d.after, hint,     attributes()};
#else
  return {{kDirect, d.x, d.kernel, d.y, d.strides, d.dilations, d.before, d.after},
          attributes(),
          engine(),
          hint};
#endif
}

}  // namespace linnet::inline v0::onednn
