#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

const Tensor& pictures() {
  static const Tensor x = random_floats({20, 6, 5, 3}, 1, 0, 255);
  return x;
}
Tensor labels() { return to_categorical(random_ints({20}, 2, 4), 4); }

Dataset batches() { return Dataset::from(pictures(), labels()).batch(8); }

Tensor x_of(const Batch& batch) { return std::get<Tensor>(batch.x.front()); }
Tensor y_of(const Batch& batch) { return std::get<Tensor>(batch.y.front()); }

}  // namespace

TEST_CASE("augment changes the batches of a data set, anew in each epoch and batch", "[model]") {
  const Dataset train = batches().map(augment({RandomFlip{}, RandomRotation{.factor = 0.2}}));
  const Batch first = train.all(0);
  CHECK(x_of(first).shape() == pictures().shape());
  CHECK_FALSE(x_of(first) == pictures());
  CHECK(y_of(first) == labels());
  CHECK(x_of(train.all(0)) == x_of(first));
  CHECK_FALSE(x_of(train.all(1)) == x_of(first));
  const Dataset other = batches().map(augment(RandomRotation{.factor = 0.2}, 1));
  CHECK_FALSE(x_of(other.all()) ==
              x_of(batches().map(augment(RandomRotation{.factor = 0.2}, 2)).all()));
  const Tensor same = Tensor::full({16, 6, 5, 3}, 1.0f);
  const Batch bright =
      Dataset::from(same).batch(8).map(augment(RandomBrightness{.factor = 0.5})).all();
  CHECK_FALSE(x_of(bright).rows(0, 8) == x_of(bright).rows(8, 16));
}

TEST_CASE("augment gives the same batches from a saved position and ahead", "[model][threads]") {
  const Dataset train = batches().map(augment(RandomZoom{.height_factor = 0.4}));
  DatasetIterator iterator = train.iterate(1);
  Batch batch;
  REQUIRE(iterator.next(batch));
  const DataPosition at = iterator.position();
  REQUIRE(iterator.next(batch));
  const Tensor second = x_of(batch).clone();
  DatasetIterator again = train.iterate(at);
  REQUIRE(again.next(batch));
  CHECK(x_of(batch) == second);
  CHECK(x_of(train.prefetch(2).all(1)) == x_of(train.all(1)));
  CHECK(x_of(train.skip(1).all(1)).rows(0, 8) == second);
}

TEST_CASE("augment mixes the labels where a layer mixes the pictures", "[model]") {
  for (const Layer& layer : {Layer(MixUp{.alpha = 1}), Layer(CutMix{})}) {
    INFO(std::string(layer.class_name()));
    const Batch batch = batches().map(augment({RandomFlip{"horizontal"}, layer})).all();
    const Tensor y = y_of(batch);
    CHECK_FALSE(y == labels());
    for (std::size_t i = 0; i < 80; i += 4) {
      const auto v = y.data<float>();
      CHECK(std::abs(v[i] + v[i + 1] + v[i + 2] + v[i + 3] - 1) < 1e-5f);
    }
    const Dataset alone = Dataset::from(pictures()).batch(8).map(augment(layer));
    CHECK(alone.all().y.empty());
    CHECK_FALSE(x_of(alone.all()) == pictures());
  }
}

TEST_CASE("A model trains on batches that augment has mixed", "[model]") {
  Sequential model{Flatten{}, Dense{.units = 4, .activation = "softmax"}};
  model.compile({.optimizer = "adam", .loss = "categorical_crossentropy"});
  const Dataset train = batches().map(augment({RandomCrop{.height = 4, .width = 4}, MixUp{}}));
  const History history = model.fit(train, {.epochs = 2});
  CHECK(history["loss"].size() == 2);
  CHECK(model.predict(Tensor::full({1, 4, 4, 3}, 1.0f)).shape() == Shape{1, 4});
}

TEST_CASE("augment takes pictures of bytes, and empty lists of layers", "[model]") {
  const Tensor bytes = random_ints({9, 4, 4, 3}, 1, 256, DType::uint8);
  const Batch batch = Dataset::from(bytes).batch(4).map(augment(RandomFlip{"vertical"})).all();
  CHECK(x_of(batch).dtype() == DType::float32);
  CHECK(x_of(batches().map(augment(std::vector<Layer>{})).all()) == pictures());
}

TEST_CASE("augment refuses what it cannot change", "[model]") {
  const auto refusal = [](const Dataset& data, const Layer& layer) {
    return error_of([&] { data.map(augment(layer)).all(); });
  };
  const Dataset numbers = Dataset::from(pictures(), random_ints({20}, 2, 4)).batch(8);
  CHECK(refusal(numbers, MixUp{}).is(ErrorCode::shape_mismatch, "one-hot rows"));
  CHECK(refusal(numbers, RandomFlip{}).code == std::nullopt);
  CHECK(refusal(batches(), Dense{.units = 2}).is(ErrorCode::unsupported, "has parameters"));
  CHECK(refusal(batches(), Reshape{{-1, 3}}).code == std::nullopt);
  CHECK(refusal(Dataset::from(Columns{pictures(), pictures()}).batch(4), RandomFlip{})
            .is(ErrorCode::shape_mismatch, "expected one input"));
  CHECK(refusal(Dataset::from(random_floats({9, 4}, 1)).batch(4), RandomFlip{})
            .is(ErrorCode::shape_mismatch, "(batch, height, width, channels)"));
  CHECK(error_of([] {
          Dataset::from(pictures()).map(augment(RandomFlip{}));
        }).is(ErrorCode::bad_state, "batch()"));
}

}  // namespace linnet::test
