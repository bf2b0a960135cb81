// Plans kept for the shapes that come again.
#include <set>

#include "model/feed.hpp"

namespace linnet::inline v0::detail {

std::shared_ptr<const ModelPlan> plan_for(ModelState& model, const PlanKey& key) {
  if (model.flags_version != flags_version()) {
    model.flags_version = flags_version();
    std::vector<bool> flags;
    for (const PathParameter& p : parameters_of(model)) flags.push_back(p.frozen);
    if (flags != model.plan_flags) {
      settle_rows(model);
      thaw_rows(model);
      model.plans.clear();
      model.plan_flags = std::move(flags);
    }
  }
  if (auto known = model.plans.find(key)) return known;
  auto plan = model.plans.share(make_plan(model, key));
  model.plans.insert(plan);
  return plan;
}

std::shared_ptr<const ModelPlan> predict_plan(const ModelState& model, const PlanKey& key) {
  if (auto known = model.plans.find(key)) return known;
  auto plan = make_plan(model, key);
  model.plans.insert(plan);
  return plan;
}

void check_rows(const ModelState& model, Feed feed, PlanCache& plans) {
  feed.key().mode = Mode::check;
  auto plan = plans.find(feed.key());
  if (plan == nullptr) plans.insert(plan = make_plan(model, feed.key()));
  Plan::Session session(*plan->plan);
  feed.bind(*plan->plan, session);
  session.run();
}

// PlanCache
// ----------------------------------------------------------------------------------------

std::shared_ptr<const ModelPlan> PlanCache::find(const PlanKey& key) {
  const std::lock_guard lock(mutex_);
  for (auto at = plans_.begin(); at != plans_.end(); ++at) {
    if (!((*at)->key == key)) continue;
    plans_.splice(plans_.begin(), plans_, at);
    return plans_.front();
  }
  return nullptr;
}

std::shared_ptr<const ModelPlan> PlanCache::share(std::shared_ptr<ModelPlan> plan) const {
  const std::lock_guard lock(mutex_);
  if (!plan->frozen) return plan;
  for (const auto& other : plans_) {
    if (other->frozen && other->frozen->same_as(*plan->frozen)) {
      plan->frozen = other->frozen;
      break;
    }
  }
  return plan;
}

void PlanCache::insert(std::shared_ptr<const ModelPlan> plan) {
  const std::lock_guard lock(mutex_);
  plans_.push_front(std::move(plan));
  std::size_t total = 0;
  std::size_t count = 0;
  std::set<const FrozenPart*> known;  // several plans may share one
  for (auto at = plans_.begin(); at != plans_.end();) {
    total += (*at)->plan->resident_bytes();
    const auto& frozen = (*at)->frozen;
    if (frozen && known.insert(frozen.get()).second) total += frozen->resident_bytes();
    ++count;
    const bool over = count > 1 && (total > kMostBytes || count > kMostPlans);
    at = over ? plans_.erase(at) : std::next(at);
  }
}

void PlanCache::clear() {
  const std::lock_guard lock(mutex_);
  plans_.clear();
}

std::size_t PlanCache::size() const {
  const std::lock_guard lock(mutex_);
  return plans_.size();
}

std::size_t PlanCache::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t total = 0;
  std::set<const FrozenPart*> known;
  for (const auto& plan : plans_) {
    total += plan->plan->resident_bytes();
    if (plan->frozen && known.insert(plan->frozen.get()).second) {
      total += plan->frozen->resident_bytes();
    }
  }
  return total;
}

}  // namespace linnet::inline v0::detail
