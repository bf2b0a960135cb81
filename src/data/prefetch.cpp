#include "data/prefetch.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace linnet::inline v0 {
namespace detail {

namespace {

/// A bounded queue, a thread that fills it, and the consumer that empties it.
class PrefetchCursor final : public DataCursor {
 public:
  PrefetchCursor(std::unique_ptr<DataCursor> source, Index count)
      : source_(std::move(source)), slots_(static_cast<std::size_t>(count)) {
    try {
      thread_ = std::thread([this] { produce(); });
    } catch (const std::system_error& error) {
      fail(ErrorCode::io, cat("Dataset::prefetch: no thread can be started: ", error.what()));
    }
  }

  ~PrefetchCursor() override {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  bool next(Batch& batch) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return taken_ < made_ || ended_; });
    if (taken_ == made_) {
      if (error_) std::rethrow_exception(error_);
      return false;
    }
    std::swap(batch, slots_[taken_ % slots_.size()]);
    ++taken_;
    lock.unlock();
    changed_.notify_all();
    return true;
  }

 private:
  void produce() {
    Batch batch;
    for (;;) {
      std::exception_ptr error;
      bool more = false;
      try {
        more = source_->next(batch);
      } catch (...) {
        error = std::current_exception();
      }
      std::unique_lock lock(mutex_);
      if (!more) {
        ended_ = true;
        error_ = error;
        lock.unlock();
        changed_.notify_all();
        return;
      }
      changed_.wait(lock, [this] { return made_ - taken_ < slots_.size() || stopped_; });
      if (stopped_) return;
      std::swap(batch, slots_[made_ % slots_.size()]);
      ++made_;
      lock.unlock();
      changed_.notify_all();
    }
  }

  std::unique_ptr<DataCursor> source_;  ///< of the thread
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Batch> slots_;  ///< element n waits in slot n % size
  std::size_t made_ = 0, taken_ = 0;
  bool stopped_ = false;  ///< the consumer is gone
  bool ended_ = false;    ///< the thread has nothing more to make
  std::exception_ptr error_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<DataCursor> PrefetchNode::open(const DataRequest& request) const {
  // The batch that is being made and those that wait must not share memory with those in use.
  DataRequest ahead = request;
  ahead.ring += count_ + 1;
  return std::make_unique<PrefetchCursor>(source().open(ahead), count_);
}

}  // namespace detail
}  // namespace linnet::inline v0
