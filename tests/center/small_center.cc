#include "tests/center/small_center.h"

#include <gtest/gtest.h>

#include "core/domain/state_text.h"
#include "messaging/journal/memory_journal.h"
#include "messaging/journal/sqlite_journal.h"
#include "tests/core/text_commands.h"

namespace fenghuo::tests {

void SmallCenter::open(std::unique_ptr<messaging::Journal> journal,
                       std::unique_ptr<center::Roads> roads, SmallCenterOptions const& options) {
  ports_.journal = std::move(journal);
  ports_.roads = roads == nullptr ? center::straight_line_roads() : std::move(roads);
  start(options);
}

void SmallCenter::open_in(std::filesystem::path const& folder, SmallCenterOptions const& options,
                          messaging::Disk& disk) {
  auto journal = messaging::SqliteJournal::open(folder / "journal.db", {}, disk);
  auto subjects = messaging::SubjectIndex::open(folder / "subjects.db", disk);
  auto tracks = messaging::TrackStore::open(folder / "tracks.db", disk);
  ASSERT_TRUE(journal && subjects && tracks);
  ports_.journal = std::move(journal).value();
  ports_.subjects = std::move(subjects).value();
  ports_.tracks = std::move(tracks).value();
  ports_.snapshots.emplace(folder / "snapshots", disk);
  ports_.attachments = std::make_unique<messaging::AttachmentStore>(folder / "attachments");
  ASSERT_TRUE(ports_.attachments->prepare());
  ports_.roads = center::straight_line_roads();
  start(options);
}

void SmallCenter::start(SmallCenterOptions const& options) {
  center::CenterOptions made;
  made.threads = options.threads;
  made.snapshot_every = options.snapshot_every;
  made.on_store_failure = [this](std::string const& why) { store_failures.push_back(why); };
  made.on_damage = [this](std::string const& what) { damage.push_back(what); };
  center::Ports ports = std::move(ports_);
  ports_ = {};
  ports.clock = clock;
  ports.anchors = std::move(anchors);
  ports.bearers = std::move(bearers);
  auto opened = center::Center::open(std::move(ports), std::move(made));
  ASSERT_TRUE(opened) << opened.error().message;
  center = std::move(opened).value();
  center->start();
}

messaging::Outcome SmallCenter::give(std::string_view line, std::string id) {
  ++given_;
  return center->carry_out(request_of(id.empty() ? std::to_string(given_) : std::move(id), line));
}

std::vector<kernel::RecordedEvent> SmallCenter::must(std::string_view line) {
  auto outcome = give(line);
  EXPECT_EQ(outcome_name(outcome), "carried") << line;
  auto* carried = std::get_if<messaging::Carried>(&outcome);
  return carried == nullptr ? std::vector<kernel::RecordedEvent>{} : std::move(carried->events);
}

std::string SmallCenter::text() const {
  return center->committed().read([](auto const& state) { return domain::state_text(state); });
}
Sequence SmallCenter::sequence() const {
  return center->committed().read([](auto const& state) { return state.sequence; });
}

messaging::Request request_of(std::string id, std::string_view line) {
  auto command = read_command(line);
  EXPECT_TRUE(command) << line << (command ? "" : ": " + command.error().message);
  messaging::Request request;
  request.envelope.id = std::move(id);
  request.envelope.actor = {"tester", "dispatcher"};
  request.envelope.command = std::move(command).value();
  return request;
}

std::string outcome_name(messaging::Outcome const& outcome) {
  if (auto const* refusal = std::get_if<domain::Refusal>(&outcome)) {
    return std::string{name_of(refusal->rejection)};
  }
  if (std::holds_alternative<messaging::IdReused>(outcome)) {
    return "id reused";
  }
  return std::holds_alternative<messaging::Carried>(outcome) ? "carried" : "unavailable";
}

std::unique_ptr<messaging::Journal> memory_journal() {
  return std::move(messaging::MemoryJournal::make()).value();
}

}  // namespace fenghuo::tests
