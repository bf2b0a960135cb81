#include <array>
#include <linnet/core/dtype.hpp>

namespace linnet::inline v0 {

namespace {

struct Row {
  DType dtype;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<Row, 7> kRows{{{DType::float32, "float32", 4},
                                    {DType::float64, "float64", 8},
                                    {DType::int32, "int32", 4},
                                    {DType::int64, "int64", 8},
                                    {DType::uint8, "uint8", 1},
                                    {DType::boolean, "bool", 1},
                                    {DType::string, "string", sizeof(std::string)}}};

const Row& row(DType dtype) { return kRows[static_cast<std::size_t>(dtype)]; }

}  // namespace

std::string_view name_of(DType dtype) { return row(dtype).name; }
std::size_t size_of(DType dtype) { return row(dtype).bytes; }

namespace detail {
std::string text(DType dtype) { return std::string(name_of(dtype)); }
}  // namespace detail

DType dtype_named(std::string_view name) {
  std::string known;
  for (const Row& r : kRows) {
    if (r.name == name) return r.dtype;
    known += detail::cat(known.empty() ? "" : ", ", r.name);
  }
  detail::fail(ErrorCode::not_found,
               detail::cat("dtype: unknown name '", name, "'; known: ", known));
}

}  // namespace linnet::inline v0
