#include "server/http/porch.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "server/http/line_crowd.h"
#include "server/http/seats.h"

namespace fenghuo::server {

namespace net = Poco::Net;

namespace {

using Clock = Line::Clock;

constexpr std::uint64_t kDoor = 0;  ///< ids of epoll: the listening socket,
constexpr std::uint64_t kBell = 1;  ///< what wakes the loop; lines come after
constexpr auto kSweep = std::chrono::milliseconds{100};
constexpr auto kLastWords = std::chrono::seconds{3};  ///< for answers, at the end
constexpr int kSendBuffer =
    256 << 10;  ///< of the system; left alone it takes 4 MB of each that does not read
constexpr int kAccepted = 64;  ///< at one go

}  // namespace

class Porch::Loop {
 public:
  Loop(Options options, net::ServerSocket door, Reception& reception, HttpCounts& counts)
      : options_{std::move(options)},
        door_{std::move(door)},
        counts_{counts},
        seats_{options_.limits.per_address},
        queues_{options_.lanes},
        house_{reception,
               queues_,
               options_.limits,
               options_.spool ? &*options_.spool : nullptr,
               counts,
               [this](std::uint64_t line, Outgoing answer) { post(line, std::move(answer)); }} {
    watch(bell_, kBell, EPOLLIN);
    watch(door_.impl()->sockfd(), kDoor, EPOLLIN);
    thread_ = std::thread{[this] { run(); }};
  }
  ~Loop() {
    stop();
    ::close(bell_);
    ::close(epoll_);
  }
  Loop(Loop const&) = delete;
  Loop& operator=(Loop const&) = delete;

  std::uint16_t port() const { return door_.address().port(); }

  void stop() {
    stopping_ = true;
    ring();
    queues_.stop();
    ending_ = true;
    ring();
    if (thread_.joinable()) {
      thread_.join();
    }
  }

 private:
  void watch(int socket, std::uint64_t id, unsigned events, int how = EPOLL_CTL_ADD) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    ::epoll_ctl(epoll_, how, socket, &event);
  }

  void ring() const {
    std::uint64_t const one = 1;
    // Only fails when the counter is full, and then the loop is awake anyhow.
    [[maybe_unused]] ssize_t const written = ::write(bell_, &one, sizeof one);
  }

  void post(std::uint64_t line, Outgoing answer) {
    {
      std::scoped_lock const lock{mutex_};
      answers_.emplace_back(line, std::move(answer));
      if (answers_.size() > 1) {
        return;  // the bell was rung for the first of them
      }
    }
    ring();
  }

  void run() {
    std::array<epoll_event, 256> events{};
    Clock::time_point next_sweep = Clock::now() + kSweep;
    Clock::time_point last = Clock::time_point::max();
    while (true) {
      auto const timeout = static_cast<int>(more_.empty() ? kSweep.count() : 0);
      int const count =
          ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
      Clock::time_point const now = Clock::now();
      for (int i = 0; i < count; ++i) {
        take(events[static_cast<std::size_t>(i)], now);
      }
      take_answers(now);
      go_on_with_more(now);
      if (now >= next_sweep) {
        sweep(now);
        next_sweep = now + kSweep;
      }
      if (ending_) {
        last = std::min(last, now + kLastWords);
        if (now >= last || !answering()) {
          break;
        }
      }
    }
    lines_.clear();
  }

  void take(epoll_event const& event, Clock::time_point now) {
    std::uint64_t const id = event.data.u64;
    if (id == kBell) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] ssize_t const got = ::read(bell_, &ignored, sizeof ignored);
      return;
    }
    if (id == kDoor) {
      return accept(now);
    }
    Line* const found = lines_.find(id);
    if (found == nullptr) {
      return;  // dropped since the event came
    }
    Line& line = *found;
    bool stays = true;
    bool const broken = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
    if ((event.events & EPOLLIN) != 0 || (broken && (line.wants() & EPOLLIN) != 0)) {
      stays = line.readable(now);
    } else if (broken) {
      stays = false;  // waited for its answer, and is gone
    }
    if (stays && (event.events & EPOLLOUT) != 0) {
      stays = line.writable(now);
    }
    settle(line, stays, now);
  }

  /// After each step of a line: what it holds, what it waits for, whether it is still there.
  void settle(Line& line, bool stays, Clock::time_point now) {
    if (!stays) {
      lines_.drop(line.id());
      return;
    }
    if (unsigned const wants = line.wants(); wants != line.watched) {
      watch(line.socket(), line.id(), wants, EPOLL_CTL_MOD);
      line.watched = wants;
    }
    if (line.more()) {
      more_.push_back(line.id());
    }
    lines_.note(line, now);  // perhaps this one has to go
  }

  void accept(Clock::time_point now) {
    for (int i = 0; i < kAccepted && !stopping_; ++i) {
      try {
        if (i > 0 && !door_.poll(Poco::Timespan{0, 0}, net::Socket::SELECT_READ)) {
          return;
        }
        net::SocketAddress from;
        net::StreamSocket socket = door_.acceptConnection(from);
        welcome(std::move(socket), from.host().toString(), now);
      } catch (Poco::Exception const&) {
        // Gone again before it was taken in, or no descriptor is left: then nobody can come in until one
        // is, and the door is looked at again at the next sweep.
        lines_.make_room(now);
        watch(door_.impl()->sockfd(), kDoor, 0, EPOLL_CTL_MOD);
        door_waits_ = true;
        return;
      }
    }
  }

  void welcome(net::StreamSocket socket, std::string peer, Clock::time_point now) {
    bool const trusted = options_.trusted.contains(peer);
    std::shared_ptr<void> seat;
    if (!trusted) {
      seat = seats_.take(caller_key(peer));
      if (seat == nullptr) {
        counts_.count(TurnedAway::Address);
        return;
      }
    }
    if (!lines_.make_room(now)) {
      return;
    }
    socket.setBlocking(false);
    socket.setNoDelay(true);
    socket.setSendBufferSize(kSendBuffer);
    std::uint64_t const id = next_id_++;
    auto wire = wire_of(std::move(socket));
    if (wire == nullptr) {
      return;
    }
    Line& line = lines_.add(std::make_unique<Line>(id, std::move(wire), std::move(peer), trusted,
                                                   std::move(seat), house_));
    line.watched = line.wants();
    watch(line.socket(), id, line.watched);
  }

  std::shared_ptr<Wire> wire_of(net::StreamSocket socket) const {
    if (options_.tls == nullptr) {
      return std::make_shared<Wire>(std::move(socket));
    }
    ssl_st* const session = options_.tls->session();
    return session == nullptr ? nullptr : std::make_shared<Wire>(std::move(socket), session);
  }

  void take_answers(Clock::time_point now) {
    std::vector<std::pair<std::uint64_t, Outgoing>> answers;
    {
      std::scoped_lock const lock{mutex_};
      answers.swap(answers_);
    }
    for (auto& [id, answer] : answers) {
      if (Line* line = lines_.find(id); line != nullptr) {
        settle(*line, line->answered(std::move(answer), now), now);
      }
    }
  }

  void go_on_with_more(Clock::time_point now) {
    std::vector<std::uint64_t> more;
    more.swap(more_);
    for (std::uint64_t const id : more) {
      if (Line* line = lines_.find(id); line != nullptr) {
        settle(*line, line->go_on(now), now);
      }
    }
  }

  void sweep(Clock::time_point now) {
    std::array<std::uint64_t, kLineStates> states{};
    lines_.each([&](Line& line) {
      ++states[static_cast<std::size_t>(line.state())];
      settle(line, line.in_time(now), now);
    });
    for (std::size_t i = 0; i < kLineStates; ++i) {
      counts_.lines[i] = states[i];
    }
    for (std::size_t i = 0; i < kWorkClasses; ++i) {
      auto const work = static_cast<WorkClass>(i);
      counts_.of(work).waiting = queues_.waiting(work);
      counts_.of(work).oldest_us = static_cast<std::uint64_t>(queues_.oldest(work).count());
    }
    counts_.request_bytes = lines_.request_bytes();
    counts_.answer_bytes = lines_.answer_bytes();
    if (stopping_ && !door_shut_) {
      door_shut_ = true;
      watch(door_.impl()->sockfd(), kDoor, 0, EPOLL_CTL_MOD);
    } else if (door_waits_ && !stopping_) {
      door_waits_ = false;
      watch(door_.impl()->sockfd(), kDoor, EPOLLIN, EPOLL_CTL_MOD);
    }
  }

  bool answering() {
    bool found = false;
    lines_.each([&](Line& line) { found = found || line.state() == LineState::Answering; });
    return found;
  }

  Options options_;
  net::ServerSocket door_;
  HttpCounts& counts_;
  Seats seats_;
  WorkQueues queues_;
  LineHouse house_;
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  int bell_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  std::atomic<bool> stopping_{false}, ending_{false};
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, Outgoing>> answers_;
  // Of the loop's thread:
  LineCrowd lines_{epoll_, options_.limits, counts_};
  std::vector<std::uint64_t> more_;
  std::uint64_t next_id_ = kBell + 1;
  bool door_waits_ = false, door_shut_ = false;
  std::thread thread_;
};

Porch::Porch(std::unique_ptr<Loop> loop) : loop_{std::move(loop)} {}
Porch::~Porch() = default;

Result<std::unique_ptr<Porch>> Porch::open(Options options, Reception& reception,
                                           HttpCounts& counts) {
  HostPort const address = options.address;
  try {
    net::ServerSocket door;
    door.bind(net::SocketAddress{address.host, address.port}, true, false);
    door.listen(4'096);
    door.setBlocking(false);
    auto loop = std::make_unique<Loop>(std::move(options), std::move(door), reception, counts);
    return std::unique_ptr<Porch>{new Porch{std::move(loop)}};
  } catch (Poco::Exception const& error) {
    return Error{
        ErrorCode::Unavailable,
        fmt::format("cannot listen on {}:{}: {}; is another program there? choose another port",
                    address.host, address.port, error.displayText())};
  }
}

std::uint16_t Porch::port() const { return loop_->port(); }
void Porch::stop() { loop_->stop(); }

}  // namespace fenghuo::server
