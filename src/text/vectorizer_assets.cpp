#include <algorithm>

#include "text/vectorizer_state.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr std::string_view kWeights = "idf_weights";

/// The asset that holds the vocabulary of section `i`.
std::string asset_name(std::size_t i) {
  return i == 0 ? "vocabulary" : cat("features/", std::uint64_t{i - 1});
}

const Tensor& asset(const TextAssets& assets, std::string_view name, DType dtype) {
  const auto found = std::find_if(assets.begin(), assets.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == assets.end()) {
    fail(ErrorCode::corrupt_file, cat("Vectorizer: the asset '", name, "' is missing"));
  }
  const Tensor& tensor = found->second;
  if (tensor.dtype() != dtype || tensor.shape().rank() != 1) {
    fail(ErrorCode::corrupt_file, cat("Vectorizer: asset '", name, "': expected ", dtype,
                                      " of rank 1, got ", tensor.dtype(), " ", tensor.shape()));
  }
  return tensor;
}

void check_names(const TextAssets& assets, const std::vector<std::string>& known) {
  for (const auto& [name, tensor] : assets) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    fail(ErrorCode::corrupt_file, cat("Vectorizer: unknown asset '", name, "'"));
  }
}

}  // namespace

Config Vectorizer::config() const {
  TextRules rules = state_->rules;
  rules.vocabulary.clear();
  rules.idf_weights.clear();
  return rules.to_config();
}

TextAssets Vectorizer::assets() const {
  const State& state = learnt();
  TextAssets assets;
  for (std::size_t i = 0; i < state.sections.size(); ++i) {
    if (state.sections[i].buckets > 0) continue;
    assets.emplace_back(asset_name(i), Tensor::strings(state.sections[i].vocabulary.tokens()));
  }
  if (state.needs_weights()) {
    const auto count = static_cast<Index>(state.weights.size());
    assets.emplace_back(kWeights, Tensor::of<float>({count}, state.weights));
  }
  return assets;
}

Vectorizer Vectorizer::from_config(const Config& config, const TextAssets& assets) {
  auto state = std::make_shared<State>(TextRules::from_config(config));
  std::vector<std::string> known;
  for (std::size_t i = 0; i < state->sections.size(); ++i) {
    detail::Section& section = state->sections[i];
    if (section.buckets > 0) continue;
    known.push_back(asset_name(i));
    const Tensor& tokens = asset(assets, known.back(), DType::string);
    try {
      section.vocabulary = Vocabulary(tokens.data<std::string>());
    } catch (const Error& error) {
      throw error.within(cat("Vectorizer: asset '", known.back(), "'"));
    }
    if (section.vocabulary.size() > state->most_tokens(i)) {
      fail(ErrorCode::corrupt_file,
           cat("Vectorizer: asset '", known.back(), "' has ", section.vocabulary.size(),
               " tokens, allowed are ", state->most_tokens(i)));
    }
  }
  state->check_vocabulary();
  state->number_sections();
  if (state->needs_weights()) {
    known.emplace_back(kWeights);
    const auto weights = asset(assets, kWeights, DType::float32).data<float>();
    if (static_cast<Index>(weights.size()) != state->id_count) {
      fail(ErrorCode::corrupt_file,
           cat("Vectorizer: asset 'idf_weights': expected ", state->id_count, " weights, got ",
               std::uint64_t{weights.size()}));
    }
    state->weights.assign(weights.begin(), weights.end());
  }
  check_names(assets, known);
  state->ready = true;
  return Vectorizer(std::shared_ptr<const State>(std::move(state)));
}

}  // namespace linnet::inline v0
