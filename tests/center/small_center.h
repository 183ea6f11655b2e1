#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "center/center.h"
#include "messaging/journal/journal.h"

namespace fenghuo::tests {

/// 08:00 on the first of March 2026 in China, where the stories begin.
inline constexpr Time kEight{1'772'323'200'000'000};

struct SmallCenterOptions {
  bool threads = false;
  Sequence snapshot_every = 10'000;
};

/// A centre for tests, under a clock that stands still until it is moved. `opened` starts it.
struct SmallCenter {
  std::shared_ptr<center::ManualClock> clock = std::make_shared<center::ManualClock>(kEight);
  std::vector<std::string> store_failures, damage;
  std::unique_ptr<center::AnchorSink> anchors;  ///< given to the next centre that is opened
  std::vector<std::unique_ptr<messaging::Bearer>> bearers;  ///< likewise
  std::unique_ptr<center::Center> center;

  /// Without roads: straight lines. The journal may be any.
  void open(std::unique_ptr<messaging::Journal> journal,
            std::unique_ptr<center::Roads> roads = nullptr, SmallCenterOptions const& options = {});
  /// With subjects, tracks, snapshots and attachments in a folder and the SQLite journal in it.
  void open_in(std::filesystem::path const& folder, SmallCenterOptions const& options = {},
               messaging::Disk& disk = messaging::system_disk());

  /// A command as text_commands.h writes it; the id is its number unless one is given.
  messaging::Outcome give(std::string_view line, std::string id = "");
  /// As above; the test fails unless it is carried out.
  std::vector<kernel::RecordedEvent> must(std::string_view line);

  std::string text() const;
  Sequence sequence() const;

 private:
  center::Ports ports_;
  int given_ = 0;
  void start(SmallCenterOptions const& options);
};

messaging::Request request_of(std::string id, std::string_view line);
/// "carried", the name of the refusal, "id reused" or "unavailable".
std::string outcome_name(messaging::Outcome const& outcome);
std::unique_ptr<messaging::Journal> memory_journal();

}  // namespace fenghuo::tests
