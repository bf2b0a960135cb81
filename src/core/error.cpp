#include <charconv>
#include <linnet/core/error.hpp>
#include <system_error>
#include <utility>

namespace linnet::inline v0 {

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}
Error::Error(const Error&) = default;
Error& Error::operator=(const Error&) = default;
Error::~Error() = default;

const char* Error::what() const noexcept { return message_.c_str(); }

Error Error::within(std::string_view where) const {
  return Error(code_, detail::cat(where, ": ", message_));
}

namespace detail {

void fail(ErrorCode code, std::string message) { throw Error(code, std::move(message)); }

namespace {
template <class T>
std::string number(T value) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}
}  // namespace

std::string text(std::int64_t value) { return number(value); }
std::string text(std::uint64_t value) { return number(value); }
std::string text(double value) { return number(value); }
std::string text(float value) { return number(value); }

}  // namespace detail
}  // namespace linnet::inline v0
