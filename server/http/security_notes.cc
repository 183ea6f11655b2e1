#include "server/http/security_notes.h"

#include <algorithm>

#include "server/access/sign_in.h"

namespace fenghuo::server {

using messaging::Json;
using messaging::SecurityEntry;
using messaging::SecurityKind;

namespace {

std::string member(Json const& from, char const* name) {
  Json const* found = from.find(name);
  auto const* text = found == nullptr ? nullptr : found->string();
  return text == nullptr ? "" : *text;
}

std::string problem_name(Answer const& answer) {
  std::string const type = member(answer.body, "type");
  return type.substr(type.rfind('/') + 1);
}

bool has_credentials(Call const& call) {
  return !call.header("Authorization").empty() ||
         call.header("Cookie").find(std::string{kSessionCookie} + "=") != std::string::npos;
}

bool is_refusal(Call const& call, Answer const& answer) {
  switch (answer.status) {
    case 403:
    case 409:
    case 412:
    case 422:
    case 428:
      return true;
    case 401:
      return has_credentials(call);
    default:
      return answer.status >= 400 && answer.body.find("rejection") != nullptr;
  }
}

SecurityEntry entry_of(Desk& desk, Call const& call) {
  SecurityEntry entry;
  entry.time = desk.center.clock().now();
  entry.account = call.who.account;
  for (auto const role : call.who.roles) {
    entry.role.append(entry.role.empty() ? "" : ",").append(name_of(role));
  }
  entry.peer = call.peer;
  entry.request_id = call.request_id;
  entry.subject = path_without_secrets(call.path);
  entry.outcome = "done";
  return entry;
}

std::string member_of_body(Call const& call, char const* name) {
  auto const body = messaging::parse_json(call.body, {.bytes = call.body.size(), .depth = 32});
  return body ? member(*body, name) : "";
}

void note_sign_in(Desk& desk, Call const& call, Answer const& answer) {
  SecurityEntry entry = entry_of(desk, call);
  entry.kind = answer.status == 201   ? SecurityKind::SignedIn
               : answer.status == 429 ? SecurityKind::Locked
                                      : SecurityKind::SignInFailed;
  if (answer.status != 201 && answer.status != 401 && answer.status != 429) {
    return;  // malformed: nobody tried a password
  }
  std::string const tried = member_of_body(call, "account");
  bool const known = desk.center.committed().read(
      [&](domain::State const& state) { return domain::find(state.accounts, tried) != nullptr; });
  entry.account = known ? tried : "";
  if (answer.status != 201) {
    entry.outcome = problem_name(answer);
    entry.detail = known ? "" : "no such account";
  }
  desk.security.note(std::move(entry));
}

struct Noted {
  SecurityKind kind;
  std::string subject;
};

/// What a successful call was, where the log wants to know.
std::optional<Noted> success_of(Call const& call, Answer const& answer) {
  constexpr std::string_view kUsers = "/api/v1/users/";
  std::string const& path = call.path;
  std::string const first = call.parameters.empty() ? "" : call.parameters.front();
  if (call.method == "GET") {
    bool const log = path.starts_with("/api/v1/security-log") || path == "/api/v1/audit";
    return log ? std::optional{Noted{SecurityKind::LogRead, path}} : std::nullopt;
  }
  if (path == "/api/v1/session" && call.method == "DELETE") {
    return Noted{SecurityKind::SignedOut, path};
  }
  if (path == "/api/v1/tokens") {
    return Noted{SecurityKind::TokenCreated, member(answer.body, "id")};
  }
  if (path.starts_with("/api/v1/tokens/")) {
    return Noted{SecurityKind::TokenRevoked, first};
  }
  if (path == "/api/v1/users") {
    return Noted{SecurityKind::AccountOpened, member_of_body(call, "account")};
  }
  if (!path.starts_with(kUsers)) {
    return std::nullopt;
  }
  return Noted{path.ends_with("/password")  ? SecurityKind::PasswordSet
               : path.ends_with("/disable") ? SecurityKind::AccountDisabled
               : path.ends_with("/enable")  ? SecurityKind::AccountEnabled
                                            : SecurityKind::AccountChanged,
               first};
}

void note_reading(Desk& desk, Call const& call, Answer const& answer) {
  std::vector<std::string> objects = answer.personal_of;
  if (answer.feed && answer.feed->who.may(Permission::SeePersonal)) {
    objects.emplace_back("feed");
  }
  if (!objects.empty()) {
    SecurityEntry entry = entry_of(desk, call);
    entry.kind = SecurityKind::PersonalDataRead;
    desk.security.note_personal_data(std::move(entry), objects);
  }
}

}  // namespace

std::string path_without_secrets(std::string_view path) {
  constexpr std::size_t kLongestId = 64;
  std::string out;
  while (true) {
    auto const end = path.find('/');
    std::string_view const part = path.substr(0, end);
    bool const secret = part.starts_with("fht_") || part.size() > kLongestId;
    out += secret ? "…" : part;
    if (end == std::string_view::npos) {
      return out;
    }
    out += '/';
    path.remove_prefix(end + 1);
  }
}

void note_answer(Desk& desk, Call const& call, Answer const& answer) {
  if (call.method == "POST" && call.path == "/api/v1/session") {
    note_sign_in(desk, call, answer);
    return;
  }
  if (is_refusal(call, answer)) {
    SecurityEntry entry = entry_of(desk, call);
    entry.kind = SecurityKind::Refused;
    entry.outcome = problem_name(answer);
    entry.detail =
        call.method + " " + std::to_string(answer.status) + ": " + member(answer.body, "detail");
    desk.security.note(std::move(entry));
    return;
  }
  if (answer.status >= 300 || call.who.account.empty()) {
    return;
  }
  if (auto noted = success_of(call, answer)) {
    SecurityEntry entry = entry_of(desk, call);
    entry.kind = noted->kind;
    entry.subject = path_without_secrets(noted->subject);
    bool const repeated =
        std::any_of(answer.headers.begin(), answer.headers.end(),
                    [](auto const& header) { return header.first == "Idempotency-Replayed"; });
    entry.outcome = repeated ? "repeated" : "done";
    for (auto const& [name, value] : call.query) {
      entry.detail.append(entry.detail.empty() ? "" : "&").append(name).append("=").append(value);
    }
    desk.security.note(std::move(entry));
  } else if (call.method == "GET") {
    note_reading(desk, call, answer);
  }
}

}  // namespace fenghuo::server
