#include <linnet/images/image.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace linnet::test {

TEST_CASE("A linnet without pictures says so") {
  const auto decode = [](std::string_view text) {
    return error_of([&] { decode_image(std::as_bytes(std::span(text))); });
  };
  CHECK(decode("\xff\xd8\xff\xe0").is(ErrorCode::unsupported, "LINNET_WITH_IMAGES=OFF"));
  CHECK(decode("\x89PNG\r\n\x1a\n").is(ErrorCode::unsupported, "LINNET_WITH_IMAGES=OFF"));
  CHECK(error_of([] {
          write_png("a.png", Tensor(DType::uint8, {2, 2, 3}));
        }).is(ErrorCode::unsupported, "a.png: PNG: linnet was built without pictures"));
}

}  // namespace linnet::test
