// Choice: one word out of a fixed list, checked when the program is compiled.
#pragma once

#include <linnet/core/config.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0 {

/// One of the words in List::kWords; `List::kName` is the key it belongs to. A literal that is not
/// in the list does not compile. The word "none" is written into a Config as null, as Keras does.
///   struct SplitList { static constexpr std::string_view kName = "split", kWords[] = {...}; };
template <class List>
class Choice {
 public:
  consteval Choice(const char* word) : index_(find(word)) {
    if (index_ < 0) not_in_the_list();
  }

  /// The choice of a word known at run time. Error: not_found, with the list.
  static Choice named(std::string_view word) {
    const int index = find(word);
    if (index >= 0) return Choice(index);
    std::string list;
    for (const std::string_view known : List::kWords) {
      list += detail::cat(list.empty() ? "'" : ", '", known, "'");
    }
    detail::fail(ErrorCode::not_found,
                 detail::cat(List::kName, ": expected one of ", list, ", got '", word, "'"));
  }

  std::string_view word() const { return List::kWords[static_cast<std::size_t>(index_)]; }
  std::string str() const { return std::string(word()); }

  Config to_config() const { return word() == "none" ? Config() : Config(word()); }
  static Choice from_config(const Config& config) {
    return named(config.is_null() ? "none" : std::string_view(config.as_string()));
  }

  friend constexpr bool operator==(Choice a, Choice b) { return a.index_ == b.index_; }

 private:
  explicit constexpr Choice(int index) : index_(index) {}
  static constexpr int find(std::string_view word) {
    int index = 0;
    for (const std::string_view known : List::kWords) {
      if (known == word) return index;
      ++index;
    }
    return -1;
  }
  static void not_in_the_list() {}  // not constexpr: calling it stops the compiler

  int index_;
};

}  // namespace linnet::inline v0
