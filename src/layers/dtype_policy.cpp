#include "layers/dtype_policy.hpp"

#include <algorithm>

namespace linnet::inline v0::detail {

void check_dtype_policy(const Config& policy) {
  constexpr std::string_view kFloats[] = {"float32", "mixed_bfloat16", "mixed_float16", "bfloat16",
                                          "float16"};
  if (policy.is_null()) return;
  const std::string& name =
      policy.is_object() ? policy.at("config").at("name").as_string() : policy.as_string();
  if (std::ranges::find(kFloats, name) != std::end(kFloats)) return;
  fail(ErrorCode::unsupported,
       cat("dtype: layers compute in float32, and '", name, "' asks for something else"));
}

}  // namespace linnet::inline v0::detail
