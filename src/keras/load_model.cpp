// Model::load: a file of linnet's, or one of Keras's, known by its content.
#include <algorithm>

#include "io/file.hpp"
#include "io/model_file.hpp"
#include "keras/file_config.hpp"
#include "keras/model_reader.hpp"
#include "keras/training_config.hpp"
#include "keras/weight_plan.hpp"
#include "model/load_limits.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::Hdf5File;
using detail::Hdf5Store;
using detail::ModelState;
using detail::WeightStore;
using detail::ZipFile;
using namespace detail::keras;

namespace {

constexpr const char* kHint = "training config (load with .compile = false to leave it out)";

/// A model, and its layers in the order of the file.
struct Described {
  std::shared_ptr<ModelState> model;
  detail::LayerOrder order;
  ClassesInFile classes;
};

/// The model that the text describes, without values of its weights.
Described described(const Config& config, const LoadLimits& limits,
                    const Assets* assets = nullptr) {
  const Entry entry(config);
  if (!entry.is_model()) {
    fail(ErrorCode::unsupported,
         cat("expected a Sequential or functional model, got the class '", entry.class_name, "'",
             entry.module.empty() ? "" : cat(" of '", entry.module, "'")));
  }
  ReadContext context;
  context.assets = assets;
  context.config_alone = assets == nullptr;
  auto model = read_model(entry, context);
  detail::check_parameters(*model, limits);
  return {model,
          [orders = std::move(context.orders)](const ModelState& of) {
            const auto known = orders.find(&of);
            return known == orders.end() ? detail::keras_order(of) : known->second;
          },
          std::move(context.classes)};
}

/// Error: corrupt_file: a weight is not in the file.
void load_values(const Described& described, WeightStore& file) {
  if (detail::parameters_of(*described.model).empty()) return;
  detail::WeightPlan plan(file, false);
  plan.order = described.order;
  plan.classes = described.classes;
  plan.doing = "";
  detail::plan_weights(*described.model, {}, plan);
  std::vector<Tensor> values = detail::read_values(plan);
  for (std::size_t i = 0; i < values.size(); ++i) {
    Parameter& parameter = *plan.sources()[i].parameter;
    parameter.value = std::move(values[i]);
    ++parameter.version;
  }
  for (const auto& p : detail::parameters_of(*described.model)) {
    if (!p.parameter->value.empty() || p.parameter->type.shape.elements() == 0) continue;
    plan.refuse(ErrorCode::corrupt_file, cat("it has no weight '", p.path, "'"));
  }
}

/// Runs `f`; what it throws gets a hint how to go without.
template <class F>
void compiling(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    if (std::string_view(error.what()).find(kHint) != std::string_view::npos) throw;
    throw error.within(kHint);
  }
}

OptimizerVariables numbered_variables(WeightStore& file) {
  OptimizerVariables variables;
  // A LossScaleOptimizer has another inside.
  const std::string inner = "optimizer/inner_optimizer/vars";
  const std::string group = file.has_group(inner) ? inner : "optimizer/vars";
  const std::size_t count = file.has_group(group) ? file.list(group).size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    variables.datasets.push_back(cat(group, "/", std::uint64_t{i}));
  }
  return variables;
}

/// Of an `.h5` file. Keras's optimizers before 2.11 list them slot by slot, which their names tell;
/// all others weight by weight, as in a `.keras` file.
OptimizerVariables listed_variables(Hdf5File& file) {
  OptimizerVariables variables;
  const std::string group = "optimizer_weights";
  if (!file.exists(group)) return variables;
  for (const std::string& name : detail::string_list(file, group, "weight_names")) {
    // The variables of a LossScaleOptimizer stand before those of the one inside.
    if (name.ends_with("/iteration")) variables.datasets.clear();
    variables.datasets.push_back(cat(group, "/", name));
    for (const char* old :
         {"/m:0", "/v:0", "/rms:0", "/vhat:0", "/accumulator:0", "/momentum:0", "/accum_grad:0"}) {
      if (name.ends_with(old)) variables.by_slot = true;
    }
  }
  return variables;
}

Model load_zip(const std::string& path, const LoadOptions& options) {
  const ZipFile zip(path, zip_limits(options.limits));
  const Config config = config_of(zip, options.limits);
  detail::WeightsMember member = detail::weights_member(zip);
  auto state = detail::naming(path, [&] {
    const Assets assets(zip, options.limits);
    const Described read = described(config, options.limits, &assets);
    const auto weights = detail::weights_in(std::move(member), options.limits);
    load_values(read, *weights);
    const Config* compiled = config.find("compile_config");
    if (options.compile && compiled != nullptr) {
      compiling([&] {
        restore_compiled(*read.model, training_settings(*read.model, *compiled), *weights,
                         read.order, numbered_variables(*weights));
      });
    }
    return read.model;
  });
  return Model(std::move(state));
}

Model load_hdf5(const std::string& path, const LoadOptions& options) {
  Hdf5Store store(Hdf5File(path, hdf5_limits(options.limits)));
  Hdf5File& file = *store.hdf5();
  const Config config = config_of(file, options.limits);
  const Described read = detail::naming(path, [&] { return described(config, options.limits); });
  load_values(read, store);
  if (!options.compile) return Model(read.model);
  const OptimizerVariables variables = listed_variables(file);
  const Config compiled = training_config_of(file, options.limits);
  detail::naming(path, [&] {
    compiling([&] {
      restore_compiled(*read.model, training_settings(*read.model, compiled), store, read.order,
                       variables);
    });
  });
  return Model(read.model);
}

/// An architecture alone: the weights get their first values, until load_weights() brings others.
Model load_json(const std::string& path, const LoadOptions& options) {
  const Config config = config_of(path, options.limits);
  auto state = detail::naming(path, [&] {
    auto model = described(config, options.limits).model;
    detail::build(*model);
    return model;
  });
  return Model(std::move(state));
}

}  // namespace

Model Model::load(const std::string& path, const LoadOptions& options) {
  detail::check_limits(options.limits);
  switch (kind_of(path, options.limits)) {
    case FileKind::zip:
      return load_zip(path, options);
    case FileKind::hdf5:
      return load_hdf5(path, options);
    case FileKind::json:
      return load_json(path, options);
    case FileKind::own:
      break;
  }
  return detail::load_own_file(path, options);
}

}  // namespace linnet::inline v0
