#include "model/features.hpp"

#include <algorithm>
#include <cstring>
#include <linnet/core/log.hpp>
#include <numeric>

#include "data/node.hpp"
#include "data/row_buffer.hpp"
#include "io/scratch.hpp"
#include "model/feed.hpp"

namespace linnet::inline v0::detail {

namespace {

/// Which rows of the arrays some epoch reads, in rising order, and how many at a time.
struct RowsInUse {
  std::vector<Index> rows;
  Index batch = 0;
};

RowsInUse rows_in_use(const DataNode& node, const FeatureRequest& request) {
  const Index rows = node.arrays()->size;
  auto numbers = std::make_shared<Replacement>();
  numbers->position.resize(static_cast<std::size_t>(rows));
  std::iota(numbers->position.begin(), numbers->position.end(), Index{0});
  const auto as_ids = std::vector<std::int64_t>(numbers->position.begin(), numbers->position.end());
  numbers->arrays = {.x = Tensor::of<std::int64_t>({rows}, as_ids), .size = rows};
  const Dataset ids(node.over(numbers));
  std::vector<bool> used(static_cast<std::size_t>(rows));
  Index count = 0;
  RowsInUse result;
  Batch batch;
  for (Index epoch = request.first_epoch; epoch < request.epochs && count < rows; ++epoch) {
    DatasetIterator iterator = ids.iterate(epoch);
    for (Index step = 0; request.steps == 0 || step < request.steps; ++step) {
      if (!iterator.next(batch)) break;
      result.batch = std::max(result.batch, batch.size);
      for (const std::int64_t id : std::get<Tensor>(batch.x[0]).data<std::int64_t>()) {
        count += used[static_cast<std::size_t>(id)] ? 0 : 1;
        used[static_cast<std::size_t>(id)] = true;
      }
    }
  }
  for (Index row = 0; row < rows; ++row) {
    if (used[static_cast<std::size_t>(row)]) result.rows.push_back(row);
  }
  return result;
}

/// Batches of these rows of a data set, whatever order it has; read ahead if they are fetched.
Dataset batches_of(const std::shared_ptr<const DataNode>& node, const std::vector<Index>& rows,
                   Index size) {
  const Dataset batches = Dataset::stream([node, &rows, size](Index) -> Dataset::Generator {
                            return [node, &rows, size, at = std::size_t{0},
                                    memory = std::make_shared<RowBuffer>()](Batch& batch) mutable {
                              if (at == rows.size()) return false;
                              const std::size_t count =
                                  std::min(static_cast<std::size_t>(size), rows.size() - at);
                              node->read(std::span(rows).subspan(at, count), *memory, batch);
                              at += count;
                              return true;
                            };
                          }).batch(size);
  return node->from_memory() ? batches : batches.prefetch(2);
}

bool same_columns(const Columns& a, const Columns& b) {
  return std::ranges::equal(a, b, [](const Column& one, const Column& other) {
    const auto *x = std::get_if<Tensor>(&one), *y = std::get_if<Tensor>(&other);
    return x != nullptr && y != nullptr && *x == *y;
  });
}

/// Computes and keeps the outputs of the frozen part, batch after batch.
class Maker {
 public:
  Maker(ModelState& model, const FeatureRequest& request, Index rows)
      : model_(model), request_(request), rows_(rows) {}

  /// False: these rows cannot be kept.
  bool add(const Batch& batch) {
    Feed feed(model_, batch.x, batch.y, batch.sample_weight);
    feed.key().mode = request_.mode;
    if (std::ranges::count(feed.key().ragged, true) > 0) return false;
    const auto plan = plan_for(model_, feed.key());
    const auto& frozen = plan->frozen;
    if (!frozen || !frozen->worth_keeping()) return false;
    if (columns_.empty()) start(*frozen, feed.key());
    if (frozen->signature() != inputs_.signature) return false;
    Plan::Session session(frozen->plan());
    feed.bind(frozen->plan(), session);
    session.run();
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      Tensor part = columns_[k].rows(done_, done_ + batch.size);
      if (frozen->types()[k].shape != part.shape()) return false;
      std::memcpy(part.raw(), session.output(k), part.bytes());
    }
    if (request_.mode == Mode::train) keep_sample(model_, batch.x);
    done_ += batch.size;
    return true;
  }

  std::vector<Tensor>& columns() { return columns_; }
  FeatureInputs& inputs() { return inputs_; }
  std::size_t memory() const { return memory_; }

 private:
  void start(const FrozenPart& frozen, const PlanKey& key) {
    inputs_.inputs.assign(key.inputs.begin(),
                          key.inputs.begin() + static_cast<std::ptrdiff_t>(model_.inputs.size()));
    inputs_.signature = frozen.signature();
    std::size_t bytes = 0;
    for (const TensorType& type : frozen.types()) bytes += bytes_of(type);
    const bool on_disk = bytes > request_.memory;
    memory_ = on_disk ? 0 : bytes;
    for (const TensorType& type : frozen.types()) {
      const Shape shape = type.shape.with(0, rows_);
      auto pages = scratch_memory(std::max<std::size_t>(bytes_of(type), 1), on_disk);
      columns_.push_back(Tensor::view(pages.get(), type.dtype, shape, pages));
    }
    log(LogLevel::info,
        cat("fit: the features of ", rows_, " rows, which frozen layers make, are ",
            on_disk ? "kept in a temporary file: " : "kept: ", std::uint64_t{bytes}, " bytes"));
  }
  std::size_t bytes_of(const TensorType& type) const {
    return static_cast<std::size_t>(type.shape.with(0, rows_).elements()) * size_of(type.dtype);
  }

  ModelState& model_;
  const FeatureRequest& request_;
  Index rows_, done_ = 0;
  std::vector<Tensor> columns_;
  FeatureInputs inputs_;
  std::size_t memory_ = 0;
};

}  // namespace

Features::Features(const ModelState& model) : flags_version_(flags_version()) {
  for (const PathParameter& p : parameters_of(model)) {
    flags_.push_back(p.frozen);
    if (p.frozen) frozen_.push_back(p.parameter);
  }
  version_ = version_of(frozen_);
}

std::uint64_t Features::version_of(const std::vector<std::shared_ptr<Parameter>>& parameters) {
  return std::accumulate(parameters.begin(), parameters.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& p) { return sum + p->version; });
}

bool Features::hold(const ModelState& model) const {
  if (version_of(frozen_) != version_) return false;
  const std::uint64_t now = flags_version();
  if (now == flags_version_) return true;
  std::vector<bool> flags;
  for (const PathParameter& p : parameters_of(model)) flags.push_back(p.frozen);
  if (flags == flags_) flags_version_ = now;  // another model's flags have changed
  return flags == flags_;
}

std::optional<Features> Features::of(ModelState& model, const Dataset& batches,
                                     const FeatureRequest& request) {
  const auto& node = batches.node();
  const Batch* arrays = node->arrays();
  const auto parameters = parameters_of(model);
  const bool any_frozen = std::ranges::any_of(parameters, &PathParameter::frozen);
  if (arrays == nullptr || !any_frozen || (batches.endless() && request.steps == 0)) return {};
  const auto [rows, size] = rows_in_use(*node, request);
  if (rows.empty()) return {};
  auto kept = std::make_shared<Replacement>();
  RowBuffer own;  // y and weights of the arrays, which stages that fetch must not have changed
  own.gather({.x = {}, .y = arrays->y, .sample_weight = arrays->sample_weight}, rows);
  own.show(kept->arrays);
  Maker maker(model, request, static_cast<Index>(rows.size()));
  Batch batch;
  Index at = 0;
  for (DatasetIterator all = batches_of(node, rows, size).iterate(); all.next(batch);) {
    Columns y;
    const Index end = at + batch.size;
    for (const Column& column : kept->arrays.y) y.push_back(rows_between(column, at, end));
    const Tensor& weight = kept->arrays.sample_weight;
    const bool same_weight =
        weight.empty() ? batch.sample_weight.empty() : batch.sample_weight == weight.rows(at, end);
    if (!same_columns(batch.y, y) || !same_weight || !maker.add(batch)) return {};
    at = end;
  }
  Features features(model);
  features.inputs_ = std::move(maker.inputs());
  features.memory_ = maker.memory();
  kept->arrays.x.clear();
  for (Tensor& column : maker.columns()) kept->arrays.x.push_back(column);
  kept->position.assign(static_cast<std::size_t>(arrays->size), 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    kept->position[static_cast<std::size_t>(rows[i])] = static_cast<Index>(i);
  }
  features.batches_ = Dataset(node->over(kept));
  return features;
}

}  // namespace linnet::inline v0::detail
