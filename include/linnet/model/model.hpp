// Model: layers connected from inputs to outputs, that trains, predicts, saves.
#pragma once

#include <linnet/core/result.hpp>
#include <linnet/graph/layer.hpp>
#include <linnet/model/history.hpp>
#include <linnet/model/options.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {

namespace detail {
struct ModelState;
}

/// An answer to one text (or row): the most likely label and all probabilities. One number of a
/// sigmoid is the probability of the second of two classes.
struct Prediction {
  std::string label;  ///< empty if the model has no labels
  Index index = 0;    ///< of the most likely class
  float probability = 0;
  std::vector<float> probabilities;  ///< by class
  bool rejected = false;             ///< the probability is below the model's rejection_threshold()
};

/// Options of a functional input.
struct InputOptions {
  DType dtype = DType::float32;
  std::string name = {};
};

/// A symbolic input; `shape` is without the batch axis: input({224, 224, 3}).
LINNET_API Value input(const Shape& shape, InputOptions options = {});

/// The seed that models made from now on start their parameters and random ops from.
LINNET_API void set_random_seed(std::uint64_t seed);

/// A Model is a handle: copies are the same model, with the same weights and flags. predict is
/// const and may run in many threads at once; whatever changes the model may not run beside it.
class LINNET_API Model {
 public:
  /// A functional model. Error: an output that does not depend on the inputs alone; two layers
  /// of one name.
  Model(const Value& input, const Value& output, std::string name = {});
  Model(Values inputs, Values outputs, std::string name = {});
  explicit Model(std::shared_ptr<detail::ModelState> state);

  /// model.trainable = false freezes all its layers, at once, also inside other models.
  TrainableFlag trainable;

  const std::string& name() const;
  /// True if it has its weights. A Sequential that begins with an Input has them at once.
  bool built() const;
  /// What it takes and gives, with dtypes and shapes. A value of between, as topological_order() of
  /// the outputs lists them, may be the output of another model. Error: not built yet.
  const Values& inputs() const;
  const Values& outputs() const;
  /// The layers in the order in which they run. Error: not built yet.
  std::vector<Layer> layers() const;
  /// Error: no layer of that name.
  Layer layer(std::string_view name) const;
  /// All weights and statistics by path: "dense/kernel".
  std::vector<std::pair<std::string, std::shared_ptr<Parameter>>> parameters() const;
  /// The values of all parameters, trained rows included, as copies.
  std::vector<Tensor> get_weights() const;
  /// Error: another number of tensors, or a shape that differs; then nothing is changed.
  void set_weights(const std::vector<Tensor>& weights);
  /// Reads weights from a file of Keras: legacy `.h5` (weights alone, or a whole model), in which
  /// layers with weights are matched by position, in Keras's order, or by name; `.weights.h5`,
  /// `.weights.json` (several files) or `.keras`, in which layers are matched by class and number,
  /// and what the model has not is left out. All shapes are compared before anything is changed.
  /// Gives the mismatches that were skipped.
  /// Error: io, corrupt_file (also a weight above 4 GiB); shape_mismatch: a file of another model,
  /// with the first difference; not_found: by_name, and no layer has a name of the model's;
  /// out_of_range: a number of 64 bits that float32 cannot hold, a file beyond options.limits;
  /// unsupported: what such files have and this reader not; bad_state: not built.
  std::vector<std::string> load_weights(const std::string& path,
                                        const LoadWeightsOptions& options = {});
  /// Writes a `.weights.h5` file of Keras 3: the weights, and the state of the optimizer. Error:
  /// invalid_argument: another ending; io.
  void save_weights(const std::string& path) const;
  Index count_params() const;

  /// Error: settings that make no sense, or that are not as many as the outputs; nothing changes.
  void compile(const CompileOptions& options);
  void configure(const RunOptions& options);

  /// Trains. x and y have one column for each input and output. Error: before compile; rows of
  /// different number; data that the layers or the loss refuse (then nothing has changed).
  History fit(const Inputs& x, const Inputs& y, const FitOptions& options = {});
  /// The same. Of data in memory a whole pass is looked at before training starts (of one that
  /// repeats without end the first epoch), of a stream each batch before its step: an error in a
  /// later batch leaves what the earlier ones have trained. Error: a data set that repeats without
  /// end, and no steps_per_epoch.
  History fit(const Dataset& dataset, const FitOptions& options = {});
  /// The loss and the metrics on these rows.
  Logs evaluate(const Inputs& x, const Inputs& y, const EvaluateOptions& options = {});
  Logs evaluate(const Dataset& dataset);
  Logs train_on_batch(const Inputs& x, const Inputs& y, const Tensor& sample_weight = {});
  Logs test_on_batch(const Inputs& x, const Inputs& y, const Tensor& sample_weight = {});

  /// The output for each row; of a model with one output. Where ragged rows keep their axis of
  /// time, the output is (rows, longest row, ...) with zeros behind each row's end.
  Tensor predict(const Inputs& x, const PredictOptions& options = {}) const;
  std::vector<Tensor> predict_all(const Inputs& x, const PredictOptions& options = {}) const;
  /// The same for a data set, row for row in the order of its first pass (one that shuffles gives
  /// them in that order too); rows are put into batches unless they are in some. Targets are not
  /// looked at. Error: invalid_argument: it repeats without end, or has no rows.
  Tensor predict(const Dataset& dataset, const PredictOptions& options = {}) const;
  std::vector<Tensor> predict_all(const Dataset& dataset, const PredictOptions& options = {}) const;
  /// The same for ragged rows whose axis of time the only output keeps: rows of their own lengths.
  /// Error: the output has no axis of time that follows the input's.
  Ragged predict_ragged(const Inputs& x, const PredictOptions& options = {}) const;
  /// One batch into memory that is there already; allocates nothing once it has run before.
  void predict_into(const Tensor& x, Tensor& y) const;
  /// Labels and probabilities for raw text; of a model that begins with TextVectorization.
  Prediction predict(std::string_view text) const;
  /// Error: a null pointer.
  Prediction predict(const char* text) const;
  std::vector<Prediction> predict(const std::vector<std::string>& texts) const;
  std::vector<Prediction> predict(std::initializer_list<const char*> texts) const;
  /// The same for programs that are built without exceptions: nothing is thrown.
  Result<Tensor> try_predict(const Inputs& x, const PredictOptions& options = {}) const noexcept;
  Result<Prediction> try_predict(std::string_view text) const noexcept;

  /// The same for a picture: a JPEG or PNG file or its bytes. It is made as large as the model's
  /// input by fit_image(), as image_dataset_from_directory() does, unless the input takes any
  /// size. Error: what read_image() refuses; shape_mismatch: the input is not (batch, height,
  /// width, channels) with 1, 3 or 4 channels; bad_state: not built.
  Prediction predict_image(const std::string& path, const PredictImageOptions& options = {}) const;
  Prediction predict_image(std::span<const std::byte> bytes,
                           const PredictImageOptions& options = {}) const;
  std::vector<Prediction> predict_images(const std::vector<std::string>& paths,
                                         const PredictImageOptions& options = {}) const;

  /// The names of the classes, saved with the model; two of a model that answers with one number.
  /// Error: a name twice; not as many as a built model has classes.
  void set_labels(std::vector<std::string> labels);
  const std::vector<std::string>& labels() const;

  /// Answers whose probability is below `threshold` are `rejected`: the input is likely of none of
  /// the classes. Saved with the model; 0, the default: none is. RocCurve chooses a threshold.
  /// Error: not in [0, 1].
  void set_rejection_threshold(float threshold);
  float rejection_threshold() const;

  /// Keras's table of layers, shapes and parameter counts. Of a Sequential that has no shapes yet
  /// it lists the layers, as "unbuilt".
  std::string summary(const SummaryOptions& options = {}) const;
  /// Updates that the optimizer has made: batches, or with gradient_accumulation_steps n a whole n
  /// of them each.
  Index iterations() const;
  /// The learning rate of the next update: the optimizer's, or what a callback has set in its
  /// place. Error: bad_state: not compiled.
  float learning_rate() const;

  /// Writes one file, atomically: config, weights, labels, training state, self-test rows. Changes
  /// nothing of a training that goes on. Called by a callback it also holds where the fit() stands:
  /// see FitOptions::resume. A path that ends in ".keras" gets a file for Keras 3, one in ".h5" or
  /// ".hdf5" Keras's legacy format; in both '_' stands for a '/' in names. Error: unsupported: what
  /// Keras has not; invalid_argument: a path that ends in ".weights.h5".
  void save(const std::string& path, const SaveOptions& options = {}) const;
  /// Reads what save() wrote and checks it against its self-test rows: training goes on from it.
  /// Or a file of Keras, by its content: .keras, .h5, JSON. Error: io, corrupt_file, unsupported (a
  /// newer format, what linnet has not), out_of_range (over the limits), not_found (a layer, loss,
  /// metric or optimizer that is not built in and not registered: register_layer, register_loss).
  static Model load(const std::string& path, const LoadOptions& options = {});
  /// The same for programs that are built without exceptions: nothing is thrown.
  static Result<Model> try_load(const std::string& path, const LoadOptions& options = {}) noexcept;

  /// The model as a layer of another one.
  operator Layer() const;
  const std::shared_ptr<detail::ModelState>& state() const { return state_; }

 protected:
  std::shared_ptr<detail::ModelState> state_;
};

/// x | model
LINNET_API Value operator|(const Value& x, const Model& model);

}  // namespace linnet::inline v0
