// PrefetchNode: a stage whose elements a background thread makes ahead of time.
#pragma once

#include "data/chain.hpp"

namespace linnet::inline v0 {
namespace detail {

class PrefetchNode final : public ChainNode {
 public:
  PrefetchNode(NodePtr source, Index count) : ChainNode(std::move(source)), count_(count) {}
  std::unique_ptr<DataCursor> open(const DataRequest& request) const override;

 private:
  Index count_;
};

}  // namespace detail
}  // namespace linnet::inline v0
