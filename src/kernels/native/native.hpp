// Our own fast kernels. A factory answers null to what it does not serve.
#pragma once

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

// elementwise, choice, activation, softmax, reduce, mask, shape, random, affine_transform
std::unique_ptr<Kernel> native_unary(const KernelRequest& request);
std::unique_ptr<Kernel> native_binary(const KernelRequest& request);
std::unique_ptr<Kernel> native_affine(const KernelRequest& request);
std::unique_ptr<Kernel> native_compare(const KernelRequest& request);
std::unique_ptr<Kernel> native_select(const KernelRequest& request);
std::unique_ptr<Kernel> native_cast(const KernelRequest& request);
std::unique_ptr<Kernel> native_activate(const KernelRequest& request);
std::unique_ptr<Kernel> native_activate_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_softmax(const KernelRequest& request);
std::unique_ptr<Kernel> native_softmax_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_log_softmax(const KernelRequest& request);
std::unique_ptr<Kernel> native_reduce(const KernelRequest& request);
std::unique_ptr<Kernel> native_argmax(const KernelRequest& request);
std::unique_ptr<Kernel> native_masked_mean(const KernelRequest& request);
std::unique_ptr<Kernel> native_masked_mean_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_slice(const KernelRequest& request);
std::unique_ptr<Kernel> native_pad(const KernelRequest& request);
std::unique_ptr<Kernel> native_concatenate(const KernelRequest& request);
std::unique_ptr<Kernel> native_transpose(const KernelRequest& request);
std::unique_ptr<Kernel> native_broadcast_to(const KernelRequest& request);
std::unique_ptr<Kernel> native_dropout(const KernelRequest& request);
std::unique_ptr<Kernel> native_affine_transform(const KernelRequest& request);

// matmul, einsum, gather
std::unique_ptr<Kernel> native_small_matmul(const KernelRequest& request);
std::unique_ptr<Kernel> native_matmul(const KernelRequest& request);
std::unique_ptr<Kernel> native_einsum(const KernelRequest& request);
std::unique_ptr<Kernel> native_gather(const KernelRequest& request);
std::unique_ptr<Kernel> native_embedding_bag(const KernelRequest& request);
std::unique_ptr<Kernel> native_check_ids(const KernelRequest& request);
std::unique_ptr<Kernel> native_rows_index(const KernelRequest& request);
std::unique_ptr<Kernel> native_rows_catch_up(const KernelRequest& request);
std::unique_ptr<Kernel> native_rows_update(const KernelRequest& request);
std::unique_ptr<Kernel> native_rows_read(const KernelRequest& request);

// winograd, convolution, depthwise, pooling, normalization
std::unique_ptr<Kernel> native_winograd(const KernelRequest& request);
std::unique_ptr<Kernel> native_fused_winograd(const KernelRequest& request);
std::unique_ptr<Kernel> native_winograd_input(const KernelRequest& request);
std::unique_ptr<Kernel> native_convolution(const KernelRequest& request);
std::unique_ptr<Kernel> native_fused_convolution(const KernelRequest& request);
std::unique_ptr<Kernel> native_convolution_input(const KernelRequest& request);
std::unique_ptr<Kernel> native_convolution_kernel(const KernelRequest& request);
/// True if this processor runs them faster than oneDNN 2.6 does: those with a window, for AVX2.
bool native_convolution_leads(const KernelRequest& request);
std::unique_ptr<Kernel> native_fused_depthwise(const KernelRequest& request);
std::unique_ptr<Kernel> native_depthwise(const KernelRequest& request);
std::unique_ptr<Kernel> native_depthwise_input(const KernelRequest& request);
std::unique_ptr<Kernel> native_depthwise_kernel(const KernelRequest& request);
std::unique_ptr<Kernel> native_pool(const KernelRequest& request);
std::unique_ptr<Kernel> native_pool_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_batch_normalize(const KernelRequest& request);
std::unique_ptr<Kernel> native_batch_normalize_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_layer_normalize(const KernelRequest& request);
std::unique_ptr<Kernel> native_layer_normalize_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_scale_offset(const KernelRequest& request);

// resize
std::unique_ptr<Kernel> native_resize(const KernelRequest& request);
std::unique_ptr<Kernel> native_resize_grad(const KernelRequest& request);

// recurrence
std::unique_ptr<Kernel> native_recurrence(const KernelRequest& request);
std::unique_ptr<Kernel> native_recurrence_grad(const KernelRequest& request);

// loss
std::unique_ptr<Kernel> native_categorical_crossentropy(const KernelRequest& request);
std::unique_ptr<Kernel> native_categorical_crossentropy_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_sparse_categorical_crossentropy(const KernelRequest& request);
std::unique_ptr<Kernel> native_sparse_categorical_crossentropy_grad(const KernelRequest& request);
std::unique_ptr<Kernel> native_binary_crossentropy(const KernelRequest& request);
std::unique_ptr<Kernel> native_binary_crossentropy_grad(const KernelRequest& request);

// update
std::unique_ptr<Kernel> native_step_update(const KernelRequest& request);
std::unique_ptr<Kernel> native_lamb_update(const KernelRequest& request);
std::unique_ptr<Kernel> native_adafactor_update(const KernelRequest& request);
std::unique_ptr<Kernel> native_rows_adafactor_update(const KernelRequest& request);
std::unique_ptr<Kernel> native_average_update(const KernelRequest& request);
std::unique_ptr<Kernel> native_accumulate_update(const KernelRequest& request);
std::unique_ptr<Kernel> native_rows_to_dense(const KernelRequest& request);
std::unique_ptr<Kernel> native_rows_norm(const KernelRequest& request);

}  // namespace linnet::inline v0
