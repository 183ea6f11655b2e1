#include <fmt/format.h>

#include <charconv>

#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "messaging/codec/event_codec.h"
#include "messaging/journal/journal_copy.h"
#include "messaging/journal/snapshots.h"
#include "messaging/journal/sqlite_journal.h"
#include "server/cli/commands.h"

namespace fenghuo::server {

using messaging::Json;
using messaging::SqliteJournal;

namespace {

int damaged(std::string const& what) {
  fmt::print(stderr, "fenghuo: the journal does not verify: {}\n", what);
  return static_cast<int>(ExitCode::Failed);
}

void print_anchors(Witnesses const& witnesses, messaging::AnchorCheck const& check) {
  if (!witnesses.any()) {
    return;
  }
  fmt::print("{} anchors fit\n", check.held);
  if (witnesses.mirror.unreadable > 0) {
    fmt::print("{} lines of the mirror are no whole anchors\n", witnesses.mirror.unreadable);
  }
  if (witnesses.log) {
    for (auto const& accepted : witnesses.log->acceptances) {
      fmt::print("after row {} another history was accepted at {} by {}: {}\n", accepted.stands,
                 to_rfc3339(accepted.time), accepted.account, accepted.because);
    }
  }
}

/// Calls `visit` for each row in order until it says stop (false).
template <class Visit>
Result<void> each_row(SqliteJournal& journal, Sequence after, Visit visit) {
  while (true) {
    auto const rows = journal.read(after, 1'000);
    if (!rows) {
      return rows.error();
    }
    if (rows->empty()) {
      return {};
    }
    for (auto const& row : *rows) {
      if (!visit(row)) {
        return {};
      }
    }
    after = rows->back().sequence;
  }
}

}  // namespace

int journal_verify(Settings const& settings, WitnessWish const& wish, bool json) {
  auto const journal = SqliteJournal::open_read_only(settings.journal_file());
  if (!journal) {
    return journal.error().code == ErrorCode::DataLoss ? damaged(journal.error().message)
                                                       : report_error(journal.error());
  }
  auto const witnesses = read_witnesses(settings, wish);  // before the journal, which may go on
  if (!witnesses) {
    return report_error(witnesses.error());
  }
  auto const store = (*journal)->check_store();
  auto const check = store && store->empty()
                         ? messaging::check_journal(**journal)
                         : Result<messaging::JournalCheck>{messaging::JournalCheck{}};
  std::string broken = !store ? store.error().message : !store->empty() ? *store : "";
  if (broken.empty()) {
    broken = check ? check->broken : check.error().message;
  }
  messaging::AnchorCheck anchored;
  if (broken.empty()) {
    auto found = check_witnesses(**journal, *witnesses);
    anchored = found ? std::move(found).value() : messaging::AnchorCheck{};
    broken = found ? anchored.broken : found.error().message;
  }
  if (json) {
    fmt::print("{}\n", Json::object({{"ok", broken.empty()},
                                     {"rows", check ? check->rows : 0},
                                     {"algorithm", (*journal)->identity().algorithm},
                                     {"head", check ? messaging::hex(check->last_hash) : ""},
                                     {"anchors_held", anchored.held},
                                     {"anchors_accepted", anchored.accepted},
                                     {"broken", broken}})
                           .text());
  }
  if (!broken.empty()) {
    return damaged(broken);
  }
  if (!json) {
    fmt::print("{} rows, chain whole ({}), head {}\n", check->rows,
               (*journal)->identity().algorithm, messaging::hex(check->last_hash));
    print_anchors(*witnesses, anchored);
  }
  return 0;
}

int journal_dump(Settings const& settings, std::int64_t after) {
  auto const journal = SqliteJournal::open_read_only(settings.journal_file());
  if (!journal) {
    return report_error(journal.error());
  }
  auto const done = each_row(**journal, after, [](messaging::JournalRow const& row) {
    auto payload = messaging::parse_json(row.payload);
    Json const line = Json::object({{"sequence", row.sequence},
                                    {"epoch", row.epoch},
                                    {"recorded_at", to_rfc3339(row.recorded_at)},
                                    {"occurred_at", to_rfc3339(row.occurred_at)},
                                    {"command_id", row.command_id},
                                    {"index", row.index},
                                    {"actor", row.actor.name},
                                    {"role", row.actor.role},
                                    {"type", row.type},
                                    {"version", row.version},
                                    {"data", payload ? *payload : Json{row.payload}},
                                    {"hash", messaging::hex(row.hash)}});
    fmt::print("{}\n", line.text());
    return true;
  });
  if (!done) {
    return report_error(done.error());
  }
  note_export(settings, "journal", "");
  return 0;
}

int journal_replay(Settings const& settings, std::string const& at) {
  auto const journal = SqliteJournal::open_read_only(settings.journal_file());
  if (!journal) {
    return report_error(journal.error());
  }
  std::optional<Sequence> until;
  if (!at.empty()) {
    Sequence number = 0;
    auto const [end, error] = std::from_chars(at.data(), at.data() + at.size(), number);
    auto const moment = parse_rfc3339(at);
    if (error == std::errc{} && end == at.data() + at.size()) {
      until = number;
    } else if (moment) {
      until = 0;
      auto const walked = each_row(**journal, 0, [&](messaging::JournalRow const& row) {
        bool const before = row.recorded_at <= *moment;
        until = before ? row.sequence : *until;
        return before;
      });
      if (!walked) {
        return report_error(walked.error());
      }
    } else {
      return report_error(
          {ErrorCode::InvalidArgument,
           "--at takes a sequence number or a time like 2026-07-01T02:07:00+08:00"});
    }
  }
  // Never from a snapshot: what is shown is what the log itself says.
  auto const state = messaging::replay(**journal, nullptr, until);
  if (!state) {
    return report_error(state.error());
  }
  fmt::print("{}", domain::state_text(*state));
  return 0;
}

int journal_backup(Settings const& settings, std::string const& to) {
  auto const check = messaging::backup_journal(settings.journal_file(), to);
  if (!check) {
    return report_error(check.error());
  }
  fmt::print("{} rows copied to {} and verified, head {}\n", check->rows, to,
             messaging::hex(check->last_hash));
  note_export(settings, "journal", to);
  return 0;
}

int journal_restore(Settings const& settings, std::string const& from) {
  std::error_code error;
  std::filesystem::create_directories(settings.journal_file().parent_path(), error);
  auto const check = messaging::restore_journal(from, settings.journal_file());
  if (!check) {
    return report_error(check.error());
  }
  fmt::print("{} rows restored to {} and verified, head {}\n", check->rows,
             settings.journal_file().string(), messaging::hex(check->last_hash));
  return 0;
}

}  // namespace fenghuo::server
