#include <fmt/format.h>

#include <fstream>

#include "server/cli/centre_call.h"
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
  auto const answer = ask_centre(settings, *json);
  if (!answer) {
    return report_error(answer.error());
  }
  if (int const code = refused_with(*answer); code != 0) {
    return code;
  }
  if (wish.json) {
    fmt::print("{}\n", answer->text());
  } else {
    print_answer(*answer);
  }
  return 0;
}

}  // namespace fenghuo::server
