#include "ops/einsum_letters.hpp"

#include <algorithm>

#include "core/in_quotes.hpp"

namespace linnet::inline v0::detail {

void refuse_equation(std::string_view equation, std::string_view reason) {
  fail(ErrorCode::invalid_argument, cat("einsum ", in_quotes(equation), ": ", reason));
}

void refuse_sizes(std::string_view equation, char letter, Index one, Index other) {
  fail(ErrorCode::shape_mismatch,
       cat("einsum ", in_quotes(equation), ": ", quoted(letter), " is ", one, " and ", other));
}

void require_letters(std::string_view equation, std::string_view letters, const Shape& shape) {
  if (shape.rank() == static_cast<int>(letters.size())) return;
  fail(ErrorCode::shape_mismatch, cat("einsum '", equation, "': expected ",
                                      std::uint64_t{letters.size()}, " axes, got ", shape));
}

namespace {

constexpr std::string_view kDots = "...";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else if (c != ' ') {
      parts.back() += c;
    }
  }
  return parts;
}

/// The letters of `term` beside its dots.
std::size_t named(const std::string& term) {
  return term.find(kDots) == term.npos ? term.size() : term.size() - kDots.size();
}

/// `count` letters that `used` lacks.
std::string fresh_letters(std::string_view used, std::size_t count) {
  std::string fresh;
  for (char c = 'A'; c <= 'z' && fresh.size() < count; ++c) {
    if (is_letter(c) && !has(used, c)) fresh += c;
  }
  return fresh;
}

/// Puts the last `count` of `letters` in the place of the dots.
void replace_dots(std::string& term, const std::string& letters, std::size_t count) {
  const std::size_t at = term.find(kDots);
  if (at != term.npos) term.replace(at, kDots.size(), letters, letters.size() - count, count);
}

std::string implied_result(const std::vector<std::string>& terms, bool dots) {
  std::string all, result;
  for (const std::string& term : terms) all += term;
  for (char c = 'A'; c <= 'z'; ++c) {
    if (is_letter(c) && std::ranges::count(all, c) == 1) result += c;
  }
  return dots ? std::string(kDots) + result : result;
}

void check_letters(std::string_view equation, const EinsumEquation& full) {
  std::string all;
  for (const std::string& term : full.terms) all += term;
  for (const char letter : all + full.result) {
    if (!is_letter(letter)) refuse_equation(equation, "expected letters, ',', '->' and one '...'");
  }
  for (const char letter : full.result) {
    if (!has(all, letter)) refuse_equation(equation, cat("no term has ", quoted(letter)));
    if (std::ranges::count(full.result, letter) > 1) {
      refuse_equation(equation, cat(quoted(letter), " is twice in the result"));
    }
  }
}

}  // namespace

EinsumEquation read_equation(std::string_view equation, const std::vector<int>& ranks) {
  const std::size_t arrow = equation.find("->");
  EinsumEquation full{split(equation.substr(0, arrow)), {}};
  if (full.terms.size() != ranks.size() || ranks.empty()) {
    refuse_equation(equation, cat("expected as many terms as inputs, got ",
                                  std::uint64_t{ranks.size()}, " inputs"));
  }
  std::size_t most = 0;  // axes that dots stand for
  bool dots = false;
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    const std::string& term = full.terms[i];
    const auto rank = static_cast<std::size_t>(ranks[i]);
    dots = dots || named(term) != term.size();
    counts.push_back(rank > named(term) ? rank - named(term) : 0);
    if (named(term) != term.size()) most = std::max(most, counts.back());
  }
  full.result = arrow == equation.npos ? implied_result(full.terms, dots)
                                       : split(equation.substr(arrow + 2)).front();
  const std::string letters = fresh_letters(equation, most);
  for (std::size_t i = 0; i < ranks.size(); ++i) replace_dots(full.terms[i], letters, counts[i]);
  replace_dots(full.result, letters, letters.size());
  check_letters(equation, full);
  return full;
}

}  // namespace linnet::inline v0::detail
