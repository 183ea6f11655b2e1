#include "messaging/command_loop/command_loop.h"

#include <algorithm>
#include <future>
#include <memory>

namespace fenghuo::messaging {

CommandLoop::CommandLoop(CommandWriter& writer, std::function<Time()> now)
    : writer_{writer}, now_{std::move(now)} {}

CommandLoop::~CommandLoop() { stop(); }

void CommandLoop::start() {
  std::scoped_lock const lock{mutex_};
  if (!open_) {
    open_ = true;
    thread_ = std::thread{[this] { run(); }};
  }
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
}

std::size_t CommandLoop::waiting() const {
  std::scoped_lock const lock{mutex_};
  return queue_.size();
}

void CommandLoop::submit(Request request, std::function<void(Outcome)> answer) {
  char const* why = nullptr;
  bool idle = false;
  {
    std::scoped_lock const lock{mutex_};
    if (!open_) {
      why = "the centre is stopping";
    } else if (queue_.size() >= kQueue) {
      why = "too many commands are waiting; try again in a second";
    } else {
      idle = queue_.empty();
      queue_.push_back({std::move(request), std::move(answer)});
    }
  }
  if (why != nullptr) {
    answer(Error{ErrorCode::Unavailable, why});
  } else if (idle) {
    wake_.notify_one();
  }
}

Outcome CommandLoop::call(Request request) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  auto future = promise->get_future();
  submit(std::move(request),
         [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  return future.get();
}

void CommandLoop::run() {
  std::vector<Request> requests;
  std::vector<std::function<void(Outcome)>> answers;
  while (true) {
    requests.clear();
    answers.clear();
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [this] { return !queue_.empty() || !open_; });
      if (queue_.empty()) {
        return;
      }
      for (std::size_t i = std::min(queue_.size(), kGroup); i > 0; --i) {
        requests.push_back(std::move(queue_.front().request));
        answers.push_back(std::move(queue_.front().answer));
        queue_.pop_front();
      }
    }
    std::vector<Outcome> outcomes = writer_.process(requests, now_());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      answers[i](std::move(outcomes[i]));
    }
  }
}

}  // namespace fenghuo::messaging
