// Models that cannot be saved, and files that are refused.
#include <filesystem>
#include <linnet/io/json.hpp>
#include <linnet/io/packed_strings.hpp>
#include <linnet/io/safetensors.hpp>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"
#include "io/trained_model.hpp"

namespace ln = linnet;
using ln::ErrorCode;
using ln::Tensor;
using ln::test::error_of;
using ln::test::floats;
using ln::test::ids;
using ln::test::kTable;
using ln::test::TempFolder;
using ln::test::text_model;
using ln::test::train;

namespace {

/// The file with one tensor or entry of the metadata changed, and a good checksum.
template <class F>
void edit(const std::string& path, F&& change) {
  ln::SafetensorsFile file = ln::read_safetensors(path, {.copy = true});
  change(file);
  ln::write_safetensors(path, file);
}

}  // namespace

TEST_CASE("a model that is not built cannot be saved", "[io]") {
  const TempFolder folder;
  CHECK(error_of([&] {
          text_model().save(folder.path("m.linnet"));
        }).is(ErrorCode::bad_state, "not built"));
  CHECK(folder.count() == 0);
}

TEST_CASE("a layer in two inner models cannot be saved", "[io]") {
  const TempFolder folder;
  const ln::Shared shared{ln::Dense{.units = 2, .name = "both"}};
  const ln::Value x = ln::input({2}), u = ln::input({2}), v = ln::input({2});
  const ln::Model first(u, u | shared), second(v, v | shared);
  const ln::Model model(x, x | first | second);
  CHECK(error_of([&] { model.save(folder.path("m.linnet")); }).is(ErrorCode::unsupported, "both"));
}

TEST_CASE("damaged and foreign files are refused by name", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("m.linnet");
  ln::Sequential model = text_model();
  train(model, 0, 2);
  model.save(path);
  const std::string whole = ln::test::file_text(path);
  const auto refused = [&](ErrorCode code, const std::string& part) {
    const auto error = error_of([&] { ln::Model::load(path); });
    INFO(error.message);
    CHECK(error.is(code, part));
    CHECK(error.message.starts_with(path));
  };
  SECTION("truncated") {
    for (std::size_t size = 0; size < whole.size(); size += whole.size() / 13) {
      ln::test::put_text(path, whole.substr(0, size));
      refused(ErrorCode::corrupt_file, "");
    }
  }
  SECTION("altered") {
    for (std::size_t at = 9; at < whole.size(); at += whole.size() / 17) {
      std::string bad = whole;
      bad[at] = static_cast<char>(bad[at] ^ 4);
      ln::test::put_text(path, bad);
      refused(ErrorCode::corrupt_file, "");
    }
  }
  SECTION("another format") {
    ln::write_safetensors(path, {.tensors = {{"w", floats({2}, 1)}}});
    refused(ErrorCode::corrupt_file, path + " is not a linnet model: it has no linnet.format");
    ln::test::put_text(path, "label\ttext\n");
    refused(
        ErrorCode::corrupt_file,
        path +
            " is not a linnet model: it does not begin with a safetensors header; nor is it one of "
            "Keras's files (.keras, .h5, JSON)");
    ln::test::put_text(path, "");
    refused(ErrorCode::corrupt_file, path + " is not a linnet model: it is empty");
    ln::test::put_text(path, whole.substr(0, 8) + "{\"w\":{}}");
    refused(ErrorCode::corrupt_file,
            path + " is not a linnet model: its header is not one that linnet writes");
    std::filesystem::remove(path);
    refused(ErrorCode::io, "");
  }
  SECTION("a newer format") {
    edit(path, [](ln::SafetensorsFile& file) {
      for (auto& [key, value] : file.metadata) {
        if (key == "linnet.format") value = "2";
      }
    });
    refused(ErrorCode::unsupported, "format '2'");
  }
  SECTION("tensors that are missing, left over, of another shape") {
    edit(path, [](auto& file) { file.tensors[0].name = "embedding/other"; });
    refused(ErrorCode::corrupt_file, "'embedding/embeddings' is missing");
    edit(path, [](auto& file) { file.tensors[0].name = "embedding/embeddings"; });
    ln::Model::load(path);
    edit(path, [](auto& file) { file.tensors.push_back({"more", floats({1}, 1)}); });
    refused(ErrorCode::corrupt_file, "'more'");
    edit(path, [](auto& file) {
      file.tensors.pop_back();
      file.tensors[0].tensor = floats({kTable, 5}, 1);
    });
    refused(ErrorCode::corrupt_file, "(500, 6)");
  }
  SECTION("weights of another model") {
    edit(path, [](auto& file) {
      for (auto& [name, tensor] : file.tensors) {
        if (name == "dense/kernel") tensor = floats({6, 3}, 1);
      }
    });
    refused(ErrorCode::corrupt_file, "self-test: output 0");
  }
}

TEST_CASE("a file whose vocabulary or labels outgrow its model is refused", "[io]") {
  const bool nested = GENERATE(false, true);
  const TempFolder folder;
  const std::string path = folder.path("m.linnet");
  ln::TextVectorization words{.output_sequence_length = 4};
  words.adapt(std::vector<std::string>{"red green blue", "red"});
  const ln::Sequential inner{ln::Embedding{.input_dim = words.vocabulary_size(), .output_dim = 2},
                             ln::GlobalAveragePooling1D{}, ln::Dense{.units = 3}};
  const ln::Sequential whole{words, inner};
  ln::Sequential model = nested ? ln::Sequential({whole}, "outer") : whole;
  model.predict(Tensor::strings({"red"}));
  model.set_labels({"a", "b", "c"});
  model.save(path);
  const auto refused = [&](const std::string& part) {
    const auto error = error_of([&] { ln::Model::load(path); });
    INFO(error.message);
    CHECK(error.is(ErrorCode::corrupt_file, part));
    CHECK(error.message.starts_with(path));
  };
  const auto relabel = [&](ln::Config labels) {
    edit(path, [&](ln::SafetensorsFile& file) {
      for (auto& [key, value] : file.metadata) {
        if (key != "linnet.model") continue;
        ln::Config json = ln::parse_json(value);
        json["labels"] = labels;
        value = ln::to_json(json);
      }
    });
  };
  ln::Config labels = ln::Config::list();
  for (const char* label : {"a", "b", "c", "d"}) labels.push_back(ln::Config(label));
  relabel(labels);
  refused("labels: expected 3 names, got 4");
  relabel(ln::Config::list());
  ln::Model::load(path);
  edit(path, [](ln::SafetensorsFile& file) {
    for (auto& [name, tensor] : file.tensors) {
      if (!name.ends_with("vocabulary:strings")) continue;
      tensor = ln::pack_strings({"red", "green", "blue", "grey", "pink"});
    }
  });
  refused("embedding: input_dim 5 is below the 7 ids of text_vectorization");
}
