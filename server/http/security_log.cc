#include <filesystem>

#include "core/base/time_text.h"
#include "messaging/security_log/anchor.h"
#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;
using messaging::SecurityKind;
using messaging::SecurityQuery;

struct LogPage {
  SecurityQuery query;
  std::size_t limit = 100;
};

/// Reads one argument; what is wrong with it, or nothing.
std::string read_argument(LogPage& page, std::string const& name, std::string const& value) {
  if (name == "limit" || name == "cursor") {
    auto const number = whole_number(value);
    if (!number || *number < 1 || (name == "limit" && *number > 500)) {
      return name == "limit" ? "expected 1 to 500" : "not a cursor that this list gave";
    }
    if (name == "limit") {
      page.limit = static_cast<std::size_t>(*number);
    } else {
      page.query.before = *number;
    }
    return "";
  }
  if (name == "from" || name == "until") {
    auto const time = parse_rfc3339(value);
    (name == "from" ? page.query.from : page.query.until) = time;
    return time ? "" : "expected a time like 2026-07-01T02:07:00+08:00";
  }
  if (name == "account") {
    page.query.account = value;
    return "";
  }
  page.query.kind = enum_named<SecurityKind>(value);
  return page.query.kind ? "" : "no such kind of row";
}

std::optional<Answer> read_page(Call const& call, LogPage& page,
                                std::initializer_list<std::string_view> known) {
  if (auto unknown = refuse_other_arguments(call, known)) {
    return unknown;
  }
  std::vector<messaging::FieldError> errors;
  for (auto const& [name, value] : call.query) {
    if (std::string wrong = read_argument(page, name, value); !wrong.empty()) {
      errors.push_back({name, std::move(wrong)});
    }
  }
  return errors.empty() ? std::nullopt : std::optional{problem(call, errors)};
}

/// A page of rows, newest first; `show` makes an item of a row.
template <class Show>
Answer rows_page(Desk& desk, Call const& call, LogPage const& page, Show show) {
  desk.security.flush();  // who looks right after a sign-in wants to see it
  auto const rows = desk.security.store().newest(page.query, page.limit + 1);
  if (!rows) {
    return problem(call, rows.error());
  }
  Json::Array items;
  for (auto const& row : *rows) {
    if (items.size() < page.limit) {
      items.push_back(show(row));
    }
  }
  Json const next =
      rows->size() > page.limit ? Json{std::to_string((*rows)[page.limit - 1].sequence)} : Json{};
  return Answer::json(Json::object({{"items", std::move(items)}, {"next_cursor", next}}));
}

Answer read_log(Desk& desk, Call& call) {
  LogPage page;
  if (auto wrong = read_page(call, page, {"kind", "account", "from", "until", "limit", "cursor"})) {
    return std::move(*wrong);
  }
  int const zone = api_style(desk).zone_minutes;
  return rows_page(desk, call, page,
                   [&](messaging::SecurityRow const& row) { return to_json(row, zone); });
}

Answer read_anchors(Desk& desk, Call& call) {
  LogPage page;
  if (auto wrong = read_page(call, page, {"from", "until", "limit", "cursor"})) {
    return std::move(*wrong);
  }
  page.query.kind = SecurityKind::Anchor;
  int const zone = api_style(desk).zone_minutes;
  Answer answer = rows_page(desk, call, page, [&](messaging::SecurityRow const& row) {
    auto const anchor = messaging::anchor_of(row.entry.detail).value_or(messaging::Anchor{});
    return Json::object({{"time", to_rfc3339(row.entry.time, zone)},
                         {"stream", anchor.stream},
                         {"epoch", anchor.journal.epoch},
                         {"sequence", anchor.journal.sequence},
                         {"hash", messaging::hex(anchor.journal.hash)},
                         {"log_sequence", anchor.log.sequence},
                         {"log_hash", messaging::hex(anchor.log.hash)},
                         {"line", row.entry.detail}});
  });
  auto const keys =
      messaging::AnchorVerifier::read(std::filesystem::path{desk.settings.data} / "anchor.pub");
  if (!keys) {
    return problem(call, keys.error());
  }
  if (answer.status == 200) {
    answer.body.add("public_key", keys->pem());
  }
  return answer;
}

}  // namespace

void add_security_log_routes(RouteTable& routes, Desk& desk) {
  routes.add({"GET", "/api/v1/security-log", Permission::Audit,
              [&](Call& c) { return read_log(desk, c); }});
  routes.add({"GET", "/api/v1/security-log/anchors", Permission::Audit,
              [&](Call& c) { return read_anchors(desk, c); }});
}

}  // namespace fenghuo::server
