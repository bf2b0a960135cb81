#include <linnet/text/labels.hpp>
#include <linnet/text/vocabulary.hpp>

#include "catch.hpp"

using namespace linnet;
using Catch::Matchers::ContainsSubstring;
using Strings = std::vector<std::string>;

TEST_CASE("A vocabulary finds each of its tokens and no other", "[text]") {
  Strings tokens;
  for (int i = 0; i < 20000; ++i) tokens.push_back("t" + std::to_string(i));
  tokens.emplace_back("");
  tokens.emplace_back("with space");
  const Vocabulary vocabulary{tokens};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (vocabulary.find(tokens[i]) != static_cast<Index>(i)) FAIL(tokens[i]);
  }
  CHECK(vocabulary.find("t20000") == -1);
  CHECK(vocabulary.find("T1") == -1);
  CHECK(vocabulary.tokens() == tokens);
  CHECK(Vocabulary().find("a") == -1);
  CHECK_THROWS_WITH(vocabulary.at(20002), ContainsSubstring("below 20002"));
}

TEST_CASE("A token that occurs twice in a vocabulary is an error", "[text]") {
  const Strings tokens{"a", "b", "a"};
  CHECK_THROWS_WITH(Vocabulary(tokens), ContainsSubstring("'a' occurs twice, at 0 and 2"));
}

TEST_CASE("The hash of a token never changes", "[text]") {
  CHECK(detail::hash_of("") == 0);
  CHECK(detail::hash_of("a") == detail::spread(98));
  CHECK(detail::hash_of("the cat") == 0xed6ab927340b27b1ull);
}

TEST_CASE("Labels are numbered in sorted order, or as they are given", "[text]") {
  const Strings rows{"sport", "art", "中", "sport", "Z"};
  const LabelIndex labels = LabelIndex::of(rows);
  CHECK(labels.names() == Strings{"Z", "art", "sport", "中"});
  CHECK(labels.ids(rows) == Tensor::of<std::int32_t>({5}, {2, 1, 3, 2, 0}));
  CHECK(labels.name(2) == "sport");
  CHECK(LabelIndex(Strings{"b", "a"}).id("a") == 1);
  CHECK(LabelIndex::from_config(labels.to_config()) == labels);
}

TEST_CASE("An unknown label is an error that names row and label", "[text]") {
  const LabelIndex labels(Strings{"no", "yes"});
  CHECK(labels.find("maybe") == -1);
  CHECK_THROWS_WITH(labels.ids(Strings{"yes", "maybe"}),
                    ContainsSubstring("row 1") && ContainsSubstring("unknown label 'maybe'") &&
                        ContainsSubstring("'no', 'yes'"));
  CHECK_THROWS_WITH(labels.name(2), ContainsSubstring("[0, 2)"));
  CHECK_THROWS_WITH(LabelIndex::of(Strings{}), ContainsSubstring("no labels"));
  CHECK_THROWS_WITH(LabelIndex::of(Strings{"a", "b\xFF"}),
                    ContainsSubstring("row 1") && ContainsSubstring("offset 1"));
  CHECK_THROWS_WITH(LabelIndex(Strings{"a", "a"}), ContainsSubstring("'a' occurs twice"));
}
