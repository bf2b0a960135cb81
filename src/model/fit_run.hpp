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
  /// `resumes`: from where model.stopped says. Error: bad_state: with other options.
  FitRun(Model& model, FitRows rows, std::optional<Dataset> validation, const FitOptions& options,
         bool resumes);

  /// Tells the callbacks. Error: what one of them refuses; the model is as it was
  /// then, but for what a backup has put into it.
  void begin();
  /// After begin(). What ends it in between leaves in model.stopped where it stood.
  History run();

 private:
  /// What was reached last: the callbacks are told so, one after the other.
  enum class Stage : std::uint8_t { start, epoch_begin, batch_end, epoch_end };
  struct Point {
    Stage stage = Stage::start;
    int epoch = 0;
    Index step = 0;  ///< batches of the epoch that are done
    friend bool operator==(const Point&, const Point&) = default;
  };

  void run_epochs();
  void run_epoch(int epoch);
  void train_epoch(int epoch);
  void begin_batch(Index step);
  void end_batch();
  void add_logs(int epoch);
  void end();

  void reach(const Point& point);
  template <class F>
  void tell(F&& f);
  void apply_rate(const Callback& callback);
  void take_averages();
  void keep_features(int epoch);
  void keep_validation_features(int epoch);

  FitPosition position() const;
  void restore(const FitPosition& position);
  /// What must be the same within an epoch.
  std::string batches() const;

  ModelState& model_;
  const FitOptions& options_;
  FitRows rows_;
  std::optional<FitRows> validation_;
  TrainingRun run_;
  bool wants_batches_ = false, wants_rate_ = false;

  int first_epoch_ = 0;
  Point at_;
  std::vector<bool> called_;         ///< callbacks that know of at_
  Totals totals_;                    ///< of this epoch
  std::optional<float> rate_;        ///< that from_ had
  std::optional<FitPosition> from_;  ///< until the epoch is done that it stood in
  std::optional<FitPosition> stopped_;
};

}  // namespace linnet::inline v0::detail
