#include <algorithm>
#include <limits>
#include <linnet/data/dataset.hpp>
#include <linnet/data/split.hpp>
#include <numeric>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "core/sanitized.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using linnet::test::error_of;
using linnet::test::sanitized;
using Numbers = std::vector<Index>;

namespace {

/// x = 0, 1, ... (n, 2) with both cells the row's number, y = the same (n).
Dataset numbered(Index n) {
  Tensor x(DType::int32, {n, 2});
  Tensor y(DType::float32, {n});
  for (Index i = 0; i < n; ++i) {
    x.data<std::int32_t>()[static_cast<std::size_t>(2 * i)] = static_cast<std::int32_t>(i);
    x.data<std::int32_t>()[static_cast<std::size_t>(2 * i + 1)] = static_cast<std::int32_t>(i);
    y.data<float>()[static_cast<std::size_t>(i)] = static_cast<float>(i);
  }
  return Dataset::from(x, y, Tensor::full<float>({n}, 2.0f));
}

/// The same rows from a function, in pieces of 1, 2, 3, 1, 2, 3, ... rows.
Dataset streamed(Index n, bool known = false) {
  const Batch rows = numbered(n).all();
  return Dataset::stream(
      [rows](Index) -> Dataset::Generator {
        return [rows, at = Index{0}, turn = Index{0}](Batch& batch) mutable {
          const Index end = std::min(rows.size, at + 1 + turn++ % 3);
          if (at == end) return false;
          batch.x = std::get<Tensor>(rows.x[0]).rows(at, end).clone();
          batch.y = std::get<Tensor>(rows.y[0]).rows(at, end).clone();
          batch.sample_weight = rows.sample_weight.rows(at, end).clone();
          at = end;
          return true;
        };
      },
      known ? n : any);
}

/// The numbers of the rows of a batch, checked to agree in all columns.
Numbers rows_in(const Batch& batch) {
  Numbers numbers;
  const auto& x = std::get<Tensor>(batch.x[0]);
  REQUIRE(x.shape() == Shape{batch.size, 2});
  REQUIRE(batch.sample_weight.size() == batch.size);
  for (Index i = 0; i < batch.size; ++i) {
    const auto row = static_cast<std::size_t>(i);
    const Index number = x.data<std::int32_t>()[2 * row];
    REQUIRE(x.data<std::int32_t>()[2 * row + 1] == number);
    REQUIRE(std::get<Tensor>(batch.y[0]).data<float>()[row] == static_cast<float>(number));
    numbers.push_back(number);
  }
  return numbers;
}

std::vector<Numbers> batches(DatasetIterator pass) {
  std::vector<Numbers> list;
  Batch batch;
  while (pass.next(batch)) list.push_back(rows_in(batch));
  return list;
}

Numbers flat(const Dataset& data, Index epoch = 0) {
  Numbers all;
  for (const Numbers& batch : batches(data.iterate(epoch))) {
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

Numbers count_up(Index n) {
  Numbers numbers(static_cast<std::size_t>(n));
  std::iota(numbers.begin(), numbers.end(), Index{0});
  return numbers;
}

Numbers sorted(Numbers numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

TEST_CASE("Rows come in batches, the last one shorter or dropped", "[data]") {
  for (const Dataset& rows : {numbered(7), streamed(7), streamed(7, true)}) {
    CHECK(batches(rows.batch(3).iterate()) == std::vector<Numbers>{{0, 1, 2}, {3, 4, 5}, {6}});
    CHECK(batches(rows.batch(3, true).iterate()) == std::vector<Numbers>{{0, 1, 2}, {3, 4, 5}});
    CHECK(flat(rows) == count_up(7));
    CHECK(rows.batch(100).all().size == 7);
  }
  CHECK(numbered(7).batch(3).size() == 3);
  CHECK(numbered(7).batch(3, true).size() == 2);
  CHECK(streamed(7).batch(3).size() == any);
  CHECK(streamed(7, true).batch(3).size() == 3);
}

TEST_CASE("Shuffling is a permutation given by seed and epoch", "[data]") {
  for (const Dataset& rows : {numbered(200), streamed(200)}) {
    const Dataset data = rows.shuffle(5, 40);
    const Numbers first = flat(data, 0);
    CHECK(first != count_up(200));
    CHECK(sorted(first) == count_up(200));
    CHECK(flat(data, 0) == first);
    CHECK(flat(data, 1) != first);
    CHECK(sorted(flat(data, 1)) == count_up(200));
    CHECK(flat(data.batch(7), 0) == first);
    CHECK(flat(rows.shuffle(6, 40)) != first);
    const Dataset still = rows.shuffle(5, 40, false);
    CHECK(flat(still, 0) == flat(still, 3));
    CHECK(data.reorders());
    CHECK_FALSE(still.reorders());
  }
}

TEST_CASE("A streamed shuffle carries rows further than its buffer", "[data]") {
  const Numbers order = flat(streamed(1000).shuffle(1, 100));
  Index late = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    late = std::max(late, static_cast<Index>(i) - order[i]);
  }
  CHECK(late > 100);
}

TEST_CASE("Take, skip and repeat count rows before batch() and batches after it", "[data]") {
  for (const Dataset& rows : {numbered(6), streamed(6), streamed(6, true)}) {
    CHECK(flat(rows.take(4)) == Numbers{0, 1, 2, 3});
    CHECK(flat(rows.skip(4)) == Numbers{4, 5});
    CHECK(flat(rows.skip(1).take(2)) == Numbers{1, 2});
    CHECK(flat(rows.take(2).repeat(3)) == Numbers{0, 1, 0, 1, 0, 1});
    CHECK(flat(rows.batch(2).take(2)) == Numbers{0, 1, 2, 3});
    CHECK(flat(rows.batch(2).skip(2)) == Numbers{4, 5});
    CHECK(flat(rows.batch(4).repeat(2)) == Numbers{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5});
    CHECK(flat(rows.repeat().batch(4).take(3)) == Numbers{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5});
    CHECK(flat(rows.skip(9)).empty());
    CHECK(flat(rows.take(0)).empty());
  }
  CHECK(numbered(6).take(4).size() == 4);
  CHECK(numbered(6).batch(2).skip(1).repeat(2).size() == 4);
  CHECK(numbered(6).repeat().size() == any);
  CHECK(flat(numbered(3).take(0).repeat()).empty());
}

TEST_CASE("What repeats for long or without end is not gathered", "[data]") {
  constexpr Index kMost = std::numeric_limits<Index>::max();
  for (const Dataset& rows : {numbered(6), numbered(6).shuffle(1).batch(4)}) {
    CHECK(rows.repeat().endless());
    CHECK_FALSE(rows.repeat().take(3).endless());
    CHECK(rows.from_memory());
    CHECK(error_of([&] { rows.repeat().all(); }).is(ErrorCode::bad_state, "never ends"));
    CHECK(error_of([&] { rows.repeat(kMost); }).is(ErrorCode::out_of_range, "passes of"));
    const Dataset long_one = rows.repeat(kMost / 8);
    CHECK(error_of([&] { long_one.all(); }).is(ErrorCode::out_of_range, "at most"));
    CHECK(flat(long_one.take(3)) == flat(rows.repeat().take(3)));
  }
  CHECK_FALSE(streamed(6).from_memory());
  CHECK_FALSE(streamed(6).batch(2).endless());
}

TEST_CASE("Each pass of a repeat is shuffled on its own", "[data]") {
  const Numbers twice = flat(numbered(50).shuffle(1).repeat(2));
  const Numbers first(twice.begin(), twice.begin() + 50);
  const Numbers second(twice.begin() + 50, twice.end());
  CHECK(sorted(first) == count_up(50));
  CHECK(sorted(second) == count_up(50));
  CHECK(first != second);
}

TEST_CASE("An iteration goes on from a saved position", "[data][threads]") {
  const auto double_y = [](Batch& batch) {
    for (float& value : std::get<Tensor>(batch.y[0]).data<float>()) value += 0;
  };
  for (const Dataset& rows : {numbered(23), streamed(23), streamed(23, true)}) {
    for (const Dataset& data :
         {rows.shuffle(3, 8).batch(4), rows.shuffle(3, 8).batch(4).map(double_y).prefetch(2),
          rows.batch(4).repeat(2).skip(1), rows.shuffle(3, 8).repeat().batch(4).take(9),
          rows.skip(2).take(20), rows.shuffle(3, 8)}) {
      const auto all = batches(data.iterate(2));
      DatasetIterator pass = data.iterate(2);
      Batch batch;
      for (std::size_t done = 0; done <= all.size(); ++done) {
        const auto rest = batches(data.iterate(pass.position()));
        CHECK(rest ==
              std::vector<Numbers>(all.begin() + static_cast<std::ptrdiff_t>(done), all.end()));
        CHECK(pass.next(batch) == (done < all.size()));
      }
    }
  }
}

TEST_CASE("Ragged columns and strings stay what they are in batches", "[data]") {
  const Ragged rows{Tensor::of<std::int32_t>({6}, {1, 2, 3, 4, 5, 6}),
                    Tensor::of<std::int64_t>({5}, {0, 2, 2, 5, 6})};
  const Tensor names = Tensor::strings({"a", "b", "c", "d"});
  const Dataset data = Dataset::from({rows, names});
  Batch batch;
  auto pass = data.batch(3).iterate();
  REQUIRE(pass.next(batch));
  CHECK(std::get<Ragged>(batch.x[0]).values == Tensor::of<std::int32_t>({5}, {1, 2, 3, 4, 5}));
  CHECK(std::get<Ragged>(batch.x[0]).splits == Tensor::of<std::int64_t>({4}, {0, 2, 2, 5}));
  REQUIRE(pass.next(batch));
  CHECK(std::get<Ragged>(batch.x[0]).values == Tensor::of<std::int32_t>({1}, {6}));
  CHECK(std::get<Tensor>(batch.x[1]) == Tensor::strings({"d"}));

  const Batch mixed = data.shuffle(1).batch(3).all();
  const auto& values = std::get<Ragged>(mixed.x[0]);
  values.check();
  for (std::size_t i = 0; i < 4; ++i) {
    const auto name = std::get<Tensor>(mixed.x[1]).data<std::string>()[i];
    const auto row = static_cast<std::size_t>(name[0] - 'a');
    const auto from = rows.splits.data<std::int64_t>(), to = values.splits.data<std::int64_t>();
    CHECK(values.values.rows(to[i], to[i + 1]) == rows.values.rows(from[row], from[row + 1]));
  }
}

TEST_CASE("Batches use the same memory again, as far apart as they must be", "[data][threads]") {
  Batch batch;
  auto pass = numbered(100).shuffle(1).batch(8).iterate();
  REQUIRE(pass.next(batch));
  const void* memory = std::get<Tensor>(batch.x[0]).raw();
  while (pass.next(batch)) CHECK(std::get<Tensor>(batch.x[0]).raw() == memory);

  auto ahead = numbered(100).batch(1).prefetch(3).iterate();
  for (Index row = 0; ahead.next(batch); ++row) CHECK(rows_in(batch) == Numbers{row});
}

TEST_CASE("A map changes batches and may put other tensors in their place", "[data]") {
  const auto scale = [](Batch& batch) {
    const Tensor& x = std::get<Tensor>(batch.x[0]);
    batch.x[0] = x.cast(DType::float32);
    batch.y.clear();
  };
  const Batch all = numbered(5).batch(2).map(scale).all();
  CHECK(std::get<Tensor>(all.x[0]).dtype() == DType::float32);
  CHECK(all.y.empty());
  CHECK(flat(numbered(5)) == count_up(5));
  const auto cut = [](Batch& batch) { batch = Batch{.x = Tensor(DType::int32, {1, 2})}; };
  CHECK_THROWS_WITH(numbered(5).batch(2).map(cut).all(),
                    ContainsSubstring("Dataset::map: the function made 1 rows of 2"));
}

TEST_CASE("Columns that do not fit together are errors", "[data]") {
  const Tensor three(DType::float32, {3}), four(DType::float32, {4});
  CHECK_THROWS_WITH(Dataset::from(three, four), ContainsSubstring("x[0] has 3 rows, y[0] has 4"));
  CHECK_THROWS_WITH(Dataset::from({three, four}), ContainsSubstring("x[1] has 4"));
  CHECK_THROWS_WITH(Dataset::from(three, three, four),
                    ContainsSubstring("expected 3 rows, got shape (4,)"));
  CHECK_THROWS_WITH(Dataset::from(three, {}, Tensor(DType::int32, {3})),
                    ContainsSubstring("expected float32, got int32"));
  CHECK_THROWS_WITH(Dataset::from(Tensor(DType::float32, {0, 5})), ContainsSubstring("empty"));
  CHECK_THROWS_WITH(Dataset::from(Columns{}), ContainsSubstring("no columns"));
  CHECK_THROWS_WITH(Dataset::from(Tensor(DType::float32, {})), ContainsSubstring("scalar"));
  CHECK_THROWS_WITH(numbered(3).batch(0), ContainsSubstring("at least 1, got 0"));
  CHECK_THROWS_WITH(numbered(3).batch(2).batch(2), ContainsSubstring("in batches already"));
  CHECK_THROWS_WITH(numbered(3).batch(2).shuffle(1), ContainsSubstring("in batches already"));
  CHECK_THROWS_WITH(numbered(3).take(-1), ContainsSubstring("at least 0, got -1"));
  const Dataset uneven = Dataset::stream([](Index) -> Dataset::Generator {
    return [n = Index{0}](Batch& batch) mutable {
      batch.x = Tensor(DType::float32, {1, ++n});
      return true;
    };
  });
  CHECK_THROWS_WITH(uneven.batch(2).all(), ContainsSubstring("rows of one column differ"));
}

TEST_CASE("The last rows are kept for validation, as Keras keeps them", "[data]") {
  for (const Dataset& rows : {numbered(10), streamed(10, true)}) {
    const auto [train, validation] = validation_split(rows, 0.25);
    CHECK(flat(train) == count_up(7));
    CHECK(flat(validation) == Numbers{7, 8, 9});
  }
  CHECK_THROWS_WITH(validation_split(numbered(10), 0.0), ContainsSubstring("in (0, 1), got 0"));
  CHECK_THROWS_WITH(validation_split(numbered(2), 0.9), ContainsSubstring("one side empty"));
  CHECK_THROWS_WITH(train_test_split(numbered(9), NAN, 1), ContainsSubstring("got nan"));
  CHECK_THROWS_WITH(validation_split(streamed(10), 0.5), ContainsSubstring("not known"));
  CHECK_THROWS_WITH(validation_split(numbered(9).batch(2), 0.5), ContainsSubstring("in batches"));
  CHECK_THROWS_WITH(validation_split(numbered(9).shuffle(1), 0.5),
                    ContainsSubstring("split before shuffle()"));
}

TEST_CASE("Test rows are drawn at random, the same for the same seed", "[data]") {
  const auto [train, test] = train_test_split(numbered(10), 0.25, 7);
  Numbers all = flat(train);
  CHECK(all.size() == 7);
  CHECK(flat(test).size() == 3);
  CHECK(flat(test, 5) == flat(test));
  CHECK(flat(train_test_split(numbered(10), 0.25, 7).second) == flat(test));
  CHECK(flat(train_test_split(numbered(10), 0.25, 8).second) != flat(test));
  for (const Index row : flat(test)) all.push_back(row);
  CHECK(sorted(all) == count_up(10));
  CHECK_THROWS_WITH(train_test_split(streamed(10, true), 0.5, 1),
                    ContainsSubstring("not in memory"));
}

TEST_CASE("What a generator wrote before it ended is no data", "[data]") {
  for (const Index said : {Index{-1}, Index{4}}) {
    const Dataset rows = Dataset::stream([said](Index) -> Dataset::Generator {
      return [said, n = 0](Batch& batch) mutable {
        batch.x = Tensor(DType::float32, {4, 2});
        batch.size = said;
        return n++ < 2;
      };
    });
    DatasetIterator iterator = rows.batch(3).iterate();
    Batch batch;
    Index total = 0;
    while (total < 100 && iterator.next(batch)) total += batch.size;
    CHECK(total == 8);
  }
}

TEST_CASE("Empty functions and sizes without sense are refused", "[data]") {
  CHECK_THROWS_AS(Dataset::stream({}), Error);
  CHECK_THROWS_AS(numbered(4).map({}), Error);
  CHECK_THROWS_AS(numbered(4).prefetch(std::numeric_limits<Index>::max()), Error);
  CHECK_THROWS_AS(Dataset::stream([](Index) { return Dataset::Generator(); }).iterate(), Error);
  CHECK(numbered(4).batch(std::numeric_limits<Index>::max()).size() == 1);
  if (sanitized()) return;  // sanitizers stop at such a size
  CHECK_THROWS_AS(Tensor(DType::string, {Index{1} << 50}), Error);
}
