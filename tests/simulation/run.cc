// The process, its disk and its clock; what happens to them. The people are in run_people.cc.
#include "tests/simulation/run.h"

#include "core/domain/state_text.h"
#include "messaging/journal/sqlite_journal.h"

namespace fenghuo::tests {

namespace {

constexpr char const* kJournal = "/data/journal.sqlite";
constexpr Time kBegin{1'772'323'200'000'000};

std::uint64_t mixed(std::uint64_t hash, std::string_view text) {
  for (char const c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  return hash;
}

/// Takes anchors as another machine would: what came before the process ended is there for ever.
class Mirror final : public center::AnchorSink {
 public:
  Mirror(std::vector<messaging::Head>& anchors, bool const& ended)
      : anchors_{anchors}, ended_{ended} {}
  Result<void> anchor(std::string const& /*stream*/, messaging::Head const& head,
                      Time /*at*/) override {
    if (!ended_) {
      anchors_.push_back(head);
    }
    return {};
  }

 private:
  std::vector<messaging::Head>& anchors_;
  bool const& ended_;
};

}  // namespace

Run::Run(Plan const& plan, std::vector<bool> const& leave_out)
    : plan_{plan},
      leave_out_{leave_out},
      clock_{std::make_shared<center::ManualClock>(kBegin)},
      disk_{std::make_unique<SimulatedDisk>()} {
  SimulatedDisk::seed_sqlite(static_cast<int>(plan.seed % 1'000'000) + 1);
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    clients_[i].number = static_cast<int>(i);
  }
}

void Run::wrong(std::string sentence) {
  if (!failed()) {
    result_.violation = std::move(sentence);
    result_.at = at_;
  }
}

void Run::trace(std::string_view text) { result_.trace = mixed(result_.trace, text); }

Result<center::Ports> Run::open_ports() {
  messaging::LogUpkeep const upkeep{.checkpoint_pages =
                                        20 + static_cast<std::int64_t>(plan_.seed % 80)};
  auto journal = messaging::SqliteJournal::open(kJournal, {}, *disk_, upkeep);
  if (!journal) {
    return journal.error();
  }
  auto subjects = messaging::SubjectIndex::open("/data/subjects.sqlite", *disk_);
  auto archive = messaging::Archive::open("/data/archive.sqlite", *disk_);
  auto tracks = messaging::TrackStore::open("/data/tracks.sqlite", *disk_);
  if (!subjects || !archive || !tracks) {
    return !subjects ? subjects.error() : !archive ? archive.error() : tracks.error();
  }
  center::Ports ports;
  ports.clock = clock_;
  auto store = std::make_unique<FaultJournal>(std::move(journal).value());
  store_ = store.get();
  ports.journal = std::move(store);
  ports.anchors = std::make_unique<Mirror>(anchors_, ended_);
  ports.roads = center::straight_line_roads();
  ports.subjects = std::move(subjects).value();
  ports.archive = std::move(archive).value();
  ports.tracks = std::move(tracks).value();
  ports.snapshots.emplace("/data/snapshots", *disk_);
  return ports;
}

void Run::drop_process() {
  store_ = nullptr;
  center_.reset();
}

void Run::try_start() {
  auto ports = open_ports();
  center::CenterOptions options;
  options.threads = false;
  options.snapshot_every = plan_.snapshot_every;
  options.on_store_failure = [this](std::string const&) { store_failed_ = true; };
  auto opened = ports ? center::Center::open(std::move(ports).value(), std::move(options))
                      : Result<std::unique_ptr<center::Center>>{ports.error()};
  if (image_ != nullptr) {
    opened = Error{ErrorCode::Unavailable, "it was killed while it started"};
  }
  if (!opened) {
    ++result_.refused_starts;
    if (!faulty_ && image_ == nullptr) {
      wrong("the centre does not start though the disk is well: " + opened.error().message);
    }
    settle();
    return;
  }
  center_ = std::move(opened).value();
  adopt_what_is_there();
  if (is_up()) {
    center_->bus().listen([this](auto events) { on_published(events); });
    center_->start();
  }
  settle();
}

/// What the journal holds after a start beyond what anybody has seen was on its way when the process ended.
void Run::adopt_what_is_there() {
  auto const rows = center_->journal().read(truth_.last(), 1'000);
  Sequence const head =
      center_->committed().read([](domain::State const& state) { return state.sequence; });
  if (!rows) {
    if (!faulty_) {
      wrong("the journal cannot be read after a start: " + rows.error().message);
    }
    drop_process();
    return;
  }
  if (head < truth_.last()) {
    wrong("lost: the journal ends at " + std::to_string(head) + ", seen was " +
          truth_.line(truth_.last()));
    return;
  }
  for (auto const& row : *rows) {
    if (auto broken = truth_.see(*messaging::decode_row(row)); !broken.empty()) {
      wrong(broken);
    }
  }
  auto const text = domain::state_text(center_->committed().copy());
  if (text != domain::state_text(truth_.state())) {
    wrong("the state after a start is not what was seen");
  }
}

void Run::on_published(std::span<kernel::RecordedEvent const> events) {
  if (ended_) {
    return;
  }
  for (auto const& event : events) {
    if (auto broken = truth_.see(event); !broken.empty()) {
      wrong(broken);
    }
    trace(truth_.last() > 0 ? truth_.line(truth_.last()) : "");
    if (auto const* team = std::get_if<domain::TeamRegistered>(&event.event)) {
      terminals_[team->team].team = team->team;
    }
    result_.archived += std::holds_alternative<domain::IncidentArchived>(event.event) ? 1U : 0U;
    for (auto& reader : readers_) {
      if (reader.connected && reader.live) {
        reader.queue.push_back(event);
      }
      if (reader.queue.size() > Reader::kQueue) {
        reader.cut_off();
        ++result_.cut_readers;
      }
    }
  }
  Random random{plan_.seed * 31 + static_cast<std::uint64_t>(events.back().sequence)};
  if (random.chance(40)) {
    check_durable(events.back().sequence, random);
  }
}

/// Nobody may see an event before a power cut would leave it.
void Run::check_durable(Sequence sequence, Random& random) {
  auto const image = disk_->after_power_cut(random);
  auto const journal = messaging::SqliteJournal::open(kJournal, {}, *image);
  if (!journal || (*journal)->head().sequence < sequence) {
    wrong("seen too early: event " + std::to_string(sequence) + " is not durable" +
          (journal ? "" : ": " + journal.error().message));
  }
}

void Run::end_now(bool power, Random& random) {
  ended_ = true;
  if (power) {
    disk_->power_cut(random);
  } else {
    disk_->kill();
  }
  drop_process();
  disk_->restart();
  ended_ = false;
  faulty_ = full_;
}

void Run::end_at_step(bool power, std::uint64_t draw) {
  Random random{draw};
  std::uint64_t const steps = random.below(60);
  ++(power ? result_.power_cuts : result_.kills);
  if (steps == 0 || !is_up()) {
    end_now(power, random);
    return;
  }
  std::uint64_t const target = disk_->counters().steps + steps;
  disk_->on_step = [this, power, random, target]() mutable {
    if (disk_->counters().steps >= target && image_ == nullptr) {
      image_ = power ? disk_->after_power_cut(random) : disk_->after_kill();
      ended_ = true;
    }
  };
}

void Run::settle() {
  if (store_failed_) {
    ended_ = true;
  }
  if (!ended_) {
    return;
  }
  disk_->on_step = nullptr;
  if (image_ != nullptr) {
    drop_process();
    disk_ = std::move(image_);
    faulty_ = full_ = false;
  } else {
    // Exit code 70: the process ends, the system goes on, and the disk is as it is.
    disk_->kill();
    drop_process();
    disk_->restart();
    faulty_ = full_;
  }
  ended_ = false;
  store_failed_ = false;
  for (auto& reader : readers_) {
    reader.cut_off();
  }
}

void Run::stop_orderly() {
  center_->stop();
  if (!ended_) {
    drop_process();
    for (auto& reader : readers_) {
      reader.cut_off();
    }
  }
  settle();
  ++result_.restarts;
}

void Run::turn() {
  center_->turn();
  settle();
}

void Run::act_on_disk(Action const& action, Random& random) {
  if (action.kind == Action::Kind::DiskFault) {
    disk_->fail({.kind = static_cast<DiskFault::Kind>(random.below(5)),
                 .at = 1 + random.below(30),
                 .persistent = random.chance(300)});
    faulty_ = true;
    ++result_.disk_faults;
  } else if (action.kind == Action::Kind::DiskFull) {
    disk_->set_capacity(disk_->used() + random.below(20'000));
    faulty_ = full_ = true;
    ++result_.disk_faults;
  } else if (action.kind == Action::Kind::Heal) {
    disk_->heal();
    disk_->set_unlimited();
    faulty_ = full_ = false;
  } else if (auto const files = disk_->list("/data/snapshots"); files && !files->empty()) {
    auto const& file = (*files)[random.below(files->size())];
    if (auto const bytes = disk_->read(file); bytes && !bytes->empty()) {
      disk_->flip(file, random.below(bytes->size()));
    }
  }
}

void Run::step_clock(Random& random) {
  Duration const steps[] = {hours(-1), hours(24), hours(24 * 365 * 30), seconds(-1), seconds(1)};
  clock_->set(clock_->now() + steps[random.below(std::size(steps))]);
}

void Run::act(Action const& action) {
  Random random{action.draw};
  trace(name_of(action));
  if (!is_up() && random.chance(400)) {
    try_start();
  }
  using Kind = Action::Kind;
  switch (action.kind) {
    case Kind::Pause:
      clock_->advance(seconds(random.between(0, 120)));
      return;
    case Kind::QuietDays:
      clock_->advance(hours(random.between(24, 400)));
      return;
    case Kind::ClockStep:
      step_clock(random);
      return;
    case Kind::PowerCut:
    case Kind::Kill:
      end_at_step(action.kind == Kind::PowerCut, random.next());
      return;
    case Kind::DiskFault:
    case Kind::DiskFull:
    case Kind::Heal:
    case Kind::FlipInSnapshot:
      act_on_disk(action, random);
      return;
    case Kind::Command:
      give_command(random);
      return;
    case Kind::AnswerLost:
    case Kind::Repeat:
    case Kind::Positions:
    case Kind::Turn:
    case Kind::Feed:
    case Kind::LookBack:
    case Kind::Restart:
      break;
  }
  if (!is_up()) {
    return;
  }
  if (action.kind == Kind::AnswerLost) {
    constexpr Fault kLost[] = {Fault::UnknownWritten, Fault::UnknownNotWritten, Fault::DoubtWritten,
                               Fault::DoubtNotWritten};
    store_->fail_next(kLost[random.below(std::size(kLost))]);
    ++result_.answers_lost;
  } else if (action.kind == Kind::Repeat) {
    repeat(random);
  } else if (action.kind == Kind::Positions) {
    tell_positions(random);
  } else if (action.kind == Kind::Feed) {
    read_feed(random);
  } else if (action.kind == Kind::LookBack) {
    look_back(random);
  } else if (action.kind == Kind::Restart) {
    stop_orderly();
  } else {
    turn();
  }
}

RunResult Run::go() {
  try_start();
  for (at_ = 0; at_ < plan_.actions.size() && !failed(); ++at_) {
    deliver(at_);
    if (leave_out_.empty() || !leave_out_[at_]) {
      act(plan_.actions[at_]);
    }
    send_again();
    if (is_up() && !failed() &&
        domain::state_text(center_->committed().copy()) != domain::state_text(truth_.state())) {
      wrong("the committed state is not what was seen");
    }
  }
  if (!failed()) {
    heal_and_drain();
  }
  if (!failed()) {
    check_at_rest();
  }
  ended_ = true;  // whatever the destructor still does, nobody hears of it
  drop_process();
  result_.events = static_cast<std::uint64_t>(truth_.last());
  return result_;
}

RunResult simulate(Plan const& plan, std::vector<bool> const& leave_out) {
  return Run{plan, leave_out}.go();
}

}  // namespace fenghuo::tests
