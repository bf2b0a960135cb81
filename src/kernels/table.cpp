#include "kernels/table.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "kernels/native/native.hpp"
#if LINNET_WITH_ONEDNN
#include "kernels/onednn/onednn.hpp"
#endif
#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

struct Row {
  std::string_view op;
  std::array<Candidate, 6> kernels;  ///< best first; the unused ones at the end are null
};

constexpr Candidate native(KernelFactory factory) { return {"native", factory}; }
#if LINNET_WITH_ONEDNN
constexpr Candidate onednn(KernelFactory factory) { return {"onednn", factory}; }
#endif
constexpr Candidate reference(KernelFactory factory) { return {"reference", factory}; }

#if LINNET_WITH_ONEDNN
/// Our convolutions, where they are faster than oneDNN's.
template <KernelFactory kFactory>
std::unique_ptr<Kernel> where_ours_leads(const KernelRequest& request) {
  return native_convolution_leads(request) ? kFactory(request) : nullptr;
}
#endif

constexpr Row kTable[] = {
    {"unary", {native(native_unary), reference(reference_unary)}},
    {"binary", {native(native_binary), reference(reference_binary)}},
    {"remainder", {reference(reference_remainder)}},
    {"compare", {native(native_compare), reference(reference_compare)}},
    {"affine", {native(native_affine), reference(reference_affine)}},
    {"cast", {native(native_cast), reference(reference_cast)}},
    {"select", {native(native_select), reference(reference_select)}},
    {"matmul",
     {native(native_small_matmul),
#if LINNET_WITH_ONEDNN
      onednn(onednn_matmul),
#endif
      native(native_matmul), reference(reference_matmul)}},
    {"einsum",
     {
#if LINNET_WITH_ONEDNN
         onednn(onednn_einsum),
#endif
         native(native_einsum), reference(reference_einsum)}},
    {"convolution",
     {native(native_winograd),
#if LINNET_WITH_ONEDNN
      native(where_ours_leads<native_convolution>), onednn(onednn_convolution),
#endif
      native(native_depthwise), native(native_convolution), reference(reference_convolution)}},
    {"fused_convolution",
     {native(native_fused_winograd),
#if LINNET_WITH_ONEDNN
      native(where_ours_leads<native_fused_convolution>), onednn(onednn_fused_convolution),
#endif
      native(native_fused_depthwise), native(native_fused_convolution),
      reference(reference_fused_convolution)}},
    {"convolution_input",
     {native(native_winograd_input),
#if LINNET_WITH_ONEDNN
      native(where_ours_leads<native_convolution_input>), onednn(onednn_convolution_input),
#endif
      native(native_depthwise_input), native(native_convolution_input),
      reference(reference_convolution_input)}},
    {"convolution_kernel",
     {
#if LINNET_WITH_ONEDNN
         native(where_ours_leads<native_convolution_kernel>), onednn(onednn_convolution_kernel),
#endif
         native(native_depthwise_kernel), native(native_convolution_kernel),
         reference(reference_convolution_kernel)}},
    {"pool", {native(native_pool), reference(reference_pool)}},
    {"pool_grad", {native(native_pool_grad), reference(reference_pool_grad)}},
    {"batch_normalize", {native(native_batch_normalize), reference(reference_batch_normalize)}},
    {"batch_normalize_grad",
     {native(native_batch_normalize_grad), reference(reference_batch_normalize_grad)}},
    {"layer_normalize", {native(native_layer_normalize), reference(reference_layer_normalize)}},
    {"layer_normalize_grad",
     {native(native_layer_normalize_grad), reference(reference_layer_normalize_grad)}},
    {"scale_offset", {native(native_scale_offset), reference(reference_scale_offset)}},
    {"renorm_correction", {reference(reference_renorm_correction)}},
    {"gather", {native(native_gather), reference(reference_gather)}},
    {"embedding_bag", {native(native_embedding_bag), reference(reference_embedding_bag)}},
    {"check_ids", {native(native_check_ids)}},
    {"rows_index", {native(native_rows_index)}},
    {"rows_catch_up", {native(native_rows_catch_up)}},
    {"rows_update", {native(native_rows_update)}},
    {"rows_read", {native(native_rows_read)}},
    {"reduce", {native(native_reduce), reference(reference_reduce)}},
    {"argmax", {native(native_argmax), reference(reference_argmax)}},
    {"argsort", {reference(reference_argsort)}},
    {"reshape", {reference(reference_reshape)}},
    {"stop_gradient", {reference(reference_reshape)}},
    {"transpose", {native(native_transpose), reference(reference_transpose)}},
    {"broadcast_to", {native(native_broadcast_to), reference(reference_broadcast_to)}},
    {"concatenate", {native(native_concatenate), reference(reference_concatenate)}},
    {"slice", {native(native_slice), reference(reference_slice)}},
    {"pad", {native(native_pad), reference(reference_pad)}},
    {"resize", {native(native_resize), reference(reference_resize)}},
    {"resize_grad", {native(native_resize_grad), reference(reference_resize_grad)}},
    {"affine_transform", {native(native_affine_transform), reference(reference_affine_transform)}},
    {"affine_transform_grad", {reference(reference_affine_transform_grad)}},
    {"activate", {native(native_activate), reference(reference_activate)}},
    {"activate_grad", {native(native_activate_grad), reference(reference_activate_grad)}},
    {"softmax", {native(native_softmax), reference(reference_softmax)}},
    {"softmax_grad", {native(native_softmax_grad), reference(reference_softmax_grad)}},
    {"log_softmax", {native(native_log_softmax), reference(reference_log_softmax)}},
    {"sparsemax", {reference(reference_sparsemax)}},
    {"sparsemax_grad", {reference(reference_sparsemax_grad)}},
    {"recurrence", {native(native_recurrence), reference(reference_recurrence)}},
    {"recurrence_grad", {native(native_recurrence_grad), reference(reference_recurrence_grad)}},
    {"reverse_time", {reference(reference_reverse_time)}},
    {"dropout", {native(native_dropout), reference(reference_dropout)}},
    {"random_uniform", {reference(reference_random_uniform)}},
    {"random_normal", {reference(reference_random_normal)}},
    {"random_beta", {reference(reference_random_beta)}},
    {"shuffle_rows", {reference(reference_shuffle_rows)}},
    {"sequence_mask", {reference(reference_sequence_mask)}},
    {"masked_mean", {native(native_masked_mean), reference(reference_masked_mean)}},
    {"masked_mean_grad", {native(native_masked_mean_grad), reference(reference_masked_mean_grad)}},
    {"categorical_crossentropy",
     {native(native_categorical_crossentropy), reference(reference_categorical_crossentropy)}},
    {"categorical_crossentropy_grad",
     {native(native_categorical_crossentropy_grad),
      reference(reference_categorical_crossentropy_grad)}},
    {"sparse_categorical_crossentropy",
     {native(native_sparse_categorical_crossentropy),
      reference(reference_sparse_categorical_crossentropy)}},
    {"sparse_categorical_crossentropy_grad",
     {native(native_sparse_categorical_crossentropy_grad),
      reference(reference_sparse_categorical_crossentropy_grad)}},
    {"binary_crossentropy",
     {native(native_binary_crossentropy), reference(reference_binary_crossentropy)}},
    {"binary_crossentropy_grad",
     {native(native_binary_crossentropy_grad), reference(reference_binary_crossentropy_grad)}},
    {"check_labels", {reference(reference_check_labels)}},
    {"check_finite", {reference(reference_check_finite)}},
    {"check_range", {reference(reference_check_range)}},
    {"argmax_match", {reference(reference_argmax_match)}},
    {"in_top_k", {reference(reference_in_top_k)}},
    {"threshold_match", {reference(reference_threshold_match)}},
    {"keep_top_k", {reference(reference_keep_top_k)}},
    {"threshold_counts", {reference(reference_threshold_counts)}},
    {"class_counts", {reference(reference_class_counts)}},
    {"discretize", {reference(reference_discretize)}},
    {"hash_bucket", {reference(reference_hash_bucket)}},
    {"cross_hash", {reference(reference_cross_hash)}},
    {"lookup", {reference(reference_lookup)}},
    {"count_ids", {reference(reference_count_ids)}},
    {"count_ids_grad", {reference(reference_count_ids_grad)}},
    {"square_sums", {reference(reference_square_sums)}},
    {"check_ctc_labels", {reference(reference_check_ctc_labels)}},
    {"ctc", {reference(reference_ctc)}},
    {"ctc_grad", {reference(reference_ctc_grad)}},
    {"assign", {reference(reference_assign)}},
    {"clear_update", {reference(reference_clear_update)}},
    {"read_after", {reference(reference_read_after)}},
    {"step_update", {native(native_step_update), reference(reference_step_update)}},
    {"lamb_update", {native(native_lamb_update), reference(reference_lamb_update)}},
    {"adafactor_update", {native(native_adafactor_update), reference(reference_adafactor_update)}},
    {"rows_adafactor_update", {native(native_rows_adafactor_update)}},
    {"average_update", {native(native_average_update), reference(reference_average_update)}},
    {"accumulate_update",
     {native(native_accumulate_update), reference(reference_accumulate_update)}},
    {"spectral_normalize", {reference(reference_spectral_normalize)}},
    {"rows_to_dense", {native(native_rows_to_dense)}},
    {"rows_norm", {native(native_rows_norm)}},
};

}  // namespace

std::vector<std::string_view> op_names() {
  std::vector<std::string_view> names;
  for (const Row& row : kTable) names.push_back(row.op);
  return names;
}

std::vector<Candidate> candidates(std::string_view op_name) {
  std::vector<Candidate> found;
  for (const Row& row : kTable) {
    if (row.op != op_name) continue;
    std::copy_if(row.kernels.begin(), row.kernels.end(), std::back_inserter(found),
                 [](const Candidate& candidate) { return candidate.factory != nullptr; });
  }
  return found;
}

std::unique_ptr<Kernel> find_kernel(const KernelRequest& request) {
  for (const Candidate& candidate : candidates(request.op.name())) {
    if (auto kernel = candidate.factory(request)) return kernel;
  }
  std::string types;
  for (const TensorType& input : request.inputs) types.append(" ").append(input.str());
  detail::fail(ErrorCode::unsupported, detail::cat(request.op.name(), ": no kernel for", types));
}

}  // namespace linnet::inline v0
