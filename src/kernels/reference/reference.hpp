// The reference kernels: plain loops that take any shape, and that other kernels are held to.
#pragma once

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

// elementwise
std::unique_ptr<Kernel> reference_unary(const KernelRequest& request);
std::unique_ptr<Kernel> reference_binary(const KernelRequest& request);
std::unique_ptr<Kernel> reference_remainder(const KernelRequest& request);
std::unique_ptr<Kernel> reference_compare(const KernelRequest& request);
std::unique_ptr<Kernel> reference_affine(const KernelRequest& request);
std::unique_ptr<Kernel> reference_cast(const KernelRequest& request);
std::unique_ptr<Kernel> reference_select(const KernelRequest& request);

// convolution, pooling
std::unique_ptr<Kernel> reference_convolution(const KernelRequest& request);
std::unique_ptr<Kernel> reference_fused_convolution(const KernelRequest& request);
std::unique_ptr<Kernel> reference_convolution_input(const KernelRequest& request);
std::unique_ptr<Kernel> reference_convolution_kernel(const KernelRequest& request);
std::unique_ptr<Kernel> reference_pool(const KernelRequest& request);
std::unique_ptr<Kernel> reference_pool_grad(const KernelRequest& request);

// normalization
std::unique_ptr<Kernel> reference_batch_normalize(const KernelRequest& request);
std::unique_ptr<Kernel> reference_batch_normalize_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_layer_normalize(const KernelRequest& request);
std::unique_ptr<Kernel> reference_layer_normalize_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_scale_offset(const KernelRequest& request);
std::unique_ptr<Kernel> reference_renorm_correction(const KernelRequest& request);

// matmul, gather
std::unique_ptr<Kernel> reference_matmul(const KernelRequest& request);
std::unique_ptr<Kernel> reference_einsum(const KernelRequest& request);
std::unique_ptr<Kernel> reference_gather(const KernelRequest& request);
std::unique_ptr<Kernel> reference_embedding_bag(const KernelRequest& request);

// reduce
std::unique_ptr<Kernel> reference_reduce(const KernelRequest& request);
std::unique_ptr<Kernel> reference_argmax(const KernelRequest& request);
std::unique_ptr<Kernel> reference_argsort(const KernelRequest& request);

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
std::unique_ptr<Kernel> reference_sparsemax_grad(const KernelRequest& request);

// random, mask
std::unique_ptr<Kernel> reference_dropout(const KernelRequest& request);
std::unique_ptr<Kernel> reference_random_uniform(const KernelRequest& request);
std::unique_ptr<Kernel> reference_random_normal(const KernelRequest& request);
std::unique_ptr<Kernel> reference_random_beta(const KernelRequest& request);
std::unique_ptr<Kernel> reference_shuffle_rows(const KernelRequest& request);
std::unique_ptr<Kernel> reference_sequence_mask(const KernelRequest& request);
std::unique_ptr<Kernel> reference_masked_mean(const KernelRequest& request);
std::unique_ptr<Kernel> reference_masked_mean_grad(const KernelRequest& request);

// resize, affine_transform
std::unique_ptr<Kernel> reference_resize(const KernelRequest& request);
std::unique_ptr<Kernel> reference_resize_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_affine_transform(const KernelRequest& request);
std::unique_ptr<Kernel> reference_affine_transform_grad(const KernelRequest& request);

// loss
std::unique_ptr<Kernel> reference_categorical_crossentropy(const KernelRequest& request);
std::unique_ptr<Kernel> reference_categorical_crossentropy_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_sparse_categorical_crossentropy(const KernelRequest& request);
std::unique_ptr<Kernel> reference_sparse_categorical_crossentropy_grad(
    const KernelRequest& request);
std::unique_ptr<Kernel> reference_binary_crossentropy(const KernelRequest& request);
std::unique_ptr<Kernel> reference_binary_crossentropy_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_check_labels(const KernelRequest& request);
std::unique_ptr<Kernel> reference_check_finite(const KernelRequest& request);
std::unique_ptr<Kernel> reference_check_range(const KernelRequest& request);

// update
std::unique_ptr<Kernel> reference_assign(const KernelRequest& request);
std::unique_ptr<Kernel> reference_step_update(const KernelRequest& request);
std::unique_ptr<Kernel> reference_spectral_normalize(const KernelRequest& request);
std::unique_ptr<Kernel> reference_lamb_update(const KernelRequest& request);
std::unique_ptr<Kernel> reference_adafactor_update(const KernelRequest& request);
std::unique_ptr<Kernel> reference_average_update(const KernelRequest& request);
std::unique_ptr<Kernel> reference_accumulate_update(const KernelRequest& request);
std::unique_ptr<Kernel> reference_clear_update(const KernelRequest& request);
std::unique_ptr<Kernel> reference_read_after(const KernelRequest& request);

// metric
std::unique_ptr<Kernel> reference_argmax_match(const KernelRequest& request);
std::unique_ptr<Kernel> reference_in_top_k(const KernelRequest& request);
std::unique_ptr<Kernel> reference_threshold_match(const KernelRequest& request);
std::unique_ptr<Kernel> reference_keep_top_k(const KernelRequest& request);
std::unique_ptr<Kernel> reference_threshold_counts(const KernelRequest& request);
std::unique_ptr<Kernel> reference_class_counts(const KernelRequest& request);
std::unique_ptr<Kernel> reference_discretize(const KernelRequest& request);
std::unique_ptr<Kernel> reference_hash_bucket(const KernelRequest& request);
std::unique_ptr<Kernel> reference_cross_hash(const KernelRequest& request);
std::unique_ptr<Kernel> reference_lookup(const KernelRequest& request);
std::unique_ptr<Kernel> reference_count_ids(const KernelRequest& request);
std::unique_ptr<Kernel> reference_count_ids_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_square_sums(const KernelRequest& request);

// recurrence
std::unique_ptr<Kernel> reference_recurrence(const KernelRequest& request);
std::unique_ptr<Kernel> reference_recurrence_grad(const KernelRequest& request);
std::unique_ptr<Kernel> reference_reverse_time(const KernelRequest& request);

// ctc
std::unique_ptr<Kernel> reference_check_ctc_labels(const KernelRequest& request);
std::unique_ptr<Kernel> reference_ctc(const KernelRequest& request);
std::unique_ptr<Kernel> reference_ctc_grad(const KernelRequest& request);

}  // namespace linnet::inline v0
