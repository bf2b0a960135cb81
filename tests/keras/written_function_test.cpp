// Functions of models as Keras 3 reads them.
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "golden/golden.hpp"
#include "io/zip/zip_file.hpp"
#include "keras/loaded_json.hpp"

namespace linnet::test {

namespace {

/// A function of TensorFlow of an input (4, 4, 8), as Keras 2 writes it.
Model of_tensorflow(const std::string& function, const std::string& arguments) {
  return loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape":
    [null, 4, 4, 8]}, "inbound_nodes": []}, {"class_name": "TFOpLambda", "name": "f", "config":
    {"name": "f", "function": ")" +
                     function + R"("}, "inbound_nodes": [["x", 0, 0, )" + arguments +
                     R"(]]}], "input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}})");
}

std::string config_written_for(const Model& model) {
  const TempFolder folder;
  model.save(folder.path("m.keras"));
  const detail::ZipFile file(folder.path("m.keras"));
  return std::string(file.read("config.json").text());
}

Tensor small_numbers() {
  Tensor x(DType::float32, {1, 4, 4, 8});
  float next = 0;
  for (float& number : x.data<float>()) number = ++next;
  return x;
}

}  // namespace

TEST_CASE("TensorFlow's slices are written as Keras's", "[keras]") {
  const Model model = of_tensorflow("__operators__.getitem", R"({"slice_spec": [
    {"start": null, "stop": null, "step": null}, {"start": 1, "stop": null, "step": 2}, 0]})");
  CHECK(config_written_for(model).find(
            R"({"class_name":"__slice__","config":{"start":1,"step":2,"stop":null}})") !=
        std::string::npos);
  const Tensor y = model.predict(small_numbers());
  CHECK(y.shape() == Shape{1, 2, 8});
  CHECK(y.data<float>()[0] == 33.0f);
}

TEST_CASE("TensorFlow's constants are written as arrays", "[keras]") {
  const Model model = of_tensorflow("math.multiply", R"({"y": [1, 2, 3, 4, 5, 6, 7, 8.5]})");
  CHECK(
      config_written_for(model).find(
          R"({"class_name":"__numpy__","config":{"value":[1,2,3,4,5,6,7,8.5],"dtype":"float32"}})") !=
      std::string::npos);
  CHECK(model.predict(small_numbers()).data<float>()[7] == 68.0f);
}

TEST_CASE("A product of matrices of which one is transposed is written as an Einsum", "[keras]") {
  const auto product = [](const std::string& flags) {
    return of_tensorflow("linalg.matmul", R"({"b": ["x", 0, 0], )" + flags + "}");
  };
  const auto subscripts = [&](const std::string& flags) {
    const std::string config = config_written_for(product(flags));
    const std::string key = R"("subscripts":")";
    const std::size_t at = config.find(key);
    return at == config.npos ? "" : config.substr(at + key.size(), 18);
  };
  CHECK(subscripts(R"("transpose_b": true)") == "...ij,...kj->...ik");
  CHECK(subscripts(R"("transpose_a": true)") == "...ji,...jk->...ik");
  const Model model = product(R"("transpose_b": true)");
  const TempFolder folder;
  model.save(folder.path("m.keras"));
  const Tensor x = small_numbers();
  CHECK(first_apart(Model::load(folder.path("m.keras")).predict(x), model.predict(x), 0, 1) == "");
}

TEST_CASE("Patches of TensorFlow are those of Keras", "[keras]") {
  const Model model = of_tensorflow("image.extract_patches", R"({"sizes": [1, 2, 2, 1], "strides":
    [1, 2, 2, 1], "rates": [1, 1, 1, 1], "padding": "VALID"})");
  const Tensor y = model.predict(small_numbers());
  CHECK(y.shape() == Shape{1, 2, 2, 32});
  CHECK(y.data<float>()[8] == 9.0f);    // the place beside it
  CHECK(y.data<float>()[16] == 33.0f);  // the row below
  CHECK(config_written_for(model).find("ExtractPatches") != std::string::npos);
}

}  // namespace linnet::test
