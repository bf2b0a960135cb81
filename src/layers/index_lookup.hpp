// What StringLookup and IntegerLookup share: how a vocabulary is numbered, and how it is learnt.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <linnet/core/tensor.hpp>
#include <linnet/layers/category_output.hpp>
#include <map>
#include <numeric>

#include "core/require.hpp"
#include "layers/category.hpp"

namespace linnet::inline v0::detail {

template <class Lookup>
using TokenOf = typename decltype(Lookup::vocabulary)::value_type;

/// The numbers of a vocabulary: of the mask, of unknown tokens, of the tokens.
template <class Lookup>
struct LookupNumbers {
  Index oov_start, token_start;
  std::vector<TokenOf<Lookup>> tokens;  ///< the vocabulary without mask and unknown ones in front
  Index depth;                          ///< of the categories that are put out

  explicit LookupNumbers(const Lookup& layer)
      : oov_start(layer.mask_token && layer.output_mode == "int" ? 1 : 0),
        token_start(oov_start + layer.num_oov_indices),
        tokens(layer.vocabulary) {
    check_settings(layer);
    if (has_special(layer)) tokens.erase(tokens.begin(), tokens.begin() + token_start);
    if (layer.max_tokens && size() > *layer.max_tokens) {
      fail(ErrorCode::invalid_argument, cat("vocabulary: with mask and unknown tokens it has ",
                                            size(), " tokens, max_tokens is ", *layer.max_tokens));
    }
    for (const auto& token : tokens) {
      const bool masks = layer.mask_token == token;
      // Only where numbers become tokens must what is unknown differ from these.
      if (!masks && !(layer.invert && token == layer.oov_token)) continue;
      fail(ErrorCode::invalid_argument, cat("vocabulary: ", masks ? "mask_token" : "oov_token",
                                            " '", token, "' stands among the tokens"));
    }
    depth = layer.pad_to_max_tokens ? *layer.max_tokens : size();
  }

  /// With the mask and the unknown tokens.
  Index size() const { return token_start + static_cast<Index>(tokens.size()); }

  /// (depth), float32, of "tf_idf": unknown tokens get the mean, unless they have weights too.
  Tensor weights(const Lookup& layer) const {
    if (layer.output_mode != "tf_idf") return {};
    const auto& given = layer.idf_weights;
    const auto padding = static_cast<std::size_t>(has_special(layer) ? 0 : token_start);
    if (given.size() != layer.vocabulary.size()) {
      fail(ErrorCode::invalid_argument,
           cat("idf_weights: expected one for each of ", std::uint64_t{layer.vocabulary.size()},
               " tokens of the vocabulary, got ", std::uint64_t{given.size()}));
    }
    Tensor all(DType::float32, {depth});
    const double sum = std::accumulate(given.begin(), given.end(), 0.0);
    std::fill_n(all.data<float>().begin(), padding,
                static_cast<float>(sum / static_cast<double>(given.size())));
    std::ranges::copy(given, all.data<float>().subspan(padding).begin());
    return all;
  }

  /// The token of each number.
  std::vector<TokenOf<Lookup>> all(const Lookup& layer) const {
    std::vector<TokenOf<Lookup>> list;
    if (oov_start == 1) list.push_back(*layer.mask_token);
    list.insert(list.end(), static_cast<std::size_t>(layer.num_oov_indices), layer.oov_token);
    list.insert(list.end(), tokens.begin(), tokens.end());
    return list;
  }

 private:
  bool has_special(const Lookup& layer) const {
    if (token_start == 0 || static_cast<Index>(layer.vocabulary.size()) < token_start) return false;
    const auto oov = layer.vocabulary.begin() + oov_start;
    return (oov_start == 0 || layer.vocabulary[0] == layer.mask_token) &&
           std::all_of(oov, oov + layer.num_oov_indices,
                       [&](const auto& token) { return token == layer.oov_token; });
  }

  static void check_settings(const Lookup& layer) {
    require({}, "num_oov_indices", layer.num_oov_indices, kMargin);
    require({}, "max_tokens", layer.max_tokens, {1, kMostSize, false, true});
    if (layer.pad_to_max_tokens && !layer.max_tokens) {
      fail(ErrorCode::invalid_argument, "pad_to_max_tokens needs max_tokens");
    }
    if (layer.invert && layer.output_mode != "int") {
      fail(ErrorCode::invalid_argument,
           cat("invert needs output_mode 'int', got '", layer.output_mode.word(), "'"));
    }
    if (layer.vocabulary.empty()) {
      fail(ErrorCode::bad_state, "adapt() or a vocabulary is needed first");
    }
  }
};

/// Sets the layer's vocabulary, and idf_weights, to what batches (rows) or (rows, n) hold.
template <class Lookup>
void learn_tokens(Lookup& layer, const std::function<bool(Tensor&)>& next) {
  struct Count {
    Index all = 0, rows = 0, last_row = -1;
  };
  std::map<TokenOf<Lookup>, Count> counts;
  Index rows = 0;
  for (Tensor batch; next(batch);) {
    const auto tokens = batch.template data<TokenOf<Lookup>>();
    const Index count = batch.shape().rank() == 0 ? 1 : batch.shape()[0];
    const std::size_t width = tokens.size() / static_cast<std::size_t>(std::max<Index>(count, 1));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      Count& of = counts[tokens[i]];
      const Index row = rows + static_cast<Index>(i / width);
      ++of.all;
      if (std::exchange(of.last_row, row) != row) ++of.rows;
    }
    rows += count;
  }
  if (layer.mask_token) counts.erase(*layer.mask_token);
  counts.erase(layer.oov_token);
  if (counts.empty()) fail(ErrorCode::invalid_argument, cat(Lookup::kName, ": adapt: no tokens"));
  std::vector<std::pair<TokenOf<Lookup>, Count>> order(counts.rbegin(), counts.rend());
  std::ranges::stable_sort(order, [](const auto& a, const auto& b) {
    return a.second.all > b.second.all;  // of equal counts the larger token stays in front
  });
  const Index special =
      layer.num_oov_indices + (layer.mask_token && layer.output_mode == "int" ? 1 : 0);
  const Index most = layer.max_tokens ? std::max<Index>(*layer.max_tokens - special, 0)
                                      : static_cast<Index>(order.size());
  order.resize(std::min(order.size(), static_cast<std::size_t>(most)));
  layer.vocabulary.clear();
  layer.idf_weights.clear();
  for (auto& [token, count] : order) {
    layer.vocabulary.push_back(token);
    if (layer.output_mode != "tf_idf") continue;
    const double share = static_cast<double>(rows) / static_cast<double>(1 + count.rows);
    layer.idf_weights.push_back(static_cast<float>(std::log(1 + share)));
  }
}

/// A function that gives x once.
inline std::function<bool(Tensor&)> once(const Tensor& x) {
  return [x, given = false](Tensor& batch) mutable {
    batch = x;
    return !std::exchange(given, true);
  };
}

}  // namespace linnet::inline v0::detail
