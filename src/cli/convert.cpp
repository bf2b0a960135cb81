#include <linnet/model/model.hpp>

#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"

namespace linnet::cli {

namespace {

constexpr Option kOptions[] = {
    {"--weights", "FILE", "weights of a model that is a JSON text alone: a file of Keras's"},
    {"--no-optimizer", "", "leave out what the model was compiled with, and the optimizer's state"},
    {"--json", "", "print one JSON object"},
};

void run(const Arguments& arguments) {
  const auto paths = arguments.names({"FROM", "TO"});
  const bool weights = paths[1].ends_with(".weights.h5");
  if (!weights && !paths[1].ends_with(".keras") && !paths[1].ends_with(".linnet")) {
    throw UsageError("TO must end in .keras, .weights.h5 or .linnet, got '" + paths[1] + "'");
  }
  require_apart({paths[1]}, {paths[0], arguments.text("--weights")});
  const bool compiled = !arguments.has("--no-optimizer");
  const Model model =
      load_model(paths[0], {.weights = arguments.text("--weights"), .compile = compiled});
  if (weights) {
    model.save_weights(paths[1]);
  } else {
    model.save(paths[1], {.include_optimizer = compiled});
  }
  if (!arguments.has("--json")) return;
  Config result = Config::object();
  result["model"] = Config(paths[1]);
  result["parameters"] = Config(model.count_params());
  print_json(result);
}

}  // namespace

const Command kConvert{"convert", "FROM TO [options]",
                       "write a model in another format: TO ends in .keras or .weights.h5 (Keras "
                       "3's), or in .linnet",
                       kOptions, run};

}  // namespace linnet::cli
