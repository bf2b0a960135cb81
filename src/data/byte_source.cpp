#include "data/byte_source.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <linnet/core/error.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {
namespace detail {

namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

}  // namespace

ByteSource::ByteSource(std::string path, Index limit)
    : path_(std::move(path)), left_(limit), buffer_(kBufferBytes) {
  require_path("read", path_);
  errno = 0;
  file_ = gzopen(path_.c_str(), "rb");  // reads a file that does not begin as gzip as it is
  if (file_ == nullptr) {
    const int reason = errno == 0 ? ENOMEM : errno;
    fail(reason == ENOENT ? ErrorCode::not_found : ErrorCode::io,
         cat(path_, ": cannot be opened: ", std::strerror(reason)));
  }
  gzbuffer(file_, static_cast<unsigned>(kBufferBytes));
  try {
    fill();
  } catch (const Error&) {
    gzclose(file_);
    throw;
  }
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (std::string_view(buffer_.data(), end_).starts_with(kMark)) next_ = kMark.size();
}

ByteSource::~ByteSource() { gzclose(file_); }

bool ByteSource::fill() {
  const int count = gzread(file_, buffer_.data(), static_cast<unsigned>(buffer_.size()));
  int status = Z_OK;
  gzerror(file_, &status);
  if (count < 0 && status == Z_ERRNO) {
    fail(ErrorCode::io, cat(path_, ": cannot be read: ", std::strerror(errno)));
  }
  if (count == 0 && status == Z_BUF_ERROR) {
    fail(ErrorCode::corrupt_file, cat(path_, ": the gzip data is cut off"));
  }
  if (count < 0) fail(ErrorCode::corrupt_file, cat(path_, ": the gzip data is damaged"));
  left_ -= count;
  if (left_ < 0) {
    fail(ErrorCode::invalid_argument, cat(path_, ": more bytes than max_total_bytes allows"));
  }
  next_ = 0;
  end_ = static_cast<std::size_t>(count);
  return count > 0;
}

void ByteSource::take_until(const bool (&stops)[256], std::size_t most, std::string& out) {
  while (most > 0 && peek() != kEnd) {
    const std::size_t limit = next_ + std::min(most, end_ - next_);
    std::size_t i = next_;
    while (i < limit && !stops[static_cast<unsigned char>(buffer_[i])]) ++i;
    out.append(buffer_.data() + next_, i - next_);
    most -= i - next_;
    next_ = i;
    if (i < limit) return;
  }
}

}  // namespace detail
}  // namespace linnet::inline v0
