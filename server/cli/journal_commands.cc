#include <fmt/format.h>

#include <charconv>

#include "center/proposal_check.h"
#include "core/base/time_text.h"
#include "core/domain/state_text.h"
#include "core/kernel/kernel.h"
#include "messaging/attachments/attachment_check.h"
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

Json list_of(std::vector<std::string> const& sentences) {
  Json::Array out;
  for (auto const& sentence : sentences) {
    out.emplace_back(sentence);
  }
  return out;
}

/// Names each file that is not as it should be; the exit code.
int tell_of(messaging::AttachmentCheck const& check) {
  for (auto const& sentence : check.broken) {
    fmt::print(stderr, "fenghuo: {}\n", sentence);
  }
  return static_cast<int>(check.broken.empty() ? ExitCode::Ok : ExitCode::Failed);
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
  // The files beside it, wherever the journal itself can be read to its end.
  auto const attachments =
      broken.empty() ? messaging::check_attachments(
                           **journal, messaging::AttachmentStore{settings.attachments_folder()})
                     : Result<messaging::AttachmentCheck>{messaging::AttachmentCheck{}};
  if (!attachments) {
    return report_error(attachments.error());
  }
  if (json) {
    fmt::print("{}\n", Json::object({{"ok", broken.empty() && attachments->broken.empty()},
                                     {"rows", check ? check->rows : 0},
                                     {"algorithm", (*journal)->identity().algorithm},
                                     {"head", check ? messaging::hex(check->last_hash) : ""},
                                     {"anchors_held", anchored.held},
                                     {"anchors_accepted", anchored.accepted},
                                     {"broken", broken},
                                     {"attachments", attachments->files},
                                     {"broken_attachments", list_of(attachments->broken)}})
                           .text());
  }
  if (!broken.empty()) {
    return damaged(broken);
  }
  if (!json) {
    fmt::print("{} rows, chain whole ({}), head {}\n", check->rows,
               (*journal)->identity().algorithm, messaging::hex(check->last_hash));
    print_anchors(*witnesses, anchored);
    if (attachments->files > 0) {
      fmt::print("{} attachments, {} of them missing or changed\n", attachments->files,
                 attachments->broken.size());
    }
  }
  return tell_of(*attachments);
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
  auto const journal = SqliteJournal::open_read_only(settings.journal_file());
  auto const named = journal ? messaging::named_files(**journal, check->rows)
                             : Result<std::map<std::string, std::string>>{journal.error()};
  if (named && !named->empty()) {
    fmt::print(stderr,
               "fenghuo: {} attachments are not in this file; fenghuo journal backup --all FOLDER "
               "takes them along\n",
               named->size());
  }
  return 0;
}

int journal_backup_all(Settings const& settings, std::string const& to) {
  auto const copied = messaging::backup_folder(
      settings.journal_file(), messaging::AttachmentStore{settings.attachments_folder()},
      settings.personal_file(), to);
  if (!copied) {
    return report_error(copied.error());
  }
  fmt::print("{} rows and {} attachments copied to {} and verified, head {}\n",
             copied->journal.rows, copied->attachments.files - copied->attachments.broken.size(),
             to, messaging::hex(copied->journal.last_hash));
  if (copied->keys) {
    fmt::print(
        "the keys of personal data are along: whoever has the folder reads names and numbers\n");
  }
  return tell_of(copied->attachments);
}

int journal_check_proposals(Settings const& settings, bool json) {
  auto const journal = SqliteJournal::open_read_only(settings.journal_file());
  if (!journal) {
    return report_error(journal.error());
  }
  auto const check = center::check_proposals(**journal);
  if (!check) {
    return report_error(check.error());
  }
  if (json) {
    fmt::print("{}\n", Json::object({{"ok", check->differing.empty()},
                                     {"proposals", check->proposals},
                                     {"differing", list_of(check->differing)}})
                           .text());
  } else {
    fmt::print("{} recommendations asked again, {} of them differ\n", check->proposals,
               check->differing.size());
  }
  for (auto const& sentence : check->differing) {
    fmt::print(stderr, "fenghuo: {}\n", sentence);
  }
  return static_cast<int>(check->differing.empty() ? ExitCode::Ok : ExitCode::Failed);
}

int journal_restore(Settings const& settings, std::string const& from) {
  std::error_code error;
  std::filesystem::create_directories(settings.journal_file().parent_path(), error);
  if (std::filesystem::is_directory(from, error)) {
    messaging::AttachmentStore store{settings.attachments_folder()};
    auto const restored =
        messaging::restore_folder(from, settings.journal_file(), store, settings.personal_file());
    if (!restored) {
      return report_error(restored.error());
    }
    fmt::print("{} rows and {} attachments restored to {} and verified, head {}\n",
               restored->journal.rows,
               restored->attachments.files - restored->attachments.broken.size(), settings.data,
               messaging::hex(restored->journal.last_hash));
    return tell_of(restored->attachments);
  }
  auto const check = messaging::restore_journal(from, settings.journal_file());
  if (!check) {
    return report_error(check.error());
  }
  fmt::print("{} rows restored to {} and verified, head {}\n", check->rows,
             settings.journal_file().string(), messaging::hex(check->last_hash));
  return 0;
}

}  // namespace fenghuo::server
