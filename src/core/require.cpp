#include "core/require.hpp"

namespace linnet::inline v0::detail {

std::string Range::str() const {
  if (low == -kEndless && high == kEndless) return "finite";
  if (high == kEndless) {
    if (with_low) return cat(low, " or more");
    return low == 0 ? "positive" : cat("more than ", low);
  }
  return cat("in ", with_low ? "[" : "(", low, ", ", high, with_high ? "]" : ")");
}

void refuse(std::string_view where, std::string_view field, const Range& range, double value,
            std::string_view written) {
  const bool endless = range.low != -kEndless && range.high == kEndless;
  // An end that is a limit, not one of a scale, is told only to who passes it.
  std::string wanted = range.str();
  if (range.high > 1 && !endless) {
    wanted = value > range.high ? cat("at most ", static_cast<std::int64_t>(range.high))
                                : Range{range.low, kEndless, range.with_low, false}.str();
  }
  fail(ErrorCode::invalid_argument,
       cat(where, where.empty() ? "" : ": ", field, " must be ", wanted,
           endless && !std::isfinite(value) ? " and finite" : "", ", got ", written));
}

void require_path(std::string_view where, std::string_view path) {
  if (path.empty()) fail(ErrorCode::invalid_argument, cat(where, ": the path is empty"));
  const std::size_t nul = path.find('\0');
  if (nul == path.npos) return;
  fail(ErrorCode::invalid_argument,
       cat(where, ": the path has a NUL byte after '", path.substr(0, nul), "'"));
}

}  // namespace linnet::inline v0::detail
