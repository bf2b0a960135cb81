// FitPosition: where a fit() stands, as a file keeps it.
#pragma once

#include <functional>
#include <linnet/model/callbacks.hpp>
#include <map>
#include <string>

namespace linnet::inline v0::detail {

/// Written and read by FitRun.
struct FitPosition {
  Config config = {};
  std::map<std::string, Tensor> tensors = {};  ///< of its callbacks
};

/// A number with all its bits; NaN and infinity, which JSON has not, as words.
Config exact_config(double value);
/// Error: neither a number nor such a word.
double exact_from(const Config& config);

Config history_config(const History& history);
History history_from(const Config& config);

/// State and tensors of each callback, and whether it has been called at this point.
void add_callbacks(FitPosition& position, const std::vector<CallbackHandle>& callbacks,
                   const std::vector<bool>& called);
/// Which of them have been called already.
std::vector<bool> callbacks_called(const FitPosition& position,
                                   const std::vector<CallbackHandle>& callbacks);
void restore_callbacks(const FitPosition& position, TrainingRun& run,
                       const std::vector<CallbackHandle>& callbacks);

}  // namespace linnet::inline v0::detail
