#include <algorithm>
#include <linnet/data/dataset.hpp>
#include <numeric>

#include "catch.hpp"
#include "core/error_of.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using linnet::test::error_of;
using RowNumbers = std::vector<Index>;

namespace {

const RowNumbers kLengths = {3, 1, 7, 2, 5, 9, 4, 4, 1, 6, 2, 8, 10, 3, 0};
const BucketOptions kBuckets{.bucket_boundaries = {3, 6}, .bucket_batch_sizes = {2, 3, 2}};

/// Row i is 100 i, 100 i + 1, ..., with y = i.
Dataset rows_of_lengths(const RowNumbers& lengths) {
  std::vector<std::int32_t> values;
  std::vector<std::int64_t> splits{0};
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    for (Index j = 0; j < lengths[i]; ++j) {
      values.push_back(static_cast<std::int32_t>(100 * i) + static_cast<std::int32_t>(j));
    }
    splits.push_back(static_cast<std::int64_t>(values.size()));
  }
  Tensor y(DType::int64, {static_cast<Index>(lengths.size())});
  std::iota(y.data<std::int64_t>().begin(), y.data<std::int64_t>().end(), 0);
  return Dataset::from(
      Ragged{Tensor::of<std::int32_t>({static_cast<Index>(values.size())}, values),
             Tensor::of<std::int64_t>({static_cast<Index>(splits.size())}, splits)},
      y);
}

/// The numbers of a batch's rows, whose values are looked at.
RowNumbers numbers_in(const Batch& batch) {
  const auto& x = std::get<Ragged>(batch.x[0]);
  const auto y = std::get<Tensor>(batch.y[0]).data<std::int64_t>();
  const auto splits = x.splits.data<std::int64_t>();
  REQUIRE(static_cast<Index>(y.size()) == batch.size);
  x.check();
  for (std::size_t i = 0; i < y.size(); ++i) {
    REQUIRE(splits[i + 1] - splits[i] == kLengths[static_cast<std::size_t>(y[i])]);
    for (auto at = splits[i]; at < splits[i + 1]; ++at) {
      const auto value = x.values.data<std::int32_t>()[static_cast<std::size_t>(at)];
      REQUIRE(value == 100 * y[i] + (at - splits[i]));
    }
  }
  return {y.begin(), y.end()};
}

std::vector<RowNumbers> buckets_of(DatasetIterator pass) {
  std::vector<RowNumbers> list;
  for (Batch batch; pass.next(batch);) list.push_back(numbers_in(batch));
  return list;
}

std::vector<RowNumbers> buckets_of(const Dataset& data) { return buckets_of(data.iterate()); }

}  // namespace

TEST_CASE("RowNumbers are put into batches by their length as tf.data does", "[data]") {
  BucketOptions options = kBuckets;
  // What TensorFlow 2.21 gives for the same rows and options.
  const std::vector<RowNumbers> full = {{1, 3}, {2, 5}, {0, 4, 6}, {8, 10}, {9, 11}};
  std::vector<RowNumbers> all = full;
  for (const RowNumbers& rest : std::vector<RowNumbers>{{14}, {7, 13}, {12}}) all.push_back(rest);
  const Dataset rows = rows_of_lengths(kLengths);
  CHECK(buckets_of(rows.bucket_by_sequence_length(options)) == all);
  CHECK(buckets_of(rows.bucket_by_sequence_length(options).prefetch(3)) == all);
  options.drop_remainder = true;
  CHECK(buckets_of(rows.bucket_by_sequence_length(options)) == full);
}

TEST_CASE("Buckets of a stream are those of the same rows in memory", "[data]") {
  const Batch rows = rows_of_lengths(kLengths).all();
  const Dataset stream = Dataset::stream([rows](Index) -> Dataset::Generator {
    return [rows, done = false](Batch& batch) mutable {
      if (done) return false;
      batch = rows;
      return done = true;
    };
  });
  CHECK(buckets_of(stream.bucket_by_sequence_length(kBuckets)) ==
        buckets_of(rows_of_lengths(kLengths).bucket_by_sequence_length(kBuckets)));
}

TEST_CASE("A pass through buckets goes on from any position", "[data]") {
  const Dataset data = rows_of_lengths(kLengths).shuffle(7).bucket_by_sequence_length(kBuckets);
  CHECK(data.batched());
  CHECK(data.from_memory());
  CHECK(data.reorders());
  CHECK(data.size() == any);
  const auto all = buckets_of(data.iterate(2));
  CHECK(all != buckets_of(data.iterate(3)));
  for (std::size_t n = 0; n <= all.size(); ++n) {
    const DataPosition position{.epoch = 2, .element = static_cast<Index>(n)};
    CHECK(buckets_of(data.iterate(position)) ==
          std::vector<RowNumbers>(all.begin() + static_cast<std::ptrdiff_t>(n), all.end()));
  }
  RowNumbers seen;
  for (const RowNumbers& batch : all) seen.insert(seen.end(), batch.begin(), batch.end());
  std::ranges::sort(seen);
  RowNumbers each(kLengths.size());
  std::iota(each.begin(), each.end(), Index{0});
  CHECK(seen == each);
}

TEST_CASE("A function may say how long a row is", "[data]") {
  BucketOptions options{.bucket_boundaries = {5}, .bucket_batch_sizes = {20, 20}};
  options.element_length_func = [](const Batch& batch, Index row) {
    return Index{std::get<Tensor>(batch.y[0]).data<std::int64_t>()[static_cast<std::size_t>(row)]};
  };
  const auto batches = buckets_of(rows_of_lengths(kLengths).bucket_by_sequence_length(options));
  REQUIRE(batches.size() == 2);
  CHECK(batches[0] == RowNumbers{0, 1, 2, 3, 4});
  CHECK(batches[1].size() == 10);
}

TEST_CASE("Buckets that make no sense are refused", "[data]") {
  const Dataset rows = rows_of_lengths(kLengths);
  const auto refused = [](const Dataset& data, BucketOptions options) {
    return error_of([&] { data.bucket_by_sequence_length(options); }).message;
  };
  CHECK_THAT(refused(rows, {}), ContainsSubstring("no bucket_boundaries"));
  CHECK_THAT(refused(rows, {.bucket_boundaries = {3}, .bucket_batch_sizes = {4}}),
             ContainsSubstring("expected 2 bucket_batch_sizes for 1 boundaries, got 1"));
  CHECK_THAT(refused(rows, {.bucket_boundaries = {3, 3}, .bucket_batch_sizes = {4, 4, 4}}),
             ContainsSubstring("must grow, got 3 after 3"));
  CHECK_THAT(refused(rows, {.bucket_boundaries = {3}, .bucket_batch_sizes = {4, 0}}),
             ContainsSubstring("must be positive, got 0"));
  CHECK_THAT(refused(rows.batch(2), kBuckets), ContainsSubstring("in batches already"));
  const Dataset dense = Dataset::from(Tensor::full<float>({3, 2}, 1.0f));
  CHECK_THAT(refused(dense, kBuckets), ContainsSubstring("no ragged column"));
}
