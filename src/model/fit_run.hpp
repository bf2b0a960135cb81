// FitRun: one fit(), epoch after epoch.
#pragma once

#include <linnet/model/options.hpp>
#include <optional>

#include "model/fit_rows.hpp"

namespace linnet::inline v0::detail {

/// The loss and the metrics on one pass. Error (invalid_argument): no rows.
Logs evaluate_batches(ModelState& model, FitRows& rows);

/// Its data, its callbacks, where it stands.
class FitRun {
 public:
  FitRun(Model& model, FitRows rows, std::optional<Dataset> validation, const FitOptions& options);

  History run();

 private:
  template <class F>
  void each(F&& f) {
    for (const CallbackHandle& callback : options_.callbacks) f(*callback);
  }
  void take_averages();
  void apply_rate();
  void keep_features(int epoch);
  void keep_validation_features(int epoch);
  Logs train_epoch(int epoch);

  ModelState& model_;
  const FitOptions& options_;
  FitRows rows_;
  std::optional<FitRows> validation_;
  TrainingRun run_;
  bool wants_batches_ = false;
};

}  // namespace linnet::inline v0::detail
