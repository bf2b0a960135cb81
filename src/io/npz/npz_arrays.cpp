#include "io/npz/npz_arrays.hpp"

#include "core/in_quotes.hpp"
#include "core/is_one_of.hpp"
#include "io/bytes.hpp"
#include "io/column_major.hpp"
#include "io/file.hpp"
#include "io/npy_header.hpp"
#include "io/number_format.hpp"

namespace linnet::inline v0::detail {

namespace {

using pickle::Kind;
using pickle::Object;
using pickle::Ref;

constexpr std::string_view kReconstruct[] = {"numpy._core.multiarray._reconstruct",
                                             "numpy.core.multiarray._reconstruct"};
constexpr std::string_view kScalar[] = {"numpy._core.multiarray.scalar",
                                        "numpy.core.multiarray.scalar"};
constexpr std::string_view kArray = "numpy.ndarray", kType = "numpy.dtype";
constexpr std::string_view kBfloat16 = "ml_dtypes.bfloat16";
constexpr std::string_view kNames[] = {kReconstruct[0], kReconstruct[1], kScalar[0], kScalar[1],
                                       kArray,          kType,           kBfloat16};

[[noreturn]] void refuse() { pickle::corrupt("it is not a dictionary of arrays"); }

/// Reads what a pickle says of arrays. Each function refuses what is not as numpy writes it.
class Arrays {
 public:
  explicit Arrays(pickle::Bytes stream) : reader_(stream, kNames), left_(stream.size()) {}

  std::map<std::string, Tensor> read() {
    const std::vector<Ref>& state = state_of_array(reader_.read());
    // An array of no axes whose one element is a dictionary.
    const Object& elements = get(state[4], Kind::list);
    if (shape_of(state[1]).rank() != 0 || elements.items.size() != 1) refuse();
    const Object& all = get(elements.items[0], Kind::dict);
    std::map<std::string, Tensor> arrays;
    for (std::size_t i = 0; i < all.items.size(); i += 2) {
      const std::string name(get(all.items[i], Kind::text).text);
      if (name.empty() || name.find('/') != name.npos) {
        pickle::corrupt(cat("expected the names of arrays, got ", in_quotes(name)));
      }
      Tensor value = naming(in_quotes(name), [&] { return array(get(all.items[i + 1])); });
      if (!arrays.emplace(name, std::move(value)).second) {
        pickle::corrupt(cat("two arrays called ", in_quotes(name)));
      }
    }
    return arrays;
  }

 private:
  const Object& get(Ref ref) const { return reader_.at(ref); }
  const Object& get(Ref ref, Kind kind) const {
    const Object& object = get(ref);
    if (object.kind != kind) refuse();
    return object;
  }

  /// The arguments of a call.
  const std::vector<Ref>& arguments(const Object& call, std::size_t count) const {
    const std::vector<Ref>& items = get(call.items[0]).items;
    if (items.size() != count) refuse();
    return items;
  }

  /// _reconstruct(ndarray, (0,), b'b') with the state (1, shape, dtype, in columns, elements).
  const std::vector<Ref>& state_of_array(const Object& made) const {
    if (made.kind != Kind::made || !is_one_of(made.text, kReconstruct) || !made.has_state) refuse();
    if (get(arguments(made, 3)[0], Kind::name).text != kArray) refuse();
    const std::vector<Ref>& state = get(made.state, Kind::tuple).items;
    if (state.size() != 5 || get(state[0], Kind::integer).integer != 1) refuse();
    return state;
  }

  Tensor array(const Object& made) {
    if (made.kind == Kind::made && is_one_of(made.text, kScalar)) {
      const std::vector<Ref>& parts = arguments(made, 2);
      return numbers(get(parts[1], Kind::bytes).text, get(parts[0]), {});
    }
    const std::vector<Ref>& state = state_of_array(made);
    const Shape shape = shape_of(state[1]);
    const bool columns = get(state[3], Kind::boolean).integer != 0;
    Tensor value = numbers(get(state[4], Kind::bytes).text, get(state[2]), shape);
    return columns && shape.rank() > 1 ? from_column_major(value) : value;
  }

  Shape shape_of(Ref ref) const {
    std::vector<Index> sizes;
    for (const Ref item : get(ref, Kind::tuple).items) {
      sizes.push_back(get(item, Kind::integer).integer);
      if (sizes.back() < 0) refuse();
    }
    if (sizes.size() > Shape::kMaxRank) {
      pickle::unsupported(cat("an array of ", std::uint64_t{sizes.size()}, " axes"));
    }
    return Shape(std::span<const Index>(sizes));
  }

  Tensor numbers(std::string_view bytes, const Object& dtype, const Shape& shape) {
    if (bytes.size() > left_) pickle::corrupt("arrays of more bytes than there are");
    left_ -= bytes.size();
    const NumberFormat format = format_of(dtype);
    return naming("pickle", [&] {
      check_bytes(bytes.size(), format.size, shape);
      return detail::numbers(std::as_bytes(std::span(bytes)), format, shape);
    });
  }

  /// dtype('f4', False, True) with the state (3, '<', ...).
  NumberFormat format_of(const Object& made) const {
    if (made.kind != Kind::made || made.text != kType) refuse();
    const Object& name = get(arguments(made, 3)[0]);
    NumberFormat format{.kind = NumberKind::bfloat16, .size = 2};
    if (name.kind != Kind::name || name.text != kBfloat16) {
      if (name.kind != Kind::text) refuse();
      const auto known = numpy_format(name.text);
      if (!known) pickle::unsupported(cat("an array of the type ", in_quotes(name.text)));
      format = *known;
    }
    format.big_endian = is_big_endian(made);
    return format;
  }

  bool is_big_endian(const Object& type) const {
    if (!type.has_state) return false;
    const std::vector<Ref>& state = get(type.state, Kind::tuple).items;
    if (state.size() < 2) refuse();
    const std::string_view order = get(state[1], Kind::text).text;
    if (!is_one_of(order, {"<", ">", "|", "="})) refuse();
    return order == ">";
  }

  pickle::Reader reader_;
  std::size_t left_;  ///< bytes that no array has taken yet
};

}  // namespace

std::map<std::string, Tensor> parse_pickled_arrays(pickle::Bytes npy) {
  const NpyExtent extent = npy_extent(npy);
  if (extent.end > npy.size()) fail(ErrorCode::corrupt_file, "npy: its header ends too early");
  const auto dictionary = npy.subspan(extent.begin, extent.end - extent.begin);
  const NpyHeader header = read_npy_header(text_of(dictionary));
  if (header.descr != "|O") {
    fail(ErrorCode::unsupported, cat("npy: expected a dictionary of arrays, got an array of type ",
                                     in_quotes(header.descr)));
  }
  return Arrays(npy.subspan(extent.end)).read();
}

}  // namespace linnet::inline v0::detail
