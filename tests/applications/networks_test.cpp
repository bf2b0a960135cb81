#include <algorithm>
#include <linnet/applications/networks.hpp>
#include <map>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace linnet::test {

namespace app = applications;

TEST_CASE("Image networks have the parameter counts that Keras prints", "[applications]") {
  const std::map<std::string_view, Index> counts{
      {"DenseNet121", 8062504},      {"DenseNet169", 14307880},    {"DenseNet201", 20242984},
      {"EfficientNetB0", 5330571},   {"EfficientNetB1", 7856239},  {"EfficientNetB2", 9177569},
      {"EfficientNetB3", 12320535},  {"EfficientNetB4", 19466823}, {"EfficientNetB5", 30562527},
      {"EfficientNetB6", 43265143},  {"EfficientNetB7", 66658687}, {"InceptionV3", 23851784},
      {"MobileNet", 4253864},        {"MobileNetV2", 3538984},     {"MobileNetV3Large", 5507432},
      {"MobileNetV3Small", 2554968}, {"ResNet101", 44707176},      {"ResNet101V2", 44675560},
      {"ResNet152", 60419944},       {"ResNet152V2", 60380648},    {"ResNet50", 25636712},
      {"ResNet50V2", 25613800},      {"VGG16", 138357544},         {"VGG19", 143667240},
      {"Xception", 22910480}};
  CHECK(app::image_networks().size() == counts.size());
  for (const app::ImageNetwork& network : app::image_networks()) {
    INFO(network.name);
    CHECK(network.count_params() == counts.at(network.name));
  }
}

TEST_CASE("Each image network wants the pixels that its family in Keras wants", "[applications]") {
  // The mode that the preprocess_input of each module of keras.applications passes on.
  const struct {
    std::string_view name;
    app::PreprocessMode mode;
  } families[] = {{"DenseNet", "torch"},   {"EfficientNet", "none"}, {"InceptionV3", "tf"},
                  {"MobileNetV3", "none"}, {"MobileNet", "tf"},      {"ResNet50V2", "tf"},
                  {"ResNet101V2", "tf"},   {"ResNet152V2", "tf"},    {"ResNet", "caffe"},
                  {"VGG", "caffe"},        {"Xception", "tf"}};
  for (const app::ImageNetwork& network : app::image_networks()) {
    INFO(network.name);
    const auto family = std::ranges::find_if(families, [&](const auto& each) {
      return std::string_view(network.name).starts_with(each.name);
    });
    REQUIRE(family != std::end(families));
    CHECK(network.preprocess == family->mode);
  }
}

TEST_CASE("A network found by name is what its function gives", "[applications]") {
  const app::ImageNetwork& network = app::image_network("MobileNetV3Small");
  CHECK(network.preprocess == app::PreprocessMode("none"));
  const Model model = network.build({.include_top = false,
                                     .weights = "none",
                                     .input_shape = {32, 32, 3},
                                     .pooling = "avg",
                                     .name = "small"});
  CHECK(model.name() == "small");
  CHECK(model.predict(Tensor(DType::float32, {2, 32, 32, 3})).shape() == Shape{2, 576});
  CHECK(error_of([] { app::image_network("AlexNet"); }).is(ErrorCode::not_found, "VGG16, VGG19"));
}

}  // namespace linnet::test
