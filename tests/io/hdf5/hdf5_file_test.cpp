#include "io/hdf5/hdf5_file.hpp"

#include <linnet/io/json.hpp>
#include <random>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/hdf5/read_all.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using detail::Hdf5File;
using detail::Hdf5Limits;
using test::error_of;

namespace {

std::string golden(const std::string& name) {
  return std::string(LINNET_TEST_DATA "/golden/hdf5/") + name;
}

std::string hex_bytes(const Tensor& tensor) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  const auto* bytes = static_cast<const unsigned char*>(tensor.raw());
  for (std::size_t i = 0; i < tensor.bytes(); ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

/// Compares a tensor with [dtype, shape, hexadecimal digits or strings].
void check_value(const Tensor& tensor, const Config& expected) {
  const Config::List& parts = expected.items();
  CHECK(name_of(tensor.dtype()) == parts[0].as_string());
  std::vector<Index> sizes;
  for (const Config& size : parts[1].items()) sizes.push_back(size.as_integer());
  CHECK(tensor.shape() == Shape(std::span<const Index>(sizes)));
  if (tensor.dtype() != DType::string) {
    CHECK(hex_bytes(tensor) == parts[2].as_string());
    return;
  }
  std::vector<std::string> strings;
  for (const Config& text : parts[2].items()) strings.push_back(text.as_string());
  const auto data = tensor.data<std::string>();
  CHECK(std::vector<std::string>(data.begin(), data.end()) == strings);
}

}  // namespace

TEST_CASE("HDF5 files in all variants hold what h5py reads from them", "[io]") {
  const Config expected = parse_json(test::file_text(golden("expected.json")));
  for (const auto& [name, objects] : expected.members()) {
    INFO(name);
    const bool mapped = name.size() % 2 == 0;
    const std::string text = test::file_text(golden(name));
    Hdf5File file = mapped ? Hdf5File(golden(name)) : Hdf5File(test::bytes_of(text));
    for (const auto& [path, value] : objects.members()) {
      INFO(path);
      const std::size_t at = path.find('@');
      if (at != path.npos) {
        check_value(file.attribute(path.substr(0, at), path.substr(at + 1)), value);
      } else if (value.is_string()) {
        CHECK(file.is_group(path));
      } else if (!value.is_object()) {
        check_value(file.read(path), value);
        CHECK(file.type(path).shape == file.read(path).shape());
        CHECK(file.type(path).dtype == file.read(path).dtype());
      }
    }
  }
}

TEST_CASE("Trees of HDF5 chunks and links have levels where nodes are small", "[io]") {
  const std::string text = test::file_text(golden("nodes.h5"));
  REQUIRE(text.at(8) == 1);  // the only superblock of version 1
  int levels = 0;            // a tree's node: TREE, what it is of, its level
  for (std::size_t at = text.find("TREE"); at != text.npos; at = text.find("TREE", at + 1)) {
    if (text[at + 4] == 1) levels = std::max(levels, int{text[at + 5]});
  }
  CHECK(levels >= 2);
  Hdf5File file(test::bytes_of(text));
  CHECK(file.list("group").size() == 30);
  CHECK(file.is_group("group/child29"));
  CHECK(file.read("gzip").shape() == Shape{40, 5});  // its numbers are in expected.json
}

TEST_CASE("Groups of so many HDF5 links that their index has levels list all of them", "[io]") {
  const Config expected = parse_json(test::file_text(golden("expected.json")));
  for (const std::string name : {"many.h5", "many_latest.h5"}) {
    INFO(name);
    Hdf5File file(golden(name));
    const Config& links = expected.at(name).at("many");
    CHECK(file.list("many").size() == links.members().size());
    for (const auto& [link, first] : links.members()) {
      const double value = file.read("many/" + link).data<float>()[0];
      if (value != first.as_number()) FAIL(link);
    }
  }
}

TEST_CASE("Objects of an HDF5 file are found by path", "[io]") {
  Hdf5File file(golden("earliest.h5"));
  CHECK(file.list("/") == std::vector<std::string>{"attributes", "chunks", "continued", "types"});
  CHECK(file.list("").size() == 4);
  CHECK(file.exists("/types/le_f4"));
  CHECK(file.exists("types//le_f4/"));
  CHECK_FALSE(file.exists("types/f4"));
  CHECK_FALSE(file.exists("types/le_f4/x"));
  CHECK(file.is_group("types"));
  CHECK_FALSE(file.is_group("types/le_f4"));
  CHECK(file.has_attribute("attributes", "number"));
  CHECK_FALSE(file.has_attribute("attributes", "numbe"));
  CHECK(error_of([&] {
          file.read("types/x");
        }).is(ErrorCode::not_found, "earliest.h5: 'types/x': hdf5: there is no 'x'"));
  CHECK(error_of([&] { file.read("types/le_f4/x"); }).is(ErrorCode::not_found, "not a group"));
  CHECK(error_of([&] { file.list("types/le_f4"); }).is(ErrorCode::not_found, "not a group"));
  CHECK(error_of([&] { file.read("types"); }).is(ErrorCode::corrupt_file, "shape of the dataset"));
  CHECK(error_of([&] {
          file.attribute("types", "x");
        }).is(ErrorCode::not_found, "'types': attribute 'x'"));
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "/a";
  CHECK(error_of([&] { file.read(deep); }).is(ErrorCode::invalid_argument, "128 names"));
}

TEST_CASE("HDF5 links to elsewhere are listed but not followed; a group may hold itself", "[io]") {
  Hdf5File file(golden("links.h5"));
  CHECK(file.list("").size() == 6);
  CHECK(file.read("hard") == file.read("data"));
  CHECK(file.read("group/up/group/up/data") == file.read("data"));
  CHECK(file.exists("soft"));
  CHECK_FALSE(file.exists("soft/x"));
  for (const std::string name : {"soft", "loop"}) {
    CHECK(error_of([&] {
            file.read(name);
          }).is(ErrorCode::unsupported, "the soft link '" + name + "' is not followed"));
  }
  CHECK(error_of([&] {
          file.list("external");
        }).is(ErrorCode::unsupported, "the external link 'external'"));
}

TEST_CASE("What the HDF5 reader does not have is refused by name", "[io]") {
  Hdf5File file(golden("refused.h5"));
  const std::vector<std::pair<std::string, std::string>> reasons{
      {"grows", "extensible array"},
      {"grows2", "B-tree of version 2"},
      {"unwritten", "never written"},
      {"some_chunks", "never written"},
      {"lzf", "the filter 32000 'lzf'"},
      {"scaled", "the filter 6 'scaleoffset'"},
      {"outside", "external storage"},
      {"virtual", "virtual dataset"},
      {"bool", "'enumeration'"},
      {"pair", "'compound'"},
      {"opaque", "'opaque'"},
      {"complex", "'compound'"},
      {"texts", "variable-length strings"},
      {"ragged", "'variable-length'"},
      {"of_named", "committed datatype"},
      {"rank9", "at most 8 axes, got 9"},
      {"null", "dataspace"},
      {"too_big", "beyond int64"}};
  for (const auto& reason : reasons) {
    INFO(reason.first);
    const auto caught = error_of([&] { file.read(reason.first); });
    CHECK(caught.is(ErrorCode::unsupported, reason.second));
    CHECK(caught.is(ErrorCode::unsupported, "refused.h5: '" + reason.first + "': hdf5: "));
  }
  CHECK(error_of([&] { file.attribute("", "bool"); }).is(ErrorCode::unsupported, "enumeration"));
}

TEST_CASE("HDF5 limits hold", "[io]") {
  const auto limited = [](const Hdf5Limits& limits) {
    return error_of([&] {
      Hdf5File file(golden("latest.h5"), limits);
      file.read("chunks/all");
      file.attribute("attributes", "texts");
    });
  };
  CHECK_FALSE(limited({}).code.has_value());
  CHECK(limited({.dataset_bytes = 139}).is(ErrorCode::corrupt_file, "the limit of 139"));
  CHECK(limited({.attribute_bytes = 15}).is(ErrorCode::corrupt_file, "the limit of 15"));
  CHECK(limited({.attribute_bytes = 100}).code.has_value() == false);
  CHECK(limited({.name_bytes = 3}).is(ErrorCode::corrupt_file, "1 to 3 bytes"));
  CHECK(limited({.header_bytes = 100}).is(ErrorCode::corrupt_file, "100 bytes"));
  CHECK(limited({.steps = 20}).is(ErrorCode::corrupt_file, "20 steps"));
  CHECK(limited({.names = 1}).is(ErrorCode::invalid_argument, "1 names"));
}

TEST_CASE("Chunks too small for what they should hold are refused before memory is taken", "[io]") {
  for (const std::string name : {"deflated", "shuffled"}) {
    const auto caught = error_of([&] { Hdf5File(golden("bomb.h5")).read(name); });
    CHECK(caught.is(ErrorCode::corrupt_file, "bytes cannot hold 1073741824"));
    CHECK(caught.message.find("chunk 0: its ") != std::string::npos);
  }
}

TEST_CASE("A damaged checksum in an HDF5 file is found, and may be overlooked", "[io]") {
  const std::string text = test::file_text(golden("latest.h5"));
  const std::size_t at = text.find("FADB");  // the index of the chunks of one dataset
  REQUIRE(at != text.npos);
  std::size_t damaged = 0;
  for (const std::string name : {"plain", "gzip", "shuffle", "all", "cube", "be_gzip"}) {
    // The address of the array's header, which stands after signature, version and kind.
    std::string other = text;
    other[at + 6] = static_cast<char>(other[at + 6] ^ 1);
    const auto read = [&](bool checksums) {
      return error_of([&] {
        Hdf5File(test::bytes_of(other), {.checksums = checksums}).read("chunks/" + name);
      });
    };
    if (read(true).is(ErrorCode::corrupt_file, "checksum")) ++damaged;
    CHECK_FALSE(read(false).code.has_value());
  }
  CHECK(damaged == 1);
}

TEST_CASE("A damaged chunk with a Fletcher checksum is refused", "[io]") {
  const std::string whole = test::file_text(golden("earliest.h5"));
  const std::string data("\x0b\x30\x55", 3);  // 11, 48, 85: the values of sum_odd
  const std::size_t at = whole.rfind(data);   // also the first numbers of another dataset
  REQUIRE(at != whole.npos);
  std::string text = whole;
  text[at] = 12;
  CHECK(error_of([&] {
          Hdf5File(test::bytes_of(text)).read("chunks/sum_odd");
        }).is(ErrorCode::corrupt_file, "the checksum of a chunk is wrong"));
}

TEST_CASE("HDF5 files cut anywhere are refused", "[io]") {
  for (const std::string name : {"user_block.h5", "wide.h5"}) {
    const std::string text = test::file_text(golden(name));
    for (std::size_t size = 0; size < text.size(); ++size) {
      const auto caught = error_of([&] {
        Hdf5File file(test::bytes_of(text).first(size));
        file.read("data");
      });
      if (caught.code != ErrorCode::corrupt_file) FAIL(name << " cut to " << size);
    }
    CHECK(Hdf5File(test::bytes_of(text)).read("data").size() == 3);
  }
}

TEST_CASE("HDF5 files with flipped bits give values or errors", "[io]") {
  std::mt19937 random(7);
  for (const std::string name :
       {"earliest.h5", "latest.h5", "ordered.h5", "links.h5", "nodes.h5"}) {
    const std::string whole = test::file_text(golden(name));
    for (int round = 0; round < 500; ++round) {
      std::string text = whole;
      // Headers lie mostly in the first half, so that more than every second flip meets one.
      const std::size_t range = round % 2 == 0 ? text.size() : std::size_t{4096};
      for (int flips = 1 + round % 3; flips > 0; --flips) {
        const std::size_t bit = random() % (8 * std::min(range, text.size()));
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
      }
      test::read_all(test::bytes_of(text));
    }
  }
  SUCCEED();
}

TEST_CASE("Files that are not HDF5 are refused", "[io]") {
  const test::TempFolder folder;
  test::put_text(folder.path("empty"), "");
  test::put_text(folder.path("text"), std::string(2000, 'x'));
  CHECK(error_of([&] {
          Hdf5File file(folder.path("empty"));
        }).is(ErrorCode::corrupt_file, "empty: hdf5: the file is empty"));
  CHECK(error_of([&] {
          Hdf5File file(folder.path("text"));
        }).is(ErrorCode::corrupt_file, "not an HDF5 file"));
  CHECK(error_of([&] { Hdf5File file(folder.path("none")); }).is(ErrorCode::io, "cannot open"));
  std::string text = test::file_text(golden("user_block.h5"));
  text[512 + 8] = 9;
  CHECK(error_of([&] {
          Hdf5File file(test::bytes_of(text));
        }).is(ErrorCode::unsupported, "superblock of version 0 to 3, got 9"));
}
