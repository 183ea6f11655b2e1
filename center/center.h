#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "center/anchor_sink.h"
#include "center/attachment_sweep.h"
#include "center/clock.h"
#include "center/closure_keeper.h"
#include "center/dispatch_service.h"
#include "center/housekeeping.h"
#include "center/outbox.h"
#include "center/past.h"
#include "center/positions.h"
#include "center/roads.h"
#include "center/route_watch.h"
#include "messaging/bus/event_bus.h"
#include "messaging/command_loop/command_loop.h"
#include "messaging/journal/journal.h"
#include "messaging/journal/journal_scrub.h"
#include "messaging/journal/snapshots.h"
#include "messaging/personal/personal_keys.h"
#include "messaging/projection/archive.h"
#include "messaging/projection/subject_index.h"
#include "messaging/tracks/track_store.h"

namespace fenghuo::center {

/// What a centre stands on. All from `subjects` on may be missing: then timelines and what has left the state
/// cannot be asked for, positions are kept in memory alone, every start replays the whole journal, nothing
/// tells that the journal's tail was cut, files are not taken, nothing about persons is sealed, and nothing
/// leaves the house.
struct Ports {
  std::shared_ptr<Clock> clock;
  std::unique_ptr<messaging::Journal> journal;
  std::unique_ptr<Roads> roads;
  std::unique_ptr<messaging::SubjectIndex> subjects;
  std::unique_ptr<messaging::Archive> archive;
  std::unique_ptr<messaging::TrackStore> tracks;
  std::optional<messaging::Snapshots> snapshots;
  std::unique_ptr<AnchorSink> anchors = {};
  std::unique_ptr<messaging::AttachmentStore> attachments = {};
  std::unique_ptr<messaging::PersonalKeys> personal = {};
  std::vector<std::unique_ptr<messaging::Bearer>> bearers = {};  ///< the preferred first
};

struct CenterOptions {
  /// Off: everything happens on the caller's thread, in the order of the calls; for simulations and drills.
  bool threads = true;
  /// A new snapshot each time so many events have come.
  Sequence snapshot_every = 10'000;
  /// So often the head of a journal that has moved is anchored; also at start and stop.
  Duration anchor_every = minutes(1);
  /// Positions that are older leave the track store; the youngest of each team stays.
  Duration keep_tracks = hours(24 * 90);
  /// Where a gateway may send its receipts; empty for one that cannot. May be none.
  std::function<std::string(std::string_view gateway)> receipts_url;
  /// Of a drill: bearers that are not open for drills carry nothing.
  bool drill = false;
  /// Called when the store failed in a way that only a restart mends; must not return in production.
  std::function<void(std::string const&)> on_store_failure;
  /// Called once for each row of the journal that the proof in the background finds damaged. May be none.
  std::function<void(std::string const&)> on_damage;
};

/// One running command centre as one object: kernel, journal, bus, committed state, positions, roads,
/// dispatch service and timers, with its ports for clock, store and roads. A drill is another Center.
///
/// Errors of open: what the journal's replay gives (DataLoss, Unavailable).
/// Threads: any. With `threads` off: one.
/// Checked: tests/center/center_test.cc, threaded_center_test.cc, anchors_test.cc.
class Center {
 public:
  static Result<std::unique_ptr<Center>> open(Ports ports, CenterOptions options);
  ~Center();
  Center(Center const&) = delete;
  Center& operator=(Center const&) = delete;

  /// The one door in. Waits until the outcome is durable and visible to readers.
  messaging::Outcome carry_out(messaging::Request request);
  /// The same without waiting; the answer comes on another thread (with `threads` off: from the next turn()
  /// or carry_out(), together with what else was submitted).
  void submit(messaging::Request request, std::function<void(messaging::Outcome)> answer);

  /// Starts the threads; listeners on the bus must be there by then.
  void start();
  /// Lets what is queued be carried out, then stops everything; a last snapshot is written.
  void stop();

  /// Makes what is due into facts, stores positions, hands events to durable subscribers, proves the next piece
  /// of the journal. Called by the timer thread, or by whoever drives a single-threaded centre.
  /// False if a deadline that is due could not be recorded: it is tried again at the next call.
  bool turn();
  /// When turn() should be called next at the latest.
  std::optional<Time> next_deadline() const;

  messaging::CommittedState const& committed() const { return committed_; }
  messaging::Journal& journal() { return *ports_.journal; }
  messaging::EventBus& bus() { return bus_; }
  Clock const& clock() const { return *ports_.clock; }
  /// The time that the next event would be recorded at.
  Time now() const { return journal_clock_.now(); }
  Roads const& roads() const { return *ports_.roads; }
  ClosureKeeper& closures() { return closures_; }
  ClosureKeeper const& closures() const { return closures_; }
  Positions& positions() { return positions_; }
  DispatchService const& dispatch() const { return dispatch_; }
  messaging::SubjectIndex* subjects() { return ports_.subjects.get(); }
  messaging::Archive* archive() { return ports_.archive.get(); }
  Past& past() { return past_; }
  /// For chores of those around the centre; add them before start().
  Housekeeping& housekeeping() { return housekeeping_; }
  messaging::TrackStore* tracks() { return ports_.tracks.get(); }
  messaging::PersonalKeys* personal() { return ports_.personal.get(); }
  /// Names this centre in the ids of its messages: the first eight hex digits of its journal's first row; empty
  /// before the founding.
  std::string mark();
  Outbox const& outbox() const { return outbox_; }
  RouteWatch const& route_watch() const { return route_watch_; }
  messaging::AttachmentStore* attachments() { return ports_.attachments.get(); }
  messaging::WriterFigures writer_figures() const;
  messaging::ScrubFigures scrub_figures() const { return scrub_.figures(); }
  std::size_t waiting_commands() const { return loop_.waiting(); }
  std::string last_trouble() const;  ///< of the housekeeping; empty while all is well

 private:
  Center(Ports ports, CenterOptions options, domain::State state, messaging::JournalScrub scrub);
  enum class Trouble {
    Deadlines,
    Positions,
    Snapshots,
    Timelines,
    Archive,
    Clock,
    Anchors,
    Attachments,
    Journal
  };
  static constexpr std::size_t kTroubles = 9;
  void follow(messaging::Projection& projection, Trouble trouble);
  Result<domain::State> state_at(Sequence sequence);
  bool tick();
  void watch_clock();
  void save_positions();
  void sweep_attachments();
  Result<bool> trim_tracks();
  void note_trouble(Trouble of, std::string what);
  void run_timer();
  void on_events(std::span<kernel::RecordedEvent const> events);
  void save_snapshot();
  void save_anchor(bool at_once);
  void scrub();

  Ports ports_;
  CenterOptions options_;
  messaging::CommittedState committed_;
  JournalClock journal_clock_;
  messaging::EventBus bus_;
  messaging::CommandWriter writer_;
  messaging::CommandLoop loop_;
  Positions positions_;
  ClosureKeeper closures_;
  DispatchService dispatch_;
  Past past_;
  Outbox outbox_;
  RouteWatch route_watch_;
  std::optional<AttachmentSweep> sweep_;
  messaging::JournalScrub scrub_;
  Housekeeping housekeeping_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool running_ = false;
  std::array<std::string, kTroubles> trouble_;  ///< by Trouble; empty while all is well
  Sequence last_snapshot_ = 0;
  std::optional<std::pair<domain::State, messaging::Digest>> snapshot_due_;
  Duration snapshot_not_before_{
      std::numeric_limits<std::int64_t>::min()};  ///< steady; after a failure
  messaging::Head head_;                          ///< where state and journal agree
  Sequence anchored_ = 0;
  std::optional<Time> anchored_at_;
  std::thread timer_;
};

}  // namespace fenghuo::center
