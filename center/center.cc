#include "center/center.h"

#include <algorithm>
#include <chrono>

namespace fenghuo::center {

namespace {

kernel::Actor const kTimer{"timer", "system"};

}  // namespace

Result<std::unique_ptr<Center>> Center::open(Ports ports, CenterOptions options) {
  auto state = messaging::replay(*ports.journal, ports.snapshots ? &*ports.snapshots : nullptr);
  if (!state) {
    return state.error();
  }
  auto scrub = messaging::JournalScrub::make(*ports.journal);
  if (!scrub) {
    return scrub.error();
  }
  return std::unique_ptr<Center>{new Center{std::move(ports), std::move(options),
                                            std::move(state).value(), std::move(scrub).value()}};
}

Center::Center(Ports ports, CenterOptions options, domain::State state,
               messaging::JournalScrub scrub)
    : ports_{std::move(ports)},
      options_{std::move(options)},
      committed_{std::move(state)},
      journal_clock_{*ports_.clock, committed_.read([](auto const& s) { return s.time; })},
      bus_{*ports_.journal},
      writer_{*ports_.journal, committed_, bus_, options_.on_store_failure},
      loop_{writer_, [this] { return now(); }},
      closures_{*ports_.roads, committed_},
      dispatch_{committed_, positions_, *ports_.roads, closures_, *ports_.clock},
      past_{*ports_.journal, ports_.snapshots ? &*ports_.snapshots : nullptr, committed_},
      outbox_{{committed_, ports_.personal.get(), [this] { return now(); },
               [this](messaging::Request request) { return carry_out(std::move(request)); },
               [this] { return mark(); }},
              std::move(ports_.bearers),
              options_.receipts_url,
              options_.drill},
      route_watch_{{committed_, *ports_.roads, closures_, dispatch_,
                    [this](messaging::Request request) { return carry_out(std::move(request)); }}},
      scrub_{std::move(scrub)} {
  last_snapshot_ = committed_.read([](auto const& s) { return s.sequence; });
  head_ = ports_.journal->head();
  if (ports_.tracks != nullptr) {
    if (auto const points = ports_.tracks->latest()) {
      positions_.restore(*points);
    } else {
      note_trouble(Trouble::Positions, points.error().message);
    }
    housekeeping_.add({"old positions are removed", minutes(10), [this] { return trim_tracks(); }},
                      ports_.clock->steady());
  }
  if (ports_.subjects != nullptr) {
    follow(*ports_.subjects, Trouble::Timelines);
    if (ports_.attachments != nullptr) {
      sweep_.emplace(*ports_.attachments, *ports_.subjects, committed_);
    }
  }
  if (ports_.archive != nullptr) {
    ports_.archive->follow_from([this](Sequence sequence) { return state_at(sequence); });
    follow(*ports_.archive, Trouble::Archive);
  }
  if (ports_.personal != nullptr) {
    bus_.attach(*ports_.personal);
  }
  bus_.listen([this](auto events) { closures_.notice(events); });
  bus_.listen([this](auto events) { outbox_.notice(events); });
  bus_.listen([this](auto events) { route_watch_.notice(events); });
  bus_.listen([this](auto events) { on_events(events); });
  if (!options_.threads) {
    loop_.open();
  }
}

Center::~Center() { stop(); }

void Center::follow(messaging::Projection& projection, Trouble trouble) {
  if (auto const stands = projection.stand_on(*ports_.journal); !stands) {
    note_trouble(trouble, stands.error().message);
  }
  bus_.attach(projection);
}

Result<domain::State> Center::state_at(Sequence sequence) {
  auto now = committed_.read([&](domain::State const& state) {
    return state.sequence == sequence ? std::optional{state} : std::nullopt;
  });
  if (now) {
    return std::move(*now);
  }
  return messaging::replay(*ports_.journal, ports_.snapshots ? &*ports_.snapshots : nullptr,
                           sequence);
}

void Center::on_events(std::span<kernel::RecordedEvent const> events) {
  std::scoped_lock const lock{mutex_};
  Sequence const sequence = events.back().sequence;
  head_ = ports_.journal->head();  // this is the writer's thread
  if (ports_.snapshots && sequence - last_snapshot_ >= options_.snapshot_every && !snapshot_due_) {
    // Here state and head agree. Writing it out is left to the timer.
    snapshot_due_.emplace(committed_.copy(), ports_.journal->head().hash);
    last_snapshot_ = sequence;
  }
}

messaging::Outcome Center::carry_out(messaging::Request request) {
  return loop_.call(std::move(request));
}

void Center::submit(messaging::Request request, std::function<void(messaging::Outcome)> answer) {
  loop_.submit(std::move(request), std::move(answer));
}

void Center::start() {
  if (!options_.threads || running_) {
    return;
  }
  running_ = true;
  stopping_ = false;
  loop_.start();
  bus_.start();
  closures_.start();
  outbox_.start();
  route_watch_.start();
  timer_ = std::thread{[this] { run_timer(); }};
}

void Center::stop() {
  {
    std::scoped_lock const lock{mutex_};
    stopping_ = true;
  }
  wake_.notify_all();
  if (timer_.joinable()) {
    timer_.join();
  }
  outbox_.stop();
  route_watch_.stop();
  loop_.stop();
  closures_.stop();
  bus_.stop();
  save_anchor(true);
  save_positions();
  Sequence const sequence = committed_.read([](auto const& s) { return s.sequence; });
  if (ports_.snapshots && sequence > last_snapshot_) {
    last_snapshot_ = sequence;
    snapshot_due_.emplace(committed_.copy(), ports_.journal->head().hash);
  }
  save_snapshot();
  running_ = false;
}

std::optional<Time> Center::next_deadline() const {
  return committed_.read([](auto const& state) { return kernel::next_deadline(state); });
}

bool Center::tick() {
  while (true) {
    auto const due = next_deadline();
    if (!due || *due > now()) {
      note_trouble(Trouble::Deadlines, "");  // also where one in doubt turned out to be stored
      return true;
    }
    messaging::Request request;
    // The state it was sent for makes its id: a tick that was stored before a crash is not repeated.
    Sequence const sequence = committed_.read([](auto const& s) { return s.sequence; });
    std::string const request_id = "tick/" + std::to_string(sequence);
    request.envelope.id = request_id;
    request.envelope.actor = kTimer;
    request.envelope.command = domain::Tick{};
    auto const outcome = carry_out(std::move(request));
    auto const* carried = std::get_if<messaging::Carried>(&outcome);
    if (carried == nullptr || carried->events.empty()) {
      auto const* error = std::get_if<Error>(&outcome);
      bool const stands = carried == nullptr;
      note_trouble(Trouble::Deadlines,
                   !stands ? ""
                           : "deadlines cannot be recorded: " +
                                 (error != nullptr ? error->message : request_id + " is refused"));
      return !stands;
    }
    if (committed_.read([](auto const& s) { return s.sequence; }) == sequence) {
      note_trouble(Trouble::Deadlines, request_id + " is in the journal and changes nothing");
      return false;  // asked again for ever, it would stay the same
    }
    note_trouble(Trouble::Deadlines, "");
  }
}

void Center::watch_clock() {
  Duration const ahead = journal_clock_.ahead();
  note_trouble(Trouble::Clock,
               ahead < seconds(5)
                   ? ""
                   : "the clock of this machine is " + std::to_string(ahead.us / 1'000'000) +
                         " s behind the journal; it was wrong before, or is now: set it right");
}

void Center::save_positions() {
  if (ports_.tracks == nullptr) {
    return;
  }
  auto unsaved = positions_.take_unsaved();
  if (unsaved.empty()) {
    return;
  }
  auto const stored = ports_.tracks->append(unsaved);
  note_trouble(Trouble::Positions,
               stored ? "" : "positions are not stored: " + stored.error().message);
  if (!stored) {
    positions_.give_back(std::move(unsaved));
  }
}

void Center::sweep_attachments() {
  if (sweep_) {
    auto const swept = sweep_->turn(ports_.clock->now());
    note_trouble(Trouble::Attachments,
                 swept ? "" : "files that nobody names stay: " + swept.error().message);
  }
}

Result<bool> Center::trim_tracks() {
  constexpr std::size_t kPiece = 2'000;  // some ten milliseconds
  auto const trimmed = ports_.tracks->trim(ports_.clock->now() - options_.keep_tracks, kPiece);
  if (!trimmed) {
    return trimmed.error();
  }
  return *trimmed == kPiece;
}

void Center::save_snapshot() {
  std::optional<std::pair<domain::State, messaging::Digest>> due;
  {
    std::scoped_lock const lock{mutex_};
    if (ports_.clock->steady() >= snapshot_not_before_) {
      due = std::exchange(snapshot_due_, std::nullopt);
    }
  }
  if (!due) {
    return;
  }
  auto const saved = ports_.snapshots->save(due->first, due->second);
  note_trouble(Trouble::Snapshots, saved ? "" : "no snapshot: " + saved.error().message);
  if (!saved) {
    std::scoped_lock const lock{mutex_};
    snapshot_not_before_ = ports_.clock->steady() + seconds(30);
    if (!snapshot_due_) {
      snapshot_due_ = std::move(due);
    }
  }
}

void Center::save_anchor(bool at_once) {
  if (ports_.anchors == nullptr) {
    return;
  }
  messaging::Head head;
  {
    std::scoped_lock const lock{mutex_};
    head = head_;
  }
  Time const now = ports_.clock->now();
  // A clock that went back must not keep anchors away until it is there again.
  bool const due = at_once || !anchored_at_ || now < *anchored_at_ ||
                   now - *anchored_at_ >= options_.anchor_every;
  if (!due || head.sequence == anchored_) {
    return;
  }
  auto const kept = ports_.anchors->anchor(ports_.journal->identity().stream, head, now);
  note_trouble(Trouble::Anchors,
               kept ? "" : "the journal is not anchored: " + kept.error().message);
  if (kept) {
    anchored_ = head.sequence;
    anchored_at_ = now;
  }
}

void Center::scrub() {
  Sequence const durable = committed_.read([](auto const& s) { return s.sequence; });
  auto const found = scrub_.turn(ports_.clock->now(), durable);
  if (options_.on_damage) {
    for (auto const& one : found) {
      options_.on_damage(one);
    }
  }
  note_trouble(Trouble::Journal, scrub_.trouble());
}

std::string Center::mark() {
  auto const rows = ports_.journal->read(0, 1);
  return rows && !rows->empty() ? messaging::hex(rows->front().hash).substr(0, 8) : "";
}

bool Center::turn() {
  if (!options_.threads) {
    loop_.work();
  }
  watch_clock();
  bool const well = tick();
  save_anchor(false);
  save_positions();
  save_snapshot();
  sweep_attachments();
  scrub();
  housekeeping_.turn(ports_.clock->steady());
  if (!options_.threads) {
    outbox_.turn();
    route_watch_.turn();
    bus_.pump();
  }
  return well;
}

void Center::note_trouble(Trouble of, std::string what) {
  std::scoped_lock const lock{mutex_};
  trouble_[static_cast<std::size_t>(of)] = std::move(what);
}

std::string Center::last_trouble() const {
  std::string all = housekeeping_.trouble(ports_.clock->steady());
  std::scoped_lock const lock{mutex_};
  for (auto const& one : trouble_) {
    all.append(all.empty() || one.empty() ? "" : "; ").append(one);
  }
  return all;
}

messaging::WriterFigures Center::writer_figures() const { return writer_.figures(); }

void Center::run_timer() {
  while (true) {
    bool const well = turn();
    auto const due = next_deadline();
    // A store that takes nothing is not asked a thousand times a second.
    std::int64_t const until_due = due && well ? (*due - now()).us : seconds(1).us;
    // Never longer than a second: positions wait for no event, and a clock may step.
    std::int64_t const pause = std::clamp(until_due, milliseconds(1).us, seconds(1).us);
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, std::chrono::microseconds{pause}, [&] { return stopping_; });
    if (stopping_) {
      return;
    }
  }
}

}  // namespace fenghuo::center
