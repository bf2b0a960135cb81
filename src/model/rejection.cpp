#include <algorithm>
#include <linnet/model/rejection.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The probability of the best class of each row.
std::vector<float> confidences(const Model& model, const Inputs& rows) {
  std::vector<float> best;
  if (rows.empty()) return best;
  const Tensor output = model.predict(rows);
  if (output.shape().rank() != 2 || output.shape()[1] == 0 || output.dtype() != DType::float32) {
    fail(
        ErrorCode::shape_mismatch,
        cat("rejection_curve: expected class probabilities (rows, classes), got ", output.shape()));
  }
  const auto classes = static_cast<std::size_t>(output.shape()[1]);
  const auto values = output.data<float>();
  for (std::size_t at = 0; at < values.size(); at += classes) {
    best.push_back(*std::ranges::max_element(values.subspan(at, classes)));
    if (best.back() >= 0 && best.back() <= 1) continue;
    fail(ErrorCode::bad_state, cat("rejection_curve: expected probabilities in [0, 1], got ",
                                   best.back(), " in row ", std::uint64_t{at / classes}));
  }
  return best;
}

}  // namespace

RocCurve rejection_curve(const Model& model, const Inputs& in_scope, const Inputs& out_of_scope) {
  return RocCurve(confidences(model, in_scope), confidences(model, out_of_scope));
}

}  // namespace linnet::inline v0
