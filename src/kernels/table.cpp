#include "kernels/table.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "kernels/reference/reference.hpp"

namespace linnet::inline v0 {

namespace {

struct Row {
  std::string_view op;
  std::array<Candidate, 4> kernels;  ///< best first; the unused ones at the end are null
};

constexpr Candidate reference(KernelFactory factory) { return {"reference", factory}; }

constexpr Row kTable[] = {
    {"unary", {reference(reference_unary)}},
    {"binary", {reference(reference_binary)}},
    {"compare", {reference(reference_compare)}},
    {"affine", {reference(reference_affine)}},
    {"cast", {reference(reference_cast)}},
    {"select", {reference(reference_select)}},
    {"reduce", {reference(reference_reduce)}},
    {"argmax", {reference(reference_argmax)}},
    {"reshape", {reference(reference_reshape)}},
    {"transpose", {reference(reference_transpose)}},
    {"broadcast_to", {reference(reference_broadcast_to)}},
    {"concatenate", {reference(reference_concatenate)}},
    {"slice", {reference(reference_slice)}},
    {"pad", {reference(reference_pad)}},
    {"activate", {reference(reference_activate)}},
    {"activate_grad", {reference(reference_activate_grad)}},
    {"softmax", {reference(reference_softmax)}},
    {"softmax_grad", {reference(reference_softmax_grad)}},
    {"log_softmax", {reference(reference_log_softmax)}},
    {"sparsemax", {reference(reference_sparsemax)}},
};

}  // namespace

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
  for (const TensorType& input : request.inputs) types += " " + input.str();
  detail::fail(ErrorCode::unsupported, detail::cat(request.op.name(), ": no kernel for", types));
}

}  // namespace linnet::inline v0
