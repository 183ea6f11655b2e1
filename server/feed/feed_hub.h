#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "center/center.h"
#include "messaging/codec/fields_json.h"
#include "server/access/permissions.h"
#include "server/access/secrets.h"
#include "server/http/wire.h"

namespace fenghuo::server {

struct FeedFigures {
  std::uint64_t readers = 0, frames = 0, cut_off = 0;
};

/// The event feed as server-sent events, on one thread of its own with epoll: a reader costs a socket and a
/// bounded queue, no thread, and one that does not read holds up nobody.
///
/// A reader starts after a sequence; what it missed is read from the journal in pieces, then it hears
/// live. Events are never left out: a reader whose queue is over 1 MiB is cut off and comes back with
/// Last-Event-ID. Positions are coalesced to one frame a second and left out for readers that lag.
/// Every 15 s without news a comment shows that the line is alive. Each reader gets what its account may
/// see; one whose account was disabled, or whose session or token has ended, is cut off within a second, within
/// ten where it ended by time alone.
///
/// Threads: adopt, notice and figures from any.
/// Source:  HTML Living Standard, server-sent events; CloudEvents 1.0.2 JSON format.
/// Checked: tests/server (from outside): resume, order, slow reader, scope.
class FeedHub {
 public:
  FeedHub(center::Center& center, Secrets& secrets);
  ~FeedHub();
  FeedHub(FeedHub const&) = delete;
  FeedHub& operator=(FeedHub const&) = delete;

  /// Takes over a connection, plain or under TLS, whose HTTP header is still to be sent. The seat is let go
  /// with it.
  struct Arriving {
    std::shared_ptr<Wire> wire;
    std::shared_ptr<void> seat;
    std::string header;
  };
  /// Where the reader begins, who it is, and what it goes on with as long as that holds.
  struct Reading {
    Sequence after = 0;
    Identity who;
    Proof proof;
  };
  void adopt(Arriving arriving, Reading reading);
  /// For the bus: there is news up to this sequence.
  void notice(std::span<kernel::RecordedEvent const> events);
  FeedFigures figures() const;
  void stop();

 private:
  struct Reader;
  void run();
  void take_new();
  void feed(Reader& reader);
  bool flush(Reader& reader);
  void each_second();
  void end_unproved();
  void push_positions(Reader& reader, std::vector<messaging::TrackPoint> const& moved);
  bool has_gone(int socket);
  void drop(int socket);
  void wake() const;

  center::Center& center_;
  Secrets& secrets_;
  int epoll_ = -1;
  int wake_ = -1;
  std::atomic<bool> stopping_{false};
  std::atomic<Sequence> newest_{0};
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Reader>> arriving_;
  std::map<int, std::unique_ptr<Reader>> readers_;  ///< of the hub's thread
  std::uint64_t position_change_ = 0;
  std::int64_t last_second_ = 0;
  std::uint64_t endings_ = 0;  ///< of sessions and tokens, as they were looked at last
  std::atomic<std::uint64_t> reader_count_{0}, frames_{0}, cut_off_{0};
  std::thread thread_;
};

/// An event as a CloudEvent.
messaging::Json cloud_event(kernel::RecordedEvent const& event, std::string const& source,
                            messaging::WriteStyle const& style);

}  // namespace fenghuo::server
