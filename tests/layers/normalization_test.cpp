#include <cmath>
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("Batch renormalization predicts as Keras's does, by the moving statistics", "[layers]") {
  Sequential model{BatchNormalization{.renorm = true}};
  model.build({any, 2});
  CHECK(model.count_params() == 14);
  const Tensor x = Tensor::of<float>({2, 2}, {1, 2, 3, 4});
  const float scale = 1 / std::sqrt(1.001f);
  CHECK(close(model.predict(x), Tensor::of<float>({2, 2}, {scale, 2 * scale, 3 * scale, 4 * scale}),
              1e-6));
}

TEST_CASE("Bounds of renorm are saved, and refused where they make no sense", "[layers]") {
  const BatchNormalization layer{.renorm = true, .renorm_clipping = {.rmax = 3, .dmax = 5}};
  const Config config = config_of(layer);
  CHECK(config.at("renorm_clipping").at("rmax").as_number() == 3);
  CHECK(config.at("renorm_clipping").find("rmin") == nullptr);
  CHECK(config_of(from_fields<BatchNormalization>(config, "")) == config);
  CHECK(config_of(BatchNormalization{}).at("renorm_clipping").is_null());
  const auto refused = [](const RenormClipping& clipping) {
    return error_of([&] { input({3}) | BatchNormalization{.renorm_clipping = clipping}; });
  };
  CHECK(refused({.rmax = 1, .rmin = 2}).is(ErrorCode::invalid_argument, "got 2 and 1"));
  CHECK(refused({.dmax = -1}).is(ErrorCode::invalid_argument, "dmax"));
  Config other = Config::object();
  other["dmin"] = Config(1);
  CHECK(error_of([&] {
          RenormClipping::from_config(other);
        }).is(ErrorCode::invalid_argument, "dmin"));
}

TEST_CASE("The scale of RMSNormalization stands along the last axis where it fits there",
          "[layers]") {
  // Keras 3.15 multiplies by it without a look at `axis`.
  const auto scaled = [](const Shape& shape, const std::vector<float>& numbers) {
    const Value x = input(shape.without(0));
    Model model(x, x | RMSNormalization{.axis = {1}, .epsilon = 1e-12});
    model.set_weights({Tensor::of<float>({2}, {1, 10})});
    return model.predict(Tensor::of(shape, numbers));
  };
  const float root = std::sqrt(12.5f);
  CHECK(close(scaled({1, 2, 2}, {3, 4, 4, 3}),
              Tensor::of<float>({1, 2, 2}, {3 / root, 40 / root, 4 / root, 30 / root}), 1e-5));
  CHECK(
      close(scaled({1, 2, 1}, {3, 4}), Tensor::of<float>({1, 2, 1}, {3 / root, 40 / root}), 1e-5));
}

}  // namespace linnet::test
