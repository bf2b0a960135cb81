#include <algorithm>
#include <linnet/model/model.hpp>

#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--weights", "FILE", "weights of a model that is a JSON text alone: a file of Keras's"},
    {"--no-optimizer", "", "leave out what the model was compiled with, and the optimizer's state"},
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
};

/// Error: what Model::save refuses; where Keras has no equal of something, with what is left.
void write_model(const Model& model, const std::string& path, bool compiled) {
  try {
    model.save(path, {.include_optimizer = compiled});
  } catch (const Error& error) {
    const std::string message = error.what();
    const bool said = message.find("include_optimizer") != std::string::npos;
    if (said || error.code() != ErrorCode::unsupported) throw;
    throw Error(error.code(),
                message + "; .linnet takes the whole model, .weights.h5 its weights alone");
  }
}

void run(const Arguments& arguments) {
  const auto paths = arguments.names({"FROM", "TO"});
  const bool weights = paths[1].ends_with(".weights.h5");
  constexpr const char* kModels[] = {".keras", ".h5", ".hdf5", ".linnet"};
  const auto ends = [&](const char* ending) { return paths[1].ends_with(ending); };
  if (!weights && std::ranges::none_of(kModels, ends)) {
    throw UsageError("TO must end in .keras, .h5, .hdf5, .weights.h5 or .linnet, got '" + paths[1] +
                     "'");
  }
  require_apart({paths[1]}, {paths[0], arguments.text("--weights")});
  const bool compiled = !arguments.has("--no-optimizer");
  const Model model = load_model(paths[0], {.weights = arguments.text("--weights"),
                                            .compile = compiled,
                                            .limits = limits_of(arguments)});
  if (weights) {
    model.save_weights(paths[1]);
  } else {
    write_model(model, paths[1], compiled);
  }
  if (!arguments.has("--json")) return;
  Config result = Config::object();
  result["model"] = Config(paths[1]);
  result["parameters"] = Config(model.count_params());
  print_json(result);
}

}  // namespace

const Command kConvert{
    "convert",
    "FROM TO [options]",
    "write a model in another format, known by how TO ends: .keras, .h5 or .hdf5 "
    "(Keras's legacy format), .weights.h5 (weights alone) or .linnet",
    kOptions,
    run,
    "FROM is any file that linnet loads: .keras, .h5 or .hdf5 of a whole model, a "
    "JSON architecture\n(with --weights), .linnet. Keras has no place for labels, "
    "for how pictures are read and for\nparameter groups: what has groups is "
    "written with --no-optimizer.\n"};

}  // namespace linnet::cli
