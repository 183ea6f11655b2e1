#include "server/http/work_queues.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace fenghuo::server {

WorkQueues::WorkQueues(Lanes const& lanes) {
  for (std::size_t i = 0; i < kWorkClasses; ++i) {
    queues_[i].most = lanes[i].queue;
    for (std::size_t n = 0; n < lanes[i].workers; ++n) {
      workers_.emplace_back([this, i, nice = lanes[i].nice] { work_off(queues_[i], nice); });
    }
  }
}

WorkQueues::~WorkQueues() { stop(); }

bool WorkQueues::put(WorkClass work, Job job) {
  Queue& into = queue(work);
  {
    std::scoped_lock const lock{into.mutex};
    if (!into.open || into.jobs.size() >= into.most) {
      return false;
    }
    into.jobs.push_back({std::move(job), Clock::now()});
  }
  into.wake.notify_one();
  return true;
}

void WorkQueues::work_off(Queue& queue, int nice) {
  if (nice != 0) {
    // Linux keeps a niceness for each thread. Without it the work is done all the same.
    auto const self = static_cast<id_t>(::syscall(SYS_gettid));
    [[maybe_unused]] int const set = ::setpriority(PRIO_PROCESS, self, nice);
  }
  while (true) {
    Waiting next;
    {
      std::unique_lock lock{queue.mutex};
      queue.wake.wait(lock, [&] { return !queue.jobs.empty() || !queue.open; });
      if (!queue.open) {
        return;
      }
      next = std::move(queue.jobs.front());
      queue.jobs.pop_front();
    }
    next.job();
  }
}

void WorkQueues::stop() {
  std::vector<std::deque<Waiting>> dropped;  // their last owners may have something to close
  for (Queue& queue : queues_) {
    {
      std::scoped_lock const lock{queue.mutex};
      queue.open = false;
      dropped.push_back(std::exchange(queue.jobs, {}));
    }
    queue.wake.notify_all();
  }
  for (auto& worker : workers_) {
    if (worker.joinable()) {
      worker.join();
    }
  }
}

std::size_t WorkQueues::waiting(WorkClass work) const {
  std::scoped_lock const lock{queue(work).mutex};
  return queue(work).jobs.size();
}

std::chrono::microseconds WorkQueues::oldest(WorkClass work) const {
  std::scoped_lock const lock{queue(work).mutex};
  if (queue(work).jobs.empty()) {
    return std::chrono::microseconds{0};
  }
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() -
                                                               queue(work).jobs.front().since);
}

}  // namespace fenghuo::server
