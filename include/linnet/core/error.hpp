// The one error type of the library, and how it is raised.
#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <linnet/export.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0 {

enum class DType : std::uint8_t;

/// What kind of mistake an Error reports. Stable: tests and hosts may switch on
/// it.
enum class ErrorCode : std::uint8_t {
  invalid_argument,  ///< a value that makes no sense (units = -1, an empty data
                     ///< set)
  shape_mismatch,    ///< ranks or sizes that do not fit together
  dtype_mismatch,    ///< a tensor of another element type than was needed
  out_of_range,      ///< an id, label or axis outside its table
  not_found,         ///< an unknown name: layer, parameter, key, file
  unsupported,       ///< known, but not built into this library
  bad_state,         ///< called at the wrong time (fit before compile)
  io,                ///< the operating system refused (open, read, write)
  corrupt_file,      ///< a file that is truncated, altered or not of its format
  not_finite,        ///< NaN or infinity where a number was needed
  out_of_memory,     ///< in a Result alone: std::bad_alloc
  other,             ///< in a Result alone: another exception, as of a layer of the host's own
};

/// Thrown for every misuse and failure. The message says where, what was
/// expected, what came.
class LINNET_API Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message);
  Error(const Error&);
  Error& operator=(const Error&);
  ~Error() override;

  ErrorCode code() const noexcept { return code_; }
  const char* what() const noexcept override;

  /// The same error with `where` and a colon before its message.
  Error within(std::string_view where) const;

 private:
  ErrorCode code_;
  std::string message_;
};

namespace detail {

[[noreturn]] LINNET_API void fail(ErrorCode code, std::string message);

inline std::string text(std::string_view s) { return std::string(s); }
inline std::string text(const char* s) { return s; }
inline std::string text(bool b) { return b ? "true" : "false"; }
LINNET_API std::string text(std::int64_t value);
LINNET_API std::string text(std::uint64_t value);
LINNET_API std::string text(double value);
inline std::string text(int value) { return text(std::int64_t{value}); }
inline std::string text(unsigned value) { return text(std::uint64_t{value}); }
LINNET_API std::string text(DType dtype);
LINNET_API std::string text(float value);  ///< shortest: 0.1, not 0.10000000149
template <class T>
requires requires(const T& t) {
  { t.str() } -> std::convertible_to<std::string>;
}
std::string text(const T& t) { return t.str(); }

/// Joins the parts of a message; numbers and anything with str() are written out.
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string s;
  (s.append(text(parts)), ...);
  return s;
}

}  // namespace detail
}  // namespace linnet::inline v0
