// Model::load_weights: the weights of Keras's files.
#include "keras/file_config.hpp"
#include "keras/weight_plan.hpp"
#include "model/load_limits.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::Hdf5File;
using detail::ModelState;
using detail::WeightPlan;

namespace {

/// The layers as the Keras that wrote the file lists them.
detail::LayerOrder order_in(Hdf5File& file, const std::string& root) {
  const std::string version = detail::keras::keras_version(file, root);
  return detail::keras::is_before_keras3(version) ? detail::keras2_order : detail::keras_order;
}

/// Error (out_of_range): more numbers are planned than the limit.
void check_numbers(const WeightPlan& plan, const LoadLimits& limits) {
  detail::NumberLimit left(limits);
  detail::naming(plan.file.name(), [&] {
    for (const detail::WeightSource& source : plan.sources()) {
      left.take(source.weight, source.parameter->type.shape);
    }
  });
}

}  // namespace

std::vector<std::string> Model::load_weights(const std::string& path,
                                             const LoadWeightsOptions& options) {
  detail::require_built(*state_, "load_weights");
  detail::check_limits(options.limits, "load_weights");
  const auto file = detail::open_weights(path, options.limits);
  WeightPlan plan(*file, options.skip_mismatch);
  detail::plan_weights(*state_, options, plan);
  check_numbers(plan, options.limits);
  const std::vector<Tensor> values = detail::read_values(plan);
  detail::settle_rows(*state_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    Parameter& parameter = *plan.sources()[i].parameter;
    parameter.value.assign(values[i]);
    ++parameter.version;
  }
  return plan.skipped();
}

namespace detail {

void plan_weights(const ModelState& model, const LoadWeightsOptions& options, WeightPlan& plan) {
  if (Hdf5File* file = plan.file.hdf5()) {
    const std::string whole = "/model_weights";
    const std::string root = file->exists(whole) ? whole : "";
    if (file->has_attribute(root, "layer_names") || file->has_attribute(root, "layer_names0")) {
      if (!plan.order) plan.order = order_in(*file, root);
      return plan_listed_weights(model, *file, root, options.by_name, plan);
    }
  }
  if (!plan.order) plan.order = keras_order;
  if (!has_numbered_layers(plan.file, "")) {
    plan.refuse(ErrorCode::corrupt_file,
                "not a weight file of Keras: expected an attribute layer_names or a group layers");
  }
  if (options.by_name) {
    plan.refuse(
        ErrorCode::unsupported,
        "by_name: only Keras's legacy weight files know layers by name, and this is a newer one");
  }
  plan_numbered_weights(model, plan);
}

std::vector<Tensor> read_values(WeightPlan& plan) {
  std::vector<Tensor> values;
  for (const WeightSource& source : plan.sources()) {
    const DType to = source.parameter->type.dtype;
    if (to == DType::float32) {
      const std::string whose = cat(plan.doing, "weight '", source.weight, "'");
      values.push_back(read_float32(plan.file, source.dataset, whose));
    } else {
      Tensor value = plan.file.read(source.dataset);
      values.push_back(value.dtype() == to ? std::move(value) : value.cast(to));
    }
    if (source.older.convert) values.back() = source.older.convert(values.back());
  }
  return values;
}

void WeightPlan::add(const std::string& layer, WeightSource source) {
  const TensorType found = file.type(source.dataset);
  const TensorType expected{source.parameter->type.dtype, source.older.stored};
  if (found.dtype == DType::string || found.shape != expected.shape) {
    return mismatch(cat(layer, ": weight '", source.weight, "': expected ", expected, ", got ",
                        found, " in '", source.dataset, "'"));
  }
  sources_.push_back(std::move(source));
}

void WeightPlan::mismatch(const std::string& message) {
  if (!skip_mismatch_) refuse(ErrorCode::shape_mismatch, message);
  skipped_.push_back(message);
}

void WeightPlan::refuse(ErrorCode code, std::string_view message) const {
  fail(code, cat(file.name(), ": ", doing, message));
}

}  // namespace detail
}  // namespace linnet::inline v0
