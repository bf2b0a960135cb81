// CategoryEncoding: ids as rows of 0 and 1, or of counts.
#pragma once

#include <linnet/graph/layer.hpp>
#include <linnet/layers/category_output.hpp>

namespace linnet::inline v0 {

/// Ids of categories below num_tokens; others do not count. For "count" a second input may give
/// each id a weight, which is what it then counts for.
///   call(CategoryEncoding{.num_tokens = 10, .output_mode = "count"}, {ids, weights})
struct CategoryEncoding {
  static constexpr const char* kName = "CategoryEncoding";
  static constexpr DType kInput = DType::int32;

  Index num_tokens = 0;
  CategoryOutput output_mode = "multi_hot";
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("num_tokens", self.num_tokens);
    field("output_mode", self.output_mode);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
