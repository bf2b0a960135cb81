#include <linnet/ops/pooling.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

TEST_CASE("pooling and its gradient") {
  struct Case {
    Shape x;
    std::vector<Index> sizes;
    ops::Window window;
  };
  const Case cases[] = {
      {{2, 7, 3}, {2}, {{2}, {}, {0}, {0}}},
      {{2, 7, 3}, {3}, {{2}, {}, {1}, {1}}},
      {{1, 6, 5, 4}, {2, 2}, {{2, 2}, {}, {0, 0}, {0, 0}}},
      {{2, 6, 5, 3}, {3, 3}, {{2, 1}, {}, {1, 1}, {0, 1}}},
      {{1, 4, 5, 4, 2}, {2, 3, 2}, {{2, 1, 2}, {}, {0, 1, 0}, {1, 1, 0}}},
  };
  for (const Case& c : cases) {
    for (const auto kind : {ops::PoolKind::max, ops::PoolKind::average}) {
      INFO("x " << c.x.str());
      check_op(ops::Pool{kind, c.sizes, c.window}, {random_floats(c.x, 1, -9, 9)}, {.step = 1e-3});
    }
  }
}

TEST_CASE("pooling of sizes for several threads") {
  const CheckOptions options{.tolerance = 1e-5, .gradients = false};
  for (const Shape& x : {Shape{2, 57, 56, 70}, Shape{1, 112, 112, 64}, Shape{3, 41, 40, 5}}) {
    for (const auto kind : {ops::PoolKind::max, ops::PoolKind::average}) {
      INFO("x " << x.str());
      const ops::Window window{{2, 2}, {}, {0, 1}, {1, 1}};
      const Tensor values = random_floats(x, 1, -9, 9);
      const Shape y = ops::Pool{kind, {3, 3}, window}.infer(types_of({values}))[0].shape;
      check_op(ops::Pool{kind, {3, 3}, window}, {values}, options);
      check_op(ops::PoolGrad{kind, {3, 3}, window}, {values, random_floats(y, 2)}, options);
    }
  }
}

TEST_CASE("the gradient of pooling reaches every place once, also in volumes with gaps") {
  const CheckOptions options{.tolerance = 1e-5, .gradients = false};
  for (const auto kind : {ops::PoolKind::max, ops::PoolKind::average}) {
    for (const Index stride : {1, 2, 4}) {
      INFO("stride " << stride);
      const ops::Window window{{stride, stride, stride}, {}, {1, 0, 1}, {1, 0, 0}};
      const ops::Pool op{kind, {2, 3, 2}, window};
      const Tensor x = random_floats({2, 5, 6, 7, 20}, 1);
      const Tensor dy = random_floats(op.infer(types_of({x}))[0].shape, 2);
      check_op(ops::PoolGrad{kind, op.sizes, window}, {x, dy}, options);
    }
  }
}

TEST_CASE("the average is over what lies inside, equal maxima give the first its gradient") {
  const Tensor x = Tensor::of<float>({1, 3, 1}, {2, 2, 5});
  const ops::Window window{{1}, {}, {1}, {0}};
  const auto y = *run_op(ops::Pool{ops::PoolKind::average, {2}, window}, {x});
  CHECK(y[0] == Tensor::of<float>({1, 3, 1}, {2, 2, 3.5}));
  const auto dx = *run_op(ops::PoolGrad{ops::PoolKind::max, {2}, window},
                          {x, Tensor::of<float>({1, 3, 1}, {1, 10, 100})});
  CHECK(dx[0] == Tensor::of<float>({1, 3, 1}, {11, 0, 100}));
}

TEST_CASE("the largest of numbers with a NaN is NaN, wherever it stands") {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  const ops::Pool op{ops::PoolKind::max, {3}, {{3}, {}, {0}, {0}}};
  for (Index place = 0; place < 3; ++place) {
    Tensor x = random_floats({1, 6, 70}, 1);
    for (Index c = 0; c < 70; c += 3) x.data<float>()[place * 70 + c] = kNaN;
    check_op(op, {x}, {.gradients = false});
    check_op(ops::PoolGrad{op.kind, op.sizes, op.window}, {x, random_floats({1, 2, 70}, 2)},
             {.gradients = false});
    const Tensor y = (*run_op(op, {x}))[0];
    for (Index c = 0; c < 70; ++c) CHECK(std::isnan(y.data<float>()[c]) == (c % 3 == 0));
  }
}

TEST_CASE("pooling refuses what does not fit") {
  const Types x{{DType::float32, {1, 3, 4}}};
  const ops::Window plain{{1}, {}, {0}, {0}};
  CHECK(error_of([&] {
          ops::Pool{ops::PoolKind::max, {4}, plain}.infer(x);
        }).is(ErrorCode::shape_mismatch, "does not fit"));
  CHECK(error_of([&] {
          ops::Pool{ops::PoolKind::max, {1, 1}, plain}.infer(x);
        }).is(ErrorCode::shape_mismatch, "window"));
}

}  // namespace linnet::test
