// Numbers that have run for long: 10,000 more of everything across 2^31, 2^32 and 2^53, through kernel, journal,
// snapshots, projections, tracks, security log and feed; all of it reads back.
#include <gtest/gtest.h>

#include <map>

#include "core/base/time_text.h"
#include "core/domain/invariants.h"
#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "messaging/command_loop/command_writer.h"
#include "messaging/journal/snapshots.h"
#include "messaging/journal/sqlite_journal.h"
#include "messaging/projection/archive.h"
#include "messaging/projection/subject_index.h"
#include "messaging/security_log/security_check.h"
#include "messaging/tracks/track_store.h"
#include "server/feed/feed_hub.h"
#include "tests/load/disk_folder.h"

namespace fenghuo {
namespace {

using domain::State;
using messaging::Carried;

constexpr std::uint64_t kMore = 10'000;

/// A centre's parts on a journal whose next row has the sequence `border` - 10, as one that was restored long
/// ago, and numbers of objects that begin `kMore` / 2 before it.
class LongLived {
 public:
  explicit LongLived(std::uint64_t border) : border_{border} {
    auto const file = folder_.path() / "journal.sqlite";
    { EXPECT_TRUE(messaging::SqliteJournal::open(file)); }
    auto db = messaging::Database::open(file, messaging::OpenMode::ReadWrite);
    EXPECT_TRUE(db && db->run("UPDATE head SET sequence = " + std::to_string(border - 11)));
    journal_ = std::move(messaging::SqliteJournal::open(file)).value();
    before_.sequence = static_cast<Sequence>(border) - 11;
    before_.time = *parse_rfc3339("2026-03-01T08:00:00+08:00");
    before_.founding = domain::Founding{};
    for (auto* numbering :
         {&before_.report_numbers, &before_.incident_numbers, &before_.team_numbers,
          &before_.order_numbers, &before_.closure_numbers}) {
      *numbering = {2026, border - kMore / 2 - 1};
    }
    committed_.emplace(before_);
    bus_.emplace(*journal_);
    archive_ = std::move(messaging::Archive::open(folder_.path() / "archive.sqlite")).value();
    archive_->follow_from([this](Sequence) { return Result<State>{before_}; });
    subjects_ = std::move(messaging::SubjectIndex::open(folder_.path() / "s.sqlite")).value();
    bus_->attach(*archive_);
    bus_->attach(*subjects_);
    writer_.emplace(*journal_, *committed_, *bus_, [](std::string const& why) { FAIL() << why; });
    now_ = before_.time;
  }

  /// Carries commands out as one group; the events of each.
  std::vector<Carried> give(std::vector<domain::Command> commands) {
    std::vector<messaging::Request> requests;
    for (auto& command : commands) {
      messaging::Request request;
      request.envelope.id = "long/" + std::to_string(++given_);
      request.envelope.actor = {"tester", "dispatcher"};
      request.envelope.command = std::move(command);
      requests.push_back(std::move(request));
    }
    std::vector<Carried> out;
    for (auto& outcome : writer_->process(requests, now_)) {
      auto* carried = std::get_if<Carried>(&outcome);
      EXPECT_NE(carried, nullptr);
      out.push_back(carried == nullptr ? Carried{} : std::move(*carried));
    }
    for (auto const& carried : out) {
      events_.insert(events_.end(), carried.events.begin(), carried.events.end());
    }
    return out;
  }

  template <class E>
  static E const& first(Carried const& carried) {
    return std::get<E>(carried.events.at(0).event);
  }

  /// `count` occurrences from report to end, each with a team and a closure of its own.
  void live(std::uint64_t count) {
    std::vector<domain::Command> begin, open, send, release, end;
    for (std::uint64_t i = 0; i < count; ++i) {
      domain::ReceiveReport report;
      report.text = "东岭村起火";
      begin.emplace_back(report);
      domain::RegisterTeam team;
      team.facts.name = "第" + std::to_string(++teams_) + "队";
      begin.emplace_back(team);
      domain::CloseRoad road;
      road.facts.name = "翠河桥";
      begin.emplace_back(road);
    }
    auto const begun = give(std::move(begin));
    for (std::uint64_t i = 0; i < count; ++i) {
      domain::OpenIncident incident;
      incident.report = first<domain::ReportReceived>(begun[3 * i]).report;
      open.emplace_back(incident);
      end.emplace_back(
          domain::LiftClosure{first<domain::RoadClosed>(begun[3 * i + 2]).closure, "通车", {}});
    }
    auto const opened = give(std::move(open));
    for (std::uint64_t i = 0; i < count; ++i) {
      domain::IssueOrders issue;
      issue.incident = first<domain::IncidentOpened>(opened[i]).incident;
      issue.items.push_back({first<domain::TeamRegistered>(begun[3 * i + 1]).team, "", "", {}});
      send.emplace_back(issue);
      end.emplace_back(domain::CloseIncident{issue.incident, "处置完毕", {}});
    }
    for (auto const& sent : give(std::move(send))) {
      domain::SetOrderStatus set;
      set.order = first<domain::OrderIssued>(sent).order;
      set.status = domain::OrderStatus::Released;
      release.emplace_back(set);
    }
    give(std::move(release));
    give(std::move(end));
    now_ = now_ + minutes(10);
  }

  void save_snapshot(messaging::Snapshots& snapshots) {
    auto const saved = snapshots.save(committed_->copy(), journal_->head().hash);
    ASSERT_TRUE(saved) << saved.error().message;
    saved_.push_back(committed_->copy());
  }

  void let_all_leave_for_the_archive() {
    now_ = now_ + hours(24 * 15);
    while (kernel::next_deadline(writer_->working()) &&
           *kernel::next_deadline(writer_->working()) <= now_) {
      give({domain::Tick{}});
    }
  }

  std::uint64_t border_;
  tests::DiskFolder folder_;
  std::unique_ptr<messaging::SqliteJournal> journal_;
  State before_;
  std::optional<messaging::CommittedState> committed_;
  std::unique_ptr<messaging::Archive> archive_;
  std::unique_ptr<messaging::SubjectIndex> subjects_;
  std::optional<messaging::EventBus> bus_;
  std::optional<messaging::CommandWriter> writer_;
  std::vector<kernel::RecordedEvent> events_;
  std::vector<State> saved_;  ///< the states of the snapshots
  Time now_;
  std::uint64_t given_ = 0, teams_ = 0;
};

template <class Tag>
Id<Tag> again(Id<Tag> id) {
  return id_from<Tag>(to_text(id)).value_or(Id<Tag>{});
}

template <class T>
void expect_pages(messaging::Archive& archive, std::size_t count) {
  for (bool const descending : {false, true}) {
    std::optional<decltype(T::id)> last;
    std::size_t seen = 0;
    while (true) {
      auto const page = archive.page<T>(last, descending, 999);
      ASSERT_TRUE(page);
      for (auto const& one : *page) {
        auto const id = one.object.id;
        ASSERT_TRUE(!last || (descending ? id < *last : id > *last)) << to_text(id);
        if (last) {
          ASSERT_EQ(descending ? last->number - id.number : id.number - last->number, 1U);
        }
        ASSERT_EQ(again(id), id);
        last = id;
        ++seen;
      }
      if (page->size() < 999) {
        break;
      }
    }
    EXPECT_EQ(seen, count);
  }
}

class HighCounters : public testing::TestWithParam<std::uint64_t> {};

TEST_P(HighCounters, TenThousandMoreIncidentsPassTheBorderAndReadBack) {
  LongLived life{GetParam()};
  messaging::Snapshots snapshots{life.folder_.path() / "snapshots"};
  for (std::uint64_t done = 0; done < kMore; done += 40) {
    life.live(40);
    if (done % 2'000 == 0) {
      life.save_snapshot(snapshots);
    }
  }
  auto const full = life.committed_->copy();
  EXPECT_EQ(full.incident_numbers.last, GetParam() + kMore / 2 - 1);
  EXPECT_EQ(full.order_numbers.last, GetParam() + kMore / 2 - 1);
  EXPECT_EQ(full.closure_numbers.last, GetParam() + kMore / 2 - 1);
  EXPECT_GT(full.sequence, static_cast<Sequence>(GetParam() + kMore));
  EXPECT_TRUE(domain::broken_invariants(full).empty());
  life.let_all_leave_for_the_archive();
  auto const state = life.committed_->copy();
  EXPECT_TRUE(state.incidents.empty() && state.reports.empty() && state.orders.empty());

  // The journal: every event as it was answered, in order; by sequence and by command.
  std::size_t at = 0;
  for (Sequence after = life.before_.sequence; at < life.events_.size();) {
    auto const rows = life.journal_->read(after, 1'000);
    ASSERT_TRUE(rows && !rows->empty());
    for (auto const& row : *rows) {
      auto const event = messaging::decode_row(row);
      ASSERT_TRUE(event);
      ASSERT_EQ(event->sequence, life.events_[at].sequence);
      ASSERT_EQ(messaging::encode_row(*event, {}).payload,
                messaging::encode_row(life.events_[at], {}).payload);
      ++at;
      after = row.sequence;
    }
  }
  EXPECT_TRUE(life.journal_->read(life.events_.back().sequence, 1)->empty());
  auto const found = life.journal_->find_command(life.events_[at / 2].command_id);
  ASSERT_TRUE(found && !found->empty());
  EXPECT_EQ(found->front().sequence, life.events_[at / 2].sequence - life.events_[at / 2].index);

  // Snapshots: the newest, and each older one for the moments behind it.
  auto const replayed = messaging::replay(*life.journal_, &snapshots);
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_EQ(domain::state_text(*replayed), domain::state_text(state));
  for (auto const& saved : life.saved_) {
    auto const loaded = snapshots.load(*life.journal_, saved.sequence + 3);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->sequence, saved.sequence);
    EXPECT_EQ(domain::state_text(*loaded), domain::state_text(saved));
    EXPECT_EQ(loaded->team_numbers.last, saved.team_numbers.last);
  }

  // Archive and subject index, handed the journal afterwards.
  life.bus_->pump();
  for (auto const& status : life.bus_->status()) {
    EXPECT_EQ(status.last_error, "") << status.name;
    EXPECT_EQ(status.position, state.sequence) << status.name;
  }
  expect_pages<domain::Incident>(*life.archive_, kMore);
  expect_pages<domain::Report>(*life.archive_, kMore);
  expect_pages<domain::Order>(*life.archive_, kMore);
  expect_pages<domain::Closure>(*life.archive_, kMore);
  std::map<std::string, std::vector<Sequence>> told;
  for (auto const& event : life.events_) {
    for (auto const& subject : messaging::subjects_of(event.event)) {
      told[subject].push_back(event.sequence);
    }
  }
  EXPECT_GE(told.size(), 5 * kMore);
  for (auto const& [subject, sequences] : told) {
    ASSERT_EQ(*life.subjects_->sequences(subject, 0, 100), sequences) << subject;
  }
}

TEST_P(HighCounters, ANumberOfTheFeedIsTheSameInAndOut) {
  kernel::RecordedEvent event;
  for (auto const away : {-1, 0, 1}) {
    event.sequence = static_cast<Sequence>(GetParam()) + away;
    event.event = domain::IncidentClosed{{2026, GetParam()}, "处置完毕", {}};
    auto const again = messaging::parse_json(server::cloud_event(event, "烽原县", {}).text());
    ASSERT_TRUE(again);
    EXPECT_EQ(*again->find("id")->string(), std::to_string(event.sequence));
    auto const data = again->find("data")->find("incident");
    EXPECT_EQ(id_from<IncidentTag>(*data->string()), (IncidentId{2026, GetParam()}));
  }
}

TEST_P(HighCounters, TracksOfTeamsWithHighNumbersAndTheSecurityLogReadBack) {
  tests::DiskFolder const folder;
  auto tracks = std::move(messaging::TrackStore::open(folder.path() / "tracks.sqlite")).value();
  std::vector<messaging::TrackPoint> points;
  for (std::uint64_t i = 0; i < kMore; ++i) {
    messaging::TrackPoint point;
    point.team = {2026, GetParam() - kMore / 2 + i};
    point.device_time = point.received_at = {static_cast<std::int64_t>(GetParam() + i)};
    points.push_back(point);
  }
  ASSERT_TRUE(tracks->append(points));
  auto const latest = tracks->latest();
  ASSERT_TRUE(latest);
  EXPECT_EQ(latest->size(), kMore);
  for (auto const& point : points) {
    auto const track = tracks->track(point.team, {0}, point.device_time, 10);
    ASSERT_EQ(track->size(), 1U);
    ASSERT_EQ(track->front().device_time, point.device_time);
  }

  auto const file = folder.path() / "security.sqlite";
  { ASSERT_TRUE(messaging::SecurityStore::open(file)); }
  {
    auto db = messaging::Database::open(file, messaging::OpenMode::ReadWrite);
    std::string const before = std::to_string(GetParam() - 11);
    ASSERT_TRUE(db->run("UPDATE head SET sequence = " + before +
                        "; UPDATE begins_at SET sequence = " + before));
  }
  auto log = std::move(messaging::SecurityStore::open(file)).value();
  for (std::uint64_t done = 0; done < kMore; done += 500) {
    std::vector<messaging::SecurityRow> rows;
    messaging::LogPosition head = log->head();
    for (int i = 0; i < 500; ++i) {
      messaging::SecurityEntry entry;
      entry.kind = messaging::SecurityKind::SignedIn;
      entry.account = "wang";
      entry.time = {1'000};
      rows.push_back(log->chained(std::move(entry), head));
      head = {rows.back().sequence, rows.back().hash};
    }
    ASSERT_TRUE(log->append(rows));
  }
  auto const last = static_cast<Sequence>(GetParam() - 11 + kMore);
  EXPECT_EQ(log->head().sequence, last);
  auto const newest = log->newest({}, 3);
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->front().sequence, last);
  messaging::SecurityQuery older;
  older.before = static_cast<Sequence>(GetParam());
  EXPECT_EQ(log->newest(older, 3)->front().sequence, static_cast<Sequence>(GetParam()) - 1);
  EXPECT_EQ(*log->trim({2'000}, 500, {3'000}), 500U);  // which says where the log begins now
  log.reset();
  auto const check = messaging::check_security_log(file, {});
  ASSERT_TRUE(check) << check.error().message;
  EXPECT_EQ(check->broken, "");
}

INSTANTIATE_TEST_SUITE_P(Borders, HighCounters,
                         testing::Values(1ULL << 31U, 1ULL << 32U, 1ULL << 53U));

}  // namespace
}  // namespace fenghuo
