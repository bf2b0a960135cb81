#include "io/npz/npz_arrays.hpp"

#include <linnet/io/json.hpp>
#include <tuple>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "core/rounds.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_builder.hpp"

using namespace linnet;
using detail::parse_pickled_arrays;
using test::error_of;

namespace {

std::string pickled(const std::string& name) {
  return test::file_text(LINNET_TEST_DATA "/golden/npz/" + name);
}

std::map<std::string, Tensor> arrays_in(const std::string& npy) {
  return parse_pickled_arrays(test::bytes_of(npy));
}

std::string pickled_text(const std::string& value) {
  return "X" + test::little(value.size(), 4) + value;
}

/// A key and its array of so many numbers. `data`: what pushes its bytes.
std::string item(const std::string& name, const std::string& type, const std::string& order,
                 std::size_t size, const std::string& data) {
  const std::string made = "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK" +
                           std::string(1, '\0') + "\x85" + "C\x01" + "b\x87R";
  const std::string dtype =
      "cnumpy\ndtype\n" + pickled_text(type) + "\x89\x88\x87R(K\x03" + pickled_text(order) + "tb";
  return pickled_text(name) + made + "(K\x01J" + test::little(size, 4) + "\x85" + dtype + "\x89" +
         data + "tb";
}

std::string dictionary(const std::string& items) {
  std::string all = pickled("empty.npy");
  return all.insert(all.find("}\x94") + 2, "(" + items + "u");
}

}  // namespace

TEST_CASE("Arrays that numpy has pickled in a dictionary are read, of all types", "[io]") {
  const Config expected = parse_json(pickled("expected.json")).at("arrays");
  const auto arrays = arrays_in(pickled("numbers.npy"));
  CHECK(arrays.size() == expected.members().size());
  for (const auto& [name, wanted] : expected.members()) {
    INFO(name);
    REQUIRE(arrays.contains(name));
    const Tensor value = arrays.at(name).cast(DType::float64);
    const auto& shape = wanted.at("shape").items();
    const auto& numbers = wanted.at("values").items();
    REQUIRE(value.shape().rank() == static_cast<int>(shape.size()));
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      CHECK(value.shape()[static_cast<int>(axis)] == shape[axis].as_integer());
    }
    REQUIRE(value.size() == static_cast<Index>(numbers.size()));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      CHECK(value.data<double>()[i] == numbers[i].as_number());
    }
  }
  CHECK(arrays.at("<f2").dtype() == DType::float32);
  CHECK(arrays.at("bfloat16").dtype() == DType::float32);
  CHECK(arrays.at("i1").dtype() == DType::int32);
  CHECK(arrays.at("<u2").dtype() == DType::int32);
  CHECK(arrays.at("<u4").dtype() == DType::int64);
  CHECK(arrays.at("?").dtype() == DType::boolean);
}

TEST_CASE("Pickles of older numpy, and empty ones, are read", "[io]") {
  const auto arrays = arrays_in(pickled("older.npy"));
  REQUIRE(arrays.size() == 2);
  CHECK(arrays.at("0").shape() == Shape{2, 3});
  CHECK(arrays.at("1").data<float>()[1] == arrays.at("0").data<float>()[1] + 1);
  CHECK(arrays_in(pickled("empty.npy")).empty());
}

TEST_CASE("What is no dictionary of arrays is refused by name, and nothing is run", "[io]") {
  constexpr auto kUnsupported = ErrorCode::unsupported, kCorrupt = ErrorCode::corrupt_file;
  const std::vector<std::tuple<std::string, ErrorCode, std::string>> reasons{
      {"runs", kUnsupported, "it names 'builtins.print'"},
      {"texts", kUnsupported, "'0': pickle: an array of the type 'U1'"},
      {"pairs", kUnsupported, "the type 'V8'"},
      {"list", kCorrupt, "not a dictionary of arrays"},
      {"deep", kCorrupt, "'0': pickle: it is not a dictionary of arrays"},
      {"protocol2", kUnsupported, "protocol 3 or 4, got 2"},
      {"objects", kCorrupt, "not a dictionary of arrays"},
      {"plain", kUnsupported, "got an array of type '<f8'"}};
  for (const auto& [name, code, reason] : reasons) {
    INFO(name);
    const auto caught = error_of([&] { arrays_in(pickled(name + ".npy")); });
    INFO(caught.message);
    CHECK(caught.is(code, reason));
  }
}

TEST_CASE("Pickles that are cut short or damaged are read or refused", "[io]") {
  int refused = 0;
  for (const char* name : {"older.npy", "empty.npy", "numbers.npy"}) {
    const std::string text = pickled(name);
    const auto step = static_cast<std::size_t>(10 / test::rounds(10));
    for (std::size_t size = 0; size < text.size(); ++size) {
      CHECK(error_of([&] { arrays_in(text.substr(0, size)); }).code.has_value());
    }
    std::size_t first = 0;  // another for each byte, so that no place is left out
    for (const char byte : {'\0', '\x7f', '.', '(', 'R', 'b', 'u', 'h', '\x93', '\xff'}) {
      for (std::size_t at = first++ % step; at < text.size(); at += step) {
        std::string other = text;
        other[at] = byte;
        std::size_t bytes = 0;
        const auto caught = error_of([&] {
          for (const auto& [key, value] : arrays_in(other)) bytes += value.bytes();
        });
        refused += caught.code.has_value() ? 1 : 0;
        CHECK(bytes <= 4 * text.size());
      }
    }
  }
  CHECK(refused > 1'000 * test::rounds(10));
}

TEST_CASE("A pickle of nothing but beginnings of groups is refused", "[io]") {
  std::string text = pickled("empty.npy");
  text.resize(text.find("\x80\x04") + 2);
  CHECK(error_of([&] {
          arrays_in(text + std::string((1 << 20) + 1, '('));
        }).is(ErrorCode::corrupt_file, "too many objects"));
}

TEST_CASE("Arrays of a pickle cannot share their numbers", "[io]") {
  const std::string numbers(5000, 'x');
  std::string items;
  for (int i = 0; i < 1000; ++i) {
    const std::string data = "B" + test::little(numbers.size(), 4) + numbers + "q\xf0";
    items += item(std::to_string(1000 + i), "u1", "|", 5000, i == 0 ? data : "h\xf0");
    if (i == 0) CHECK(arrays_in(dictionary(items)).at("1000").size() == 5000);
  }
  CHECK(error_of([&] {
          arrays_in(dictionary(items));
        }).is(ErrorCode::corrupt_file, "more bytes than there are"));
}

TEST_CASE("Every part of an array's type and name counts", "[io]") {
  const auto refusal = [](const std::string& name, const std::string& type,
                          const std::string& order, const std::string& data = "C\x02xy") {
    return error_of([&] { arrays_in(dictionary(item(name, type, order, 2, data))); });
  };
  CHECK_FALSE(refusal("0", "u1", "|").code.has_value());
  CHECK(refusal("0", "u1x", "|")
            .is(ErrorCode::unsupported, "'0': pickle: an array of the type 'u1x'"));
  CHECK(refusal("0", "u1", "!").is(ErrorCode::corrupt_file, "not a dictionary of arrays"));
  CHECK(
      refusal("0", "u2", "<")
          .is(ErrorCode::corrupt_file, "'0': pickle: expected 2 elements of 2 bytes, got 2 bytes"));
  CHECK(refusal("0", "b1", "|").is(ErrorCode::corrupt_file, "'0': pickle: expected 0 or 1"));
  const std::string most = "C\x10" + std::string(16, '\xff');
  CHECK(
      refusal("0", "u8", "<", most).is(ErrorCode::unsupported, "'0': pickle: an unsigned number"));
  CHECK(refusal("a/b", "u1", "|").is(ErrorCode::corrupt_file, "got 'a/b'"));
  CHECK(refusal("", "u1", "|").is(ErrorCode::corrupt_file, "got ''"));
}

TEST_CASE("Numbers that numpy has pickled may be big-endian", "[io]") {
  const auto first = [](const std::string& order) {
    const std::string items = item("0", "i2", order, 1, "C\x02\x01\x02");
    return arrays_in(dictionary(items)).at("0").data<std::int32_t>()[0];
  };
  CHECK(first("<") == 0x201);
  CHECK(first(">") == 0x102);
}
