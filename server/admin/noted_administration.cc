#include "server/admin/noted_administration.h"

#include <optional>

#include "server/admin/workbook_wishes.h"

namespace fenghuo::server {

using messaging::Json;
using messaging::SecurityKind;

namespace {

std::string member(Json const& from, char const* name) {
  Json const* found = from.find(name);
  auto const* text = found == nullptr ? nullptr : found->string();
  return text == nullptr ? "" : *text;
}

std::optional<SecurityKind> kind_of(std::string const& wish) {
  struct Kind {
    std::string_view wish;
    SecurityKind kind;
  };
  constexpr Kind kKinds[] = {{"user_add", SecurityKind::AccountOpened},
                             {"user_passwd", SecurityKind::PasswordSet},
                             {"user_disable", SecurityKind::AccountDisabled},
                             {"user_enable", SecurityKind::AccountEnabled},
                             {"second_factor_reset", SecurityKind::SecondFactorReset},
                             {"token_create", SecurityKind::TokenCreated},
                             {"token_revoke", SecurityKind::TokenRevoked}};
  for (auto const& one : kKinds) {
    if (one.wish == wish) {
      return one.kind;
    }
  }
  return std::nullopt;
}

Json accept_history(center::Center& center, messaging::SecurityLog& log, Json const& wish) {
  std::string const subject = member(wish, "subject");
  std::string const because = member(wish, "because");
  if (subject.empty() || because.empty()) {
    return Json::object({{"ok", false}, {"code", "malformed"}, {"detail", "subject and because"}});
  }
  log.note(local_entry(SecurityKind::HistoryAccepted, center.clock().now(), subject, because));
  log.flush();
  return Json::object({{"ok", true}});
}

}  // namespace

messaging::SecurityEntry local_entry(SecurityKind kind, Time time, std::string subject,
                                     std::string detail) {
  messaging::SecurityEntry entry;
  entry.time = time;
  entry.kind = kind;
  entry.account = "local";
  entry.role = "system_admin";
  entry.subject = std::move(subject);
  entry.outcome = "done";
  entry.detail = std::move(detail);
  return entry;
}

Json administer_noted(center::Center& center, Secrets& secrets, messaging::SecurityLog& log,
                      Json const& wish) {
  std::string const what = member(wish, "do");
  Time const now = center.clock().now();
  if (what == "note_export") {
    log.note(
        local_entry(SecurityKind::Exported, now, member(wish, "subject"), member(wish, "detail")));
    log.flush();
    return Json::object({{"ok", true}});
  }
  if (what == "accept_history") {
    return accept_history(center, log, wish);
  }
  if (is_workbook_wish(what)) {
    return administer_workbook(center, log, wish, secrets.profile.administrators_apart);
  }
  Json answer = administer(center, secrets, wish);
  auto const kind = kind_of(what);
  Json const* ok = answer.find("ok");
  bool const done = ok != nullptr && ok->boolean() != nullptr && *ok->boolean();
  if (done && kind) {
    // Of a token the account that it speaks for, and the id that it is revoked by.
    std::string const id = *kind == SecurityKind::TokenCreated ? member(answer, "id") : "";
    std::string const subject =
        *kind == SecurityKind::TokenRevoked ? member(wish, "id") : member(wish, "account");
    log.note(local_entry(*kind, now, subject, id.empty() ? member(answer, "note") : "token " + id));
  } else if (!done) {
    auto entry = local_entry(SecurityKind::Refused, now, member(wish, "account"), what);
    entry.outcome = member(answer, "code");
    log.note(std::move(entry));
  }
  return answer;
}

void note_first_login(messaging::SecurityLog& log, Time time, FirstLogin const& login) {
  if (!login.account.empty()) {
    log.note(local_entry(SecurityKind::AccountOpened, time, login.account, "the first account"));
  }
}

}  // namespace fenghuo::server
