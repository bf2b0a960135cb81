// The reference kernels: plain loops that take any shape, and that other kernels are held to.
#pragma once

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

// elementwise
std::unique_ptr<Kernel> reference_unary(const KernelRequest& request);
std::unique_ptr<Kernel> reference_binary(const KernelRequest& request);
std::unique_ptr<Kernel> reference_compare(const KernelRequest& request);
std::unique_ptr<Kernel> reference_affine(const KernelRequest& request);
std::unique_ptr<Kernel> reference_cast(const KernelRequest& request);
std::unique_ptr<Kernel> reference_select(const KernelRequest& request);

// reduce
std::unique_ptr<Kernel> reference_reduce(const KernelRequest& request);
std::unique_ptr<Kernel> reference_argmax(const KernelRequest& request);

// shape
std::unique_ptr<Kernel> reference_reshape(const KernelRequest& request);
std::unique_ptr<Kernel> reference_transpose(const KernelRequest& request);
std::unique_ptr<Kernel> reference_broadcast_to(const KernelRequest& request);
std::unique_ptr<Kernel> reference_concatenate(const KernelRequest& request);
std::unique_ptr<Kernel> reference_slice(const KernelRequest& request);
std::unique_ptr<Kernel> reference_pad(const KernelRequest& request);

// activation, softmax
std::unique_ptr<Kernel> reference_activate(const KernelRequest& request);
std::unique_ptr<Kernel> reference_activate_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_softmax(const KernelRequest& request);
std::unique_ptr<Kernel> reference_softmax_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_log_softmax(const KernelRequest& request);
std::unique_ptr<Kernel> reference_sparsemax(const KernelRequest& request);

}  // namespace linnet::inline v0
