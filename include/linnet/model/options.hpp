// The settings of compile, fit, evaluate and predict.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <linnet/images/image.hpp>
#include <linnet/losses.hpp>
#include <linnet/metrics.hpp>
#include <linnet/model/callbacks.hpp>
#include <linnet/model/inputs.hpp>
#include <linnet/ops/resize.hpp>
#include <linnet/optimizers.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// One loss for all outputs, or a list with one for each.
class LossList {
 public:
  LossList() = default;
  LINNET_CONSTEVAL LossList(const char* name) : one_(name) {}
  LossList(Loss loss) : one_(std::move(loss)) {}
  template <LossType L>
  LossList(L loss) : one_(Loss(std::move(loss))) {}
  LossList(std::initializer_list<Loss> losses)
      : many_(std::make_shared<const std::vector<Loss>>(losses)) {}
  LossList(std::vector<Loss> losses)
      : many_(std::make_shared<const std::vector<Loss>>(std::move(losses))) {}

  bool empty() const { return !one_ && !many_; }
  /// The losses of `outputs` outputs. Error: a list of another length.
  LINNET_API std::vector<Loss> for_outputs(std::size_t outputs) const;

 private:
  Loss one_ = {};
  std::shared_ptr<const std::vector<Loss>> many_;
};

/// Rates of their own for some parameters. `path` is a pattern for the paths that
/// Model::parameters() gives: "*" stands for any run of characters, "?" for one; what names a layer
/// or a model means all its parameters. "resnet50", "resnet50/conv5_*", "*/bias".
struct ParameterGroup {
  std::string path = {};
  std::optional<float> learning_rate_multiplier = {};  ///< times the optimizer's learning rate
  std::optional<float> weight_decay_multiplier = {};   ///< times its weight decay; 0: none
};

struct CompileOptions {
  Optimizer optimizer = "adam";
  LossList loss = {};
  std::vector<float> loss_weights = {};       ///< one for each output; empty: all 1
  std::vector<Metric> metrics = {};           ///< of every output, every row counting the same
  std::vector<Metric> weighted_metrics = {};  ///< rows counting by sample and class weights
  /// Metrics of one output, by the name of the layer that makes it. (Keras's dict of metrics.)
  std::map<std::string, std::vector<Metric>> output_metrics = {};
  std::map<std::string, std::vector<Metric>> output_weighted_metrics = {};  ///< likewise
  /// Of several groups that a parameter is in, the last one that gives a number has its way. Error
  /// (once the model is built): a pattern that no parameter has, with the paths that come close.
  std::vector<ParameterGroup> parameter_groups = {};
};

struct FitOptions {
  int epochs = 1;
  Index batch_size = 32;
  /// The last fraction of the rows (before shuffling) is kept for validation.
  double validation_split = 0;
  /// What is measured after an epoch: {x, y}, {x, y, sample_weight}, or a Dataset (in batches of
  /// its own, if it has some). Error: a data set that repeats without end, or without rows; also
  /// validation_split.
  Data validation_data = {};
  std::vector<CallbackHandle> callbacks = {};
  bool shuffle = true;
  std::map<Index, float> class_weight = {};  ///< factor on the loss by class; others 1
  /// float32 (rows), or (rows, steps, ...): the first axes of the losses.
  Tensor sample_weight = {};
  int initial_epoch = 0;
  /// Goes on with the fit() within which the model's file was saved, or that was stopped or ended
  /// by an Error: from the batch where it stood, with the same results, bit for bit, if data and
  /// options are the same. Where a callback that stopped it would do so again, nothing is trained
  /// and its history is returned. Weights that were set since, as by restore_best_weights, stay:
  /// training goes on from them. Where there is no such fit(), a new one starts. Error: bad_state:
  /// other rows (of arrays in memory), or within an epoch other options.
  bool resume = false;
  Index steps_per_epoch = 0;        ///< 0: until the data end
  Index validation_batch_size = 0;  ///< 0: batch_size
  int validation_freq = 1;
  /// What frozen layers in front of all others make of the rows is computed once and kept for the
  /// later epochs, where the rows come from arrays or files in the same form each time and nothing
  /// random is in front. Up to cache_memory bytes lie in memory, what needs more in a temporary
  /// file that has no name.
  bool cache_features = true;
  std::size_t cache_memory = std::size_t{512} << 20;
};

struct EvaluateOptions {
  Index batch_size = 32;
  Tensor sample_weight = {};
};

struct PredictOptions {
  Index batch_size = 256;
};

/// How a picture becomes the model's input; as the pictures that it was trained on did.
struct PredictImageOptions {
  Interpolation interpolation = "bilinear";
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  bool exif_orientation = false;
  Index max_pixels = ImageOptions{}.max_pixels;
};

struct SummaryOptions {
  /// The layers of a model that is a layer have rows of their own, behind its row.
  bool expand_nested = false;
};

struct SaveOptions {
  /// Without it the file holds nothing of compile() and of the training: it is smaller, and a model
  /// that is loaded from it is compiled anew before it trains.
  bool include_optimizer = true;
};

/// How much a file may ask for: files come from anywhere, and a few bytes can describe a model that
/// no machine holds. Error of one that asks for more: out_of_range.
struct LoadLimits {
  Index bytes = Index{16} << 30;      ///< of the file, and of each part of it, unpacked
  Index parameters = Index{1} << 31;  ///< numbers in all weights together; so many are 8 GiB
  Index depth = 400;                  ///< lists and objects inside one another in the config
};

struct LoadOptions {
  /// Without it what compile() was given is left in the file, and so are losses, metrics and
  /// optimizers that this program does not know.
  bool compile = true;
  LoadLimits limits = {};
};

struct LoadWeightsOptions {
  /// Layers of the file and of the model go together by name, not by position; others stay as they
  /// are. Legacy files only. Error (not_found): no name of the file is one of the model's.
  bool by_name = false;
  /// Weights of another shape, or layers of another number of weights, stay as they are.
  bool skip_mismatch = false;
  /// Of the file, and of each of several; `parameters` are those that the model takes from it.
  LoadLimits limits = {};
};

/// How a model uses the machine. Set by Model::configure.
struct RunOptions {
  int threads = 0;             ///< 0: default_threads(); 1: the calling thread only
  bool deterministic = false;  ///< the same bits at any number of threads
};

}  // namespace linnet::inline v0
