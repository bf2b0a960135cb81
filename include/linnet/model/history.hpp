// Logs and History: what training reports.
#pragma once

#include <linnet/core/error.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linnet::inline v0 {

/// Numbers by name, in the order of their first use: {"accuracy", 0.9}, {"loss", 0.3}.
class LINNET_API Logs {
 public:
  /// The number of that name. Error: none; lists the names.
  double operator[](std::string_view name) const;
  const double* find(std::string_view name) const;
  void set(std::string_view name, double value);

  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  std::size_t size() const { return values_.size(); }

 private:
  std::vector<std::pair<std::string, double>> values_;
};

/// What fit() returns: the logs of each epoch.
struct LINNET_API History {
  std::vector<int> epoch;  ///< numbers of the epochs, from 0
  std::vector<Logs> logs;  ///< of each of them

  /// One value an epoch. Error: a name that no epoch has.
  std::vector<double> operator[](std::string_view name) const;
};

}  // namespace linnet::inline v0
