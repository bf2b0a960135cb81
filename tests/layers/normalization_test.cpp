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

}  // namespace linnet::test
