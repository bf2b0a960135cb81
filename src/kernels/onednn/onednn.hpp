// The factories of the oneDNN kernels.
#pragma once

#include <linnet/ops/matmul.hpp>

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

std::unique_ptr<Kernel> onednn_matmul(const KernelRequest& request);
/// A product as a part of another op: threads and the like as `request` says.
std::unique_ptr<Kernel> onednn_product(const KernelRequest& request, const ops::MatMul& op,
                                       const Shape& a, const Shape& b, const Shape& y);
std::unique_ptr<Kernel> onednn_einsum(const KernelRequest& request);
std::unique_ptr<Kernel> onednn_convolution(const KernelRequest& request);
std::unique_ptr<Kernel> onednn_fused_convolution(const KernelRequest& request);
std::unique_ptr<Kernel> onednn_convolution_input(const KernelRequest& request);
std::unique_ptr<Kernel> onednn_convolution_kernel(const KernelRequest& request);

}  // namespace linnet::inline v0
