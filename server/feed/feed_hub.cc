#include "server/feed/feed_hub.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>

#include "core/base/time_text.h"
#include "messaging/codec/event_codec.h"
#include "server/access/personal_door.h"
#include "server/access/sign_in.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

constexpr std::size_t kQueueBytes = 1U << 20U;
constexpr std::size_t kRefillBelow =
    256U << 10U;  ///< read on from the journal only when this much is left
constexpr std::size_t kChunk = 200;
constexpr std::int64_t kAliveSeconds = 15;

}  // namespace

struct FeedHub::Reader {
  int socket = -1;
  std::shared_ptr<void> seat;  ///< among the connections of its address
  Sequence position = 0;       ///< last sequence handed to it, or passed over for it
  Identity who;
  std::deque<std::string> queue;
  std::size_t offset = 0;  ///< into the front
  std::size_t bytes = 0;
  bool wants_out = false;
  std::int64_t quiet_since = 0;

  ~Reader() {
    if (socket >= 0) {
      ::close(socket);
    }
  }
  void push(std::string frame) {
    bytes += frame.size();
    queue.push_back(std::move(frame));
  }
};

Json cloud_event(kernel::RecordedEvent const& event, std::string const& source,
                 messaging::WriteStyle const& style) {
  return Json::object({{"specversion", "1.0"},
                       {"id", std::to_string(event.sequence)},
                       {"source", source},
                       {"type", "fenghuo." + std::string{name_of(event.event)}},
                       {"time", to_rfc3339(event.recorded_at, style.zone_minutes)},
                       {"datacontenttype", "application/json"},
                       {"sequence", event.sequence},
                       {"occurredat", to_rfc3339(event.occurred_at, style.zone_minutes)},
                       {"actor", event.actor.name},
                       {"role", event.actor.role},
                       {"drill", false},
                       {"data", messaging::event_data(event.event, style)}});
}

FeedHub::FeedHub(center::Center& center) : center_{center} {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  newest_ = center_.committed().read([](auto const& s) { return s.sequence; });
  thread_ = std::thread{[this] { run(); }};
}

FeedHub::~FeedHub() {
  stop();
  ::close(wake_);
  ::close(epoll_);
}

void FeedHub::stop() {
  stopping_ = true;
  wake();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void FeedHub::wake() const {
  std::uint64_t const one = 1;
  // Only fails when the counter is full, and then the hub is awake anyhow.
  [[maybe_unused]] ssize_t const written = ::write(wake_, &one, sizeof one);
}

void FeedHub::adopt(Arriving arriving, Sequence after, Identity who) {
  auto reader = std::make_unique<Reader>();
  reader->socket = arriving.socket;
  reader->seat = std::move(arriving.seat);
  reader->push(std::move(arriving.header));
  reader->position = after;
  reader->who = std::move(who);
  {
    std::scoped_lock const lock{mutex_};
    arriving_.push_back(std::move(reader));
  }
  wake();
}

void FeedHub::notice(std::span<kernel::RecordedEvent const> events) {
  newest_ = events.back().sequence;
  wake();
}

FeedFigures FeedHub::figures() const { return {reader_count_, frames_, cut_off_}; }

void FeedHub::drop(int socket) {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
  readers_.erase(socket);
  reader_count_ = readers_.size();
}

void FeedHub::take_new() {
  std::vector<std::unique_ptr<Reader>> arriving;
  {
    std::scoped_lock const lock{mutex_};
    arriving.swap(arriving_);
  }
  for (auto& reader : arriving) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP;
    event.data.fd = reader->socket;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, reader->socket, &event);
    reader->quiet_since = last_second_;
    int const socket = reader->socket;
    readers_[socket] = std::move(reader);
  }
  reader_count_ = readers_.size();
}

/// Puts what is next for a reader into its queue, from the journal, in order and without a gap.
void FeedHub::feed(Reader& reader) {
  if (reader.position >= newest_) {
    return;
  }
  std::string source;
  messaging::WriteStyle style{.zone_minutes = 0, .complete = true};
  center_.committed().read([&](domain::State const& state) {
    source = "/centers/" + (state.founding ? state.founding->jurisdiction : "");
    style.zone_minutes = state.founding ? static_cast<int>(state.founding->zone_minutes) : 0;
    return 0;
  });
  while (reader.position < newest_ && reader.bytes < kRefillBelow) {
    auto const rows = center_.journal().read(reader.position, kChunk);
    if (!rows || rows->empty()) {
      return;  // tried again at the next news or second
    }
    for (auto const& row : *rows) {
      if (row.sequence > newest_) {
        return;  // in the journal, but not yet in the state that tells who may see it
      }
      auto const event = messaging::decode_row(row);
      if (!event) {
        return;
      }
      bool const seen = center_.committed().read(
          [&](domain::State const& state) { return sees(reader.who, state, event->event); });
      if (seen) {
        Json told = cloud_event(*event, source, style);
        open_personal(center_.personal(), reader.who, told);
        reader.push("id: " + std::to_string(row.sequence) + "\nevent: " + row.type +
                    "\ndata: " + told.text() + "\n\n");
        ++frames_;
      }
      reader.position = row.sequence;
    }
  }
}

/// Sends what the socket takes. False: the reader is gone or too slow.
bool FeedHub::flush(Reader& reader) {
  while (!reader.queue.empty()) {
    std::string const& front = reader.queue.front();
    ssize_t const sent = ::send(reader.socket, front.data() + reader.offset,
                                front.size() - reader.offset, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) {
      continue;
    }
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
      return false;
    }
    if (sent < 0) {
      break;
    }
    reader.quiet_since = last_second_;
    reader.offset += static_cast<std::size_t>(sent);
    reader.bytes -= static_cast<std::size_t>(sent);
    if (reader.offset == front.size()) {
      reader.queue.pop_front();
      reader.offset = 0;
    }
  }
  bool const wants = !reader.queue.empty();
  if (wants != reader.wants_out) {
    epoll_event event{};
    event.events = wants ? EPOLLIN | EPOLLRDHUP | EPOLLOUT : EPOLLIN | EPOLLRDHUP;
    event.data.fd = reader.socket;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, reader.socket, &event);
    reader.wants_out = wants;
  }
  return true;
}

/// The positions that a reader may see, as one frame; nothing where it sees none of them.
void FeedHub::push_positions(Reader& reader, std::vector<messaging::TrackPoint> const& moved) {
  Json::Array items;
  center_.committed().read([&](domain::State const& state) {
    for (auto const& point : moved) {
      auto const* team = domain::find(state.teams, point.team);
      if (team != nullptr && sees(reader.who, state, *team)) {
        items.push_back(Json::object({{"team", to_text(point.team)},
                                      {"location", messaging::to_json(point.point, {})},
                                      {"device_time", to_rfc3339(point.device_time)}}));
      }
    }
    return 0;
  });
  if (!items.empty()) {
    reader.push("event: positions\ndata: " + Json{std::move(items)}.text() + "\n\n");
  }
}

void FeedHub::each_second() {
  auto const moved = center_.positions().changed_after(position_change_);
  std::vector<int> leaving;
  for (auto& [socket, reader] : readers_) {
    auto const identity = identity_of(center_, reader->who.account);
    bool const lags =
        reader->position < newest_ && newest_ - reader->position > Sequence{10 * kChunk};
    bool const stuck = reader->wants_out && last_second_ - reader->quiet_since > 60;
    if (!identity || stuck || reader->bytes > kQueueBytes) {
      leaving.push_back(socket);
      continue;
    }
    reader->who = *identity;
    if (!moved.empty() && reader->queue.empty() && !lags && reader->who.may(Permission::Read)) {
      push_positions(*reader, moved);
    }
    if (reader->queue.empty() && last_second_ - reader->quiet_since >= kAliveSeconds) {
      reader->push(": alive\n\n");
    }
  }
  for (int const socket : leaving) {
    ++cut_off_;
    drop(socket);
  }
}

void FeedHub::run() {
  std::array<epoll_event, 64> events{};
  while (!stopping_) {
    int const count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1'000);
    for (int i = 0; i < count; ++i) {
      auto const& event = events[static_cast<std::size_t>(i)];
      int const socket = event.data.fd;
      if (socket == wake_) {
        std::uint64_t ignored = 0;
        [[maybe_unused]] ssize_t const got = ::read(wake_, &ignored, sizeof ignored);
        continue;
      }
      std::array<char, 512> rubbish{};
      bool const closed = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
      // A reader has nothing to say on this line; what it sends is read and forgotten.
      if (closed || ((event.events & EPOLLIN) != 0 &&
                     ::recv(socket, rubbish.data(), rubbish.size(), MSG_DONTWAIT) == 0)) {
        drop(socket);
      }
    }
    take_new();
    if (std::int64_t const second = center_.clock().now().us / 1'000'000; second != last_second_) {
      last_second_ = second;
      each_second();
    }
    std::vector<int> leaving;
    for (auto& [socket, reader] : readers_) {
      feed(*reader);
      if (!flush(*reader)) {
        leaving.push_back(socket);
      }
    }
    for (int const socket : leaving) {
      drop(socket);
    }
  }
  readers_.clear();
}

}  // namespace fenghuo::server
