// Call: a oneDNN primitive with its memory objects, ready to be pointed at data.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "kernels/onednn/dnnl.hpp"

namespace linnet::inline v0::onednn {

/// A primitive and the arguments that it takes. run() may be called from several threads: each
/// takes a set of memory objects of its own from a pool, so nothing is allocated once warm.
class Call {
 public:
  Call(dnnl::primitive primitive, std::vector<std::pair<int, MemoryDesc>> arguments)
      : primitive_(std::move(primitive)), arguments_(std::move(arguments)) {}

  /// `data` in the order of the arguments.
  void run(std::initializer_list<const void*> data) const {
    std::unique_ptr<Set> set = take();
    std::size_t i = 0;
    for (const void* pointer : data) set->memories[i++].set_data_handle(const_cast<void*>(pointer));
    dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive_.get(), set->stream.get(),
                                                   static_cast<int>(i), set->arguments.data()),
                            "could not run a primitive");
    set->stream.wait();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(set));
  }

 private:
  struct Set {
    std::vector<dnnl::memory> memories;
    std::vector<dnnl_exec_arg_t> arguments;
    dnnl::stream stream{engine()};
  };

  std::unique_ptr<Set> take() const {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto set = std::move(idle_.back());
        idle_.pop_back();
        return set;
      }
    }
    auto set = std::make_unique<Set>();
    for (const auto& [key, desc] : arguments_) {
      set->memories.emplace_back(desc, engine(), nullptr);
      set->arguments.push_back({key, set->memories.back().get()});
    }
    return set;
  }

  dnnl::primitive primitive_;
  std::vector<std::pair<int, MemoryDesc>> arguments_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Set>> idle_;
};

}  // namespace linnet::inline v0::onednn
