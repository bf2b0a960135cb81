#include <linnet/regularizers.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

const Tensor kWeights = Tensor::of<float>({2, 2}, {3, -1, 4, 0});

float penalty_of(const Regularizer& regularizer) {
  return run_graph(regularizer.penalty(ops::constant(kWeights))).data<float>()[0];
}

Tensor constrained(const Constraint& constraint) {
  return run_graph(constraint.constrain(ops::constant(kWeights)));
}

}  // namespace

TEST_CASE("Regularizers add what their formulas say") {
  CHECK(std::abs(penalty_of(regularizers::L1{0.5f}) - 4) < 1e-6);
  CHECK(std::abs(penalty_of("l2") - 0.26) < 1e-6);
  CHECK(std::abs(penalty_of(regularizers::L1L2{.l1 = 0.5f, .l2 = 0.01f}) - 4.26) < 1e-6);
  CHECK(penalty_of("l1_l2") == 0);
  // Rows (3, -1) / sqrt(10) and (1, 0): one pair, of product 3 / sqrt(10).
  const float rows = penalty_of(regularizers::OrthogonalRegularizer{.factor = 2});
  CHECK(std::abs(rows - 2 * 3 / std::sqrt(10.0)) < 1e-5);
  // Columns (3, 4) / 5 and (-1, 0): product -3 / 5.
  const float columns =
      penalty_of(regularizers::OrthogonalRegularizer{.factor = 2, .mode = "columns"});
  CHECK(std::abs(columns - 2 * 0.6) < 1e-5);
}

TEST_CASE("Constraints set what their formulas say") {
  const auto want = [](std::initializer_list<float> values) {
    return Tensor::of<float>({2, 2}, values);
  };
  CHECK(close(constrained(constraints::MaxNorm{}), want({1.2f, -1, 1.6f, 0}), 1e-6));
  CHECK(close(constrained(constraints::MaxNorm{.axis = 1}),
              want({6 / std::sqrt(10.0f), -2 / std::sqrt(10.0f), 2, 0}), 1e-6));
  CHECK(close(constrained(constraints::MaxNorm{.max_value = 1, .axis = {0, 1}}),
              want({3 / std::sqrt(26.0f), -1 / std::sqrt(26.0f), 4 / std::sqrt(26.0f), 0}), 1e-6));
  CHECK(close(constrained("non_neg"), want({3, 0, 4, 0}), 1e-6));
  CHECK(close(constrained("unit_norm"), want({0.6f, -1, 0.8f, 0}), 1e-6));
  const constraints::MinMaxNorm half{.min_value = 2, .max_value = 3, .rate = 0.5f};
  CHECK(close(constrained(half), want({2.4f, -1.5f, 3.2f, 0}), 1e-6));
}

TEST_CASE("Regularizers and constraints are nothing unless given") {
  CHECK_FALSE(Regularizer());
  CHECK_FALSE(ParameterRule(Regularizer()));
  CHECK_FALSE(ParameterRule(Constraint::from_config(Config())));
  CHECK(ParameterRule(Regularizer("l1")));
  CHECK(Regularizer().to_config().is_null());
  for (const Constraint& each : {Constraint(constraints::MaxNorm{.axis = {0, 1, 2}}),
                                 Constraint(constraints::UnitNorm{.axis = 1})}) {
    CHECK(Constraint::from_config(each.to_config()).to_config() == each.to_config());
  }
  CHECK(Constraint("unit_norm").to_config().at("config").at("axis") == Config(0));
  CHECK(error_of([] {
          Regularizer::named("l3");
        }).is(ErrorCode::not_found, "regularizer: unknown name 'l3'; known: l1, l2"));
}

}  // namespace linnet::test
