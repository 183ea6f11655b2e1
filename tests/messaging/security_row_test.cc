// What is under the hash of a row, and what a row may hold.
#include "messaging/security_log/security_row.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace fenghuo::messaging {
namespace {

SecurityRow sample() {
  return {7,
          {{1'767'225'600'000'000},
           SecurityKind::Refused,
           "wang",
           "dispatcher",
           "10.0.0.7",
           "r-1",
           "I-2026-000001",
           "not_allowed",
           "POST 403"},
          {}};
}

Chain chain(std::string_view algorithm = "sha256") {
  return std::move(Chain::make(algorithm, kSecurityStream)).value();
}

TEST(SecurityRow, EveryMemberIsUnderTheHash) {
  std::vector<std::function<void(SecurityRow&)>> const changes = {
      [](auto& r) { ++r.sequence; }, [](auto& r) { ++r.entry.time.us; },
      [](auto& r) { r.entry.kind = SecurityKind::Locked; }, [](auto& r) { r.entry.account += 'x'; },
      [](auto& r) { r.entry.role += 'x'; }, [](auto& r) { r.entry.peer += 'x'; },
      [](auto& r) { r.entry.request_id += 'x'; }, [](auto& r) { r.entry.subject += 'x'; },
      [](auto& r) { r.entry.outcome += 'x'; }, [](auto& r) { r.entry.detail += 'x'; },
      // A letter that moves from one text to its neighbour.
      [](auto& r) {
        r.entry.account += r.entry.role.front();
        r.entry.role.erase(0, 1);
      }};
  std::set<std::string> hashes{hex(hash_of(chain(), sample(), {}))};
  for (auto const& change : changes) {
    SecurityRow row = sample();
    change(row);
    hashes.insert(hex(hash_of(chain(), row, {})));
  }
  Digest other{};
  other[31] = 1;
  hashes.insert(hex(hash_of(chain(), sample(), other)));
  hashes.insert(hex(hash_of(chain("sm3"), sample(), {})));
  EXPECT_EQ(hashes.size(), changes.size() + 3);
}

TEST(SecurityRow, TextsAreCutAtAWholeCharacterAndHoldNothingUnprintable) {
  SecurityEntry entry = sample().entry;
  entry.detail.assign(kSecurityDetail - 1, 'x');
  entry.detail += "桥";
  entry.subject = "a\nb\x01\x7F\xFF\xC0\x80\xED\xA0\x80 桥";
  entry.account = "two \xE6\xA1";
  entry = bounded(entry);
  EXPECT_EQ(entry.detail, std::string(kSecurityDetail - 1, 'x'));
  EXPECT_EQ(entry.subject, "a?b???????? 桥");
  EXPECT_EQ(entry.account, "two ??");
}

TEST(SecurityRow, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (auto const name : EnumNames<SecurityKind>::kNames) {
    names.insert(name);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(SecurityKind::RecoveryCodeUsed) + 1);
  EXPECT_EQ(name_of(SecurityKind::Exported), "exported");
  EXPECT_EQ(name_of(SecurityKind::Imported), "imported");
  EXPECT_EQ(name_of(SecurityKind::PersonalDataRead), "personal_data_read");
  EXPECT_EQ(name_of(SecurityKind::HistoryAccepted), "history_accepted");
  EXPECT_EQ(name_of(SecurityKind::RecoveryCodeUsed), "recovery_code_used");
}

}  // namespace
}  // namespace fenghuo::messaging
