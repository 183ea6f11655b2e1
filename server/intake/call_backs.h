#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "messaging/sqlite/database.h"

namespace fenghuo::server {

/// An attempt to hand in a report that was refused.
struct RefusedIntake {
  Time at;
  std::string peer, account, area;  ///< of the account that tried
  int status = 0;
  std::string body;    ///< as far as it came
  std::string reason;  ///< as the answer said it
};

/// The same as a row of the list, with what could be read of it.
struct CallBack {
  std::int64_t id = 0;
  Time at;
  std::string peer, account, area;
  int status = 0;
  std::string channel, caller, text, reason;
  std::string done_by;
  std::optional<Time> done_at;
};

/// The list of those who have to be rung back, because what they told was refused. No refusal is silent: each stands
/// here with its source, its time, its reason and the first 500 characters that could be read. A ring of 10,000: the
/// oldest go first. A file of its own (call_backs.sqlite), since the journal holds only what was accepted.
///
/// Errors:  Unavailable, DataLoss.
/// Cost:    a synced write for each refusal.
/// Threads: any, one at a time inside.
/// Checked: tests/server/call_backs_test.cc; from outside: tests/outside/test_call_backs.py.
class CallBacks {
 public:
  static constexpr std::int64_t kKept = 10'000;
  static constexpr std::size_t kReadable = 500;

  static Result<std::unique_ptr<CallBacks>> open(std::filesystem::path const& file,
                                                 std::int64_t kept = kKept);

  Result<std::int64_t> leave(RefusedIntake const& refused);
  /// After an id, the oldest first; `done`: only such.
  Result<std::vector<CallBack>> list(std::int64_t after, std::size_t limit,
                                     std::optional<bool> done);
  Result<std::optional<CallBack>> find(std::int64_t id);
  /// False: there is no such entry. What is done already stays as it is.
  Result<bool> done(std::int64_t id, std::string_view account, Time now);

 private:
  CallBacks(messaging::Database db, std::int64_t kept) : db_{std::move(db)}, kept_{kept} {}
  std::mutex mutex_;
  messaging::Database db_;
  std::int64_t kept_;
};

/// The first `most` characters of a text, whatever bytes it is of: what is no UTF-8 becomes U+FFFD, control
/// characters become spaces.
std::string readable(std::string_view bytes, std::size_t most);

}  // namespace fenghuo::server
