// The state of an optimizer: its variables stand in a file without names, in an order of their own.
#include <algorithm>
#include <linnet/core/log.hpp>
#include <set>

#include "core/config_access.hpp"
#include "io/model_file.hpp"
#include "keras/training_config.hpp"
#include "optimizers/muon_rule.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// A weight that is trained.
struct Trained {
  std::string path;
  std::shared_ptr<Parameter> parameter;
};

void collect_trained(const LayerInstance& layer, const std::string& prefix, const LayerOrder& order,
                     std::set<const Parameter*>& seen, std::vector<Trained>& all) {
  if (!layer.trainable) return;
  for (const auto& parameter : layer.parameters) {
    if (!parameter->trainable || !seen.insert(parameter.get()).second) continue;
    all.push_back({cat(prefix, parameter->name), parameter});
  }
  const ModelState* inner = as_model(layer);
  for (const auto& sublayer : inner != nullptr ? order(*inner) : layer.sublayers()) {
    collect_trained(*sublayer, cat(prefix, sublayer->name, "/"), order, seen, all);
  }
}

/// The weights that are trained, in Keras's order.
std::vector<Trained> trained_weights(const ModelState& model, const LayerOrder& order) {
  std::vector<Trained> all;
  std::set<const Parameter*> seen;
  collect_trained(model, "", order, seen, all);
  return all;
}

/// Slots that an optimizer makes together: for each weight one after the other.
using Block = std::vector<std::string>;

bool positive(const Config& fields, std::string_view key) {
  const Config* value = fields.find(key);
  return value != nullptr && value->is_number() && value->as_number() > 0;
}

/// In the order in which Keras makes them.
std::vector<Block> blocks_of(const Optimizer& optimizer) {
  const Config config = optimizer.to_config();
  const Config& fields = config.at("config");
  const std::string_view name = optimizer.class_name();
  std::vector<Block> blocks;
  if (flag_at(fields, "use_ema")) blocks.push_back({"average"});
  if (positive(fields, "gradient_accumulation_steps")) blocks.push_back({"gradient_accumulator"});
  if (name == "Adagrad") {
    blocks.push_back({"accumulator"});
  } else if (name == "Adadelta") {
    blocks.push_back({"accumulated_grad", "accumulated_delta_var"});
  } else if (name == "Adamax") {
    blocks.push_back({"momentum", "norm"});
  } else if (name == "Ftrl") {
    blocks.push_back({"accumulator", "linear"});
  } else if (name == "Adafactor") {
    blocks.push_back({"row_mean", "column_mean", "velocity"});
  } else if (name == "RMSprop") {
    blocks.push_back({"velocity"});
    if (positive(fields, "momentum")) blocks.push_back({"momentum"});
    if (flag_at(fields, "centered")) blocks.push_back({"average_gradient"});
  } else if (name == "SGD") {
    if (positive(fields, "momentum")) blocks.push_back({"momentum"});
  } else if (name == "Lion") {
    blocks.push_back({"momentum"});
  } else if (name != Muon::kName) {  // Adam and its kin
    blocks.push_back({"momentum", "velocity"});
    if (flag_at(fields, "amsgrad")) blocks.push_back({"velocity_hat"});
  }
  return blocks;
}

/// Adafactor keeps means of rows and columns of matrices, and of vectors the squares themselves;
/// Keras has variables for both.
std::string slot_name(const Block& block, std::size_t i, const Trained& weight) {
  if (block.front() != "row_mean") return block[i];
  const bool matrix = weight.parameter->type.shape.rank() >= 2;
  return matrix == (i < 2) ? block[i] : std::string();
}

/// Of Muon only what it leaves to Adam has velocities.
void add_places_of(const Muon& muon, const std::vector<Trained>& weights,
                   std::vector<SlotPlace>& all) {
  for (const auto& [path, parameter] : weights) {
    all.push_back({path, parameter, "momentum"});
    if (is_for_adam(muon, *parameter)) all.push_back({path, parameter, "velocity"});
  }
}

/// Error: corrupt_file: another shape than the weight has, as most slots must have.
void check_slot(const SlotPlace& place, const std::string& dataset, WeightStore& file) {
  const Shape wanted = place.shape();
  const TensorType found = file.type(dataset);
  if (found.shape == wanted && found.dtype != DType::string) return;
  fail(ErrorCode::corrupt_file,
       cat(file.name(), ": optimizer: ", place.slot, " of '", place.path, "': expected ",
           TensorType{DType::float32, wanted}, ", got ", found, " in '", dataset, "'"));
}

std::int64_t read_count(WeightStore& file, const std::string& dataset) {
  const TensorType type = file.type(dataset);
  if (type.dtype != DType::string && type.shape.elements() == 1) {
    const Tensor count = file.read(dataset);
    const double about = count.cast(DType::float64).data<double>()[0];
    // No other number may be cast.
    if (about >= 0 && about < 0x1p63) return count.cast(DType::int64).data<std::int64_t>()[0];
  }
  fail(ErrorCode::corrupt_file,
       cat(file.name(), ": optimizer: expected a count of updates in '", dataset, "'"));
}

/// The variables behind the count of updates and the learning rate, which is in the config too. A
/// schedule is no variable, and a slot may be a number as well.
std::vector<std::string> slots_in(WeightStore& file, const std::vector<std::string>& datasets,
                                  const Optimizer& optimizer) {
  std::size_t first = std::min<std::size_t>(datasets.size(), 1);
  const Config config = optimizer.to_config();
  const bool has_rate = config.at("config").at("learning_rate").is_number();
  if (has_rate && datasets.size() > 1 && file.type(datasets[1]).shape.rank() == 0) first = 2;
  return {datasets.begin() + static_cast<std::ptrdiff_t>(first), datasets.end()};
}

}  // namespace

Shape SlotPlace::shape() const {
  const Shape& whole = parameter->type.shape;
  const int rank = static_cast<int>(whole.rank());
  if (slot == "row_mean") return whole.without(rank - 1);
  if (slot == "column_mean") return whole.without(rank - 2);
  // Of a vector's factors Keras has numbers, of a matrix's squares, which it makes anew, all.
  return slot.empty() && rank < 2 ? Shape{} : whole;
}

std::vector<SlotPlace> slot_places(const ModelState& model, const Optimizer& optimizer,
                                   const LayerOrder& order, bool by_slot) {
  const std::vector<Trained> weights = trained_weights(model, order);
  std::vector<SlotPlace> all;
  for (const Block& block : blocks_of(optimizer)) {
    const std::size_t outer = by_slot ? block.size() : weights.size();
    const std::size_t inner = by_slot ? weights.size() : block.size();
    for (std::size_t a = 0; a < outer; ++a) {
      for (std::size_t b = 0; b < inner; ++b) {
        const Trained& weight = weights[by_slot ? b : a];
        all.push_back({weight.path, weight.parameter, slot_name(block, by_slot ? a : b, weight)});
      }
    }
  }
  if (optimizer.class_name() == Muon::kName) {
    const Config config = optimizer.to_config();
    add_places_of(from_fields<Muon>(config.at("config"), Muon::kName), weights, all);
  }
  return all;
}

void restore_compiled(ModelState& model, Config settings, WeightStore& file,
                      const LayerOrder& order, const OptimizerVariables& variables) {
  if (settings.is_null()) return;
  const Optimizer optimizer = Optimizer::from_config(settings.at("optimizer"));
  const std::vector<SlotPlace> all = slot_places(model, optimizer, order, variables.by_slot);
  std::vector<std::string> datasets = slots_in(file, variables.datasets, optimizer);
  if (optimizer.class_name() == "Nadam" && datasets.size() == all.size() + 1) datasets.pop_back();
  std::vector<NamedTensor> tensors;
  std::int64_t iteration = 0;
  if (datasets.size() == all.size()) {
    if (!variables.datasets.empty()) iteration = read_count(file, variables.datasets[0]);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].slot.empty()) continue;
      check_slot(all[i], datasets[i], file);
      const std::string whose = cat("optimizer: ", all[i].slot, " of '", all[i].path, "'");
      const Tensor value = read_float32(file, datasets[i], whose);
      tensors.push_back({cat("optimizer/", all[i].path, "/", all[i].slot), value});
    }
  } else if (!datasets.empty()) {
    log(LogLevel::warning,
        cat(file.name(), ": the optimizer begins anew: expected ", std::uint64_t{all.size()},
            " variables of it, got ", std::uint64_t{datasets.size()}));
  }
  settings["iteration"] = Config(iteration);
  settings["fits"] = Config(0);
  settings["learning_rate"] = Config();
  settings["frozen"] = Config::list();
  for (const PathParameter& p : parameters_of(model))
    settings["frozen"].push_back(Config(p.frozen));
  TensorTable table(std::move(tensors));
  restore_training(model, settings, table);
}

}  // namespace linnet::inline v0::detail::keras
