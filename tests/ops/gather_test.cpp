#include <linnet/ops/gather.hpp>

#include "core/error_of.hpp"
#include "kernels/native/rows.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

using ops::Combiner;
using ops::EmbeddingBag;
using ops::Gather;

namespace {

/// Ids with many zeros, tails of equal ids and repeats.
Tensor ragged_ids() {
  return Tensor::of<std::int32_t>({4, 6}, {3, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                                           8, 8, 8, 8, 8, 8, 5, 0, 7, 2, 1, 6});
}

/// The gradient of a table of `rows` rows, dense, through the index of used rows.
Tensor dense_gradient(const RowsGradient& gradient, Index rows, int threads) {
  note_checked<ops::RowsIndex>();  // how it lies in memory differs by the number of threads
  const Value index = ops::rows_index(gradient, rows);
  const Tensors inputs = run_graph(index.node().inputs, {});
  const Tensor made = run_op(index.node().op, inputs, threads)->front();
  const Tensor values = run_graph(Values{gradient.values}, {})[0];
  Tensor dense(DType::float32, {rows, values.shape()[1]});
  const auto width = static_cast<std::size_t>(values.shape()[1]);
  for_used_rows(1, made.data<std::int32_t>().data(), [&](const UsedRows& used, Index i) {
    for (Index e = used.starts[i]; e < used.starts[i + 1]; ++e) {
      for (std::size_t j = 0; j < width; ++j) {
        dense.data<float>()[static_cast<std::size_t>(used.rows[i]) * width + j] +=
            used.weights[e] *
            values.data<float>()[static_cast<std::size_t>(used.entries[e]) * width + j];
      }
    }
  });
  return dense;
}

}  // namespace

TEST_CASE("gather takes rows of a table by id") {
  const CheckOptions plain{.gradients = false};
  for (const Index width : {1, 5, 64}) {
    const Tensor table = random_floats({9, width}, 1);
    check_op(Gather{}, {table, ragged_ids()}, plain);
    check_op(Gather{}, {table, Tensor::of<std::int32_t>({3}, {8, 0, 8})}, plain);
    check_op(Gather{}, {table, Tensor(DType::int32, {0, 6})}, plain);
  }
}

TEST_CASE("embedding_bag combines rows by sum, mean and root of squares") {
  const CheckOptions plain{.tolerance = 1e-5, .gradients = false};
  const Tensor lengths = Tensor::of<std::int32_t>({4}, {3, 0, 6, 5});
  for (const Index width : {1, 7, 16, 64, 100}) {
    const Tensor table = random_floats({9, width}, 1), weights = random_floats({9}, 2, 0.1f, 2);
    for (const Combiner combiner : {Combiner::sum, Combiner::mean, Combiner::sqrtn}) {
      for (const bool skip : {false, true}) {
        check_op(EmbeddingBag{combiner, skip}, {table, ragged_ids()}, plain);
        check_op(EmbeddingBag{combiner, skip, true}, {table, ragged_ids(), lengths}, plain);
        check_op(EmbeddingBag{combiner, skip, false, true}, {table, ragged_ids(), weights}, plain);
        check_op(EmbeddingBag{combiner, skip, true, true}, {table, ragged_ids(), lengths, weights},
                 plain);
      }
    }
  }
}

TEST_CASE("a bag's gradient by rows is the numeric one, with any number of parts") {
  const Tensor table = random_floats({9, 3}, 1), weights = random_floats({9}, 2, 0.1f, 2);
  const Tensor lengths = Tensor::of<std::int32_t>({4}, {3, 0, 6, 5});
  const Tensor cotangent = random_floats({4, 3}, 3);
  for (const Combiner combiner : {Combiner::sum, Combiner::mean, Combiner::sqrtn}) {
    for (const bool skip : {false, true}) {
      const EmbeddingBag op{combiner, skip, true, true};
      auto bag = [&](const Tensor& t) {
        return apply_all(op, {ops::constant(t), ops::constant(ragged_ids()), ops::constant(lengths),
                              ops::constant(weights)});
      };
      const Values y = bag(table);
      const Values dy{ops::constant(cotangent), Value()};
      const auto gradient = y[0].node().op.grad({y[0].node().inputs, y, dy});
      const Tensor once = dense_gradient(gradient[0].rows.at(0), 9, 1);
      CHECK(same_bits(once, dense_gradient(gradient[0].rows.at(0), 9, 8)));
      for (std::size_t i = 0; i < 27; ++i) {
        double slope = 0;
        for (const float step : {0.01f, -0.01f}) {
          Tensor moved = table.clone();
          moved.data<float>()[i] += step;
          const Tensor out = run_graph(Values{bag(moved)[0]}, {})[0];
          double sum = 0;
          for (std::size_t j = 0; j < 12; ++j) {
            sum += static_cast<double>(out.data<float>()[j] * cotangent.data<float>()[j]);
          }
          slope += sum / static_cast<double>(step) / 2;
        }
        CHECK(std::abs(static_cast<double>(once.data<float>()[i]) - slope) < 2e-3);
      }
    }
  }
}

TEST_CASE("gather takes rows of any numbers") {
  for (const DType dtype : {DType::int32, DType::int64, DType::uint8, DType::boolean}) {
    check_op(Gather{}, {random_ints({9, 5}, 1, 2000000000, dtype), ragged_ids()},
             {.gradients = false});
  }
  const auto table = Tensor::of<std::int64_t>({2, 1}, {(std::int64_t{1} << 53) + 1, 7});
  CHECK((*run_op(Gather{}, {table, Tensor::of<std::int32_t>({3}, {1, 0, 1})}))[0] ==
        Tensor::of<std::int64_t>({3, 1}, {7, (std::int64_t{1} << 53) + 1, 7}));
}

TEST_CASE("an index with several parts holds what one part holds") {
  const Tensor ids = random_ints({64, 50}, 1, 300);
  const RowsGradient gradient{.ids = ops::constant(ids),
                              .values = ops::constant(random_floats({64, 4}, 2))};
  const Tensor one = dense_gradient(gradient, 300, 1);
  for (const int threads : {2, 3, 4, 8, 64}) {
    CHECK(same_bits(one, dense_gradient(gradient, 300, threads)));
  }
  const Tensor huge_table = dense_gradient(gradient, 100000, 2);
  CHECK(std::equal(one.data<float>().begin(), one.data<float>().end(),
                   huge_table.data<float>().begin()));
}

TEST_CASE("ids outside the table are named with row, position and table size") {
  check_op(ops::CheckIds{9}, {ragged_ids()});
  const Tensor table = random_floats({9, 3}, 1);
  for (const std::int32_t bad : {9, -1, 1 << 30}) {
    const Tensor ids = Tensor::of<std::int32_t>({2, 3}, {1, 2, 3, 4, bad, 5});
    const auto error = [&](const Op& op, const Tensors& inputs) {
      return error_of([&] { run_op(op, inputs); });
    };
    const std::string expected = detail::cat("id ", bad, " in row 1 at position 1");
    CHECK(error(Gather{}, {table, ids}).is(ErrorCode::out_of_range, expected));
    CHECK(error(EmbeddingBag{}, {table, ids}).is(ErrorCode::out_of_range, expected));
    CHECK(error(ops::CheckIds{9}, {ids}).is(ErrorCode::out_of_range, "9 rows"));
  }
}

}  // namespace linnet::test
