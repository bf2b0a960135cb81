// Reduction: how the losses of samples become one number.
#pragma once

#include <linnet/core/choice.hpp>

namespace linnet::inline v0 {

struct Reductions {
  static constexpr std::string_view kName = "reduction";
  static constexpr std::string_view kWords[] = {"sum_over_batch_size", "sum", "mean",
                                                "mean_with_sample_weight", "none"};
};

/// "sum_over_batch_size" and "mean": the sum of the weighted losses over their number;
/// "mean_with_sample_weight": over the sum of the weights; "sum"; "none".
using Reduction = Choice<Reductions>;

}  // namespace linnet::inline v0
