#include <algorithm>
#include <string_view>

#include "images/codec.hpp"
#include "images/codecs/c_errors.hpp"

// jpeglib.h counts on <cstdio> before it.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

namespace linnet::inline v0::detail {

namespace {

constexpr int kMostScans = 500;  // a small file may name many more, each as slow as a picture

CErrors& errors_of(j_common_ptr info) { return *static_cast<CErrors*>(info->client_data); }

void on_error(j_common_ptr info) {
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  errors_of(info).raise(message);
}

/// Warnings are of slight damage, which is decoded as well as it goes; but the end must be there.
void on_message(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) {
    errors_of(info).raise("the file ends before the picture does");
  }
}

void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMostScans) {
    errors_of(info).raise("too many scans");
  }
}

class JpegReader {
 public:
  explicit JpegReader(std::span<const std::byte> bytes) {
    info_.err = jpeg_std_error(&manager_);
    manager_.error_exit = on_error;
    manager_.emit_message = on_message;
    manager_.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = on_progress;
    info_.client_data = &errors_;
    errors_.guard([&] {
      jpeg_create_decompress(&info_);
      info_.client_data = &errors_;
      info_.progress = &progress_;
      jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()),
                   static_cast<unsigned long>(bytes.size()));
      jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xffff);
    });
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  void read_header() {
    errors_.guard([&] { jpeg_read_header(&info_, TRUE); });
    if (info_.num_components != 1 && info_.num_components != 3 && info_.num_components != 4) {
      fail(ErrorCode::unsupported, cat("expected 1, 3 or 4 channels, got ", info_.num_components));
    }
    info_.out_color_space = info_.num_components == 1   ? JCS_GRAYSCALE
                            : info_.num_components == 3 ? JCS_RGB
                                                        : JCS_CMYK;
  }
  Shape shape() const {
    return {static_cast<Index>(info_.image_height), static_cast<Index>(info_.image_width),
            info_.num_components};
  }
  void read_rows(std::uint8_t* rows, std::size_t row_bytes) {
    errors_.guard([&] {
      jpeg_start_decompress(&info_);
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW row = rows + info_.output_scanline * row_bytes;
        jpeg_read_scanlines(&info_, &row, 1);
      }
    });
  }
  int orientation() const {
    constexpr std::string_view kExif("Exif\0\0", 6);
    for (auto* marker = info_.marker_list; marker != nullptr; marker = marker->next) {
      const std::span data(reinterpret_cast<const std::byte*>(marker->data), marker->data_length);
      const std::string_view text(reinterpret_cast<const char*>(data.data()), data.size());
      if (text.starts_with(kExif)) return exif_orientation(data.subspan(kExif.size()));
    }
    return 1;
  }

 private:
  CErrors errors_;
  jpeg_error_mgr manager_ = {};
  jpeg_progress_mgr progress_ = {};
  jpeg_decompress_struct info_ = {};
};

}  // namespace

Picture decode_jpeg(std::span<const std::byte> bytes, Index max_pixels) {
  JpegReader reader(bytes);
  reader.read_header();
  const Shape shape = reader.shape();
  require_pixels(shape[0], shape[1], max_pixels);
  Picture picture{Tensor(DType::uint8, shape), reader.orientation()};
  reader.read_rows(picture.pixels.data<std::uint8_t>().data(),
                   static_cast<std::size_t>(shape[1] * shape[2]));
  if (shape[2] == 4) picture.pixels = rgb_of_inverted_cmyk(picture.pixels);
  return picture;
}

}  // namespace linnet::inline v0::detail
