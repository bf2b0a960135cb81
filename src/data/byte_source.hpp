// ByteSource: the bytes of a file, unpacked if it is gzip, without a byte-order mark.
#pragma once

#include <linnet/core/shape.hpp>
#include <string>
#include <vector>

struct gzFile_s;

namespace linnet::inline v0 {
namespace detail {

class ByteSource {
 public:
  static constexpr int kEnd = -1;

  /// Error: not_found, io. `limit`: unpacked bytes.
  ByteSource(std::string path, Index limit);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  const std::string& path() const { return path_; }

  /// The next byte, or kEnd. Error: io, corrupt_file; invalid_argument: more bytes than the limit.
  int peek() {
    if (next_ == end_ && !fill()) return kEnd;
    return static_cast<unsigned char>(buffer_[next_]);
  }
  int take() {
    const int byte = peek();
    if (byte != kEnd) ++next_;
    return byte;
  }
  /// Appends bytes to `out` up to the first that is in `stops` (which stays), at most `most`.
  void take_until(const bool (&stops)[256], std::size_t most, std::string& out);

 private:
  bool fill();

  std::string path_;
  Index left_;
  gzFile_s* file_ = nullptr;
  std::vector<char> buffer_;
  std::size_t next_ = 0, end_ = 0;
};

}  // namespace detail
}  // namespace linnet::inline v0
