#include <algorithm>
#include <linnet/images/image_dataset.hpp>
#include <linnet/io/atomic_file.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "io/temp_folder.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

namespace fs = std::filesystem;

/// The folder of image_data.safetensors, on disk.
class PictureFolder {
 public:
  PictureFolder() {
    const std::string place = std::string(LINNET_TEST_DATA) + "/golden/image_data.safetensors";
    const SafetensorsFile file = read_safetensors(place);
    for (const auto& [name, bytes] : file.tensors) {
      if (name.starts_with("files/")) {
        add(name.substr(6), {static_cast<const std::byte*>(bytes.raw()), bytes.bytes()});
      }
    }
  }
  void add(const std::string& name, std::span<const std::byte> bytes) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    write_file(path(name), bytes);
  }
  std::string path(const std::string& name = "") const { return folder_.path(name); }

 private:
  TempFolder folder_;
};

std::string word(const Config& options, const char* key, const char* otherwise) {
  const Config* value = options.find(key);
  return value == nullptr ? otherwise : value->is_null() ? "none" : value->as_string();
}

/// Keras's arguments as options.
ImageDatasetOptions options_of(const Config& given) {
  const auto flag = [&](const char* key) {
    const Config* value = given.find(key);
    return value != nullptr && value->as_bool();
  };
  ImageDatasetOptions options{
      .label_mode = LabelMode::named(word(given, "label_mode", "int")),
      .color_mode = ColorMode::named(word(given, "color_mode", "rgb")),
      .image_size = {7, 8},
      .shuffle = given.at("shuffle").as_bool(),
      .subset = Subset::named(word(given, "subset", "none")),
      .interpolation = Interpolation::named(word(given, "interpolation", "bilinear")),
      .crop_to_aspect_ratio = flag("crop_to_aspect_ratio"),
      .pad_to_aspect_ratio = flag("pad_to_aspect_ratio")};
  if (const Config* names = given.find("class_names")) {
    for (const Config& name : names->items()) options.class_names.push_back(name.as_string());
  }
  if (const Config* size = given.find("batch_size")) options.batch_size = size->as_integer();
  if (const Config* seed = given.find("seed")) {
    options.seed = static_cast<std::uint32_t>(seed->as_integer());
    options.validation_split = given.at("validation_split").as_number();
  }
  return options;
}

void check_case(const GoldenCase& each, const PictureFolder& folder) {
  INFO(each.name);
  const ImageDataset data =
      image_dataset_from_directory(folder.path(), options_of(each.facts.at("options")));
  std::vector<std::string> order, names;
  for (const Config& path : each.facts.at("order").items()) {
    order.push_back(folder.path(path.as_string()));
  }
  if (const Config& given = each.facts.at("class_names"); !given.is_null()) {
    for (const Config& name : given.items()) names.push_back(name.as_string());
  }
  CHECK(data.file_paths == order);
  CHECK(data.class_names == names);
  if (each.facts.at("options").at("shuffle").as_bool()) return;
  const auto x = each.numbered("x"), y = each.numbered("y");
  CHECK(data.size() == static_cast<Index>(x.size()));
  auto iterator = data.iterate();
  Batch batch;
  for (std::size_t i = 0; i < x.size(); ++i) {
    REQUIRE(iterator.next(batch));
    // Keras keeps bytes where "nearest" makes no fractions; ours are always float32.
    CHECK(close(std::get<Tensor>(batch.x[0]), x[i].cast(DType::float32), 1e-5));
    CHECK(batch.y.empty() == y.empty());
    if (!y.empty()) CHECK(std::get<Tensor>(batch.y[0]) == y[i]);
  }
  CHECK_FALSE(iterator.next(batch));
}

std::span<const std::byte> text_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

TEST_CASE("Folders of pictures become the data sets that Keras makes of them", "[images]") {
  const Golden golden("image_data");
  const PictureFolder folder;
  Index count = 0;
  for (const GoldenCase& each : golden.cases()) {
    if (each.facts.find("options") == nullptr) continue;
    check_case(each, folder);
    ++count;
  }
  CHECK(count == 12);
}

TEST_CASE("Both subsets come from one call, as from two of the same seed", "[images][threads]") {
  const PictureFolder folder;
  const ImageDatasetOptions both{
      .batch_size = 4, .image_size = {7, 8}, .seed = 3, .validation_split = 0.3};
  const auto [train, validation] = image_datasets_from_directory(folder.path(), both);
  ImageDatasetOptions one = both;
  one.subset = "training";
  const ImageDataset alone = image_dataset_from_directory(folder.path(), one);
  one.subset = "validation";
  CHECK(train.file_paths == alone.file_paths);
  CHECK(validation.file_paths == image_dataset_from_directory(folder.path(), one).file_paths);
  CHECK(train.class_names == validation.class_names);
  for (const std::string& path : validation.file_paths) {
    CHECK(std::ranges::find(train.file_paths, path) == train.file_paths.end());
  }
  CHECK(train.reorders());
  CHECK_FALSE(validation.reorders());
  CHECK(same_bits(std::get<Tensor>(train.all(1).x[0]), std::get<Tensor>(alone.all(1).x[0])));
  CHECK(error_of([&] {
          image_datasets_from_directory(folder.path(), {.image_size = {7, 8}});
        }).is(ErrorCode::invalid_argument, "validation_split"));
  CHECK(error_of([&] {
          image_datasets_from_directory(folder.path(), one);
        }).is(ErrorCode::invalid_argument, "'validation'"));
}

TEST_CASE("Pictures come in a new order in each epoch, with their labels", "[images][threads]") {
  const PictureFolder folder;
  const ImageDatasetOptions options{.batch_size = 4, .image_size = {7, 8}, .seed = 3};
  const ImageDataset data = image_dataset_from_directory(folder.path(), options);
  CHECK(data.size() == 4);
  CHECK(data.reorders());
  CHECK_FALSE(data.from_memory());
  ImageDatasetOptions plain = options;
  plain.shuffle = false;
  plain.threads = 1;
  plain.prefetch = 0;
  const Batch sorted = image_dataset_from_directory(folder.path(), plain).all();
  const Batch first = data.all(0), second = data.all(1);
  const Tensor sorted_x = std::get<Tensor>(sorted.x[0]), sorted_y = std::get<Tensor>(sorted.y[0]);
  CHECK_FALSE(std::get<Tensor>(first.x[0]) == std::get<Tensor>(second.x[0]));
  CHECK(std::get<Tensor>(first.x[0]) == std::get<Tensor>(data.all(0).x[0]));
  for (const Batch* batch : {&first, &second}) {
    const Tensor x = std::get<Tensor>(batch->x[0]), y = std::get<Tensor>(batch->y[0]);
    CHECK(batch->size == 14);
    std::vector<Index> found;
    for (Index i = 0; i < 14; ++i) {
      for (Index j = 0; j < 14; ++j) {
        if (!(x.rows(i, i + 1) == sorted_x.rows(j, j + 1))) continue;
        CHECK(y.rows(i, i + 1) == sorted_y.rows(j, j + 1));
        found.push_back(j);
      }
    }
    std::ranges::sort(found);
    CHECK(found.size() == 14);
    CHECK(std::ranges::adjacent_find(found) == found.end());
  }
}

TEST_CASE("Labels may be given for each file, or left out", "[images]") {
  const PictureFolder folder;
  const std::vector<Index> labels{0, 1, 1, 0, 2, 2, 0, 0, 0, 1, 1, 1, 1, 2};
  const ImageDataset data = image_dataset_from_directory(
      folder.path(), {.labels = labels, .image_size = {7, 8}, .shuffle = false});
  CHECK(data.class_names == std::vector<std::string>{"0", "1", "2"});
  CHECK(std::get<Tensor>(data.all().y[0]).cast(DType::int64) ==
        Tensor::of<std::int64_t>({14}, labels));
  CHECK(error_of([&] {
          image_dataset_from_directory(folder.path(), {.labels = {0, 1}});
        }).is(ErrorCode::invalid_argument, "2 labels for 14 pictures"));
  std::vector<Index> gap = labels;
  gap[0] = 9;
  CHECK(error_of([&] {
          image_dataset_from_directory(folder.path(), {.labels = gap});
        }).is(ErrorCode::out_of_range, "got 0 to 9"));
}

TEST_CASE("Other files are ignored; one class is a class", "[images]") {
  const PictureFolder folder;
  folder.add("notes.txt", text_bytes("x"));
  folder.add("cat/notes.txt", text_bytes("x"));
  folder.add(".hidden/a.png", text_bytes("x"));
  const ImageDatasetOptions options{.image_size = {7, 8}};
  CHECK(image_dataset_from_directory(folder.path(), options).class_names ==
        std::vector<std::string>{"cat", "dog", "eel"});
  ImageDatasetOptions one{.class_names = {"eel"}, .image_size = {7, 8}};
  CHECK(image_dataset_from_directory(folder.path(), one).file_paths.size() == 5);
  one.label_mode = "categorical";
  CHECK(error_of([&] {
          image_dataset_from_directory(folder.path(), one);
        }).is(ErrorCode::invalid_argument, "categorical needs two classes or more, found 1"));
  one.label_mode = "binary";
  CHECK(error_of([&] {
          image_dataset_from_directory(folder.path(), one);
        }).is(ErrorCode::invalid_argument, "exactly two classes, found 1"));
}

TEST_CASE("Links to folders are followed if asked, and not round a loop", "[images]") {
  const PictureFolder folder, elsewhere;
  ImageDatasetOptions options{.class_names = {"eel"}, .image_size = {7, 8}};
  const auto count = [&] {
    return image_dataset_from_directory(folder.path(), options).file_paths.size();
  };
  REQUIRE(count() == 5);
  fs::create_directory_symlink(elsewhere.path("eel"), folder.path("eel/more"));
  CHECK(count() == 5);
  options.follow_links = true;
  CHECK(count() == 10);
  fs::create_directory_symlink(folder.path("eel"), folder.path("eel/itself"));
  CHECK(count() == 10);
  fs::create_directory_symlink(folder.path("eel"), elsewhere.path("eel/back"));
  CHECK(count() == 10);
  fs::create_directory_symlink(elsewhere.path("eel"), folder.path("eel/again"));
  CHECK(count() == 15);
}

TEST_CASE("A folder that holds no data set is refused", "[images]") {
  const TempFolder empty;
  CHECK(error_of([&] {
          image_dataset_from_directory(empty.path(""));
        }).is(ErrorCode::invalid_argument, "no pictures (.jpg, .jpeg, .png) found in folders"));
  CHECK(error_of([&] {
          image_dataset_from_directory(empty.path("nothing"));
        }).is(ErrorCode::io, "nothing: cannot read the folder"));
  const PictureFolder folder;
  const auto refused = [&](const ImageDatasetOptions& options) {
    return error_of([&] { image_dataset_from_directory(folder.path(), options); });
  };
  CHECK(refused({.class_names = {"cow"}}).is(ErrorCode::not_found, "'cow'"));
  CHECK(refused({.validation_split = 0.5}).is(ErrorCode::invalid_argument, "go together"));
  CHECK(refused({.subset = "training"}).is(ErrorCode::invalid_argument, "go together"));
  CHECK(refused({.validation_split = 0.01, .subset = "validation"})
            .is(ErrorCode::invalid_argument, "leaves none for validation"));
  CHECK(refused({.batch_size = 0}).is(ErrorCode::invalid_argument, "batch_size"));
  CHECK(refused({.image_size = {0, 4}}).is(ErrorCode::invalid_argument, "image_size"));
  CHECK(refused({.crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true})
            .is(ErrorCode::invalid_argument, "only one"));
}

TEST_CASE("A file that cannot be read is named, or left out", "[images]") {
  const PictureFolder folder;
  folder.add("cat/broken.jpg", text_bytes("\xff\xd8\xff broken"));
  folder.add("eel/gif.png", text_bytes("GIF89a"));
  ImageDatasetOptions options{.image_size = {7, 8}, .shuffle = false};
  const ImageDataset data = image_dataset_from_directory(folder.path(), options);
  CHECK(error_of([&] { data.all(); }).is(ErrorCode::corrupt_file, "cat/broken.jpg: JPEG: "));

  options.skip_unreadable = true;
  const ImageDataset kept = image_dataset_from_directory(folder.path(), options);
  CHECK(kept.file_paths.size() == 14);
  CHECK(kept.all().size == 14);
  REQUIRE(kept.skipped.size() == 2);
  CHECK(kept.skipped[0].path == folder.path("cat/broken.jpg"));
  CHECK(kept.skipped[1].reason.find("expected JPEG or PNG, got GIF") != std::string::npos);

  const TempFolder bad;
  fs::create_directories(bad.path("a"));
  write_file(bad.path("a/a.png"), {});
  CHECK(error_of([&] {
          image_dataset_from_directory(bad.path(""), options);
        }).is(ErrorCode::invalid_argument, "no picture can be read"));
}

}  // namespace linnet::test
