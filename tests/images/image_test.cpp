#include <array>
#include <linnet/images/image.hpp>
#include <linnet/io/atomic_file.hpp>

#include "core/error_of.hpp"
#include "core/rounds.hpp"
#include "golden/golden.hpp"
#include "io/temp_folder.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

std::span<const std::byte> bytes_of(const Tensor& file) {
  return {static_cast<const std::byte*>(file.raw()), file.bytes()};
}

Tensor file_of(const std::string& name) {
  const Golden golden("images");
  for (const GoldenCase& each : golden.cases()) {
    if (each.name == name) return each.at("file/0");
  }
  detail::fail(ErrorCode::not_found, name);
}

/// A picture of one colour.
Tensor plain(Index height, Index width, Index channels) {
  return Tensor::full({height, width, channels}, std::uint8_t{80});
}

}  // namespace

TEST_CASE("Pictures are read with the values that PIL gives") {
  const Golden golden("images");
  Index read = 0;
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.at("kind").as_string() != "read") continue;
    INFO(each.name);
    ++read;
    const Tensor file = each.at("file/0");
    for (const ColorMode mode : {ColorMode("rgb"), ColorMode("rgba"), ColorMode("grayscale")}) {
      const Tensor* wanted = each.find(mode.str());
      if (wanted == nullptr) continue;
      INFO(mode.str());
      CHECK(decode_image(bytes_of(file), {.color_mode = mode}) == *wanted);
    }
    if (const Tensor* wanted = each.find("turned")) {
      CHECK(decode_image(bytes_of(file), {.exif_orientation = true}) == *wanted);
    }
  }
  CHECK(read == 38);
}

TEST_CASE("resize_image gives the values of PIL's filters") {
  Index resized = 0;
  const Golden golden("images");
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.at("kind").as_string() != "resize") continue;
    INFO(each.name);
    ++resized;
    const Tensor wanted = each.at("output/0");
    const auto filter = ImageFilter::named(each.facts.at("interpolation").as_string());
    const ImageSize size{wanted.shape()[0], wanted.shape()[1]};
    CHECK(resize_image(each.at("input/0"), size, filter) == wanted);
  }
  CHECK(resized == 54);
}

TEST_CASE("A picture is resized as it is read") {
  const Tensor file = file_of("jpeg_420");
  const Tensor whole = decode_image(bytes_of(file));
  const Tensor small =
      decode_image(bytes_of(file), {.target_size = {5, 4}, .interpolation = "bilinear"});
  CHECK(small == resize_image(whole, {5, 4}, "bilinear"));
  CHECK(decode_image(bytes_of(file), {.target_size = {5, 4}}) == resize_image(whole, {5, 4}));
}

TEST_CASE("Pictures that are cut off are refused wherever they end") {
  for (const char* name : {"jpeg_420", "jpeg_progressive", "jpeg_cmyk", "png_color",
                           "png_palette_alpha", "png_interlaced", "jpeg_orientation_6"}) {
    const Tensor file = file_of(name);
    const auto bytes = bytes_of(file);
    INFO(name);
    for (std::size_t size = 0; size + 40 < bytes.size(); size += 1 + size / 40) {
      INFO(size);
      CHECK(error_of([&] { decode_image(bytes.first(size)); }).is(ErrorCode::corrupt_file));
    }
  }
}

TEST_CASE("Damaged bytes of a picture give a picture or an error") {
  const RandomStream random(7, "damage");
  std::uint64_t drawn = 0;
  for (const char* name : {"jpeg_420", "jpeg_progressive", "jpeg_orientation_6", "png_color",
                           "png_palette_alpha", "png_interlaced", "png_orientation_3"}) {
    for (int round = 0; round < rounds(200); ++round) {
      Tensor file = file_of(name).clone();
      const auto data = file.data<std::uint8_t>();
      for (int i = 0; i < 3; ++i) {
        const auto at = static_cast<std::size_t>(random.below(data.size(), drawn++));
        data[at] = static_cast<std::uint8_t>(random.below(256, drawn++));
      }
      try {
        const Tensor picture =
            decode_image(bytes_of(file), {.exif_orientation = true, .max_pixels = 1 << 20});
        CHECK(picture.shape()[2] == 3);
      } catch (const Error& error) {
        CHECK_FALSE(std::string_view(error.what()).empty());
      }
    }
  }
}

TEST_CASE("Huge pictures are refused before they are read") {
  const Tensor jpeg = file_of("jpeg_420"), png = file_of("png_color");  // 11 x 13
  for (const Tensor& file : {jpeg, png}) {
    CHECK(decode_image(bytes_of(file), {.max_pixels = 143}).shape() == Shape{11, 13, 3});
    CHECK(error_of([&] {
            decode_image(bytes_of(file), {.max_pixels = 142});
          }).is(ErrorCode::out_of_range, "11 x 13 pixels, more than max_pixels = 142"));
  }
  Tensor huge = png.clone();  // its header says 2^31 - 1 wide
  const std::uint8_t header[] = {0x7f, 0xff, 0xff, 0xff};
  std::ranges::copy(header, huge.data<std::uint8_t>().begin() + 16);
  CHECK(error_of([&] { decode_image(bytes_of(huge)); }).is(ErrorCode::corrupt_file, "CRC"));
}

TEST_CASE("A JPEG as large as its format allows is more than is read unless one asks for it") {
  Tensor file = file_of("jpeg_420").clone();
  const auto data = file.data<std::uint8_t>();
  const std::uint8_t frame[] = {0xff, 0xc0};  // marker, length (2), bits, height (2), width (2)
  const auto found = std::ranges::search(data, frame);
  REQUIRE(found.size() == 2);
  std::ranges::copy(std::array<std::uint8_t, 4>{0xff, 0xdc, 0xff, 0xdc}, found.begin() + 5);
  const auto error = error_of([&] { decode_image(bytes_of(file)); });
  CHECK(error.is(ErrorCode::out_of_range, "65500 x 65500 pixels, more than max_pixels = 17"));
}

TEST_CASE("Other formats are named, files too") {
  const auto decode = [](std::string_view text) {
    return error_of([&] { decode_image(std::as_bytes(std::span(text))); });
  };
  CHECK(decode("").is(ErrorCode::corrupt_file, "empty (0 bytes)"));
  CHECK(decode("GIF89a....").is(ErrorCode::unsupported, "expected JPEG or PNG, got GIF"));
  CHECK(decode("RIFF....WEBPVP8 ").is(ErrorCode::unsupported, "WebP"));
  CHECK(decode("hello").is(ErrorCode::corrupt_file, "neither"));

  const TempFolder folder;
  const std::string path = folder.path("a.jpg");
  CHECK(error_of([&] { read_image(path); }).is(ErrorCode::io, "a.jpg"));
  write_file(path, bytes_of(file_of("jpeg_420")).first(300));
  CHECK(error_of([&] { read_image(path); }).is(ErrorCode::corrupt_file, "a.jpg: JPEG: "));
  write_file(path, {});
  CHECK(error_of([&] { read_image(path); }).is(ErrorCode::corrupt_file, "a.jpg: the picture is"));
  CHECK(error_of([&] { read_image(folder.path("")); }).is(ErrorCode::io, "regular file"));
}

TEST_CASE("write_png keeps every pixel") {
  const TempFolder folder;
  const std::string path = folder.path("a.png");
  for (const Index channels : {1, 2, 3, 4}) {
    const Tensor image = random_ints({5, 7, channels}, 1, 256, DType::uint8);
    write_png(path, image);
    const Tensor read = read_image(path, {.color_mode = "rgba"});
    for (Index i = 0; i < 35; ++i) {
      const auto at = static_cast<std::size_t>(i), from = at * static_cast<std::size_t>(channels);
      const auto x = image.data<std::uint8_t>(), y = read.data<std::uint8_t>();
      CHECK(y[4 * at] == x[from]);
      CHECK(y[4 * at + 2] == x[from + (channels > 2 ? 2 : 0)]);
      CHECK(y[4 * at + 3] ==
            (channels % 2 == 0 ? x[from + static_cast<std::size_t>(channels) - 1] : 255));
    }
  }
  write_png(path, plain(4, 6, 1).reshaped({4, 6}));
  CHECK(read_image(path, {.color_mode = "grayscale"}) == plain(4, 6, 1));
  CHECK(error_of([&] { write_png(path, plain(4, 6, 5)); }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([&] {
          write_png(path, Tensor(DType::float32, {4, 6, 3}));
        }).is(ErrorCode::dtype_mismatch, "expected uint8, got float32"));
  CHECK(error_of([&] {
          write_png(path, Tensor(DType::uint8, {0, 6, 3}));
        }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("resize_image refuses what is no picture") {
  CHECK(error_of([] { resize_image(plain(4, 4, 3), {0, 3}); }).is(ErrorCode::invalid_argument));
  CHECK(error_of([] {
          resize_image(Tensor(DType::uint8, {4, 4}), {2, 3});
        }).is(ErrorCode::shape_mismatch));
  CHECK(error_of([] {
          resize_image(Tensor(DType::float32, {4, 4, 3}), {2, 3});
        }).is(ErrorCode::dtype_mismatch));
}

}  // namespace linnet::test
