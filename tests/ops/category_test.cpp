#include <linnet/ops/category.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

Tensor longs(std::initializer_list<std::int64_t> values) {
  return Tensor::of<std::int64_t>({Index(values.size())}, values);
}

}  // namespace

TEST_CASE("discretize counts the boundaries that are x or less") {
  const ops::Discretize op{{-1, 0, 0, 2}};
  const Tensor x = Tensor::of<float>({7}, {-2, -1, -0.5f, 0, 1.9f, 2, std::nanf("")});
  CHECK((*run_op(op, {x}))[0] == Tensor::of<std::int32_t>({7}, {0, 1, 1, 3, 3, 4, 4}));
  check_op(op, {random_floats({5, 3}, 1)}, {.gradients = false});
  check_op(op, {random_floats({0, 3}, 1)}, {.gradients = false});
}

TEST_CASE("lookup finds keys, and puts others into buckets") {
  const Tensor keys = longs({-5, 2, 9}), values = longs({7, 8, 9});
  const Tensor x = longs({9, -5, 3, -4, 2});
  CHECK((*run_op(ops::Lookup{.oov_start = 100, .oov_count = 3}, {x, keys, values}))[0] ==
        longs({9, 7, 100, 102, 8}));
  check_op(ops::Lookup{.oov_count = 2, .hashed = true, .salt = {1, 2}}, {x, keys, values},
           {.gradients = false});
  check_op(ops::Lookup{}, {longs({}), keys, values}, {.gradients = false});
  CHECK(error_of([&] {
          run_op(ops::Lookup{.oov_count = 0}, {x, keys, values});
        }).is(ErrorCode::out_of_range, "row 2: 3"));
  CHECK(error_of([&] {
          run_op(ops::Lookup{}, {x, keys, longs({1})});
        }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("Hash buckets of numbers are those of their digits") {
  // to_hash_bucket_fast(["12", "-7", "12"], 10), and with a mask of 12.
  const Tensor plain = (*run_op(ops::HashBucket{10}, {longs({12, -7, 12})}))[0];
  CHECK(plain.data<std::int64_t>()[0] == plain.data<std::int64_t>()[2]);
  const Tensor masked = (*run_op(ops::HashBucket{11, {}, 12}, {longs({12, -7, 12})}))[0];
  CHECK(masked == longs({0, plain.data<std::int64_t>()[1] + 1, 0}));
  check_op(ops::HashBucket{10, {3, 4}}, {longs({1, 2, 3})}, {.gradients = false});
  check_op(ops::CrossHash{10}, {longs({1, 2, 3}), longs({3, 2, 1})}, {.gradients = false});
  CHECK(error_of([&] {
          run_op(ops::CrossHash{10}, {longs({1, 2}), longs({1})});
        }).is(ErrorCode::shape_mismatch, "one shape"));
}

TEST_CASE("count_ids counts, or says whether, and leaves out what is no category") {
  const Tensor ids = Tensor::of<std::int32_t>({2, 3}, {0, 2, 2, 1, -1, 3});
  CHECK((*run_op(ops::CountIds{3}, {ids}))[0] == Tensor::of<float>({2, 3}, {1, 0, 2, 0, 1, 0}));
  CHECK((*run_op(ops::CountIds{.depth = 3, .binary = true}, {ids}))[0] ==
        Tensor::of<float>({2, 3}, {1, 0, 1, 0, 1, 0}));
  check_op(ops::CountIds{.depth = 4, .weighted = true}, {ids, random_floats({2, 3}, 1)});
  check_op(ops::CountIdsGrad{}, {ids, random_floats({2, 4}, 1)}, {.gradients = false});
  check_op(ops::CountIds{4}, {Tensor(DType::int32, {0, 3})}, {.gradients = false});
  check_op(ops::CountIds{4}, {Tensor(DType::int32, {3, 0})}, {.gradients = false});
}

}  // namespace linnet::test
