#include <png.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "images/codec.hpp"
#include "images/codecs/c_errors.hpp"

namespace linnet::inline v0::detail {

namespace {

void on_error(png_structp png, png_const_charp message) {
  static_cast<CErrors*>(png_get_error_ptr(png))->raise(message);
}
void on_warning(png_structp, png_const_charp) {}

void take(png_structp png, png_bytep to, std::size_t count) {
  auto& left = *static_cast<std::span<const std::byte>*>(png_get_io_ptr(png));
  if (left.size() < count) png_error(png, "the file ends before the picture does");
  std::memcpy(to, left.data(), count);
  left = left.subspan(count);
}

void append(png_structp png, png_bytep from, std::size_t count) {
  auto& bytes = *static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  const auto* first = reinterpret_cast<const std::byte*>(from);
  bool fits = true;
  try {
    bytes.insert(bytes.end(), first, first + count);
  } catch (const std::bad_alloc&) {
    fits = false;
  }
  if (!fits) png_error(png, "no memory");
}

void flush(png_structp) {}

class PngReader {
 public:
  explicit PngReader(std::span<const std::byte> bytes)
      : left_(bytes), most_(std::max(bytes.size(), kOwnMemory)) {
    errors_.guard([&] {
      png_ = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &errors_, on_error, on_warning, this,
                                      allocate, release);
      if (png_ == nullptr) errors_.raise("no memory, or another libpng");
      info_ = png_create_info_struct(png_);
      if (info_ == nullptr) png_error(png_, "no memory");
      png_set_read_fn(png_, &left_, take);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // require_pixels() has another
    });
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  /// Everything as 8-bit grey or RGB, with alpha where some pixel is transparent.
  void read_header() {
    errors_.guard([&] {
      png_read_info(png_, info_);
      most_ = std::numeric_limits<std::size_t>::max();  // from here on require_pixels() bounds it
      png_set_expand(png_);
      png_set_strip_16(png_);
      png_set_interlace_handling(png_);
    });
  }
  Index height() const { return static_cast<Index>(png_get_image_height(png_, info_)); }
  Index width() const { return static_cast<Index>(png_get_image_width(png_, info_)); }
  Index channels() {
    errors_.guard([&] { png_read_update_info(png_, info_); });
    return png_get_channels(png_, info_);
  }
  void read_rows(std::vector<png_bytep>& rows) {
    errors_.guard([&] { png_read_image(png_, rows.data()); });
  }
  int orientation() {
    int found = 1;
#ifdef PNG_eXIf_SUPPORTED
    png_uint_32 size = 0;
    png_bytep exif = nullptr;
    errors_.guard([&] {
      if (png_get_eXIf_1(png_, info_, &size, &exif) == 0) size = 0;
    });
    if (size > 0) found = exif_orientation({reinterpret_cast<const std::byte*>(exif), size});
#endif
    return found;
  }

 private:
  static constexpr std::size_t kOwnMemory = 1 << 20;  // for libpng's and zlib's states

  /// A block that a chunk claims may be larger than the file: it is not had.
  static png_voidp allocate(png_structp png, png_alloc_size_t bytes) {
    const auto& reader = *static_cast<const PngReader*>(png_get_mem_ptr(png));
    return bytes > reader.most_ ? nullptr : std::malloc(bytes);
  }
  static void release(png_structp, png_voidp block) { std::free(block); }

  CErrors errors_;
  std::span<const std::byte> left_;
  std::size_t most_;  ///< bytes of a block
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

class PngWriter {
 public:
  PngWriter() {
    errors_.guard([&] {
      png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors_, on_error, on_warning);
      if (png_ == nullptr) errors_.raise("no memory, or another libpng");
      info_ = png_create_info_struct(png_);
      if (info_ == nullptr) png_error(png_, "no memory");
      png_set_write_fn(png_, &bytes_, append, flush);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    });
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  std::vector<std::byte> write(const Shape& shape, const std::uint8_t* pixels) {
    constexpr int kTypes[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGB_ALPHA};
    const Index height = shape[0], row_bytes = shape[1] * shape[2];
    const auto width = static_cast<png_uint_32>(shape[1]);
    const int type = kTypes[shape[2] - 1];
    errors_.guard([&] {
      png_set_IHDR(png_, info_, width, static_cast<png_uint_32>(height), 8, type,
                   PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
      png_write_info(png_, info_);
      for (Index row = 0; row < height; ++row) png_write_row(png_, pixels + row * row_bytes);
      png_write_end(png_, nullptr);
    });
    return std::move(bytes_);
  }

 private:
  CErrors errors_;
  std::vector<std::byte> bytes_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

Picture decode_png(std::span<const std::byte> bytes, Index max_pixels) {
  PngReader reader(bytes);
  reader.read_header();
  require_pixels(reader.height(), reader.width(), max_pixels);
  const Shape shape{reader.height(), reader.width(), reader.channels()};
  Picture picture{Tensor(DType::uint8, shape), reader.orientation()};
  std::vector<png_bytep> rows;
  for (Index row = 0; row < shape[0]; ++row) {
    rows.push_back(picture.pixels.data<std::uint8_t>().data() + row * shape[1] * shape[2]);
  }
  reader.read_rows(rows);
  return picture;
}

std::vector<std::byte> encode_png(const Tensor& pixels) {
  return PngWriter().write(pixels.shape(), pixels.data<std::uint8_t>().data());
}

}  // namespace linnet::inline v0::detail
