#include <linnet/model/history.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

const double* Logs::find(std::string_view name) const {
  for (const auto& [known, value] : values_) {
    if (known == name) return &value;
  }
  return nullptr;
}

double Logs::operator[](std::string_view name) const {
  if (const double* value = find(name)) return *value;
  std::string list;
  for (const auto& [known, value] : values_) list += cat(list.empty() ? "" : ", ", known);
  fail(ErrorCode::not_found, cat("logs: no '", name, "'; there are: ", list));
}

void Logs::set(std::string_view name, double value) {
  for (auto& [known, old] : values_) {
    if (known == name) {
      old = value;
      return;
    }
  }
  values_.emplace_back(name, value);
}

std::vector<double> History::operator[](std::string_view name) const {
  std::vector<double> values;
  for (const Logs& entry : logs) values.push_back(entry[name]);
  return values;
}

}  // namespace linnet::inline v0
