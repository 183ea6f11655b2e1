#include "messaging/security_log/anchor_mirror.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

namespace fenghuo::messaging {

namespace {

constexpr std::size_t kWaiting = 10'000;

/// Empty when the text is in the file and synced, else why not.
std::string append_to(std::filesystem::path const& file, std::string text) {
  struct stat about {};
  // A printer's device or a pipe is written alone: to read from it could take what others wait for.
  bool const device = ::stat(file.c_str(), &about) == 0 && !S_ISREG(about.st_mode);
  int const out = ::open(
      file.c_str(), (device ? O_WRONLY : O_RDWR | O_CREAT) | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
  std::string why;
  if (out >= 0) {
    char last = '\n';
    if (!device && ::fstat(out, &about) == 0 && about.st_size > 0 &&
        ::pread(out, &last, 1, about.st_size - 1) == 1 && last != '\n') {
      text.insert(0, 1,
                  '\n');  // the last line was cut by a crash: what follows must not be spoiled
    }
    std::size_t sent = 0;
    while (sent < text.size() && why.empty()) {
      ssize_t const count = ::write(out, text.data() + sent, text.size() - sent);
      if (count > 0) {
        sent += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        why = std::strerror(errno);
      }
    }
    // A device has nothing to sync.
    if (why.empty() && ::fsync(out) != 0 && errno != EINVAL && errno != ENOTSUP) {
      why = std::strerror(errno);
    }
    ::close(out);
  } else {
    why = std::strerror(errno);
  }
  return why.empty() ? ""
                     : fmt::format(
                           "anchors do not reach {}: {}; make it writable, or name another "
                           "place as anchor_mirror",
                           file.string(), why);
}

}  // namespace

struct AnchorMirror::Shared {
  std::filesystem::path file;
  std::mutex mutex;
  std::condition_variable wake, idle;
  std::deque<std::string> waiting;
  std::string trouble;
  bool writing = false;
  bool stopping = false;

  /// Writes all that waits; the lock is not held meanwhile.
  void write_waiting(std::unique_lock<std::mutex>& lock) {
    std::string text;
    std::size_t const count = waiting.size();
    for (auto const& line : waiting) {
      text.append(line).append("\n");
    }
    writing = true;
    lock.unlock();
    std::string why = count == 0 ? "" : append_to(file, std::move(text));
    lock.lock();
    writing = false;
    if (why.empty()) {
      waiting.erase(waiting.begin(),
                    waiting.begin() + static_cast<std::ptrdiff_t>(std::min(count, waiting.size())));
    }
    trouble = std::move(why);
  }

  static void run(std::shared_ptr<Shared> const& self) {
    std::unique_lock lock{self->mutex};
    while (true) {
      if (!self->trouble.empty()) {
        self->wake.wait_for(lock, std::chrono::seconds{10}, [&] { return self->stopping; });
      } else {
        self->wake.wait(lock, [&] { return self->stopping || !self->waiting.empty(); });
      }
      self->write_waiting(lock);
      if (self->stopping && (self->waiting.empty() || !self->trouble.empty())) {
        self->waiting.clear();
        self->idle.notify_all();
        return;
      }
    }
  }
};

AnchorMirror::AnchorMirror(std::filesystem::path file, bool threads)
    : shared_{std::make_shared<Shared>()}, threads_{threads} {
  shared_->file = std::move(file);
  if (threads) {
    // Let go: a write to a dead network mount never returns, and the centre must be able to stop.
    std::thread{[shared = shared_] { Shared::run(shared); }}.detach();
  }
}

AnchorMirror::~AnchorMirror() {
  std::unique_lock lock{shared_->mutex};
  shared_->stopping = true;
  shared_->wake.notify_all();
  if (threads_) {
    shared_->idle.wait_for(lock, std::chrono::seconds{2},
                           [&] { return shared_->waiting.empty() && !shared_->writing; });
  }
}

void AnchorMirror::append(std::string line) {
  std::unique_lock lock{shared_->mutex};
  // While a write is under way the first lines are its own.
  if (shared_->waiting.size() >= kWaiting && !shared_->writing) {
    shared_->waiting.pop_front();
  }
  if (shared_->waiting.size() < kWaiting) {
    shared_->waiting.push_back(std::move(line));
  }
  if (threads_) {
    shared_->wake.notify_all();
  } else {
    shared_->write_waiting(lock);
  }
}

std::string AnchorMirror::trouble() const {
  std::scoped_lock const lock{shared_->mutex};
  if (shared_->trouble.empty() && shared_->waiting.size() > 2) {
    return fmt::format("{} anchors wait for {}: it does not answer", shared_->waiting.size(),
                       shared_->file.string());
  }
  return shared_->trouble;
}

}  // namespace fenghuo::messaging
