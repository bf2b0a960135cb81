#include <algorithm>
#include <filesystem>
#include <linnet/images/image.hpp>
#include <linnet/io/json.hpp>
#include <linnet/io/npy.hpp>
#include <linnet/io/safetensors.hpp>
#include <map>
#include <string>

#include "catch.hpp"
#include "io/hdf5/read_all.hpp"
#include "io/npz/npz_arrays.hpp"
#include "io/temp_folder.hpp"
#include "io/zip/zip_file.hpp"
#include "keras/load_bytes.hpp"

using namespace linnet;

namespace {

const std::string kCorpus = LINNET_TEST_DATA "/fuzz/corpus/";

/// Calls `f` with each file of a fuzz target's corpus; a linnet::Error is an answer like another.
template <class F>
void replay(const std::string& target, F f) {
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(kCorpus + target)) {
    INFO(file.path());
    const std::string text = test::file_text(file.path().string());
    try {
      f(text);
    } catch (const Error& error) {
      CHECK_FALSE(std::string(error.what()).empty());
    }
    ++files;
  }
  CHECK(files > 0);
}

}  // namespace

TEST_CASE("Texts that fuzzing found are refused, or are the same after a round trip", "[io]") {
  replay("json", [](const std::string& text) {
    const Config config = parse_json(text);
    CHECK(parse_json(to_json(config)) == config);
    CHECK(parse_json(to_json(config, {.pretty = true})) == config);
  });
}

TEST_CASE("Arrays that fuzzing found are refused, or are the same after a round trip", "[io]") {
  replay("npy", [](const std::string& text) {
    const auto written = to_npy(parse_npy(test::bytes_of(text)));
    CHECK(to_npy(parse_npy(written)) == written);
  });
}

TEST_CASE("Containers that fuzzing found are refused, or are the same after a round trip", "[io]") {
  for (const ChecksumRule rule : {ChecksumRule::ignored, ChecksumRule::if_present}) {
    replay("safetensors", [&](const std::string& text) {
      const auto written =
          to_safetensors(parse_safetensors(test::bytes_of(text), {.checksum = rule}));
      CHECK(to_safetensors(parse_safetensors(written)) == written);
    });
  }
}

TEST_CASE("Pickled arrays that fuzzing found are refused or read", "[io]") {
  replay("npz", [](const std::string& text) {
    std::size_t bytes = 0;
    for (const auto& [name, value] : detail::parse_pickled_arrays(test::bytes_of(text))) {
      bytes += value.bytes();
    }
    CHECK(bytes <= 4 * text.size());
  });
}

TEST_CASE("HDF5 files that fuzzing found are refused or read", "[io]") {
  replay("hdf5", [](const std::string& text) { test::read_all(test::bytes_of(text)); });
}

TEST_CASE("ZIP files that fuzzing found are refused or read", "[io]") {
  replay("zip", [](const std::string& text) {
    const detail::ZipFile zip(test::bytes_of(text), {.member_bytes = 1 << 22});
    for (const auto& member : zip.members())
      CHECK(zip.read(member.name).text().size() == member.size);
  });
}

TEST_CASE("Pictures that fuzzing found are refused, or are read", "[io]") {
  replay("image", [](const std::string& text) {
    const Tensor picture = decode_image(test::bytes_of(text), {.max_pixels = 1 << 16});
    CHECK(picture.shape()[2] == 3);
  });
}

TEST_CASE("Model files that fuzzing found are refused, or predict and train", "[io]") {
  int held = 0;
  replay("model", [&](const std::string& text) {
    const test::TempFolder folder;
    const std::string path = folder.path("m");
    test::put_text(path, test::file_of(text));
    if (!test::use_file(path)) return;
    ++held;
    CHECK(inspect_model(path, test::small_limits()).supported());
  });
  CHECK(held > 20);
}

TEST_CASE("Of the model files that fuzzing begins with, those of every kind are sound", "[io]") {
  std::map<std::string, int> kinds;
  for (const auto& file : std::filesystem::directory_iterator(kCorpus + "model")) {
    const std::string name = file.path().filename().string();
    INFO(name);
    // As what the fuzz target makes of its bytes.
    const test::TempFolder folder;
    const std::string path = folder.path("m");
    test::put_text(path, test::file_of(test::file_text(file.path().string())));
    if (name.starts_with("whole_")) {
      Model model = Model::load(path, {.limits = test::small_limits()});
      const std::string format = inspect_model(path).format;
      if (format != "linnet") CHECK(model.load_weights(path).empty());
      ++kinds[format];
    } else if (name == "weights_listed" || name == "weights_numbered") {
      CHECK(test::three_layers().load_weights(path).empty());
      ++kinds["weights"];
    }
  }
  CHECK(kinds ==
        std::map<std::string, int>{{"h5", 3}, {"keras", 6}, {"linnet", 3}, {"weights", 2}});
}
