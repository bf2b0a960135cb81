// Models that are used more than once, by each version's way of counting the uses.
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;

namespace {

/// Gives each of its four outputs the sum of its inputs.
std::string sums(const std::string& class_name, const std::string& inbound_nodes) {
  const std::string layers = R"([
    {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 4]},
     "name": "x", "inbound_nodes": []},
    {"class_name": "Dense", "config": {"name": "sum", "units": 4, "kernel_initializer": "ones"},
     "name": "sum", "inbound_nodes": [[["x", 0, 0, {}]]]}])";
  const std::string ends = class_name == "Sequential" ? "" : R"(,
    "input_layers": [["x", 0, 0]], "output_layers": [["sum", 0, 0]])";
  return R"({"name": "s", "class_name": ")" + class_name + R"(", "config": {"name": "s",
    "trainable": true, "layers": )" +
         layers + ends + R"(}, "inbound_nodes": )" + inbound_nodes + "}";
}

std::string input_named(const std::string& name) {
  return R"({"name": ")" + name + R"(", "class_name": "InputLayer", "config": {"name": ")" + name +
         R"(", "batch_input_shape": [null, 4]}, "inbound_nodes": []})";
}

/// An argument as Keras 3 writes it.
std::string tensor(const std::string& layer, int call) {
  return R"({"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 4],
    "dtype": "float32", "keras_history": [")" +
         layer + R"(", )" + std::to_string(call) + R"(, 0]}}], "kwargs": {}})";
}

/// What the model gives for ones.
std::vector<float> outputs_of(const std::string& layers, const std::string& inputs,
                              const std::string& outputs) {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"), R"({"class_name": "Functional", "config": {"name": "m",
    "layers": [)" + layers + R"(], "input_layers": )" +
                                            inputs + R"(, "output_layers": )" + outputs + "}}");
  const Model model = Model::load(folder.path("m.json"));
  const Tensor ones = Tensor::full({1, 4}, 1.0f), twos = Tensor::full({1, 4}, 2.0f);
  std::vector<float> first;
  for (const Tensor& y :
       model.predict_all(model.inputs().size() == 1 ? std::vector<Tensor>{ones}
                                                    : std::vector<Tensor>{ones, twos})) {
    first.push_back(y.data<float>()[0]);
  }
  return first;
}

}  // namespace

TEST_CASE("Keras 3 counts uses from 0, and of functional models among the outputs from 1",
          "[keras]") {
  const std::string twice = "[" + tensor("i", 0) + "," + tensor("s", 0) + "]";
  const std::string x = R"([["i", 0, 0]])";
  CHECK(outputs_of(input_named("i") + "," + sums("Sequential", twice), x, R"([["s", 1, 0]])") ==
        std::vector<float>{16});
  CHECK(outputs_of(input_named("i") + "," + sums("Functional", twice), x, R"([["s", 2, 0]])") ==
        std::vector<float>{16});
}

TEST_CASE("Keras 2 counts all uses of a model from 1, or all from 0", "[keras]") {
  const std::string x = R"([["i", 0, 0]])", both = R"([["a", 0, 0], ["b", 0, 0]])";
  for (const std::string kind : {"Sequential", "Functional"}) {
    for (const int first : {0, 1}) {
      const auto number = [&](int use) { return std::to_string(first + use); };
      const std::string twice = R"([[["i", 0, 0, {}]], [["s", )" + number(0) + ", 0, {}]]]";
      CHECK(outputs_of(input_named("i") + "," + sums(kind, twice), x,
                       R"([["s", )" + number(1) + ", 0]]") == std::vector<float>{16});
      const std::string dense = R"({"name": "d", "class_name": "Dense", "config": {"name": "d",
        "units": 1, "kernel_initializer": "ones"}, "inbound_nodes": [[["s", )" +
                                number(0) + ", 0, {}]]]}";
      CHECK(outputs_of(input_named("a") + "," + input_named("b") + "," +
                           sums(kind, R"([[["a", 0, 0, {}]], [["b", 0, 0, {}]]])") + "," + dense,
                       both, R"([["d", 0, 0], ["s", )" + number(1) + ", 0]]") ==
            std::vector<float>{16, 8});
    }
  }
}
