// Loggers: callbacks that write down what training reports.
#pragma once

#include <linnet/model/callbacks.hpp>

namespace linnet::inline v0 {

/// Shows progress in Keras's style. Text goes to `sink`, the library never prints by itself.
/// On a terminal a bar that is drawn over, otherwise one plain line an epoch.
struct ProgbarLogger {
  std::function<void(std::string_view)> sink = {};
  bool terminal = false;
};

/// A ProgbarLogger that writes to standard output: a bar if it is a terminal.
LINNET_API ProgbarLogger progress_to_stdout();

/// Writes the logs of each epoch as a line of a CSV file: epoch (from 0), then the numbers in the
/// order of their names, NA where an epoch has none. A fit() that goes on (FitOptions::resume,
/// BackupAndRestore) goes on in the file where it stood. Error: an empty filename, a separator that
/// is part of numbers; io.
struct CSVLogger {
  std::string filename = {};
  char separator = ',';
  bool append = false;  ///< to a file that is there. Error, before training: with another header
};

/// The same as one JSON object a line: {"epoch": 0, "loss": 0.5}; null for NaN and infinity.
struct JSONLogger {
  std::string filename = {};
  bool append = false;
};

/// Event files that TensorBoard shows, in log_dir/train and log_dir/validation, under the names
/// that Keras gives: "epoch_loss" by epoch, with update_freq in batches also "batch_loss" by batch,
/// "evaluation_loss_vs_iterations"; every histogram_freq epochs (0: never) the weights as
/// "dense/kernel/histogram"; with write_summary the model's table as text. The logs get a
/// "learning_rate". A fit() that goes on goes on in its files. Error: an empty log_dir, a frequency
/// that makes no sense; io.
struct TensorBoard {
  std::string log_dir = "logs";
  int histogram_freq = 0;
  Frequency update_freq = "epoch";
  bool write_summary = true;
};

/// Draws the numbers of all epochs so far into an SVG file after each epoch: a panel for each
/// number, with that of the validation. Error: an empty filename; io.
struct LearningCurves {
  std::string filename = {};
};

/// The same picture as SVG text.
LINNET_API std::string learning_curves(const History& history);

LINNET_API std::shared_ptr<Callback> make_callback(ProgbarLogger settings);
LINNET_API std::shared_ptr<Callback> make_callback(CSVLogger settings);
LINNET_API std::shared_ptr<Callback> make_callback(JSONLogger settings);
LINNET_API std::shared_ptr<Callback> make_callback(TensorBoard settings);
LINNET_API std::shared_ptr<Callback> make_callback(LearningCurves settings);

}  // namespace linnet::inline v0
