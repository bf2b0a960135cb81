#include <linnet/applications/vgg.hpp>

#include "applications/networks.hpp"

namespace linnet::inline v0::applications {

namespace {

/// Five blocks; the last three have `deep` convolutions.
detail::Network connect(const ApplicationOptions& options, Index deep, const std::string& name) {
  const Value x = detail::image_input(options, 224, 32);
  Value y = x;
  for (Index block = 1; block <= 5; ++block) {
    const std::string prefix = linnet::detail::cat("block", block);
    for (Index i = 1; i <= (block <= 2 ? 2 : deep); ++i) {
      y = y | Conv2D{.filters = std::min<Index>(Index{32} << block, 512),
                     .kernel_size = 3,
                     .padding = "same",
                     .activation = "relu",
                     .name = linnet::detail::cat(prefix, "_conv", i)};
    }
    y = y | MaxPooling2D{.name = prefix + "_pool"};
  }
  if (options.include_top) {
    y = y | Flatten{.name = "flatten"} | Dense{.units = 4096, .activation = "relu", .name = "fc1"} |
        Dense{.units = 4096, .activation = "relu", .name = "fc2"} | detail::predictions(options);
  } else {
    y = detail::pooled(y, options, detail::PoolingNames::generated);
  }
  return {x, y, name, detail::tf_kernels(options, name), "caffe"};
}

}  // namespace

namespace detail {

Network vgg16(const ApplicationOptions& options) { return connect(options, 3, "vgg16"); }
Network vgg19(const ApplicationOptions& options) { return connect(options, 4, "vgg19"); }

}  // namespace detail

Model VGG16(const ApplicationOptions& options) {
  return detail::finish(detail::vgg16(options), options);
}
Model VGG19(const ApplicationOptions& options) {
  return detail::finish(detail::vgg19(options), options);
}

}  // namespace linnet::inline v0::applications
