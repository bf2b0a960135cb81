// Layers and models that cannot be: refused where they are made.
#include <limits>
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("Layers that cannot be are refused at the line that makes them", "[layers]") {
  const Value x = input({4});
  CHECK(error_of([&] { x | Dense{.units = 0}; }).is(ErrorCode::invalid_argument, "Dense: units"));
  CHECK(error_of([&] {
          x | Dense{.units = -2, .name = "d"};
        }).is(ErrorCode::invalid_argument, "d: Dense: units must be positive, got -2"));
  CHECK(error_of([&] { input({any}) | Dense{.units = 2}; }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] { x | Embedding{.input_dim = 0, .output_dim = 2}; }).code.has_value());
  CHECK(error_of([&] { x | GlobalAveragePooling1D{}; }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] { x | GlobalMaxPooling1D{}; }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] { DataFormat::named("nchw"); }).is(ErrorCode::not_found, "nchw"));
  CHECK(error_of([&] { x | Dropout{.rate = 1.5f}; }).is(ErrorCode::invalid_argument, "rate"));
  CHECK(error_of([&] {
          x | Dropout{.rate = std::numeric_limits<float>::quiet_NaN()};
        }).is(ErrorCode::invalid_argument, "rate"));
  CHECK(error_of([&] { x | Reshape{{3}}; }).is(ErrorCode::shape_mismatch, "Reshape"));
  CHECK(error_of([&] { x | Reshape{{-1, -1}}; }).code.has_value());
  CHECK(error_of([&] { x | Reshape{{-1, 3}}; }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] { call(Add{}, {x}); }).is(ErrorCode::invalid_argument, "Add"));
  CHECK(error_of([&] { add(x, input({3})); }).is(ErrorCode::shape_mismatch, "Add"));
  CHECK(error_of([&] { concatenate({x, input({3, 2})}); }).code.has_value());
  CHECK(error_of([&] { concatenate({x, x}, 7); }).code.has_value());
  CHECK(error_of([&] {
          call(Dense{.units = 2}, {x, x});
        }).is(ErrorCode::invalid_argument, "one input"));
}

TEST_CASE("Sizes beyond what a sum can hold are refused, not wrapped around", "[layers]") {
  const Index most = std::numeric_limits<Index>::max();
  const Value row = input({8, 4}), picture = input({8, 8, 3});
  const auto refused = [](const Caught& caught) {
    return caught.is(ErrorCode::invalid_argument, "must be at most");
  };
  CHECK(refused(error_of([&] { row | ZeroPadding1D{.padding = {0, most}}; })));
  CHECK(refused(error_of([&] { row | Cropping1D{.cropping = {most, most}}; })));
  CHECK(refused(error_of(
      [&] { picture | Conv2D{.filters = 4, .kernel_size = 3, .dilation_rate = Index{1} << 62}; })));
  CHECK(refused(error_of([&] { picture | MaxPooling2D{.pool_size = most}; })));
  CHECK(refused(error_of([&] { picture | AdaptiveMaxPooling2D{.output_size = most}; })));
  CHECK(refused(error_of([&] { picture | Resizing{.height = 3, .width = most}; })));
  CHECK(error_of([&] { input({2}) | RMSNormalization{.axis = {4294967295}}; }).code.has_value());
}

TEST_CASE("Models that cannot be are refused", "[model]") {
  const Value x = input({4}), other = input({4});
  const Value y = x | Dense{.units = 2};
  CHECK(error_of([&] { Model(Values{}, Values{y}); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([&] {
          Model(x, add(y, other | Dense{.units = 2}));
        }).is(ErrorCode::invalid_argument, "input"));
  CHECK(error_of([&] {
          Model(x, x | Dense{.units = 2, .name = "a"} | Dense{.units = 2, .name = "a"});
        }).is(ErrorCode::invalid_argument, "'a'"));
  CHECK(error_of([&] {
          Sequential().predict(Tensor(DType::float32, {1, 2}));
        }).is(ErrorCode::bad_state, "no layers"));
  CHECK(error_of([&] { Model({x, x}, {y}); }).is(ErrorCode::invalid_argument, "twice"));
  Sequential loop{Dense{.units = 1}};
  CHECK(error_of([&] { loop.add(loop); }).is(ErrorCode::invalid_argument, "itself"));
  CHECK(error_of([&] {
          Sequential{Dense{.units = 2, .name = "a"}, Dense{.units = 2, .name = "a"}};
        }).is(ErrorCode::invalid_argument, "'a'"));
  Sequential built{Dense{.units = 1}};
  built.build({any, 2});
  CHECK(error_of([&] { built.add(Dense{.units = 1}); }).is(ErrorCode::bad_state));
  CHECK(error_of([&] { built.build({any, 2}); }).is(ErrorCode::bad_state));
  CHECK(error_of([&] { built.layer("nothing"); }).is(ErrorCode::not_found, "dense"));
  const auto before = built.get_weights();
  CHECK(error_of([&] { built.set_weights({before[0]}); }).is(ErrorCode::invalid_argument));
  const Tensor ones = Tensor::full<float>({2, 1}, 1.0f);
  CHECK(error_of([&] { built.set_weights({ones, ones}); }).is(ErrorCode::shape_mismatch, "bias"));
  CHECK(same_bits(built.get_weights()[0], before[0]));
}

TEST_CASE("A layer that there is not is told with ten that there are, and how many", "[model]") {
  Sequential model{Input{{2}}};
  const auto asked = [&] { return error_of([&] { model.layer("z"); }); };
  for (int i = 0; i < 10; ++i) model.add(Dense{.units = 1, .name = detail::cat("d", i)});
  CHECK(asked().message.ends_with("there are: d0, d1, d2, d3, d4, d5, d6, d7, d8, d9"));
  for (int i = 10; i < 2000; ++i) model.add(Dense{.units = 1, .name = detail::cat("d", i)});
  CHECK(asked().message.ends_with("d8, d9, ... (2000 in all)"));
}

}  // namespace linnet::test
