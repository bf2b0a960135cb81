// The dtype that Keras writes into the configs of layers.
#include "layers/dtype_policy.hpp"

#include <linnet/io/json.hpp>
#include <linnet/layers.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"

namespace linnet::test {

namespace {

Layer dense_of(const std::string& dtype) {
  return layer_from_config("Dense", parse_json(R"({"units": 3, "dtype": )" + dtype + "}"));
}

}  // namespace

TEST_CASE("Policies of mixed precision are read, and computed in float32", "[layers]") {
  for (const char* dtype :
       {"null", R"("float32")", R"("mixed_float16")", R"("mixed_bfloat16")", R"("bfloat16")",
        R"({"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"},
            "registered_name": null})"}) {
    INFO(dtype);
    const Layer dense = dense_of(dtype);
    REQUIRE(dense.as<Dense>() != nullptr);
    CHECK(dense.as<Dense>()->units == 3);
    CHECK(dense.config().find("dtype") == nullptr);
  }
}

TEST_CASE("Policies that float32 cannot stand for are refused", "[layers]") {
  CHECK(error_of([] {
          dense_of(R"("float64")");
        }).is(ErrorCode::unsupported, "Dense: dtype: layers compute in float32, and 'float64'"));
  CHECK(error_of([] { dense_of(R"("int8_from_float32")"); }).is(ErrorCode::unsupported, "int8"));
  CHECK(error_of([] { dense_of("7"); }).code.has_value());
  CHECK(error_of([] { dense_of("{}"); }).code.has_value());
}

}  // namespace linnet::test
