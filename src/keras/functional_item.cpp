#include "keras/functional_item.hpp"

#include "io/file.hpp"
#include "layers/operation.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

const Config& entry_of_arrays() {
  static const Config kEntry =
      Config::object({{"class_name", Config("InputLayer")}, {"config", Config::object()}});
  return kEntry;
}

}  // namespace

FunctionalItem::FunctionalItem(const Config& config, Index number)
    : entry(numbered_entry(config, number)) {
  naming(cat("layer number ", number), [&] {
    const Config* given = config.find("name");
    name = (given != nullptr ? *given : entry.config->at("name")).as_string();
  });
}

FunctionalItem::FunctionalItem(std::string called, Values arrays)
    : entry(entry_of_arrays()), name(std::move(called)), calls(1) {
  results.push_back(std::move(arrays));
}

void check_mask(const Layer& layer, const Value& x, const Value& mask) {
  if (layer.class_name() != "Softmax" || mask.shape().rank() == x.shape().rank()) return;
  fail(ErrorCode::unsupported, cat("Softmax: a mask of the shape ", mask.shape(), " for x of ",
                                   x.shape(), "; they must have as many axes"));
}

Value array_value(const Config& array) {
  linnet::Operation constant{.function = linnet::Operation::kConstant};
  constant.arguments.given["value"] = array;
  return linnet::call(std::move(constant), {});
}

std::optional<FunctionalItem> take_arrays_of(FunctionalItem& item, std::size_t call) {
  std::string name = cat("arrays of call ", std::uint64_t{call}, " of ", item.name);
  Values values;
  for (const Config& array : take_arrays(item.calls[call], name)) {
    values.push_back(array_value(array));
  }
  if (values.empty()) return {};
  return FunctionalItem(std::move(name), std::move(values));
}

}  // namespace linnet::inline v0::detail::keras
