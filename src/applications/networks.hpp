// Every ready-made image network as connected layers.
#pragma once

#include <linnet/applications/mobilenet.hpp>

#include "applications/network.hpp"

namespace linnet::inline v0::applications::detail {

Network densenet121(const ApplicationOptions& options);
Network densenet169(const ApplicationOptions& options);
Network densenet201(const ApplicationOptions& options);
Network efficientnet(const ApplicationOptions& options, int number);
Network inception_v3(const ApplicationOptions& options);
Network mobilenet(const MobileNetOptions& options);
Network mobilenet_v2(const MobileNetV2Options& options);
Network mobilenet_v3_small(const MobileNetV3Options& options);
Network mobilenet_v3_large(const MobileNetV3Options& options);
Network resnet50(const ApplicationOptions& options);
Network resnet101(const ApplicationOptions& options);
Network resnet152(const ApplicationOptions& options);
Network resnet50v2(const ApplicationOptions& options);
Network resnet101v2(const ApplicationOptions& options);
Network resnet152v2(const ApplicationOptions& options);
Network vgg16(const ApplicationOptions& options);
Network vgg19(const ApplicationOptions& options);
Network xception(const ApplicationOptions& options);

}  // namespace linnet::inline v0::applications::detail
