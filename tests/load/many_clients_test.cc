// Many clients at once on one centre with its threads and a journal on disk; then the whole journal beside
// what they were answered.
#include "tests/load/many_clients.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <map>

#include "core/base/time_text.h"
#include "core/domain/invariants.h"
#include "core/domain/state_text.h"
#include "messaging/journal/snapshots.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/core/random_commands.h"
#include "tests/load/disk_folder.h"
#include "tests/load/journal_scan.h"

namespace fenghuo {
namespace {

using tests::Call;

std::unique_ptr<center::Center> open_center(std::filesystem::path const& folder,
                                            std::shared_ptr<center::ManualClock> clock) {
  auto journal = messaging::SqliteJournal::open(folder / "journal.sqlite");
  EXPECT_TRUE(journal) << journal.error().message;
  center::Ports ports;
  ports.clock = std::move(clock);
  ports.journal = std::move(journal).value();
  ports.roads = center::straight_line_roads();
  ports.snapshots.emplace(folder / "snapshots");
  center::CenterOptions options;
  options.on_store_failure = [](std::string const& why) { FAIL() << why; };
  auto opened = center::Center::open(std::move(ports), std::move(options));
  EXPECT_TRUE(opened) << opened.error().message;
  return std::move(opened).value();
}

struct Counts {
  std::size_t calls = 0, carried = 0, replayed = 0, reused = 0, refused = 0, shared = 0;
  std::map<std::string, std::size_t> refusals;
};

Counts count(tests::Traces const& traces) {
  Counts out;
  for (auto const& calls : traces) {
    for (auto const& call : calls) {
      ++out.calls;
      out.carried += call.outcome == Call::Outcome::Carried ? 1U : 0U;
      out.replayed += call.outcome == Call::Outcome::Replayed ? 1U : 0U;
      out.reused += call.outcome == Call::Outcome::Reused ? 1U : 0U;
      out.shared += call.shared == Call::kFresh ? 0U : 1U;
      if (call.outcome == Call::Outcome::Refused) {
        ++out.refused;
        ++out.refusals[std::string{name_of(call.rejection)}];
      }
    }
  }
  return out;
}

void print(Counts const& counts, tests::JournalScan const& scan) {
  std::printf("%zu operations: %zu carried out, %zu repeats, %zu ids used again, %zu refused\n",
              counts.calls, counts.carried, counts.replayed, counts.reused, counts.refused);
  for (auto const& [name, times] : counts.refusals) {
    std::printf("  refused %-28s %9zu\n", name.c_str(), times);
  }
  std::printf("%llu events of %llu commands\n", static_cast<unsigned long long>(scan.rows()),
              static_cast<unsigned long long>(scan.commands()));
  for (auto const& [type, times] : scan.types()) {
    std::printf("  %-36s %9llu\n", type.c_str(), static_cast<unsigned long long>(times));
  }
}

TEST(ManyClients, NoTeamIsEverSentTwiceAndEveryAnswerIsInTheJournal) {
  tests::DiskFolder const folder;
  auto const clock =
      std::make_shared<center::ManualClock>(*parse_rfc3339("2026-01-01T00:00:00+08:00"));
  auto center = open_center(folder.path(), clock);
  center->start();
  tests::ManyClients::Size size;
  size.calls = 1'000'000;
  tests::ManyClients clients{*center, *clock, size, tests::seed_of_run(1)};
  clients.run();
  center->stop();

  auto const& traces = clients.traces();
  tests::JournalScan scan{traces};
  for (auto const& what : scan.run(center->journal())) {
    ADD_FAILURE() << what;
  }
  if (HasFailure()) {
    return;  // the walk ended where the history stopped making sense
  }
  Counts const counts = count(traces);
  print(counts, scan);
  EXPECT_EQ(counts.calls, size.calls);
  // Everything that is looked for did happen, often.
  std::size_t const some = size.calls / 200;
  EXPECT_GT(counts.carried, size.calls / 3);
  EXPECT_GT(counts.replayed, some);
  EXPECT_GT(counts.reused, some);
  EXPECT_GT(counts.refusals.at("team_on_order"), some);
  EXPECT_GT(counts.refusals.at("incident_has_active_orders"), some);
  for (auto const* type : {"order_issued", "order_status_set", "order_cancelled", "incident_opened",
                           "incident_closed", "incident_archived"}) {
    EXPECT_GT(scan.types().at(type), some) << type;
  }
  // What the centre held in the end is what the journal says, and it is not all that ever was.
  domain::State const held = center->committed().copy();
  EXPECT_EQ(domain::state_text(scan.state()), domain::state_text(held));
  EXPECT_TRUE(domain::broken_invariants(held).empty());
  EXPECT_LT(held.incidents.size(), scan.types().at("incident_opened") / 2);
  messaging::Snapshots const snapshots{folder.path() / "snapshots"};
  auto const again = messaging::replay(center->journal(), &snapshots);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(domain::state_text(*again), domain::state_text(held));
}

}  // namespace
}  // namespace fenghuo
