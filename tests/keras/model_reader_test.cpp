#include "keras/model_reader.hpp"

#include <iterator>
#include <linnet/linnet.hpp>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

using namespace linnet;
using test::error_of;

namespace {

/// The layers of keras.layers, without bases that no file holds.
constexpr const char* kKerasLayers =
    "Dense EinsumDense Embedding Identity InputLayer Lambda Masking ReversibleEmbedding "
    "TernaryDense Wrapper Activation ELU LeakyReLU PReLU ReLU Softmax Conv1D "
    "Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose DepthwiseConv1D "
    "DepthwiseConv2D SeparableConv1D SeparableConv2D AdaptiveAveragePooling1D "
    "AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D "
    "AdaptiveMaxPooling2D AdaptiveMaxPooling3D AveragePooling1D AveragePooling2D "
    "AveragePooling3D GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D "
    "GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D MaxPooling1D MaxPooling2D "
    "MaxPooling3D BatchNormalization GroupNormalization LayerNormalization "
    "RMSNormalization SpectralNormalization UnitNormalization ActivityRegularization "
    "AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D "
    "SpatialDropout3D Add Average Concatenate Dot Maximum Minimum Multiply Subtract "
    "Cropping1D Cropping2D Cropping3D Flatten Permute RepeatVector Reshape UpSampling1D "
    "UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D Bidirectional "
    "ConvLSTM1D ConvLSTM2D ConvLSTM3D GRUCell GRU LSTMCell LSTM RNN SimpleRNNCell "
    "SimpleRNN StackedRNNCells TimeDistributed AdditiveAttention Attention "
    "GroupedQueryAttention MultiHeadAttention CategoryEncoding Discretization FeatureSpace "
    "HashedCrossing Hashing IntegerLookup MelSpectrogram Normalization Pipeline Rescaling "
    "STFTSpectrogram StringLookup TextVectorization AugMix AutoContrast CenterCrop "
    "ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MaxNumBoundingBoxes "
    "MixUp RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter "
    "RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip "
    "RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
    "RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear "
    "RandomTranslation RandomZoom Resizing Solarization ";

constexpr const char* kNotInLinnet =
    "AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization Equalization "
    "FeatureSpace MaxNumBoundingBoxes MelSpectrogram Pipeline RandAugment "
    "RandomColorDegeneration RandomColorJitter RandomElasticTransform RandomErasing "
    "RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
    "RandomPosterization RandomSaturation RandomSharpness RandomShear ReversibleEmbedding "
    "STFTSpectrogram Solarization TernaryDense Wrapper ";

std::set<std::string> words_of(const char* text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string text_of_layers(const std::string& layers) {
  return R"({"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name":
    "InputLayer", "config": {"batch_shape": [null, 6, 3], "name": "x"}}, )" +
         layers + "]}}";
}

test::Caught refusal_of_text(const std::string& text) {
  const test::TempFolder folder;
  test::put_text(folder.path("m.json"), text);
  return error_of([&] { Model::load(folder.path("m.json")); });
}

test::Caught refusal_of_layer(const std::string& entry) {
  return refusal_of_text(text_of_layers(entry));
}

}  // namespace

TEST_CASE("Every public layer of Keras is known, or refused as one that linnet does not have",
          "[keras]") {
  const auto missing = words_of(kNotInLinnet);
  std::set<std::string> refused;
  for (const std::string& name : words_of(kKerasLayers)) {
    INFO(name);
    const auto caught = refusal_of_layer(
        R"({"class_name": ")" + name + R"(", "module": "keras.layers", "config": {"name": "f"}})");
    if (caught.message.find("one of Keras's that linnet does not have") != std::string::npos) {
      refused.insert(name);
      CHECK(caught.is(ErrorCode::unsupported, "layer 'f': the layer class '" + name + "'"));
    }
    const bool stranger = caught.message.find("is not supported; one") != std::string::npos;
    CHECK_FALSE(stranger);
  }
  CHECK(words_of(kKerasLayers).size() == 140);
  CHECK(refused == missing);
}

TEST_CASE("What linnet has not of a layer is refused as that", "[keras]") {
  CHECK(refusal_of_layer(R"({"class_name": "LocallyConnected2D", "config": {"name": "f"}})")
            .is(ErrorCode::unsupported, "one of Keras's that linnet does not have"));
  for (const char* key : {"lora_rank", "quantization_config"}) {
    CHECK(refusal_of_layer(R"({"class_name": "Dense", "config": {"name": "f", "units": 2, ")" +
                           std::string(key) + R"(": 4}})")
              .is(ErrorCode::unsupported, "layer 'f': Dense: '" + std::string(key) + "'"));
  }
  const auto dense_of = [](const std::string& fields) {
    return refusal_of_layer(R"({"class_name": "Dense", "config": {"name": "f", "units": 2, )" +
                            fields + "}}");
  };
  const std::string quantized = R"({"class_name": "Int4DTypePolicy", "config": {"mode": "int4/128",
    "source_name": "float32"}})";
  for (const std::string& dtype :
       {quantized, R"({"class_name": "DTypePolicyMap", "config": {"default_policy": null,
                       "policy_map": {"f": )" +
                       quantized + "}}}"}) {
    CHECK(dense_of(R"("dtype": )" + dtype)
              .is(ErrorCode::unsupported, "quantized layers are not supported: int4/128"));
  }
  CHECK(dense_of(R"("use_bias": 2)").is(ErrorCode::invalid_argument, "use_bias"));
  CHECK(refusal_of_layer(R"({"class_name": "Softmax", "config": {"name": "f", "axis": []}})")
            .is(ErrorCode::invalid_argument, "axis: expected an axis, got none"));
  CHECK(refusal_of_layer(R"({"class_name": "RNN", "config": {"name": "f", "cell": {"class_name":
    "GRUCell", "config": {"units": 2, "activation": {"class_name": "LeakyReLU", "config": {}}}}}})")
            .is(ErrorCode::unsupported, "layer 'f'"));
  std::string cells;
  for (int i = 0; i < 1001; ++i) {
    cells +=
        std::string(i > 0 ? ", " : "") + R"({"class_name": "GRUCell", "config": {"units": 1}})";
  }
  CHECK(refusal_of_layer(R"({"class_name": "RNN", "config": {"name": "f", "cell": {"class_name":
    "StackedRNNCells", "config": {"cells": [)" +
                         cells + "]}}}}")
            .is(ErrorCode::out_of_range, "at most 1000 cells, got 1001"));
}

TEST_CASE("A class is Keras's only if its module is", "[keras]") {
  const auto of = [](const std::string& module) {
    return refusal_of_layer(R"({"class_name": "Dense", "module": ")" + module +
                            R"(", "config": {"name": "f", "units": 2}})");
  };
  for (const char* module :
       {"keras", "keras.layers", "keras.src.layers.core.dense", "tf_keras.layers",
        "tensorflow.keras.layers", "tensorflow.python.keras.layers.core", "builtins"}) {
    INFO(module);
    CHECK(of(module).message.empty());
  }
  for (const char* module : {"keras_cv.layers", "keras_hub.src.layers", "keras_layers",
                             "tensorflow_addons.layers", "tensorflow_text.python", "mine"}) {
    INFO(module);
    CHECK(of(module).is(ErrorCode::unsupported, module));
  }
}

TEST_CASE("What linnet makes of functions is no class of a file", "[keras]") {
  CHECK(refusal_of_layer(R"({"class_name": "Operation", "module": "keras.layers",
    "config": {"name": "f", "function": "relu"}})")
            .is(ErrorCode::unsupported, "'Operation'"));
}

TEST_CASE("A layer that two places share has one set of weights, whatever its class is called",
          "[keras]") {
  const test::TempFolder folder;
  const std::string norm = R"({"class_name": "BatchNormalizationV1", "shared_object_id": 7,
    "config": {"name": "n"}})";
  test::put_text(folder.path("m.json"), text_of_layers(norm + ", " + norm));
  CHECK(Model::load(folder.path("m.json")).count_params() == 4 * 3);
}

TEST_CASE("An entry without a class, a config or a name is told by its number", "[keras]") {
  const std::string dense = R"({"class_name": "Dense", "config": {"name": "f", "units": 2}}, )";
  for (const char* entry : {R"({"config": {"name": "g"}})", R"({"class_name": "Dense"})"}) {
    INFO(entry);
    CHECK(refusal_of_layer(dense + entry).is(ErrorCode::not_found, "layer number 3"));
    CHECK(refusal_of_text(std::string(R"({"class_name": "Functional", "config": {"name": "m",
      "layers": [)") + entry +
                          R"(], "input_layers": [], "output_layers": []}})")
              .message.find("layer number 1") != std::string::npos);
  }
}

TEST_CASE("Inputs that are not dense are refused", "[keras]") {
  for (const std::string key : {"sparse", "ragged"}) {
    const std::string input = R"({"class_name": "Sequential", "config": {"name": "m", "layers":
        [{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 3], ")" +
                              key + "\": ";
    const std::string dense =
        R"(}}, {"class_name": "Dense", "config": {"name": "d", "units": 1}}]}})";
    CHECK(refusal_of_text(input + "false" + dense).message.empty());
    CHECK(refusal_of_text(input + "true" + dense)
              .is(ErrorCode::unsupported, "InputLayer: " + key + ": only dense inputs"));
  }
}

TEST_CASE("A JSON text may begin with blanks and a byte order mark", "[keras]") {
  const std::string text =
      text_of_layers(R"({"class_name": "Dense", "config": {"name": "f", "units": 2}})");
  for (const char* begin :
       {"", " ", "\t", "\n\n\n\n\n\n\n\n", "\r\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"}) {
    CHECK(refusal_of_text(begin + text).message.empty());
    CHECK(refusal_of_text(begin + ("{\t" + text.substr(1))).message.empty());
  }
}

TEST_CASE("A text of a .keras file that is too long is refused before it is unpacked", "[keras]") {
  std::string noise(std::size_t{65} << 20, ' ');
  std::uint32_t state = 1;
  for (std::size_t at = 0; at < noise.size() / 20; ++at) {  // so that deflate shrinks it little
    state = state * 1664525 + 1013904223;
    noise[at] = static_cast<char>(state >> 24);
  }
  test::ZipBuilder zip;
  zip.add("config.json", noise, true).crc ^= 1;  // unpacked, it would be damaged
  zip.add("model.weights.h5", "");
  CHECK(refusal_of_text(zip.file())
            .is(ErrorCode::out_of_range, "config.json: a text of 68157440 bytes"));
}
