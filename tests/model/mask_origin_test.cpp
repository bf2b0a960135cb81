#include "model/mask_origin.hpp"

#include <linnet/linnet.hpp>
#include <set>

#include "catch.hpp"

using namespace linnet;

namespace {

template <class L>
bool hands_masks_on() {
  if constexpr (requires { L::kMask; }) return L::kMask == MaskRule::pass;
  return false;
}

template <class... Ls>
std::set<std::string_view> handing_on(LayerList<Ls...>) {
  std::set<std::string_view> names;
  ((hands_masks_on<Ls>() ? void(names.insert(Ls::kName)) : void()), ...);
  return names;
}

}  // namespace

TEST_CASE("Layers of one input hand masks on that have supports_masking in Keras", "[model]") {
  // Keras 3.15, without those that make a mask or have a rule of their own.
  const std::set<std::string_view> expected{"Activation",
                                            "ActivityRegularization",
                                            "AlphaDropout",
                                            "BatchNormalization",
                                            "Dense",
                                            "Dropout",
                                            "ELU",
                                            "GaussianDropout",
                                            "GaussianNoise",
                                            "GroupNormalization",
                                            "Identity",
                                            "LayerNormalization",
                                            "LeakyReLU",
                                            "Normalization",
                                            "PReLU",
                                            "ReLU",
                                            "Rescaling",
                                            "Softmax",
                                            "SpatialDropout1D",
                                            "SpatialDropout2D",
                                            "SpatialDropout3D",
                                            "TimeDistributed",
                                            "UnitNormalization"};
  CHECK(handing_on(BuiltInLayers()) == expected);
}

TEST_CASE("SpectralNormalization carries the mask that the layer in it hands on", "[model]") {
  const Value words = input({4}) | Embedding{.input_dim = 9, .output_dim = 3, .mask_zero = true};
  const auto carries = [&](const Layer& inner) {
    const Value y = words | SpectralNormalization{.layer = inner};
    return detail::MaskCarriers().may_carry(y);
  };
  CHECK(carries(Dense{.units = 2}));
  CHECK_FALSE(carries(Conv1D{.filters = 2, .kernel_size = 1}));
  const Tensor ids = Tensor::of<float>({1, 4}, {3, 0, 5, 0});
  const auto mean = [&](const Layer& inner) {
    const Value x = input({4});
    const Value y = x | Embedding{.input_dim = 9, .output_dim = 3, .mask_zero = true};
    const Value z = y | SpectralNormalization{.layer = inner};
    const Model all(x, z | Reshape{.target_shape = {4, 2}} | GlobalAveragePooling1D{});
    const Model kept(x, z | GlobalAveragePooling1D{});
    return std::pair(all.predict(ids), kept.predict(ids));
  };
  const auto [all, kept] = mean(Dense{.units = 2, .bias_initializer = "ones"});
  CHECK_FALSE(all == kept);
  const auto [every, same] =
      mean(Conv1D{.filters = 2, .kernel_size = 1, .bias_initializer = "ones"});
  CHECK(every == same);
}
