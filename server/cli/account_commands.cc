#include <fmt/format.h>

#include <fstream>

#include "server/admin/admin_socket.h"
#include "server/admin/administration.h"
#include "server/admin/noted_administration.h"
#include "server/cli/commands.h"
#include "server/data_folder.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

Result<Json> wish_of(AccountWish const& wish) {
  Json out = Json::object({{"do", wish.action}, {"account", wish.account}});
  if (!wish.password_file.empty()) {
    std::ifstream in{wish.password_file};
    std::string password;
    if (!std::getline(in, password) || password.empty()) {
      return Error{ErrorCode::NotFound, "no password in the first line of " + wish.password_file};
    }
    out.add("password", password);
  }
  Json facts{Json::Object{}};
  facts.add("display_name", wish.display_name.empty() ? wish.account : wish.display_name);
  Json::Array roles;
  for (auto const& role : wish.roles) {
    roles.emplace_back(role);
  }
  facts.add("roles", std::move(roles));
  facts.add("area", wish.area);
  if (!wish.team.empty()) {
    facts.add("team", wish.team);
  }
  out.add("facts", std::move(facts));
  out.add("label", wish.label);
  out.add("id", wish.id);
  out.add("reason", wish.reason);
  return out;
}

/// The running centre answers through its socket; a folder at rest is opened here.
Result<Json> ask(Settings const& settings, Json const& wish) {
  auto const socket = std::filesystem::path{settings.data} / "admin.sock";
  if (auto answer = ask_running(socket, wish)) {
    return std::move(*answer);
  }
  auto opened = open_center(settings, [](std::string const&) {});
  if (!opened) {
    return opened.error();
  }
  center::Center& center = *opened->center;
  auto secrets = open_secrets(settings);
  if (!secrets) {
    return secrets.error();
  }
  center.start();
  auto const founded =
      found_if_new(center, **secrets, settings.jurisdiction, settings.zone_minutes);
  if (!founded) {
    return founded.error();
  }
  note_first_login(*opened->security, center.clock().now(), *founded);
  if (!founded->account.empty()) {
    fmt::print(stderr, "fenghuo: first login, shown once: {} {}\n", founded->account,
               founded->password);
  }
  return administer_noted(center, **secrets, *opened->security, wish);
}

std::string text_of(Json const& answer, char const* name) {
  Json const* member = answer.find(name);
  auto const* text = member == nullptr ? nullptr : member->string();
  return text == nullptr ? "" : *text;
}

int exit_of(std::string const& code) {
  if (code == "malformed") {
    return static_cast<int>(ExitCode::Usage);
  }
  if (code.starts_with("unknown_") || code == "not_found") {
    return static_cast<int>(ExitCode::NotFound);
  }
  return static_cast<int>(code == "unavailable" ? ExitCode::Failed : ExitCode::Conflict);
}

void print_answer(Json const& answer) {
  if (Json const* items = answer.find("items"); items != nullptr && items->array() != nullptr) {
    for (auto const& item : *items->array()) {
      std::string roles;
      for (auto const& role : *item.find("roles")->array()) {
        roles += (roles.empty() ? "" : ",") + *role.string();
      }
      fmt::print("{:<20} {:<40} {}{}\n", text_of(item, "id"), roles, text_of(item, "display_name"),
                 *item.find("disabled")->boolean() ? "  (disabled)" : "");
    }
    return;
  }
  for (char const* name : {"account", "password", "id", "token"}) {
    if (std::string const value = text_of(answer, name); !value.empty()) {
      fmt::print("{} {}\n", name, value);
    }
  }
}

}  // namespace

int accounts(Settings const& settings, AccountWish const& wish) {
  auto const json = wish_of(wish);
  if (!json) {
    return report_error(json.error());
  }
  auto const answer = ask(settings, *json);
  if (!answer) {
    return report_error(answer.error());
  }
  Json const* ok = answer->find("ok");
  if (ok == nullptr || ok->boolean() == nullptr || !*ok->boolean()) {
    std::string const code = text_of(*answer, "code");
    fmt::print(stderr, "fenghuo: {}: {}\n", code, text_of(*answer, "detail"));
    return exit_of(code);
  }
  if (wish.json) {
    fmt::print("{}\n", answer->text());
  } else {
    print_answer(*answer);
  }
  return 0;
}

}  // namespace fenghuo::server
