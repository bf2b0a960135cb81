// What layers do to the masks of tensors.
#include "keras/mask_effects.hpp"

#include <linnet/linnet.hpp>

#include "catch.hpp"

namespace linnet::test {

using Flags = std::vector<bool>;
using Numbers = std::vector<Index>;

TEST_CASE("Layers without effect in predict() hand back their input, others do not", "[keras]") {
  const auto handed_back = [](const Layer& layer) {
    return detail::keras::MaskEffects().of(*layer.instance()).handed_back;
  };
  CHECK(handed_back(Dropout{.rate = 0.5}) == Numbers{0});
  CHECK(handed_back(Identity{}) == Numbers{0});
  CHECK(handed_back(Activation{.activation = "linear"}) == Numbers{0});
  CHECK(handed_back(Activation{.activation = "relu"}).empty());
  CHECK(handed_back(Dense{.units = 1}).empty());
  const Layer dropout = Dropout{.rate = 0.5};
  CHECK(detail::keras::MaskEffects().of(*dropout.instance()).empty());
}

TEST_CASE("A model does to masks what its layers do", "[keras]") {
  const Value x = input({any, 3, 4}), y = input({any, 3, 4});
  const auto attend = [](const Value& query, const Value& value) {
    return call(MultiHeadAttention{.num_heads = 1, .key_dim = 2}, {query, value});
  };
  const Value a = call(Dense{.units = 4}, {x}), b = call(Dropout{.rate = 0.5}, {y});
  const Model inner({x, y}, {b, a, attend(a, b), x});
  const Model outer({x, y}, call_all(inner, {y, x}));
  detail::keras::MaskEffects effects;
  const auto& of_inner = effects.of(*Layer(inner).instance());
  CHECK(of_inner.inputs_off == Flags{false, true});
  CHECK(of_inner.outputs_off == Flags{false, true, false, false});
  CHECK(of_inner.handed_back == Numbers{1, -1, -1, 0});
  const auto& of_outer = effects.of(*Layer(outer).instance());
  CHECK(of_outer.inputs_off == Flags{true, false});
}

}  // namespace linnet::test
