// What stands beside the journal after power cuts at every boundary: it may lose, but it opens, and it does not
// say what never was.
#include <gtest/gtest.h>

#include <cstdio>

#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "messaging/journal/memory_journal.h"
#include "messaging/journal/snapshots.h"
#include "messaging/projection/subject_index.h"
#include "messaging/security_log/security_store.h"
#include "messaging/tracks/track_store.h"
#include "tests/faults/simulated_disk.h"
#include "tests/messaging/journal_rows.h"

namespace fenghuo::tests {
namespace {

using messaging::JournalRow;
using messaging::Snapshots;
using messaging::SubjectIndex;
using messaging::TrackPoint;
using messaging::TrackStore;

constexpr int kImagesAtEach = 40;

/// Cuts the power at each boundary of `work`, and has each image looked at. Out: how many.
template <class Work, class Look>
std::uint64_t cut_everywhere(std::uint64_t seed, Work work, Look look) {
  SimulatedDisk disk;
  Random random{seed};
  std::uint64_t images = 0;
  disk.on_step = [&] {
    for (int i = 0; i < kImagesAtEach && !testing::Test::HasFailure(); ++i) {
      auto const image = disk.after_power_cut(random);
      look(*image);
      ++images;
    }
  };
  work(disk);
  return images;
}

void report(char const* what, std::uint64_t images) {
  std::printf("counted: %s after power cuts: %lu images\n", what, images);
  testing::Test::RecordProperty("images", std::to_string(images));
  EXPECT_GT(images, 2'000U);
}

/// A journal with its states: by sequence, as text.
struct History {
  std::unique_ptr<messaging::MemoryJournal> journal =
      std::move(messaging::MemoryJournal::make()).value();
  std::vector<JournalRow> rows;
  std::vector<domain::State> states{domain::State{}};
  std::vector<kernel::RecordedEvent> events;

  explicit History(std::uint64_t seed, int commands = 150) : rows{random_rows(seed, commands)} {
    EXPECT_EQ(journal->append(rows).outcome, messaging::AppendOutcome::Written);
    for (auto const& row : rows) {
      events.push_back(std::move(decode_row(row)).value());
      states.push_back(states.back());
      kernel::apply(states.back(), events.back());
    }
  }
};

TEST(AfterAPowerCut, ASnapshotIsWholeOrNotThere) {
  History const history{3};
  Sequence saved = 0;
  auto const images = cut_everywhere(
      1,
      [&](SimulatedDisk& disk) {
        Snapshots snapshots{"/data/snapshots", disk};
        auto const step = std::max<std::size_t>(history.rows.size() / 12, 1);
        for (std::size_t at = step; at <= history.rows.size(); at += step) {
          ASSERT_TRUE(snapshots.save(history.states[at], history.rows[at - 1].hash));
          // The folder itself is made with the first one; nobody promised that its name is durable.
          ASSERT_TRUE(disk.sync_folder("/data"));
          saved = static_cast<Sequence>(at);
        }
      },
      [&](SimulatedDisk& image) {
        Snapshots const snapshots{"/data/snapshots", image};
        auto const state = snapshots.load(*history.journal);
        ASSERT_TRUE(state || saved == 0) << "one that was saved is gone: " << saved;
        if (state) {
          ASSERT_GE(state->sequence, saved);
          ASSERT_EQ(domain::state_text(*state),
                    domain::state_text(history.states[static_cast<std::size_t>(state->sequence)]));
        }
        auto const replayed = messaging::replay(*history.journal, &snapshots);
        ASSERT_TRUE(replayed);
        ASSERT_EQ(domain::state_text(*replayed), domain::state_text(history.states.back()));
      });
  report("snapshots", images);
}

TEST(AfterAPowerCut, AnIndexHoldsWhatItsPositionSays) {
  History const history{4};
  std::map<std::string, std::vector<Sequence>> expected;
  for (auto const& event : history.events) {
    for (auto const& subject : messaging::subjects_of(event.event)) {
      expected[subject].push_back(event.sequence);
    }
  }
  Sequence handled = 0;
  std::span<kernel::RecordedEvent const> const all{history.events};
  auto const images = cut_everywhere(
      2,
      [&](SimulatedDisk& disk) {
        for (std::size_t at = 0; at < all.size();) {
          auto const index = SubjectIndex::open("/data/subjects.sqlite", disk);
          ASSERT_TRUE(index) << index.error().message;
          ASSERT_TRUE((*index)->stand_on(*history.journal));
          for (int i = 0; i < 6 && at < all.size(); ++i) {
            auto const group = all.subspan(at, std::min<std::size_t>(3, all.size() - at));
            handled = group.back().sequence;
            ASSERT_TRUE((*index)->handle(group));
            at += group.size();
          }
        }
      },
      [&](SimulatedDisk& image) {
        auto const index = SubjectIndex::open("/data/subjects.sqlite", image);
        ASSERT_TRUE(index) << index.error().message;
        ASSERT_TRUE((*index)->stand_on(*history.journal));
        auto const position = (*index)->position();
        ASSERT_TRUE(position);
        ASSERT_LE(*position, handled);
        for (auto const& [subject, sequences] : expected) {
          auto const found = (*index)->sequences(subject, 0, 10'000);
          ASSERT_TRUE(found) << found.error().message;
          std::vector<Sequence> upto{
              sequences.begin(), std::upper_bound(sequences.begin(), sequences.end(), *position)};
          ASSERT_EQ(*found, upto) << subject << " at " << *position;
        }
        // And it goes on to the end.
        ASSERT_TRUE((*index)->handle(all.subspan(static_cast<std::size_t>(*position))));
        ASSERT_EQ((*index)->sequences(expected.begin()->first, 0, 10'000)->size(),
                  expected.begin()->second.size());
      });
  report("subject index", images);
}

TEST(AfterAPowerCut, TracksHoldWholeBatchesThatWereStored) {
  TeamId const team{2026, 1};
  constexpr std::int64_t kBatch = 5;
  std::int64_t stored = 0;
  auto const point = [&](std::int64_t second) {
    TrackPoint out;
    out.team = team;
    out.point = {static_cast<std::int32_t>(300'000'000 + second), 1'140'000'000};
    out.device_time = {second * 1'000'000};
    out.received_at = out.device_time;
    return out;
  };
  auto const images = cut_everywhere(
      3,
      [&](SimulatedDisk& disk) {
        for (int opened = 0; opened < 6; ++opened) {
          auto const store = TrackStore::open("/data/tracks.sqlite", disk);
          ASSERT_TRUE(store) << store.error().message;
          for (int batch = 0; batch < 6; ++batch) {
            std::vector<TrackPoint> points;
            for (std::int64_t i = 0; i < kBatch; ++i) {
              points.push_back(point(stored + i));
            }
            stored += kBatch;
            ASSERT_TRUE((*store)->append(points));
          }
        }
      },
      [&](SimulatedDisk& image) {
        auto const store = TrackStore::open("/data/tracks.sqlite", image);
        ASSERT_TRUE(store) << store.error().message;
        auto const track = (*store)->track(team, {0}, {1'000'000'000}, 10'000);
        ASSERT_TRUE(track) << track.error().message;
        ASSERT_LE(static_cast<std::int64_t>(track->size()), stored);
        ASSERT_EQ(track->size() % kBatch, 0U);
        for (std::size_t i = 0; i < track->size(); ++i) {
          ASSERT_EQ((*track)[i].device_time.us, static_cast<std::int64_t>(i) * 1'000'000);
          ASSERT_EQ((*track)[i].point.lat_e7, static_cast<std::int32_t>(300'000'000 + i));
        }
        ASSERT_TRUE((*store)->append({{point(999)}}));
      });
  report("tracks", images);
}

/// The security log promises what the journal does: a row that append() took is there.
TEST(AfterAPowerCut, TheSecurityLogHoldsWhatItTookAndItsChain) {
  using messaging::SecurityRow;
  using messaging::SecurityStore;
  constexpr char const* kFile = "/data/security.sqlite";
  auto const chain = messaging::Chain::make("sha256", messaging::kSecurityStream);
  std::vector<SecurityRow> begun;  ///< taken, or under way
  std::size_t taken = 0;
  auto const images = cut_everywhere(
      9,
      [&](SimulatedDisk& disk) {
        Random random{9};
        for (int life = 0; life < 3; ++life) {
          auto store = SecurityStore::open(kFile, "sha256", disk);
          ASSERT_TRUE(store) << store.error().message;
          for (int i = 0; i < 12; ++i) {
            std::vector<SecurityRow> group;
            messaging::LogPosition at = (*store)->head();
            for (auto n = random.between(1, 5); n > 0; --n) {
              messaging::SecurityEntry entry;
              entry.subject = "I-2026-" + std::to_string(random.below(1'000));
              group.push_back((*store)->chained(std::move(entry), at));
              at = {group.back().sequence, group.back().hash};
            }
            begun.insert(begun.end(), group.begin(), group.end());
            ASSERT_TRUE((*store)->append(group));
            taken = begun.size();
          }
        }
      },
      [&](SimulatedDisk& image) {
        auto store = SecurityStore::open(kFile, "sha256", image);
        ASSERT_TRUE(store) << store.error().message;
        auto const rows = (*store)->read(0, 1'000);
        ASSERT_TRUE(rows) << rows.error().message;
        ASSERT_TRUE(rows->size() == taken || rows->size() == begun.size())
            << rows->size() << " rows, " << taken << " were taken";
        messaging::Digest before{};
        for (std::size_t i = 0; i < rows->size(); ++i) {
          ASSERT_EQ((*rows)[i].hash, begun[i].hash);
          ASSERT_EQ(hash_of(*chain, (*rows)[i], before), (*rows)[i].hash);
          before = (*rows)[i].hash;
        }
      });
  report("security log", images);
}

}  // namespace
}  // namespace fenghuo::tests
