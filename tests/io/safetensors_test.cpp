#include <cstring>
#include <linnet/io/checksum.hpp>
#include <linnet/io/safetensors.hpp>
#include <string>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::bytes_of;
using test::error_of;
using test::TempFolder;
using test::text_of;

namespace {

SafetensorsFile example() {
  return {.metadata = {{"format", "linnet"}, {"note", "line\n\"中\""}, {"", ""}},
          .tensors = {{"flags", Tensor::of<bool>({3}, {true, false, true})},
                      {"dense/kernel", Tensor::of<float>({2, 2}, {1, 2, 3, 4})},
                      {"empty", Tensor(DType::float64, {0, 4})},
                      {"scale", Tensor::of<double>({}, {0.5})},
                      {"ids", Tensor::of<std::int32_t>({1}, {-7})},
                      {"big", Tensor::of<std::int64_t>({1, 1}, {std::int64_t{1} << 60})},
                      {"bytes", Tensor::of<std::uint8_t>({5}, {1, 2, 3, 4, 255})}}};
}

void check_equal(const SafetensorsFile& a, const SafetensorsFile& b) {
  CHECK(a.metadata == b.metadata);
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    CHECK(a.tensors[i].name == b.tensors[i].name);
    CHECK(a.tensors[i].tensor == b.tensors[i].tensor);
  }
}

/// A file of this header and data, as other programs write it.
std::string file_of(const std::string& header, const std::string& data) {
  std::string file;
  for (int i = 0; i < 8; ++i) file += static_cast<char>(std::uint64_t{header.size()} >> (8 * i));
  return file + header + data;
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
         ",\"data_offsets\":" + offsets + "}";
}

std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{" + entry("a", dtype, shape, offsets) + "}";
}

test::Caught refused_file(const std::string& file, ChecksumRule rule = ChecksumRule::if_present) {
  return error_of([&] { return parse_safetensors(bytes_of(file), {.checksum = rule}); });
}

const std::string kEight(8, '\0');

}  // namespace

TEST_CASE("Tensors and metadata come back in order from a safetensors file", "[io]") {
  const TempFolder folder;
  const SafetensorsFile file = example();
  write_safetensors(folder.path("m"), file);
  check_equal(read_safetensors(folder.path("m")), file);
  check_equal(read_safetensors(folder.path("m"), {.copy = true}), file);
  check_equal(parse_safetensors(to_safetensors(file), {.checksum = ChecksumRule::required}), file);
  CHECK(text_of(to_safetensors(file)) == test::file_text(folder.path("m")));
  CHECK(folder.count() == 1);
  check_equal(parse_safetensors(to_safetensors({})), {});
  CHECK(*file.find_metadata("format") == "linnet");
  CHECK(file.find_metadata("x") == nullptr);
  CHECK(file.find("ids")->size() == 1);
  CHECK(file.find("x") == nullptr);
}

TEST_CASE("Mapped tensors are aligned, outlive the file and never write to it", "[io]") {
  const TempFolder folder;
  write_safetensors(folder.path("m"), example());
  const std::string before = test::file_text(folder.path("m"));
  SafetensorsFile file = read_safetensors(folder.path("m"));
  for (const auto& [name, tensor] : file.tensors) {
    CHECK(reinterpret_cast<std::uintptr_t>(tensor.raw()) % size_of(tensor.dtype()) == 0);
  }
  Tensor kernel = *file.find("dense/kernel");
  file = {};
  kernel.data<float>()[0] = 9;
  CHECK(kernel == Tensor::of<float>({2, 2}, {9, 2, 3, 4}));
  CHECK(test::file_text(folder.path("m")) == before);
  write_safetensors(folder.path("m"), {.tensors = {{"x", Tensor(DType::uint8, {9})}}});
  CHECK(kernel == Tensor::of<float>({2, 2}, {9, 2, 3, 4}));
}

TEST_CASE("The data of a written file starts at a multiple of 64", "[io]") {
  SafetensorsFile file = example();
  for (int i = 0; i < 70; ++i) {
    file.metadata[0].second += 'x';
    const auto bytes = to_safetensors(file);
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    CHECK((length + 8) % 64 == 0);
  }
}

TEST_CASE("The checksum is XXH64 of the file with zeros for its digits", "[io]") {
  std::string text = text_of(to_safetensors(example()));
  const std::string start = R"({"__metadata__":{"linnet.checksum":"xxh64:)";
  REQUIRE(text.substr(8, start.size()) == start);
  const std::string digits = text.substr(8 + start.size(), 16);
  text.replace(8 + start.size(), 16, 16, '0');
  CHECK(hex(xxh64(bytes_of(text))) == digits);
}

TEST_CASE("Files of other programs are read: any order, spaces, no alignment", "[io]") {
  const std::string header = "{ " + entry("b", "I32", "[1]", "[1, 5]") + ", " +
                             entry("a", "U8", "[1]", "[0,1]") +
                             R"(, "__metadata__" : {"format":"pt"} }   )";
  const std::string text = file_of(header, std::string("\x05\x01\x00\x00\x00", 5));
  const SafetensorsFile file = parse_safetensors(bytes_of(text));
  REQUIRE(file.tensors.size() == 2);
  CHECK(file.tensors[0].name == "b");
  CHECK(file.tensors[0].tensor == Tensor::of<std::int32_t>({1}, {1}));
  CHECK(file.tensors[1].tensor == Tensor::of<std::uint8_t>({1}, {5}));
  CHECK(*file.find_metadata("format") == "pt");
  CHECK(refused_file(text, ChecksumRule::required).is(ErrorCode::corrupt_file, "linnet.checksum"));
  const TempFolder folder;
  test::put_text(folder.path("m"), text);
  check_equal(read_safetensors(folder.path("m")), file);
  CHECK(parse_safetensors(bytes_of(file_of("{}", ""))).tensors.empty());
}

TEST_CASE("Safetensors types that linnet does not have are refused by name", "[io]") {
  for (const std::string type : {"BF16", "F16", "I8", "U64", "F8_E4M3", "f32", ""}) {
    CHECK(refused_file(file_of(one(type, "[1]", "[0,8]"), kEight))
              .is(ErrorCode::unsupported, "dtype '" + type + "'"));
  }
  CHECK(refused_file(file_of(one("U8", "[1,1,1,1,1,1,1,1,8]", "[0,8]"), kEight))
            .is(ErrorCode::unsupported, "8 axes"));
}

TEST_CASE("Sizes and offsets that do not match are refused", "[io]") {
  for (const auto& [shape, offsets] : std::vector<std::pair<std::string, std::string>>{
           {"[1]", "[0,8]"},
           {"[3]", "[0,8]"},
           {"[2]", "[8,0]"},
           {"[2]", "[8,16]"},
           {"[2]", "[0,8,8]"},
           {"[2]", "[0]"},
           {"[2]", "8"},
           {"[2]", "[0,8.0]"},
           {"[2]", "[-8,0]"},
           {"[2]", "[\"0\",8]"},
           {"2", "[0,8]"},
           {"[-2]", "[0,8]"},
           {"[2.0]", "[0,8]"},
           {"[null]", "[0,8]"},
           {"[-1]", "[0,8]"},
           {"[4611686018427387906]", "[0,8]"},
           {"[9223372036854775807,2]", "[0,8]"},
           {"[4294967296,4294967296,2]", "[0,8]"},
           {"[0,9223372036854775807,9223372036854775807]", "[0,0]"},
           {"[2]", "[0,9223372036854775807]"},
           {"[2]", "[0,18446744073709551615]"}}) {
    INFO(shape << " " << offsets);
    CHECK(refused_file(file_of(one("F32", shape, offsets), kEight)).code ==
          ErrorCode::corrupt_file);
  }
  CHECK_FALSE(refused_file(file_of(one("F32", "[2]", "[0,8]"), kEight)).code.has_value());
  CHECK(refused_file(file_of(one("F32", "[2]", "[0,8]"), kEight + "x"))
            .is(ErrorCode::corrupt_file, "expected 8 bytes of data, got 9"));
  CHECK(refused_file(file_of(one("BOOL", "[8]", "[0,8]"), kEight.substr(1) + "\x02"))
            .is(ErrorCode::corrupt_file, "BOOL"));
}

TEST_CASE("Overlaps and holes between tensors are refused", "[io]") {
  const auto two = [](const std::string& a, const std::string& b) {
    return refused_file(
        file_of("{" + entry("a", "U8", "[4]", a) + "," + entry("b", "U8", "[4]", b) + "}", kEight));
  };
  CHECK_FALSE(two("[0,4]", "[4,8]").code.has_value());
  CHECK_FALSE(two("[4,8]", "[0,4]").code.has_value());
  CHECK(two("[0,4]", "[0,4]").is(ErrorCode::corrupt_file, "overlap"));
  CHECK(two("[0,4]", "[3,7]").is(ErrorCode::corrupt_file, "overlap"));
  CHECK(two("[1,5]", "[5,9]").is(ErrorCode::corrupt_file, "hole"));
  CHECK(two("[0,4]", "[5,9]").is(ErrorCode::corrupt_file, "tensor 'b': expected its data at 4"));
}

TEST_CASE("Safetensors headers that depart from the format are refused", "[io]") {
  const std::string good = entry("a", "U8", "[8]", "[0,8]");
  for (const std::string& header : std::vector<std::string>{
           "", "[]", " {" + good + "}", "{", "{" + good + "} x", "{" + good + "," + good + "}",
           "{\"a\":1}", "{\"a\":{}}", R"({"a":{"dtype":"U8","shape":[8]}})",
           R"({"a":{"dtype":"U8","shape":[8],"offsets":[0,8]}})",
           R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"x":1}})",
           R"({"a":{"dtype":1,"shape":[8],"data_offsets":[0,8]}})",
           "{\"__metadata__\":[]," + good + "}", "{\"__metadata__\":{\"a\":1}," + good + "}",
           "{\"__metadata__\":{\"a\":{}}," + good + "}", "{\"x\":[[[[[]]]]]," + good + "}"}) {
    INFO(header);
    CHECK(refused_file(file_of(header, kEight)).code == ErrorCode::corrupt_file);
  }
  std::string length = file_of("{" + good + "}", kEight);
  for (int i = 0; i < 8; ++i) length[static_cast<std::size_t>(i)] = '\xFF';
  CHECK(refused_file(length).is(ErrorCode::corrupt_file, "18446744073709551615"));
}

TEST_CASE("Every truncation and every extension of a file is refused", "[io]") {
  const TempFolder folder;
  const std::string whole = text_of(to_safetensors(example()));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::string part = whole.substr(0, size);
    CHECK(refused_file(part, ChecksumRule::ignored).code == ErrorCode::corrupt_file);
    test::put_text(folder.path("m"), part);
    CHECK(error_of([&] {
            return read_safetensors(folder.path("m"));
          }).is(ErrorCode::corrupt_file, "/m: safetensors: "));
  }
  CHECK(refused_file(whole + "x", ChecksumRule::ignored).code == ErrorCode::corrupt_file);
}

TEST_CASE("Every altered byte of a file is refused", "[io]") {
  const std::string whole = text_of(to_safetensors(example()));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 3, 31, 127, 255}) {
      std::string altered = whole;
      altered[at] = static_cast<char>(altered[at] ^ change);
      const auto caught = refused_file(altered);
      const bool clear =
          caught.code == ErrorCode::corrupt_file || caught.code == ErrorCode::unsupported;
      if (!clear) FAIL("byte " << at << " changed by " << change << ": " << caught.message);
      refused_file(altered, ChecksumRule::ignored);  // whatever comes, no crash
    }
  }
}

TEST_CASE("A checksum that is not in its place or not the file's is refused", "[io]") {
  const std::string whole = text_of(to_safetensors(example()));
  std::string data = whole;
  data.back() = static_cast<char>(data.back() ^ 1);
  CHECK(refused_file(data).is(ErrorCode::corrupt_file, "expected checksum xxh64:"));
  CHECK_FALSE(refused_file(data, ChecksumRule::ignored).code.has_value());
  const std::string checksum = R"("linnet.checksum":"xxh64:0123456789abcdef")";
  for (const std::string& metadata : std::vector<std::string>{
           "\"a\":\"b\"," + checksum, " " + checksum, std::string(R"("linnet.checksum":"md5")"),
           std::string(R"("linnet.checksum":"")")}) {
    CHECK(refused_file(file_of("{\"__metadata__\":{" + metadata + "}}", ""))
              .is(ErrorCode::corrupt_file, "rewritten by another program"));
  }
}

TEST_CASE("What a file cannot hold is refused when it is written", "[io]") {
  const auto written = [](SafetensorsFile file) {
    return error_of([&] { return to_safetensors(file); });
  };
  const Tensor t(DType::uint8, {1});
  CHECK(written({.tensors = {{"a", t}, {"a", t}}}).is(ErrorCode::invalid_argument, "'a' twice"));
  CHECK(written({.tensors = {{"__metadata__", t}}}).is(ErrorCode::invalid_argument, "reserved"));
  CHECK(written({.metadata = {{"a", ""}, {"a", ""}}}).is(ErrorCode::invalid_argument, "twice"));
  CHECK(written({.metadata = {{"linnet.checksum", ""}}}).is(ErrorCode::invalid_argument));
  CHECK(written({.metadata = {{"a", "\xFF"}}}).is(ErrorCode::invalid_argument, "UTF-8"));
  CHECK(written({.tensors = {{"s", Tensor::strings({"x"})}}})
            .is(ErrorCode::dtype_mismatch, "tensor 's'"));
}
