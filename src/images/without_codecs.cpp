// Stands for codecs/ in a linnet that was built without pictures.
#include "images/codec.hpp"

namespace linnet::inline v0::detail {

namespace {
[[noreturn]] void refuse(const char* format) {
  fail(ErrorCode::unsupported,
       cat(format, ": linnet was built without pictures (LINNET_WITH_IMAGES=OFF)"));
}
}  // namespace

Picture decode_jpeg(std::span<const std::byte>, Index) { refuse("JPEG"); }
Picture decode_png(std::span<const std::byte>, Index) { refuse("PNG"); }
std::vector<std::byte> encode_png(const Tensor&) { refuse("PNG"); }

}  // namespace linnet::inline v0::detail
