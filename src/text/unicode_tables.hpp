// The generated tables of Unicode that lower_case() and is_punctuation() read.
#pragma once

#include <cstddef>
#include <cstdint>

namespace linnet::inline v0 {
namespace detail {

/// Code points first, first + step, ..., last become lower case by adding delta.
struct CaseRun {
  std::uint32_t first, last;
  std::int32_t step, delta;
};

struct CodeRange {
  std::uint32_t first, last;
};

// Sorted by `first`, above ASCII.
extern const CaseRun kLowerRuns[];
extern const std::size_t kLowerRunsCount;
extern const CodeRange kPunctuation[];
extern const std::size_t kPunctuationCount;

}  // namespace detail
}  // namespace linnet::inline v0
