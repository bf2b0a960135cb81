// Model::load: a file of linnet's, or one of Keras's, known by its content.
#include <algorithm>
#include <linnet/io/json.hpp>

#include "io/file.hpp"
#include "io/model_file.hpp"
#include "io/zip/zip_file.hpp"
#include "keras/model_reader.hpp"
#include "keras/training_config.hpp"
#include "keras/weight_plan.hpp"
#include "model/load_limits.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;
using detail::Hdf5File;
using detail::Hdf5Limits;
using detail::ModelState;
using detail::ZipData;
using detail::ZipFile;
using detail::ZipLimits;
using namespace detail::keras;

namespace {

constexpr const char* kConfig = "config.json";
constexpr const char* kWeights = "model.weights.h5";
constexpr const char* kHint = "training config (load with .compile = false to leave it out)";

enum class FileKind { own, zip, hdf5, json };

/// Error: out_of_range: it is too large.
FileKind kind_of(const std::string& path, const LoadLimits& limits) {
  const detail::InputFile file(path);
  if (file.size() > static_cast<std::uint64_t>(limits.bytes)) {
    fail(ErrorCode::out_of_range,
         cat(path, ": it has ", file.size(), " bytes, more than limits.bytes, ", limits.bytes));
  }
  const auto starts = [&](std::uint64_t at, std::string_view text) {
    std::string found(text.size(), '\0');
    if (file.size() < at + text.size()) return false;
    detail::naming(path, [&] { file.read(at, std::as_writable_bytes(std::span(found))); });
    return found == text;
  };
  using namespace std::string_view_literals;
  if (starts(0, "PK\3\4"sv) || starts(0, "PK\5\6"sv)) return FileKind::zip;
  for (const std::uint64_t at : {0u, 512u, 1024u, 2048u}) {
    if (starts(at, "\x89HDF\r\n\x1a\n"sv)) return FileKind::hdf5;
  }
  for (const std::string_view begin : {"{\""sv, "{ "sv, "{\n"sv, "{\r"sv}) {
    if (starts(0, begin) && !starts(2, std::string_view("\0\0\0\0", 4))) return FileKind::json;
  }
  return FileKind::own;
}

JsonLimits json_limits(const LoadLimits& limits) {
  JsonLimits result{.depth = static_cast<std::size_t>(limits.depth)};
  result.bytes = std::min(result.bytes, static_cast<std::size_t>(limits.bytes));
  return result;
}

ZipLimits zip_limits(const LoadLimits& limits) {
  return {.member_bytes = static_cast<std::uint64_t>(limits.bytes)};
}

Hdf5Limits hdf5_limits(const LoadLimits& limits) {
  Hdf5Limits result;
  result.dataset_bytes = std::min(result.dataset_bytes, static_cast<std::uint64_t>(limits.bytes));
  return result;
}

/// A model, and its layers in the order of the file.
struct Described {
  std::shared_ptr<ModelState> model;
  detail::LayerOrder order;
};

/// The model that the text describes, without values of its weights.
Described described(const Config& config, const LoadLimits& limits) {
  const Entry entry(config);
  if (!entry.is_model()) {
    fail(ErrorCode::unsupported,
         cat("expected a Sequential or functional model, got the class '", entry.class_name, "'",
             entry.module.empty() ? "" : cat(" of '", entry.module, "'")));
  }
  ReadContext context;
  auto model = read_model(entry, context);
  detail::check_parameters(*model, limits);
  return {model, [orders = std::move(context.orders)](const ModelState& of) {
            const auto known = orders.find(&of);
            return known == orders.end() ? detail::keras_order(of) : known->second;
          }};
}

/// Error: corrupt_file: a weight is not in the file.
void load_values(const Described& described, Hdf5File& file) {
  detail::WeightPlan plan(file, false);
  plan.order = described.order;
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

OptimizerVariables numbered_variables(Hdf5File& file) {
  OptimizerVariables variables;
  const std::string group = "optimizer/vars";
  const std::size_t count = file.exists(group) ? file.list(group).size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    variables.datasets.push_back(cat(group, "/", std::uint64_t{i}));
  }
  return variables;
}

/// Of an `.h5` file: Keras 3 lists them as in a `.keras` file, older versions slot by slot.
OptimizerVariables listed_variables(Hdf5File& file) {
  OptimizerVariables variables;
  const std::string group = "optimizer_weights";
  if (!file.exists(group)) return variables;
  for (const std::string& name : detail::string_list(file, group, "weight_names")) {
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
  if (!zip.has(kConfig)) {
    fail(ErrorCode::corrupt_file,
         cat(path, ": not a model of Keras: the ZIP file has no ", kConfig));
  }
  if (!zip.has(kWeights)) {
    fail(ErrorCode::unsupported, cat(path, ": it has no ", kWeights, ", where the weights are"));
  }
  const ZipData text = zip.read(kConfig), weights = zip.read(kWeights);
  auto state = detail::naming(path, [&] {
    const Config config = parse_json(text.text(), json_limits(options.limits));
    const Described read = described(config, options.limits);
    Hdf5File file(weights.bytes, hdf5_limits(options.limits), kWeights);
    load_values(read, file);
    const Config* compiled = config.find("compile_config");
    if (options.compile && compiled != nullptr) {
      compiling([&] {
        restore_compiled(*read.model, training_settings(*read.model, *compiled), file, read.order,
                         numbered_variables(file));
      });
    }
    return read.model;
  });
  return Model(std::move(state));
}

/// A JSON text in an attribute of the root; null: there is none.
Config json_attribute(Hdf5File& file, const std::string& name, const LoadLimits& limits) {
  if (!file.has_attribute("", name)) return {};
  const Tensor text = file.attribute("", name);
  if (text.dtype() != DType::string || text.size() != 1) {
    fail(ErrorCode::corrupt_file, cat("the attribute ", name, ": expected one text"));
  }
  return parse_json(text.data<std::string>()[0], json_limits(limits));
}

Model load_hdf5(const std::string& path, const LoadOptions& options) {
  Hdf5File file(path, hdf5_limits(options.limits));
  const Described read = detail::naming(path, [&] {
    const Config config = json_attribute(file, "model_config", options.limits);
    if (config.is_null()) {
      fail(ErrorCode::unsupported,
           "it holds weights alone, without a model: make the model, then load_weights()");
    }
    return described(config, options.limits);
  });
  load_values(read, file);
  if (!options.compile) return Model(read.model);
  const OptimizerVariables variables = listed_variables(file);
  detail::naming(path, [&] {
    compiling([&] {
      const Config compiled = json_attribute(file, "training_config", options.limits);
      restore_compiled(*read.model, training_settings(*read.model, compiled), file, read.order,
                       variables);
    });
  });
  return Model(read.model);
}

/// An architecture alone: the weights get their first values, until load_weights() brings others.
Model load_json(const std::string& path, const LoadOptions& options) {
  const detail::InputFile file(path);
  const JsonLimits limits = json_limits(options.limits);
  if (file.size() > limits.bytes) {
    fail(ErrorCode::out_of_range, cat(path, ": a JSON text of ", file.size(), " bytes"));
  }
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  auto state = detail::naming(path, [&] {
    file.read(0, std::as_writable_bytes(std::span(text)));
    auto model = described(parse_json(text, limits), options.limits).model;
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
