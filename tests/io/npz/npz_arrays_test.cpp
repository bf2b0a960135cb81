#include "io/npz/npz_arrays.hpp"

#include <linnet/io/json.hpp>

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
}

TEST_CASE("Pickles of older numpy, and empty ones, are read", "[io]") {
  const auto arrays = arrays_in(pickled("older.npy"));
  REQUIRE(arrays.size() == 2);
  CHECK(arrays.at("0").shape() == Shape{2, 3});
  CHECK(arrays.at("1").data<float>()[1] == arrays.at("0").data<float>()[1] + 1);
  CHECK(arrays_in(pickled("empty.npy")).empty());
}

TEST_CASE("What is no dictionary of arrays is refused by name, and nothing is run", "[io]") {
  const std::vector<std::pair<std::string, std::string>> reasons{
      {"runs", "it names 'builtins.print'"},
      {"texts", "the type 'U1'"},
      {"pairs", "the type 'V8'"},
      {"list", "not a dictionary of arrays"},
      {"deep", "not a dictionary of arrays"},
      {"protocol2", "protocol 3 or 4, got 2"},
      {"objects", "not a dictionary of arrays"},
      {"plain", "got an array"}};
  for (const auto& [name, reason] : reasons) {
    INFO(name);
    const auto caught = error_of([&] { arrays_in(pickled(name + ".npy")); });
    INFO(caught.message);
    CHECK(caught.code.has_value());
    CHECK(caught.message.find(reason) != std::string::npos);
  }
}

TEST_CASE("Pickles that are cut short or damaged are read or refused", "[io]") {
  for (const char* name : {"older.npy", "empty.npy", "numbers.npy"}) {
    const std::string text = pickled(name);
    const auto step = static_cast<std::size_t>(10 / test::rounds(10));
    for (std::size_t size = 0; size < text.size(); size += step) {
      CHECK(error_of([&] { arrays_in(text.substr(0, size)); }).code.has_value());
    }
    for (std::size_t at = 0; at < text.size(); at += step) {
      std::string other = text;
      for (const char byte : {'\0', '\x7f', '.', '(', 'R', 'b', 'u', 'h', '\x93', '\xff'}) {
        other[at] = byte;
        std::size_t bytes = 0;
        error_of([&] {
          for (const auto& [key, value] : arrays_in(other)) bytes += value.bytes();
        });
        CHECK(bytes <= 4 * text.size());
      }
    }
  }
}

TEST_CASE("Arrays of a pickle cannot share their numbers", "[io]") {
  const auto many = [](int count) {
    const std::string numbers(5000, 'x');
    std::string items;
    for (int i = 0; i < count; ++i) {
      items += "X" + test::little(4, 4) + std::to_string(1000 + i);  // its name
      items += "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK" + std::string(1, '\0') +
               "\x85" + "C\x01" + "b\x87R";
      items += "(K\x01J" + test::little(numbers.size(), 4) + "\x85";
      items += "cnumpy\ndtype\nX" + test::little(2, 4) + "u1\x89\x88\x87R\x89";
      items += i == 0 ? "B" + test::little(numbers.size(), 4) + numbers + "q\xf0" : "h\xf0";
      items += "tb";
    }
    std::string text = pickled("empty.npy");
    return text.insert(text.find("}\x94") + 2, "(" + items + "u");
  };
  CHECK(arrays_in(many(1)).at("1000").size() == 5000);
  const std::string bomb = many(1000);
  CHECK(
      error_of([&] { arrays_in(bomb); }).is(ErrorCode::corrupt_file, "more bytes than there are"));
}

TEST_CASE("The arrays of an npz file have the names of its members in front", "[io]") {
  test::ZipBuilder zip;
  zip.add("layers/dense.npy", pickled("older.npy"), true);
  zip.add("layers/dropout.npy", pickled("empty.npy"));
  const std::string bytes = zip.file();
  const detail::ZipFile file(test::bytes_of(bytes));
  const auto arrays = detail::read_npz_arrays(file, 1 << 20);
  REQUIRE(arrays.size() == 2);
  CHECK(arrays.contains("layers/dense/0"));
  CHECK(error_of([&] { detail::read_npz_arrays(file, 600); }).is(ErrorCode::out_of_range));
}
