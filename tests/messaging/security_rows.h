#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "messaging/security_log/security_check.h"

namespace fenghuo::tests {

inline messaging::SecurityEntry entry_at(Time time, messaging::SecurityKind kind,
                                         std::string account = "wang", std::string subject = "") {
  messaging::SecurityEntry entry;
  entry.time = time;
  entry.kind = kind;
  entry.account = std::move(account);
  entry.subject = std::move(subject);
  entry.outcome = "done";
  return entry;
}

inline void append_entry(messaging::SecurityStore& store, messaging::SecurityEntry entry) {
  std::vector<messaging::SecurityRow> const rows{store.chained(std::move(entry), store.head())};
  auto const written = store.append(rows);
  ASSERT_TRUE(written) << written.error().message;
}

/// What the check finds; empty if all is well.
inline std::string broken_log(std::filesystem::path const& file,
                              messaging::SecurityWitness const& witness = {}) {
  auto const check = messaging::check_security_log(file, witness);
  return check ? check->broken : "unreadable: " + check.error().message;
}

/// "kind account subject detail" of every row, in order.
inline std::vector<std::string> lines_in(messaging::SecurityStore& store) {
  std::vector<std::string> out;
  auto const rows = store.read(0, 100'000);
  EXPECT_TRUE(rows) << rows.error().message;
  for (auto const& row : *rows) {
    std::string line{name_of(row.entry.kind)};
    for (auto const* text : {&row.entry.account, &row.entry.subject, &row.entry.detail}) {
      line += text->empty() ? "" : " " + *text;
    }
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace fenghuo::tests
