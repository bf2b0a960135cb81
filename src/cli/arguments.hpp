// Arguments: the options and names that follow a command.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <linnet/core/config.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::cli {

/// A mistake in how the command was called; ends it with exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One option of a command.
struct Option {
  std::string_view name;   ///< "--epochs"
  std::string_view value;  ///< what stands for its value in the help: "N"; empty: it has none
  std::string_view help;
  bool repeats = false;  ///< may be given more than once
  /// The option that it needs beside it: "--input"; "!--input": that must not be there.
  std::string_view mode = {};
};

/// What was given to a command. Values stand behind their option or after "=": --epochs 3,
/// --epochs=3. Behind "--" everything is a name. Behind --help, or -h, nothing is looked at.
class Arguments {
 public:
  /// Error: UsageError: an option that is not in the list, is given twice, lacks its value, or does
  /// not go with the others.
  Arguments(std::span<const Option> options, std::span<const std::string> given);

  /// Takes options from an object of their names without dashes, "batch_size" or "batch-size"; what
  /// is given already stays. Error: UsageError, with `where`: a name that is no option, a value
  /// that is none.
  void add(std::span<const Option> options, const Config& object, const std::string& where);

  /// True if the help is wanted, and nothing else.
  bool help() const { return help_; }
  bool has(std::string_view option) const { return find(option) != nullptr; }
  /// The value of an option, or the fallback.
  std::string text(std::string_view option, std::string fallback = {}) const;
  /// All values of an option that repeats.
  std::vector<std::string> all(std::string_view option) const;
  /// Error: UsageError: not a whole number in [least, most].
  std::int64_t integer(std::string_view option, std::int64_t fallback, std::int64_t least,
                       std::int64_t most) const;
  /// Error: UsageError: not a number in [least, most).
  double number(std::string_view option, double fallback, double least, double most) const;

  /// What is not an option: the names of files. Error: UsageError: not as many as `what` names;
  /// with `more`, less.
  std::vector<std::string> names(std::initializer_list<std::string_view> what,
                                 bool more = false) const;

 private:
  struct Given {
    std::string_view option;
    std::string value;
  };
  const std::string* find(std::string_view option) const;
  void check_modes(std::span<const Option> options) const;

  bool help_ = false;
  std::vector<Given> given_;
  std::vector<std::string> names_;
};

/// Error: UsageError: a file that is `written` is so twice, or is one of those that are `read`, by
/// whatever path.
void require_apart(const std::vector<std::string>& written, const std::vector<std::string>& read);

}  // namespace linnet::cli
