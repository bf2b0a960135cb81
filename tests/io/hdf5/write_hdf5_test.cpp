#include "io/hdf5/write_hdf5.hpp"

#include <algorithm>
#include <cstring>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/hdf5/hdf5_file.hpp"

using namespace linnet;
using detail::hdf5_bytes;
using detail::Hdf5File;
using test::error_of;

TEST_CASE("What hdf5_bytes writes, Hdf5File reads", "[hdf5]") {
  const Tensor floats = Tensor::of<float>({3}, {1.5f, -2, 3});
  const Tensor ids = Tensor::of<std::int32_t>({1}, {-7});
  Tensor scalar(DType::int64, {});
  scalar.data<std::int64_t>()[0] = 1'000'000'000'007;
  Tensor matrix(DType::float64, {2, 3});
  for (std::size_t i = 0; i < 6; ++i) matrix.data<double>()[i] = 0.1 * static_cast<double>(i);
  Tensor bytes(DType::uint8, {3});
  for (std::size_t i = 0; i < 3; ++i)
    bytes.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i + 254);
  const std::vector<NamedTensor> written{{"layers/dense/vars/0", floats},
                                         {"layers/dense/vars/1", ids},
                                         {"optimizer/vars/0", scalar},
                                         {"m", matrix},
                                         {"layers/b", bytes},
                                         {"layers/none", Tensor(DType::float32, {0, 4})}};
  const auto file_bytes = hdf5_bytes(written);
  Hdf5File file(file_bytes);
  CHECK(file.list("") == std::vector<std::string>{"layers", "m", "optimizer"});
  CHECK(file.list("layers/dense/vars") == std::vector<std::string>{"0", "1"});
  CHECK(file.is_group("layers/dense"));
  for (const auto& [name, tensor] : written) {
    INFO(name);
    const Tensor read = file.read(name);
    REQUIRE(read.dtype() == tensor.dtype());
    REQUIRE(read.shape() == tensor.shape());
    CHECK(std::memcmp(read.raw(), tensor.raw(), tensor.bytes()) == 0);
  }
}

TEST_CASE("A group of an HDF5 file may have thousands of members", "[hdf5]") {
  std::vector<NamedTensor> written;
  for (int i = 0; i < 3000; ++i) {
    written.push_back(
        {"vars/" + std::to_string(i), Tensor::full<float>({1}, static_cast<float>(i))});
  }
  const auto bytes = hdf5_bytes(written);
  Hdf5File file(bytes);
  CHECK(file.list("vars").size() == 3000);
  CHECK(file.read("vars/2999").data<float>()[0] == 2999);
}

TEST_CASE("Attributes of groups are texts of any length, or numbers", "[hdf5]") {
  const std::string longest(100'000, 'x');
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i) names.push_back("name " + std::to_string(i));
  Tensor one(DType::string, {});
  one.data<std::string>()[0] = longest;
  const auto bytes = hdf5_bytes({{"g/d", Tensor::full<float>({2}, 1)}},
                                {{"", "one", one},
                                 {"g", "names", Tensor::strings(names)},
                                 {"none/here", "numbers", Tensor(DType::float64, {0})},
                                 {"g", "empty", Tensor::strings({"", "\u00e9"})}});
  Hdf5File file(bytes);
  CHECK(file.attribute("", "one").data<std::string>()[0] == longest);
  CHECK(file.attribute("", "one").shape() == Shape{});
  const Tensor read = file.attribute("g", "names");
  CHECK(std::ranges::equal(read.data<std::string>(), names));
  CHECK(file.attribute("none/here", "numbers").shape() == Shape{0});
  CHECK(file.attribute("g", "empty").data<std::string>()[1] == "\u00e9");
  CHECK(file.read("g/d").shape() == Shape{2});
  names.emplace_back("one more");
  CHECK(error_of([&] {
          hdf5_bytes({}, {{"g", "names", Tensor::strings(names)}});
        }).is(ErrorCode::invalid_argument, "'g': an attribute"));
}

TEST_CASE("An HDF5 file without datasets has an empty root", "[hdf5]") {
  const auto bytes = hdf5_bytes({});
  Hdf5File file(bytes);
  CHECK(file.list("").empty());
}

TEST_CASE("Paths that cannot be written as HDF5 are refused", "[hdf5]") {
  const Tensor x = Tensor::full<float>({1}, 1);
  CHECK(error_of([&] {
          hdf5_bytes({{"a", x}, {"a", x}});
        }).is(ErrorCode::invalid_argument, "'a': there is another one in its place"));
  CHECK(error_of([&] {
          hdf5_bytes({{"a", x}, {"a/b", x}});
        }).is(ErrorCode::invalid_argument, "'a/b': there is another one in its place"));
  CHECK(error_of([&] {
          hdf5_bytes({{"a/b", x}, {"a", x}});
        }).is(ErrorCode::invalid_argument, "'a': there is a group of its name"));
  CHECK(error_of([&] {
          hdf5_bytes({{"a//b", x}});
        }).is(ErrorCode::invalid_argument, "a name that is empty"));
  CHECK(error_of([&] {
          hdf5_bytes({{"a/b", x}}, {{"a", "n", x}, {"a", "n", x}});
        }).is(ErrorCode::invalid_argument, "'a': two attributes of one name"));
  CHECK(error_of([&] {
          hdf5_bytes({{"a", Tensor::strings({"b"})}});
        }).is(ErrorCode::unsupported, "cannot be written as an HDF5 dataset: strings"));
}
