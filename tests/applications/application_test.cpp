// Every case of applications.safetensors: counts, names and files of the image networks, and what
// whole networks with weights from a formula give.
#include <linnet/applications/networks.hpp>

#include "applications/formula_weights.hpp"
#include "applications/networks.hpp"
#include "golden/golden.hpp"
#include "model/keras_layers.hpp"
#include "model/state.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

namespace app = applications;

/// A network as a model whose parameters have no values.
std::shared_ptr<detail::ModelState> unfilled(const app::detail::Network& network) {
  auto state = std::make_shared<detail::ModelState>();
  state->inputs = {network.input};
  state->outputs = {network.output};
  detail::build(*state, false);
  return state;
}

/// Layers and weights in the order of Keras's legacy files.
std::string weight_list(const detail::ModelState& state) {
  std::string list;
  for (const auto& layer : detail::keras_order(state)) {
    for (const bool trained : {true, false}) {
      for (const auto& parameter : layer->parameters) {
        if (parameter->trainable != trained) continue;
        std::string sizes;
        for (const Index size : parameter->type.shape) {
          sizes += detail::cat(sizes.empty() ? "" : "x", size);
        }
        list += detail::cat(layer->name, "/", parameter->name, " ", sizes, "\n");
      }
    }
  }
  return list;
}

bool is_generated(const detail::LayerInstance& layer) {
  const std::string base = detail::snake_case(layer.class_name());
  return layer.name.starts_with(base) &&
         layer.name.substr(base.size()).find_first_not_of("_0123456789") == std::string::npos;
}

std::string layer_list(const detail::ModelState& state) {
  std::vector<std::string> names;
  for (const auto& layer : state.layers) {
    if (!is_generated(*layer)) names.push_back(layer->name + "\n");
  }
  std::ranges::sort(names);
  std::string list;
  for (const std::string& name : names) list += name;
  return list;
}

/// Options as a golden file has them.
template <class Options>
Options read_options(const Config& config) {
  Options o;
  o.weights = "none";
  const auto read = [&](const char* key, auto set) {
    if (const Config* value = config.find(key)) set(*value);
  };
  read("include_top", [&](const Config& c) { o.include_top = c.as_bool(); });
  read("pooling", [&](const Config& c) { o.pooling = app::TopPooling::named(c.as_string()); });
  read("classes", [&](const Config& c) { o.classes = c.as_integer(); });
  read("classifier_activation", [&](const Config&) { o.classifier_activation = "linear"; });
  read("input_shape", [&](const Config& c) {
    o.input_shape = {c.items()[0].as_integer(), c.items()[1].as_integer(),
                     c.items()[2].as_integer()};
  });
  if constexpr (requires { o.alpha; }) {
    read("alpha", [&](const Config& c) { o.alpha = c.as_number(); });
  }
  if constexpr (requires { o.depth_multiplier; }) {
    read("depth_multiplier", [&](const Config& c) { o.depth_multiplier = c.as_integer(); });
  }
  if constexpr (requires { o.minimalistic; }) {
    read("minimalistic", [&](const Config& c) { o.minimalistic = c.as_bool(); });
    read("include_preprocessing", [&](const Config& c) { o.include_preprocessing = c.as_bool(); });
    read("dropout_rate",
         [&](const Config& c) { o.dropout_rate = static_cast<float>(c.as_number()); });
  }
  return o;
}

/// The network with all options; `weights` "none" or "imagenet".
app::detail::Network connected(const std::string& name, const Config& options,
                               const std::string& weights = "none") {
  const auto with = [&](auto o, auto connect) {
    o.weights = weights;
    return connect(o);
  };
  namespace net = app::detail;
  if (name == "MobileNet")
    return with(read_options<app::MobileNetOptions>(options), net::mobilenet);
  if (name == "MobileNetV2") {
    return with(read_options<app::MobileNetV2Options>(options), net::mobilenet_v2);
  }
  if (name == "MobileNetV3Small") {
    return with(read_options<app::MobileNetV3Options>(options), net::mobilenet_v3_small);
  }
  if (name == "MobileNetV3Large") {
    return with(read_options<app::MobileNetV3Options>(options), net::mobilenet_v3_large);
  }
  return with(read_options<app::ApplicationOptions>(options), app::image_network(name).connect);
}

void check_network(const app::ImageNetwork& network, const Config& facts) {
  CHECK(network.count_params() == facts.at("parameters").as_integer());
  CHECK(network.count_params({.include_top = false}) == facts.at("parameters_no_top").as_integer());
  CHECK(network.weight_file() == facts.at("file").as_string());
  CHECK(network.weight_file({.include_top = false}) == facts.at("file_no_top").as_string());
  const auto state = unfilled(network.connect({.weights = "none"}));
  CHECK(network.connect({}).name == facts.at("model_name").as_string());
  CHECK(Index{hash_of(weight_list(*state))} == facts.at("weights_hash").as_integer());
  CHECK(Index{hash_of(layer_list(*state))} == facts.at("layers_hash").as_integer());
}

void check_output(const GoldenCase& each) {
  const Model model(
      unfilled(connected(each.facts.at("name").as_string(), each.facts.at("options"))));
  for (const auto& [path, parameter] : model.parameters()) {
    parameter->value = formula_weight(path, parameter->type.shape);
  }
  CHECK(model.count_params() == each.facts.at("parameters").as_integer());
  const Tensor want = each.at("output/0"), got = model.predict(each.at("input/0"));
  CHECK(first_apart(got, want, 1e-4, 0) == "");
}

}  // namespace

TEST_CASE("Image networks have Keras's parameters, names and files", "[applications]") {
  const Golden golden("applications");
  std::size_t count = 0;
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("weights_hash") == nullptr) continue;
    INFO(each.name);
    ++count;
    check_network(app::image_network(each.name), each.facts);
  }
  CHECK(count == app::image_networks().size());
}

TEST_CASE("Names and files that depend on options are Keras's", "[applications]") {
  const Golden golden("applications");
  for (const GoldenCase& each : golden.cases()) {
    if (each.name != "names") continue;
    const auto& networks = each.facts.at("networks").items();
    CHECK(networks.size() == 13);
    for (const Config& facts : networks) {
      const std::string name = facts.at("name").as_string();
      INFO(name << " " << to_json(facts.at("options")));
      CHECK(connected(name, facts.at("options")).name == facts.at("model_name").as_string());
      CHECK(connected(name, facts.at("options"), "imagenet").file == facts.at("file").as_string());
    }
  }
}

TEST_CASE("Networks give what Keras's give", "[applications][large]") {
  const Golden golden("applications");
  std::size_t count = 0;
  for (const GoldenCase& each : golden.cases()) {
    if (each.find("output/0") == nullptr) continue;
    INFO(each.name);
    ++count;
    check_output(each);
  }
  CHECK(count == app::image_networks().size() + 11);
}

}  // namespace linnet::test
