#include "applications/networks.hpp"

#include <linnet/applications/networks.hpp>

namespace linnet::inline v0::applications {

namespace {

template <int kNumber>
detail::Network efficientnet(const ApplicationOptions& options) {
  return detail::efficientnet(options, kNumber);
}

/// A network with options of its own, which are as they are by default.
template <class Options, detail::Network (*kConnect)(const Options&)>
detail::Network by_default(const ApplicationOptions& options) {
  return kConnect(detail::with_defaults<Options>(options));
}

constexpr auto kMobileNet = by_default<MobileNetOptions, detail::mobilenet>;
constexpr auto kMobileNetV2 = by_default<MobileNetV2Options, detail::mobilenet_v2>;
constexpr auto kV3Large = by_default<MobileNetV3Options, detail::mobilenet_v3_large>;
constexpr auto kV3Small = by_default<MobileNetV3Options, detail::mobilenet_v3_small>;

constexpr ImageNetwork kNetworks[] = {
    {"DenseNet121", 224, "torch", detail::densenet121},
    {"DenseNet169", 224, "torch", detail::densenet169},
    {"DenseNet201", 224, "torch", detail::densenet201},
    {"EfficientNetB0", 224, "none", efficientnet<0>},
    {"EfficientNetB1", 240, "none", efficientnet<1>},
    {"EfficientNetB2", 260, "none", efficientnet<2>},
    {"EfficientNetB3", 300, "none", efficientnet<3>},
    {"EfficientNetB4", 380, "none", efficientnet<4>},
    {"EfficientNetB5", 456, "none", efficientnet<5>},
    {"EfficientNetB6", 528, "none", efficientnet<6>},
    {"EfficientNetB7", 600, "none", efficientnet<7>},
    {"InceptionV3", 299, "tf", detail::inception_v3},
    {"MobileNet", 224, "tf", kMobileNet},
    {"MobileNetV2", 224, "tf", kMobileNetV2},
    {"MobileNetV3Large", 224, "none", kV3Large},
    {"MobileNetV3Small", 224, "none", kV3Small},
    {"ResNet101", 224, "caffe", detail::resnet101},
    {"ResNet101V2", 224, "tf", detail::resnet101v2},
    {"ResNet152", 224, "caffe", detail::resnet152},
    {"ResNet152V2", 224, "tf", detail::resnet152v2},
    {"ResNet50", 224, "caffe", detail::resnet50},
    {"ResNet50V2", 224, "tf", detail::resnet50v2},
    {"VGG16", 224, "caffe", detail::vgg16},
    {"VGG19", 224, "caffe", detail::vgg19},
    {"Xception", 299, "tf", detail::xception},
};

}  // namespace

Model ImageNetwork::build(const ApplicationOptions& options) const {
  return detail::finish(connect(options), options);
}

Index ImageNetwork::count_params(const ApplicationOptions& options) const {
  return detail::count_params(connect(options));
}

std::string ImageNetwork::weight_file(const ApplicationOptions& options) const {
  return connect(options).file;
}

std::span<const ImageNetwork> image_networks() { return kNetworks; }

const ImageNetwork& image_network(std::string_view name) {
  std::string known;
  for (const ImageNetwork& network : kNetworks) {
    if (network.name == name) return network;
    known += detail::cat(known.empty() ? "" : ", ", network.name);
  }
  detail::fail(ErrorCode::not_found,
               detail::cat("there is no image network '", name, "'; known: ", known));
}

}  // namespace linnet::inline v0::applications
