// TensorBoard: the callback; EventFile knows the format.
#include <filesystem>
#include <linnet/io/atomic_file.hpp>
#include <linnet/model/loggers.hpp>
#include <linnet/model/model.hpp>

#include "core/require.hpp"
#include "model/event_file.hpp"
#include "model/log_file.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr std::string_view kValidation = "val_";

class TensorBoardCallback final : public Callback {
 public:
  explicit TensorBoardCallback(TensorBoard settings) : settings_(std::move(settings)) {
    detail::require_path("TensorBoard: log_dir", settings_.log_dir);
    detail::require(kName, "histogram_freq", settings_.histogram_freq, detail::kNotNegative);
    if (settings_.update_freq.batches() >= 0) return;
    fail(ErrorCode::invalid_argument,
         cat(kName, ": update_freq must be \"epoch\", \"batch\" or a positive number of batches"));
  }

  bool wants_batches() const override { return settings_.update_freq.batches() > 0; }
  bool wants_learning_rate() const override { return true; }

  void on_train_begin(TrainingRun&) override {
    const std::filesystem::path folder(settings_.log_dir);
    const std::string first = (folder / "train" / "events").string();
    detail::make_folder_of(first);
    const AtomicFile can_be_written(first);
    train_.open((folder / "train").string());
    validation_.open((folder / "validation").string());
    batches_ = 0;
    described_ = false;
  }

  void on_batch_end(TrainingRun& run, Index, const Logs& logs) override {
    describe(run);
    if (++batches_ % settings_.update_freq.batches() != 0) return;
    for (const auto& [name, value] : logs) train_.scalar(cat("batch_", name), batches_, value);
  }

  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    describe(run);
    for (const auto& [name, value] : logs) {
      if (!name.starts_with(kValidation)) {
        train_.scalar(cat("epoch_", name), epoch, value);
        continue;
      }
      const std::string metric = name.substr(kValidation.size());
      validation_.scalar(cat("epoch_", metric), epoch, value);
      validation_.scalar(cat("evaluation_", metric, "_vs_iterations"), run.model.iterations(),
                         value);
    }
    if (settings_.histogram_freq == 0 || epoch % settings_.histogram_freq != 0) return;
    const std::vector<Tensor> weights = run.model.get_weights();
    const auto parameters = run.model.parameters();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i].dtype() != DType::float32) continue;
      train_.histogram(cat(parameters[i].first, "/histogram"), epoch, weights[i].data<float>());
    }
  }

  void on_train_end(TrainingRun&) override {
    train_.close();
    validation_.close();
  }

  std::string_view name() const override { return kName; }
  CallbackState state() const override {
    CallbackState state;
    state.values["train"] = train_.state();
    state.values["validation"] = validation_.state();
    state.values["batches"] = Config(batches_);
    state.values["described"] = Config(described_);
    return state;
  }
  void set_state(TrainingRun&, const CallbackState& state) override {
    train_.set_state(state.values.at("train"));
    validation_.set_state(state.values.at("validation"));
    batches_ = state.values.at("batches").as_integer();
    described_ = state.values.at("described").as_bool();
  }

 private:
  static constexpr std::string_view kName = "TensorBoard";

  /// The table of the model as text, in the width that Markdown keeps.
  void describe(TrainingRun& run) {
    if (described_ || !settings_.write_summary) return;
    described_ = true;
    train_.text("model_summary", 0, cat("```\n", run.model.summary(), "\n```"));
  }

  TensorBoard settings_;
  detail::EventFile train_, validation_;
  Index batches_ = 0;  ///< of the whole fit
  bool described_ = false;
};

}  // namespace

std::shared_ptr<Callback> make_callback(TensorBoard settings) {
  return std::make_shared<TensorBoardCallback>(std::move(settings));
}

}  // namespace linnet::inline v0
