// PathPattern: a file's path with places for the numbers of an epoch.
#pragma once

#include <linnet/core/shape.hpp>
#include <linnet/model/history.hpp>
#include <span>
#include <string>
#include <vector>

namespace linnet::inline v0::detail {

/// "best-{epoch:02d}-{val_loss:.2f}.linnet": as Python's format(), of which it knows {name} and
/// {name:[0][width][.digits][d or f]}, with width and digits up to 30, and {{ and }} for braces.
/// "epoch" and "batch" count from 1 and have no digits unless they are asked for; other numbers
/// have 6.
class PathPattern {
 public:
  /// Error (invalid_argument): empty, a NUL byte, an open brace, another format.
  explicit PathPattern(std::string_view pattern);

  /// Error (not_found): a place whose name is not "epoch", with `batches` "batch", nor one of
  /// `names`.
  void check_names(std::span<const std::string> names, bool batches = false) const;
  /// The path of epoch and batch of these numbers, from 0.
  std::string path(int epoch, Index batch, const Logs& logs) const;

 private:
  struct Part {
    std::string text;  ///< what stands before the place
    std::string name;  ///< of the number; empty behind the last place
    bool zeros = false, whole = false;
    std::size_t width = 0;
    int digits = 6;
  };
  static void read_format(std::string_view format, Part& part);

  std::vector<Part> parts_;
};

}  // namespace linnet::inline v0::detail
