#include <cstring>
#include <linnet/io/npy.hpp>
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

/// A .npy file of format `version`.0 with this header and data.
std::string npy(const std::string& header, const std::string& data, int version = 1) {
  const std::size_t width = version == 1 ? 2 : 4;
  std::string file = "\x93NUMPY";
  file += {static_cast<char>(version), '\0'};
  for (std::size_t i = 0; i < width; ++i) file += static_cast<char>(header.size() >> (8 * i));
  return file + header + data;
}

std::string header(const std::string& descr, const std::string& shape,
                   const std::string& order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

test::Caught refused(const std::string& file) {
  return error_of([&] { return parse_npy(bytes_of(file)); });
}

/// As numpy stores code points.
std::string stored(const std::u32string& codes, bool big_endian) {
  std::string bytes;
  for (const char32_t code : codes) {
    for (const int byte : {0, 1, 2, 3}) {
      bytes += static_cast<char>(code >> 8 * (big_endian ? 3 - byte : byte) & 255);
    }
  }
  return bytes;
}

const std::string kFour(4, '\0');

}  // namespace

TEST_CASE("Tensors of every numeric type come back from .npy", "[io]") {
  const TempFolder folder;
  for (const Tensor& t :
       {Tensor::of<float>({2, 3}, {1, -2, 3.5f, 0, 5, 6}), Tensor::of<double>({}, {2.5}),
        Tensor::of<std::int32_t>({3}, {1, -2, 3}),
        Tensor::of<std::int64_t>({1, 1, 2}, {std::int64_t{1} << 60, -1}),
        Tensor::of<std::uint8_t>({4}, {0, 1, 254, 255}), Tensor::of<bool>({2}, {true, false}),
        Tensor(DType::float32, {0, 7}), Tensor(DType::uint8, {1, 1, 1, 1, 1, 1, 1, 1})}) {
    const auto bytes = to_npy(t);
    CHECK(parse_npy(bytes) == t);
    write_npy(folder.path("t.npy"), t);
    CHECK(read_npy(folder.path("t.npy")) == t);
    CHECK(test::file_text(folder.path("t.npy")) == text_of(bytes));
    CHECK((bytes.size() - t.bytes()) % 64 == 0);
  }
}

TEST_CASE("A .npy file is written as NumPy writes it", "[io]") {
  const std::string expected = "{'descr': '<i4', 'fortran_order': False, 'shape': (1, 2), }";
  const std::string text = text_of(to_npy(Tensor::of<std::int32_t>({1, 2}, {1, 2})));
  CHECK(text.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  CHECK(text.substr(10, expected.size()) == expected);
  CHECK(text.find_first_not_of(' ', 10 + expected.size()) == 127);
  CHECK(text[127] == '\n');
}

TEST_CASE("Headers of formats 1 to 3 may order and space their keys freely", "[io]") {
  const auto one = Tensor::full<std::int32_t>({1}, 0);
  for (const int version : {1, 2, 3}) {
    CHECK(parse_npy(bytes_of(npy(header("<i4", "(1,)"), kFour, version))) == one);
  }
  CHECK(parse_npy(bytes_of(
            npy("{ \"shape\":(1,) ,'fortran_order':False,\"descr\":\"<i4\"}", kFour))) == one);
  CHECK(parse_npy(bytes_of(npy(header("<i4", "()"), kFour))).shape() == Shape{});
}

TEST_CASE("Column-major arrays are transposed", "[io]") {
  const auto stored = Tensor::of<std::uint8_t>(
      {24}, {0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23});
  const std::string data(static_cast<const char*>(stored.raw()), stored.bytes());
  const Tensor t = parse_npy(bytes_of(npy(header("|u1", "(2, 3, 4)", "True"), data)));
  CHECK(t.shape() == Shape{2, 3, 4});
  for (std::size_t i = 0; i < 24; ++i) CHECK(t.data<std::uint8_t>()[i] == i);
  CHECK(parse_npy(bytes_of(npy(header("<i4", "(0, 3)", "True"), ""))).shape() == Shape{0, 3});
  const TempFolder folder;
  test::put_text(folder.path("t.npy"), npy(header("|u1", "(2, 3, 4)", "True"), data));
  CHECK(read_npy(folder.path("t.npy")) == t);
}

TEST_CASE("Numbers of sizes and orders that linnet does not have become wider", "[io]") {
  const auto read = [](const std::string& type, const std::string& data) {
    const TempFolder folder;
    const std::string file = npy(header(type, "(2,)"), data);
    test::put_text(folder.path("t.npy"), file);
    const Tensor t = read_npy(folder.path("t.npy"));
    CHECK(parse_npy(bytes_of(file)) == t);
    return t;
  };
  using namespace std::string_literals;
  CHECK(read("<f2", "\x00\x3e\x01\x80"s) == Tensor::of<float>({2}, {1.5f, -0x1p-24f}));
  CHECK(read(">f2", "\x3e\x00\x80\x01"s) == Tensor::of<float>({2}, {1.5f, -0x1p-24f}));
  CHECK(read("|i1", "\x7f\x80"s) == Tensor::of<std::int32_t>({2}, {127, -128}));
  CHECK(read("<i2", "\x01\x02\xff\xff"s) == Tensor::of<std::int32_t>({2}, {513, -1}));
  CHECK(read("<u2", "\x01\x02\xff\xff"s) == Tensor::of<std::int32_t>({2}, {513, 65535}));
  CHECK(read("<u4", "\x01\x00\x00\x00\xff\xff\xff\xff"s) ==
        Tensor::of<std::int64_t>({2}, {1, 4294967295}));
  CHECK(read(">i4", "\x00\x00\x01\x02\xff\xff\xff\xfe"s) ==
        Tensor::of<std::int32_t>({2}, {258, -2}));
  CHECK(read(">f4", "\x3f\xc0\x00\x00\xbf\x80\x00\x00"s) == Tensor::of<float>({2}, {1.5f, -1}));
  CHECK(read(">f8", "\x3f\xf8\0\0\0\0\0\0\xbf\xf0\0\0\0\0\0\0"s) ==
        Tensor::of<double>({2}, {1.5, -1}));
  CHECK(read(">i8", "\0\0\0\0\0\0\1\2\xff\xff\xff\xff\xff\xff\xff\xfe"s) ==
        Tensor::of<std::int64_t>({2}, {258, -2}));
  const std::string most(8, '\xff');
  CHECK(read("<u8", "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0"s) == Tensor::of<std::int64_t>({2}, {1, 2}));
  CHECK(refused(npy(header("<u8", "(1,)"), most)).is(ErrorCode::unsupported, "npy: an unsigned"));
}

TEST_CASE("NumPy types that linnet does not have are refused by name", "[io]") {
  for (const std::string type :
       {"|O",  "<c8", "<f16", "<i3", "|i2", "<b2", "<f1",          "<i",  "<i4x", "i4",   "f4",
        "!f4", "=f4", "",     "<U",  "<U0", "|S0", "<U4294967296", "|U1", "<S4",  "<U1x", "<U-1"}) {
    CHECK(refused(npy(header(type, "(1,)"), kFour)).is(ErrorCode::unsupported, "'" + type + "'"));
  }
  const std::string records =
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n";
  CHECK(refused(npy(records, kFour)).is(ErrorCode::unsupported, "records"));
  CHECK(refused(npy(header("|u1", "(1,1,1,1,1,1,1,1,1)"), "\x01")).is(ErrorCode::unsupported));
  CHECK(error_of([] {
          return to_npy(Tensor::strings({"a"}));
        }).is(ErrorCode::dtype_mismatch, "string"));
}

TEST_CASE("NumPy headers that depart from the format are refused", "[io]") {
  for (const std::string& text :
       std::vector<std::string>{"{}",
                                header("<i4", "1"),
                                header("<i4", "(1)"),
                                header("<i4", "(1,,)"),
                                header("<i4", "(1 1)"),
                                header("<i4", "(,)"),
                                header("<i4", "(-1,)"),
                                header("<i4", "(1.0,)"),
                                header("<i4", "(99999999999999999999,)"),
                                header("<i4", "(4611686018427387904, 4)"),
                                header("<i4", "(4294967296, 4294967297)"),
                                header("<i4", "(0, 9223372036854775807, 9223372036854775807)"),
                                header("<i4", "(1,"),
                                header("<i4", "[1]"),
                                header("<i4", "(1,)", "true"),
                                header("<i4", "(1,)", "0"),
                                header("<i4", "(1,)") + "x",
                                "{'descr': '<i4', 'descr': '<i4', 'shape': (1,), }",
                                "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), 'x': 1}",
                                "{'descr': '<i4', 'fortran_order': False}",
                                "{'descr': '<i4'",
                                "{'descr: <i4",
                                "{'descr': '\\x3ci4', }"}) {
    INFO(text);
    CHECK(refused(npy(text, kFour)).code == ErrorCode::corrupt_file);
  }
  CHECK(refused(npy(header("<i4", "(1,)"), kFour, 4)).is(ErrorCode::unsupported, "got 4.0"));
  CHECK(refused(npy(std::string(70'000, ' '), kFour, 2)).is(ErrorCode::corrupt_file, "at most"));
  const std::string clears = refused(npy(header("\x1b[2J", "(1,)"), kFour)).message;
  CHECK(clears.find("'\\x1b[2J'") != std::string::npos);
  CHECK(clears.find('\x1b') == std::string::npos);
  CHECK(refused("not an array").is(ErrorCode::corrupt_file, "not a .npy file"));
  CHECK(refused(npy(header("|b1", "(1,)"), "\x02")).is(ErrorCode::corrupt_file, "bool"));
}

TEST_CASE("Data of another size than the header says is refused before memory is taken", "[io]") {
  CHECK(refused(npy(header("<i4", "(2,)"), kFour)).is(ErrorCode::corrupt_file, "expected 2"));
  CHECK(refused(npy(header("<i4", "(1,)"), kFour + "x")).is(ErrorCode::corrupt_file));
  CHECK(refused(npy(header("<i4", "(1000000000000,)"), kFour)).is(ErrorCode::corrupt_file));
}

TEST_CASE("Every truncation of a .npy file is refused", "[io]") {
  const TempFolder folder;
  const std::string whole = text_of(to_npy(Tensor::of<float>({3}, {1, 2, 3})));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(refused(whole.substr(0, size)).code == ErrorCode::corrupt_file);
    test::put_text(folder.path("t.npy"), whole.substr(0, size));
    CHECK(error_of([&] {
            return read_npy(folder.path("t.npy"));
          }).is(ErrorCode::corrupt_file, "t.npy"));
  }
}

TEST_CASE("Every altered byte of a .npy file gives an error or a tensor of its size", "[io]") {
  const std::string whole = text_of(to_npy(Tensor::of<float>({3}, {1, 2, 3})));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int change = 1; change < 256; ++change) {
      std::string altered = whole;
      altered[at] = static_cast<char>(altered[at] ^ change);
      const auto caught = error_of([&] {
        const Tensor t = parse_npy(bytes_of(altered));
        const std::size_t width = t.dtype() == DType::int64 ? 8 : 4;  // of a u4
        if (t.bytes() != 3 * width) throw std::runtime_error("size");
        return 0;
      });
      const bool clear = !caught.code || caught.code == ErrorCode::corrupt_file ||
                         caught.code == ErrorCode::unsupported;
      if (!clear) FAIL(caught.message);
    }
  }
}

TEST_CASE("Strings of NumPy become string tensors", "[io]") {
  const auto expected = Tensor::strings({"", "ab", "\xc3\xa9\xe5\xad\x97\xf0\x9f\x98\x80"});
  const std::u32string codes(U"\0\0\0ab\0\u00e9\u5b57\U0001f600", 9);
  CHECK(parse_npy(bytes_of(npy(header("<U3", "(3,)"), stored(codes, false)))) == expected);
  CHECK(parse_npy(bytes_of(npy(header(">U3", "(3,)"), stored(codes, true)))) == expected);
  std::string utf8(27, '\0');
  utf8.replace(9, 2, "ab").replace(18, 9, expected.data<std::string>()[2]);
  const std::string file = npy(header("|S9", "(3,)"), utf8);
  CHECK(parse_npy(bytes_of(file)) == expected);
  const TempFolder folder;
  test::put_text(folder.path("t.npy"), file);
  CHECK(read_npy(folder.path("t.npy")) == expected);
}

TEST_CASE("Of the NULs in a string of NumPy only those at its end are filling", "[io]") {
  const auto expected = Tensor::strings({std::string("a\0b", 3)}).reshaped({});
  const std::string utf8("a\0b\0\0", 5);
  CHECK(parse_npy(bytes_of(npy(header("|S5", "()"), utf8))) == expected);
  const std::u32string codes(utf8.begin(), utf8.end());
  CHECK(parse_npy(bytes_of(npy(header("<U5", "()"), stored(codes, false)))) == expected);
}

TEST_CASE("Column-major strings are transposed", "[io]") {
  const std::string shape = "(2, 3)";
  CHECK(parse_npy(bytes_of(npy(header("|S1", shape, "True"), "adbecf"))) ==
        Tensor::strings({"a", "b", "c", "d", "e", "f"}).reshaped({2, 3}));
  CHECK(parse_npy(bytes_of(npy(header("<U7", "(0, 3)", "True"), ""))).shape() == Shape{0, 3});
}

TEST_CASE("Strings of NumPy that are not Unicode are refused by their element", "[io]") {
  for (const char32_t code : {0xD800u, 0xDFFFu, 0x110000u, 0xFFFFFFFFu}) {
    for (const bool big : {false, true}) {
      const std::string file =
          npy(header(big ? ">U2" : "<U2", "(2,)"), stored({'a', 'b', 'c', code}, big));
      CHECK(refused(file).is(ErrorCode::corrupt_file, "npy: element 1: expected a code point"));
    }
  }
  for (const char32_t code : {0xD7FFu, 0xE000u, 0x10FFFFu}) {
    CHECK_FALSE(refused(npy(header("<U1", "(1,)"), stored({code}, false))).code);
  }
  for (const std::string bytes : {"\xff ", "a\xc3", "\xc0\x80"}) {
    CHECK(refused(npy(header("|S2", "(2,)"), "ab" + bytes))
              .is(ErrorCode::corrupt_file, "element 1: expected UTF-8, got byte"));
  }
  CHECK(refused(npy(header("|S3", "(1,)"), "\xed\xa0\x80")).is(ErrorCode::corrupt_file));
}

TEST_CASE("Strings of absurd sizes are refused before memory is taken", "[io]") {
  CHECK(refused(npy(header("<U999999999", "(1,)"), kFour))
            .is(ErrorCode::corrupt_file, "expected 1 elements of 3999999996 bytes, got 4"));
  CHECK(refused(npy(header("<U4294967295", "(1152921504606846976,)"), kFour))
            .is(ErrorCode::corrupt_file, "elements"));
  CHECK(refused(npy(header("|S1", "(1000000000000,)"), kFour)).is(ErrorCode::corrupt_file));
  CHECK(parse_npy(bytes_of(npy(header("<U999999999", "(0,)"), ""))).shape() == Shape{0});
}

TEST_CASE("Every truncation and altered byte of strings gives an error or strings", "[io]") {
  const std::string whole = npy(header("<U2", "(2,)"), stored(U"abcd", false));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(refused(whole.substr(0, size)).code == ErrorCode::corrupt_file);
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int change = 1; change < 256; ++change) {
      std::string altered = whole;
      altered[at] = static_cast<char>(altered[at] ^ change);
      const auto caught = refused(altered);
      const bool clear = !caught.code || caught.code == ErrorCode::corrupt_file ||
                         caught.code == ErrorCode::unsupported;
      if (!clear) FAIL(caught.message);
    }
  }
}

TEST_CASE("Files that cannot be read are refused by path", "[io]") {
  const TempFolder folder;
  CHECK(error_of([&] {
          return read_npy(folder.path("none.npy"));
        }).is(ErrorCode::io, "none.npy: cannot open: No such file"));
  CHECK(error_of([&] { return read_npy(folder.path("")); }).is(ErrorCode::io, "regular file"));
}
