#include "messaging/command_loop/command_loop.h"

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <utility>

namespace fenghuo::messaging {

CommandLoop::CommandLoop(CommandWriter& writer, std::function<Time()> now)
    : writer_{writer}, now_{std::move(now)} {}

CommandLoop::~CommandLoop() { stop(); }

void CommandLoop::start() {
  open();
  if (!thread_.joinable()) {
    threaded_ = true;
    thread_ = std::thread{[this] { run(); }};
  }
}

void CommandLoop::open() {
  std::scoped_lock const lock{mutex_};
  open_ = true;
}

void CommandLoop::stop() {
  {
    std::scoped_lock const lock{mutex_};
    open_ = false;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  work();
}

std::size_t CommandLoop::waiting() const {
  std::scoped_lock const lock{mutex_};
  return queue_.requests.size() + in_hand_;
}

/// Puts a command into the queue; or says why not, and leaves both where they are.
char const* CommandLoop::take(Request& request, std::function<void(Outcome)>& answer) {
  bool idle = false;
  {
    std::scoped_lock const lock{mutex_};
    if (!open_) {
      return "the centre is stopping";
    }
    if (queue_.requests.size() + in_hand_ >= kQueue) {
      return "too many commands are waiting; try again in a second";
    }
    idle = queue_.requests.empty();
    queue_.requests.push_back(std::move(request));
    queue_.answers.push_back(std::move(answer));
  }
  if (idle) {
    wake_.notify_one();
  }
  return nullptr;
}

void CommandLoop::submit(Request request, std::function<void(Outcome)> answer) {
  if (char const* why = take(request, answer); why != nullptr) {
    answer(Error{ErrorCode::Unavailable, why});
  }
}

Outcome CommandLoop::call(Request request) {
  if (!threaded_) {
    std::optional<Outcome> got;
    submit(std::move(request), [&got](Outcome outcome) { got = std::move(outcome); });
    work();
    return std::move(got).value();
  }
  auto promise = std::make_shared<std::promise<Outcome>>();
  auto future = promise->get_future();
  submit(std::move(request),
         [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  return future.get();
}

void CommandLoop::carry_out(Queue& taken) {
  std::span<Request> const requests{taken.requests};
  for (std::size_t first = 0; first < requests.size(); first += kGroup) {
    auto const group = requests.subspan(first, std::min(kGroup, requests.size() - first));
    {
      std::scoped_lock const lock{mutex_};
      in_hand_ -= group.size();
    }
    std::vector<Outcome> outcomes = writer_.process(group, now_());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      taken.answers[first + i](std::move(outcomes[i]));
    }
  }
}

void CommandLoop::work() {
  Queue taken;
  {
    std::scoped_lock const lock{mutex_};
    std::swap(taken, queue_);
    in_hand_ = taken.requests.size();
  }
  carry_out(taken);
}

void CommandLoop::run() {
  Queue taken;
  while (true) {
    taken.requests.clear();
    taken.answers.clear();
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return !queue_.requests.empty() || !open_; });
      if (queue_.requests.empty()) {
        return;
      }
      std::swap(taken, queue_);  // all of it: nobody moves single commands while others wait
      in_hand_ = taken.requests.size();
    }
    carry_out(taken);
  }
}

}  // namespace fenghuo::messaging
