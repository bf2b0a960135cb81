#include <linnet/images/fit_image.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("fit_image gives what the resize op does") {
  const Tensor image = random_ints({9, 14, 3}, 1, 256, DType::uint8);
  for (const char* word : {"nearest", "bilinear", "bicubic", "lanczos3", "area"}) {
    const auto interpolation = Interpolation::named(word);
    const Tensor got = fit_image(image, {{5, 20}, interpolation});
    const ops::Resize op{ops::resize_kind(interpolation), 5, 20};
    const Tensor x = image.cast(DType::float32).reshaped({1, 9, 14, 3});
    CHECK(close(got, (*run_op(op, {x}))[0].reshaped({5, 20, 3}), 1e-5));
  }
}

TEST_CASE("fit_image cuts a part out, or puts black bars beside the picture") {
  const Tensor image = Tensor::full({4, 10, 1}, std::uint8_t{200});
  const Tensor cut = fit_image(image, {.image_size = {6, 6}, .crop_to_aspect_ratio = true});
  CHECK(cut == Tensor::full({6, 6, 1}, 200.0f));
  const Tensor barred = fit_image(
      image, {.image_size = {10, 10}, .interpolation = "nearest", .pad_to_aspect_ratio = true});
  for (Index row = 0; row < 10; ++row) {
    const float wanted = row >= 3 && row < 7 ? 200.0f : 0.0f;
    CHECK(barred.rows(row, row + 1) == Tensor::full({1, 10, 1}, wanted));
  }
}

TEST_CASE("fit_image refuses what is no picture") {
  const Tensor image(DType::uint8, {4, 4, 3});
  CHECK(error_of([&] { fit_image(image, {{0, 3}}); }).is(ErrorCode::invalid_argument, "got 0 x 3"));
  CHECK(error_of([&] { fit_image(image.reshaped({4, 12}), {}); }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] {
          fit_image(image.cast(DType::float32), {});
        }).is(ErrorCode::dtype_mismatch, "expected uint8"));
}

}  // namespace linnet::test
