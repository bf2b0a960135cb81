#include <cmath>
#include <cstdlib>
#include <linnet/applications/decode_predictions.hpp>
#include <linnet/io/json.hpp>

#include "applications/environment.hpp"
#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

namespace linnet::test {

using applications::decode_predictions;

namespace {

/// As Keras's imagenet_class_index.json, with other names.
std::string class_index(Index classes) {
  Config index = Config::object();
  for (Index i = 0; i < classes; ++i) {
    Config pair = Config::list();
    pair.push_back(Config(detail::cat("n", i)));
    pair.push_back(Config(detail::cat("class ", i)));
    index[detail::cat(i)] = pair;
  }
  return to_json(index);
}

Tensor scores_of(std::initializer_list<std::pair<Index, float>> scores) {
  Tensor y(DType::float32, {1, 1000});
  for (const auto& [at, score] : scores) y.data<float>()[static_cast<std::size_t>(at)] = score;
  return y;
}

}  // namespace

TEST_CASE("decode_predictions names ImageNet's classes by Keras's file") {
  const TempFolder folder;
  const Environment home("LINNET_HOME", folder.path(""));
  put_text(folder.path("imagenet_class_index.json"), class_index(1000));
  const auto decoded = decode_predictions(scores_of({{7, 0.5f}, {999, 0.25f}, {0, 0.125f}}), {3});
  REQUIRE(decoded.size() == 1);
  REQUIRE(decoded[0].size() == 3);
  CHECK(decoded[0][0].class_name == "n7");
  CHECK(decoded[0][0].class_description == "class 7");
  CHECK(decoded[0][0].score == 0.5f);
  CHECK(decoded[0][1].class_name == "n999");
  CHECK(decoded[0][2].class_name == "n0");
  CHECK(decode_predictions(scores_of({}))[0].size() == 5);
}

TEST_CASE("decode_predictions names classes by labels, best first, equals by number") {
  const float nan = std::nanf("");
  const Tensor y = Tensor::of<float>({2, 4}, {0.2f, 0.4f, 0.2f, 0.2f, nan, -1.0f, 3.0f, nan});
  const auto decoded = decode_predictions(y, {.labels = {"a", "b", "c", "d"}});
  std::string order;
  for (const auto& row : decoded) {
    for (const auto& each : row) order += each.class_description;
  }
  CHECK(order == "bacdcbad");
}

TEST_CASE("decode_predictions refuses what has no names") {
  const TempFolder folder;
  const Environment home("LINNET_HOME", folder.path("none"));
  const Environment keras_home("KERAS_HOME", folder.path("keras"));
  const auto decode = [](const Tensor& y) { return error_of([&] { decode_predictions(y); }); };
  const auto missing = decode(scores_of({}));
  CHECK(missing.is(ErrorCode::not_found, "imagenet_class_index.json"));
  CHECK(missing.is(ErrorCode::not_found, folder.path("none")));
  CHECK(missing.is(ErrorCode::not_found, folder.path("keras/models")));
  CHECK(missing.is(ErrorCode::not_found, "decode_predictions(numpy.zeros((1, 1000)))"));
  CHECK(decode(Tensor(DType::float32, {2, 10})).is(ErrorCode::shape_mismatch, "(rows, 1000)"));
  CHECK(decode(Tensor(DType::int32, {2, 1000})).is(ErrorCode::dtype_mismatch, "int32"));
  CHECK(error_of([] {
          decode_predictions(Tensor(DType::float32, {2, 3}), {.labels = {"a", "b"}});
        }).is(ErrorCode::shape_mismatch, "(rows, 2)"));
  CHECK(error_of([] {
          decode_predictions(Tensor(DType::float32, {2, 3}), {.top = 0, .labels = {"a", "b", "c"}});
        }).is(ErrorCode::invalid_argument, "top"));
  const Environment here("LINNET_HOME", folder.path(""));
  for (const std::string& text : {class_index(999), std::string("[1]"), std::string("{")}) {
    put_text(folder.path("imagenet_class_index.json"), text);
    CHECK(decode(scores_of({})).is(ErrorCode::corrupt_file, "imagenet_class_index.json"));
  }
}

}  // namespace linnet::test
