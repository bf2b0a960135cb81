#include "layers/projection.hpp"

namespace linnet::inline v0::detail {

Initializer with_fans(const Initializer& initializer, const std::vector<Index>& input_axes,
                      const std::vector<Index>& output_axes) {
  Config config = initializer.to_config();
  const auto write = [](const std::vector<Index>& axes) {
    Config list = Config::list();
    for (const Index axis : axes) list.push_back(Config(axis));
    return list;
  };
  const Config* fields = config.find("config");
  const Config* given = fields == nullptr ? nullptr : fields->find("input_axes");
  if (given == nullptr || (!given->is_null() && !fields->at("output_axes").is_null())) {
    return initializer;
  }
  config["config"]["input_axes"] = write(input_axes);
  config["config"]["output_axes"] = write(output_axes);
  return Initializer::from_config(config);
}

}  // namespace linnet::inline v0::detail
