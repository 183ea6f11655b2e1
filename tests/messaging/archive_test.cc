// The archive of ended objects: each as it stood before the event that took it out, however the journal is
// handed over, across restarts, failures and a file of another journal.
#include "messaging/projection/archive.h"

#include <gtest/gtest.h>

#include <map>

#include "core/base/text_form.h"
#include "core/base/time_text.h"
#include "core/domain/archive.h"
#include "core/kernel/kernel.h"
#include "tests/core/kernel_run.h"
#include "tests/core/random_commands.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using domain::State;
using tests::ScratchFolder;

/// A journal in which much went to the archive, its states, and what was taken out by id.
struct Recording {
  std::vector<kernel::RecordedEvent> events;
  std::vector<State> states{State{}};       ///< by sequence
  std::map<std::string, std::string> gone;  ///< id -> the object as text
  std::map<std::string, Sequence> gone_at;

  explicit Recording(std::uint64_t seed) {
    Random random{seed};
    tests::KernelRun run;
    Time now = *parse_rfc3339("2026-06-01T00:00:00Z");
    run.give(now, "found_center jurisdiction=烽原县");
    for (int i = 0; i < 3'000; ++i) {
      now = now + seconds(random.between(0, 30)) + (random.chance(5) ? hours(100) : Duration{0});
      run.give(now, tests::random_command(random, run.state(), now));
    }
    events = run.journal();
    for (auto const& event : events) {
      note(event);
      State next = states.back();
      kernel::apply(next, event);
      states.push_back(std::move(next));
    }
  }

  template <class T>
  void keep(domain::Shelf<T> const& shelf, decltype(T::id) id, Sequence at) {
    gone[to_text(id)] = fields_text(*shelf.at(id));
    gone_at[to_text(id)] = at;
  }

  void note(kernel::RecordedEvent const& event) {
    State const& before = states.back();
    if (auto const* incident = std::get_if<domain::IncidentArchived>(&event.event)) {
      keep(before.incidents, incident->incident, event.sequence);
      for (auto const id : incident->reports) {
        keep(before.reports, id, event.sequence);
      }
      for (auto const id : incident->orders) {
        keep(before.orders, id, event.sequence);
        if (auto const delivery = before.orders.at(id)->delivery) {
          keep(before.deliveries, *delivery, event.sequence);
        }
      }
      for (auto const id : incident->proposals) {
        keep(before.proposals, id, event.sequence);
      }
    } else if (auto const* report = std::get_if<domain::ReportArchived>(&event.event)) {
      keep(before.reports, report->report, event.sequence);
    } else if (auto const* closure = std::get_if<domain::ClosureArchived>(&event.event)) {
      keep(before.closures, closure->closure, event.sequence);
    } else if (auto const* call_down = std::get_if<domain::CallDownArchived>(&event.event)) {
      keep(before.call_downs, call_down->call_down, event.sequence);
      for (auto const id : call_down->rows) {
        keep(before.deliveries, id, event.sequence);
      }
    } else if (auto const* delivery = std::get_if<domain::DeliveryArchived>(&event.event)) {
      keep(before.deliveries, delivery->delivery, event.sequence);
    }
  }

  Archive::StateAt state_at() const {
    return [this](Sequence sequence) { return states.at(static_cast<std::size_t>(sequence)); };
  }
  /// Hands over what the archive has not seen, in pieces.
  void hand_over(Archive& archive, Random& random, std::size_t until) const {
    auto at = static_cast<std::size_t>(*archive.position());
    while (at < until) {
      std::size_t const piece = std::min<std::size_t>(random.below(40) + 1, until - at);
      auto const handled = archive.handle({events.data() + at, piece});
      ASSERT_TRUE(handled) << handled.error().message;
      at += piece;
    }
  }
};

template <class T>
void collect(Archive& archive, std::map<std::string, std::string>& out, bool descending) {
  std::optional<decltype(T::id)> at;
  while (true) {
    auto const found = archive.page<T>(at, descending, 7);
    ASSERT_TRUE(found) << found.error().message;
    for (auto const& archived : *found) {
      auto const id = archived.object.id;
      EXPECT_TRUE(!at || (descending ? id < *at : *at < id)) << "in the order of ids";
      at = id;
      EXPECT_TRUE(out.emplace(to_text(id), fields_text(archived.object)).second);
      auto const one = archive.find<T>(id);
      ASSERT_TRUE(one && *one);
      EXPECT_EQ(fields_text((*one)->object), fields_text(archived.object));
      EXPECT_EQ((*one)->sequence, archived.sequence);
    }
    if (found->size() < 7) {
      return;
    }
  }
}

std::map<std::string, std::string> all_of(Archive& archive, bool descending = false) {
  std::map<std::string, std::string> out;
  collect<domain::Incident>(archive, out, descending);
  collect<domain::Report>(archive, out, descending);
  collect<domain::Order>(archive, out, descending);
  collect<domain::Proposal>(archive, out, descending);
  collect<domain::Closure>(archive, out, descending);
  collect<domain::CallDown>(archive, out, descending);
  collect<domain::Delivery>(archive, out, descending);
  return out;
}

TEST(ArchiveOfObjects, HoldsEachAsItStoodAcrossRestarts) {
  for (std::uint64_t const seed : {1U, 2U, 3U}) {
    Recording const run{seed};
    ASSERT_GT(run.gone.size(), 50U);
    ScratchFolder const folder;
    Random random{seed};
    std::size_t const n = run.events.size();
    for (std::size_t const until : {n / 3, n / 2, n}) {
      auto archive = Archive::open(folder / "archive.sqlite");
      ASSERT_TRUE(archive) << archive.error().message;
      (*archive)->follow_from(run.state_at());
      run.hand_over(**archive, random, until);
      std::map<std::string, std::string> expected;
      for (auto const& [id, at] : run.gone_at) {
        if (at <= static_cast<Sequence>(until)) {
          expected[id] = run.gone.at(id);
        }
      }
      EXPECT_EQ(all_of(**archive), expected);
      EXPECT_EQ(all_of(**archive, true), expected);
      EXPECT_EQ(*(*archive)->count(), static_cast<std::int64_t>(expected.size()));
    }
  }
}

TEST(ArchiveOfObjects, WhatNeverLeftIsNotThere) {
  ScratchFolder const folder;
  auto archive = Archive::open(folder / "archive.sqlite");
  ASSERT_TRUE(archive);
  auto const none = (*archive)->find<domain::Incident>({2026, 1});
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
  auto const empty = (*archive)->page<domain::Order>(std::nullopt, true, 10);
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->empty());
}

TEST(ArchiveOfObjects, AStateThatCannotBeMadeIsToldAndTriedAgain) {
  Recording const run{4};
  ScratchFolder const folder;
  {
    auto archive = Archive::open(folder / "archive.sqlite");
    (*archive)->follow_from(run.state_at());
    Random random{4};
    run.hand_over(**archive, random, 100);
  }
  auto archive = Archive::open(folder / "archive.sqlite");
  (*archive)->follow_from([](Sequence) -> Result<State> {
    return Error{ErrorCode::Unavailable, "the journal cannot be read"};
  });
  auto const handled = (*archive)->handle({run.events.data() + 100, 10});
  ASSERT_FALSE(handled);
  EXPECT_EQ(*(*archive)->position(), 100);
  (*archive)->follow_from(run.state_at());
  Random random{5};
  run.hand_over(**archive, random, run.events.size());
  EXPECT_EQ(all_of(**archive), run.gone);
}

TEST(ArchiveOfObjects, ForgettingAndADamagedFileMeanAnew) {
  Recording const run{5};
  ScratchFolder const folder;
  auto const file = folder / "archive.sqlite";
  {
    auto archive = Archive::open(file);
    (*archive)->follow_from(run.state_at());
    Random random{5};
    run.hand_over(**archive, random, run.events.size());
    ASSERT_TRUE((*archive)->forget());
    EXPECT_EQ(*(*archive)->position(), 0);
    EXPECT_EQ(*(*archive)->count(), 0);
    run.hand_over(**archive, random, run.events.size());
    EXPECT_EQ(all_of(**archive), run.gone);
  }
  tests::write_file(file, "not a database, and long enough to be looked at as one");
  auto archive = Archive::open(file);
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_EQ(*(*archive)->position(), 0);
}

}  // namespace
}  // namespace fenghuo::messaging
