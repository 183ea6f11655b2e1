#include <fmt/format.h>
#include <unistd.h>

#include "core/base/time_text.h"
#include "messaging/journal/sqlite_journal.h"
#include "server/admin/admin_socket.h"
#include "server/admin/noted_administration.h"
#include "server/cli/anchored_journal.h"
#include "server/cli/commands.h"
#include "server/data_folder.h"

namespace fenghuo::server {

using messaging::Json;
using messaging::SecurityKind;

namespace {

/// Whoever runs this command.
std::string user() { return fmt::format("user id {}", ::getuid()); }

/// Says a thing to the security log: through the running centre, or into the file of a folder at rest.
Result<void> say(Settings const& settings, Json const& wish, messaging::SecurityEntry entry) {
  if (auto const answer = ask_running(std::filesystem::path{settings.data} / "admin.sock", wish)) {
    Json const* ok = answer->find("ok");
    if (ok != nullptr && ok->boolean() != nullptr && *ok->boolean()) {
      return {};
    }
    return Error{ErrorCode::Unavailable, "the running centre refused: " + answer->text()};
  }
  auto const log = open_security_log(settings);
  if (!log) {
    return log.error();
  }
  (*log)->note(std::move(entry));
  (*log)->flush();
  auto const troubles = (*log)->troubles();
  return troubles.empty() ? Result<void>{} : Error{ErrorCode::Unavailable, troubles.front()};
}

int broken_log(std::string const& what) {
  fmt::print(stderr, "fenghuo: the security log does not verify: {}\n", what);
  return static_cast<int>(ExitCode::Failed);
}

void print_row(messaging::SecurityRow const& row, bool json) {
  if (json) {
    fmt::print("{}\n", to_json(row, 0).text());
    return;
  }
  auto const& e = row.entry;
  auto const shown = [](std::string const& text) { return text.empty() ? "-" : text.c_str(); };
  fmt::print("{} {} {} {} {} {} {} {}\n", row.sequence, to_rfc3339(e.time), name_of(e.kind),
             shown(e.account), shown(e.peer), shown(e.subject), shown(e.outcome), e.detail);
}

}  // namespace

void note_export(Settings const& settings, std::string const& subject, std::string const& whereto) {
  if (!security_log_of(settings)) {
    return;  // a copy, or a folder that was never served
  }
  std::string const detail = whereto.empty() ? user() : user() + ", to " + whereto;
  auto const said =
      say(settings, Json::object({{"do", "note_export"}, {"subject", subject}, {"detail", detail}}),
          local_entry(SecurityKind::Exported, center::SystemClock{}.now(), subject, detail));
  if (!said) {
    fmt::print(stderr, "fenghuo: not noted in the security log: {}\n", said.error().message);
  }
}

int security_log_verify(Settings const& settings, WitnessWish const& wish, bool json) {
  auto const file = settings.security_file();
  if (!std::filesystem::exists(file)) {
    return report_error({ErrorCode::NotFound, "there is no security log " + file.string()});
  }
  Settings own = settings;
  own.journal.clear();  // the folder's own log is asked for, whatever journal it was served with
  auto const witnesses = read_witnesses(own, wish);
  if (!witnesses) {
    return report_error(witnesses.error());
  }
  auto const& check = *witnesses->log;
  if (json) {
    fmt::print("{}\n", Json::object({{"ok", check.broken.empty()},
                                     {"rows", check.rows},
                                     {"begins_after", check.begins_at.sequence},
                                     {"anchors", check.anchors.size()},
                                     {"mirrored", witnesses->mirror.anchors.size()},
                                     {"unreadable_lines", witnesses->mirror.unreadable},
                                     {"head", messaging::hex(check.head.hash)},
                                     {"broken", check.broken}})
                           .text());
  }
  if (!check.broken.empty()) {
    return broken_log(check.broken);
  }
  if (!json) {
    fmt::print("{} rows, chain whole, {} anchors signed, {} held elsewhere, head {}\n", check.rows,
               check.anchors.size(), witnesses->mirror.anchors.size(),
               messaging::hex(check.head.hash));
  }
  return 0;
}

int security_log_dump(Settings const& settings, std::int64_t after, bool json) {
  auto const log = messaging::SecurityStore::open_read_only(settings.security_file());
  if (!log) {
    return report_error(log.error());
  }
  while (true) {
    auto const rows = (*log)->read(after, 1'000);
    if (!rows) {
      return report_error(rows.error());
    }
    if (rows->empty()) {
      break;
    }
    for (auto const& row : *rows) {
      print_row(row, json);
    }
    after = rows->back().sequence;
  }
  note_export(settings, "security log", "");
  return 0;
}

int security_log_backup(Settings const& settings, std::string const& to) {
  auto const rows = messaging::backup_security_log(settings.security_file(), to);
  if (!rows) {
    return report_error(rows.error());
  }
  fmt::print("{} rows copied to {} and verified\n", *rows, to);
  note_export(settings, "security log", to);
  return 0;
}

int journal_accept_history(Settings const& settings, std::string const& because) {
  if (because.empty()) {
    return report_error({ErrorCode::InvalidArgument, "say why: --because \"…\""});
  }
  auto const witnesses = read_witnesses(settings, {});
  if (!witnesses) {
    return report_error(witnesses.error());
  }
  if (!witnesses->log) {
    return report_error({ErrorCode::NotFound,
                         "there is no security log beside this journal, and "
                         "nothing to answer for"});
  }
  auto const journal = messaging::SqliteJournal::open_read_only(settings.journal_file());
  if (!journal) {
    return report_error(journal.error());
  }
  auto const check = messaging::check_anchors(**journal, witnesses->log->anchors,
                                              witnesses->log->acceptances, &*witnesses->keys);
  if (!check) {
    return report_error(check.error());
  }
  if (check->broken.empty()) {
    return report_error({ErrorCode::Conflict,
                         "this journal fits all its anchors: there is nothing "
                         "to answer for"});
  }
  Sequence const stands = check->first_wrong - 1;
  // Anchors made since the change was noticed are of the history that goes on; where it was not noticed, none is.
  auto const& log = *witnesses->log;
  Sequence const before =
      log.last_change > check->last_wrong_row ? log.last_change : log.head.sequence + 1;
  std::string const subject = messaging::acceptance_subject(stands, before);
  std::string const reason = because + " (" + user() + ")";
  auto const said = say(
      settings, Json::object({{"do", "accept_history"}, {"subject", subject}, {"because", reason}}),
      local_entry(SecurityKind::HistoryAccepted, center::SystemClock{}.now(), subject, reason));
  if (!said) {
    return report_error(said.error());
  }
  fmt::print("accepted: the older anchors hold up to row {}; what comes after is the history now\n",
             stands);
  return 0;
}

}  // namespace fenghuo::server
