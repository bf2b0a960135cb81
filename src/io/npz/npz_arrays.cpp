#include "io/npz/npz_arrays.hpp"

#include <algorithm>
#include <charconv>

#include "io/file.hpp"
#include "io/hdf5/datatype.hpp"
#include "io/npy_order.hpp"

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

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

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
      if (!arrays.emplace(name, array(get(all.items[i + 1]))).second) {
        pickle::corrupt(cat("two arrays called ", hdf5::quoted(name)));
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
    const hdf5::Datatype type = type_of(dtype);
    if (hdf5::bytes_of(shape, type, ~std::uint64_t{0} >> 2) != bytes.size()) {
      pickle::corrupt(
          cat("an array of shape ", shape, " has ", std::uint64_t{bytes.size()}, " bytes"));
    }
    return hdf5::numbers(std::as_bytes(std::span(bytes)), type, shape);
  }

  /// dtype('f4', False, True) with the state (3, '<', ...).
  hdf5::Datatype type_of(const Object& made) const {
    if (made.kind != Kind::made || made.text != kType) refuse();
    const Object& name = get(arguments(made, 3)[0]);
    if (name.kind == Kind::name && name.text == kBfloat16) {
      return {.type = hdf5::TypeClass::bfloat16, .size = 2};
    }
    if (name.kind != Kind::text) refuse();
    std::string_view code = name.text;
    hdf5::Datatype type;
    const char kind = code.empty() ? '?' : code[0];
    code.remove_prefix(std::min<std::size_t>(code.size(), 1));
    std::from_chars(code.data(), code.data() + code.size(), type.size);
    const bool integer = kind == 'i' || kind == 'u' || (kind == 'b' && type.size == 1);
    const bool known = type.size == 1 || type.size == 2 || type.size == 4 || type.size == 8;
    if (!known || !(integer || (kind == 'f' && type.size > 1))) {
      pickle::unsupported(cat("an array of the type ", hdf5::quoted(name.text)));
    }
    type.type = integer ? hdf5::TypeClass::integer : hdf5::TypeClass::floating;
    type.is_signed = kind == 'i';
    if (made.has_state) {
      const std::vector<Ref>& state = get(made.state, Kind::tuple).items;
      if (state.size() < 2) refuse();
      type.big_endian = get(state[1], Kind::text).text == ">";
    }
    return type;
  }

  pickle::Reader reader_;
  std::size_t left_;  ///< bytes that no array has taken yet
};

}  // namespace

std::map<std::string, Tensor> parse_pickled_arrays(pickle::Bytes npy) {
  const std::string_view text(reinterpret_cast<const char*>(npy.data()), npy.size());
  if (!text.starts_with("\x93NUMPY") || text.size() < 12) {
    fail(ErrorCode::corrupt_file, "npy: it does not begin as a .npy file");
  }
  const std::size_t width = text[6] == 1 ? 2 : 4;
  const std::uint64_t header = 8 + width + hdf5::number_of(npy.subspan(8, width));
  if (header > npy.size()) fail(ErrorCode::corrupt_file, "npy: its header ends too early");
  const auto begin = static_cast<std::size_t>(header);
  if (text.substr(0, begin).find("'|O'") == text.npos) {
    fail(ErrorCode::unsupported, "npy: expected a dictionary of arrays, got an array");
  }
  return Arrays(npy.subspan(begin)).read();
}

std::map<std::string, Tensor> read_npz_arrays(const ZipFile& file, std::uint64_t most_bytes) {
  std::map<std::string, Tensor> all;
  std::uint64_t bytes = 0;
  for (const zip::Member& member : file.members()) {
    const ZipData data = file.read(member.name);
    bytes += data.bytes.size();
    if (bytes > most_bytes) {
      fail(ErrorCode::out_of_range,
           cat(file.name(), ": its arrays take more than ", most_bytes, " bytes"));
    }
    std::string name = member.name;
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    naming(cat(file.name(), ": ", zip::quoted(member.name)), [&] {
      for (auto& [key, value] : parse_pickled_arrays(data.bytes)) {
        all.emplace(cat(name, "/", key), value);
      }
    });
  }
  return all;
}

}  // namespace linnet::inline v0::detail
