#include <algorithm>
#include <limits>

#include "text/vectorizer_state.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

}  // namespace

Vectorizer::Vectorizer(TextRules rules) : state_(std::make_shared<const State>(std::move(rules))) {}

Vectorizer::Vectorizer(std::shared_ptr<const State> state) : state_(std::move(state)) {}

const TextRules& Vectorizer::rules() const { return state_->rules; }

bool Vectorizer::ready() const { return state_->ready; }

const Vectorizer::State& Vectorizer::learnt() const {
  if (!state_->ready) fail(ErrorCode::bad_state, "Vectorizer: adapt() has not been called");
  return *state_;
}

Index Vectorizer::id_count() const { return learnt().id_count; }

const Vocabulary& Vectorizer::vocabulary() const { return learnt().sections[0].vocabulary; }

std::vector<std::string> Vectorizer::get_vocabulary() const {
  std::vector<std::string> list = vocabulary().tokens();
  list.insert(list.begin(), "[UNK]");
  if (state_->makes_ids()) list.insert(list.begin(), "");
  return list;
}

std::string Vectorizer::describe(Index id) const {
  const State& state = learnt();
  if (id < 0 || id >= state.id_count) {
    fail(ErrorCode::out_of_range,
         cat("Vectorizer: expected an id in [0, ", state.id_count, "), got ", id));
  }
  if (id < state.reserved) return id == state.unknown_id() ? "[UNK]" : "";
  const auto after = std::find_if(state.sections.begin(), state.sections.end(),
                                  [&](const auto& s) { return id < s.first + s.width; });
  const Index position = id - after->first;
  if (after->buckets > 0) return cat(after->kind, " bucket ", position);
  if (position >= after->vocabulary.size()) return "";
  return std::string(after->vocabulary.at(position));
}

void Vectorizer::ids_of(std::string_view text, std::vector<std::int32_t>& out) const {
  const auto& length = state_->rules.output_sequence_length;
  try {
    learnt().ids_of(text, length ? static_cast<std::size_t>(*length) : kNoLimit, out);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::bad_state) throw;
    throw error.within("Vectorizer");
  }
}

Ragged Vectorizer::ragged(std::span<const std::string> texts) const {
  const State& state = learnt();
  const auto& length = state.rules.output_sequence_length;
  const std::size_t limit = length ? static_cast<std::size_t>(*length) : kNoLimit;
  std::vector<std::int32_t> values, ids;
  Tensor splits(DType::int64, {static_cast<Index>(texts.size()) + 1});
  for (std::size_t row = 0; row < texts.size(); ++row) {
    detail::at_row(row, [&] { state.ids_of(texts[row], limit, ids); });
    values.insert(values.end(), ids.begin(), ids.end());
    splits.data<std::int64_t>()[row + 1] = static_cast<std::int64_t>(values.size());
  }
  return {Tensor::of<std::int32_t>({static_cast<Index>(values.size())}, values), splits};
}

Tensor Vectorizer::ids(std::span<const std::string> texts) const {
  const State& state = learnt();
  const auto count = static_cast<Index>(texts.size());
  if (!state.rules.output_sequence_length) {
    const Ragged rows = ragged(texts);
    const auto splits = rows.splits.data<std::int64_t>();
    Index longest = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      longest = std::max(longest, Index{splits[i + 1] - splits[i]});
    }
    Tensor padded(DType::int32, {count, longest});
    const auto values = rows.values.data<std::int32_t>();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      std::copy(values.begin() + splits[i], values.begin() + splits[i + 1],
                padded.data<std::int32_t>().begin() + static_cast<Index>(i) * longest);
    }
    return padded;
  }
  const Index length = *state.rules.output_sequence_length;
  Tensor padded(DType::int32, {count, length});
  auto out = padded.data<std::int32_t>().begin();
  std::vector<std::int32_t> ids;
  for (std::size_t row = 0; row < texts.size(); ++row, out += length) {
    detail::at_row(row, [&] { state.ids_of(texts[row], static_cast<std::size_t>(length), ids); });
    std::copy(ids.begin(), ids.end(), out);
  }
  return padded;
}

Tensor Vectorizer::matrix(std::span<const std::string> texts) const {
  const State& state = learnt();
  if (state.makes_ids()) {
    fail(ErrorCode::bad_state,
         "Vectorizer: matrix needs output_mode 'multi_hot', 'count' or 'tf_idf', got 'int'");
  }
  const bool once = state.rules.output_mode == "multi_hot";
  Tensor matrix(DType::float32, {static_cast<Index>(texts.size()), state.id_count});
  const auto width = static_cast<std::size_t>(state.id_count);
  std::vector<std::int32_t> ids;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    detail::at_row(row, [&] { state.ids_of(texts[row], kNoLimit, ids); });
    const auto out = matrix.data<float>().subspan(row * width, width);
    for (const std::int32_t id : ids) {
      float& cell = out[static_cast<std::size_t>(id)];
      cell = once ? 1.0f : cell + 1.0f;
    }
    if (!state.needs_weights()) continue;
    for (std::size_t id = 0; id < width; ++id) out[id] *= state.weights[id];
  }
  return matrix;
}

std::vector<std::string> Vectorizer::tokens_of(std::string_view text) const {
  std::vector<std::string> tokens;
  try {
    const detail::TextBuffers buffers;
    state_->analyzer.analyze(text, *buffers);
    const auto& words = state_->analyzer.words(*buffers);
    detail::visit_grams(state_->sections[0], (*buffers).tokens, words,
                        [&](const detail::PieceText& from, detail::Piece piece) {
                          tokens.emplace_back(from.view(piece));
                        });
  } catch (const Error& error) {
    throw error.within("Vectorizer");
  }
  return tokens;
}

}  // namespace linnet::inline v0
