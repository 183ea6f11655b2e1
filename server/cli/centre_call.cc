#include "server/cli/centre_call.h"

#include <fmt/format.h>

#include "server/admin/admin_socket.h"
#include "server/admin/noted_administration.h"
#include "server/cli/exit_code.h"
#include "server/data_folder.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

int exit_of(std::string const& code) {
  if (code == "malformed") {
    return static_cast<int>(ExitCode::Usage);
  }
  if (code.starts_with("unknown_") || code == "not_found") {
    return static_cast<int>(ExitCode::NotFound);
  }
  return static_cast<int>(code == "unavailable" ? ExitCode::Failed : ExitCode::Conflict);
}

}  // namespace

Result<Json> ask_centre(Settings const& settings, Json const& wish, std::chrono::seconds patience) {
  auto const socket = std::filesystem::path{settings.data} / "admin.sock";
  if (auto answer = ask_running(socket, wish, patience)) {
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

int refused_with(Json const& answer) {
  Json const* ok = answer.find("ok");
  if (ok != nullptr && ok->boolean() != nullptr && *ok->boolean()) {
    return 0;
  }
  std::string const code = text_of(answer, "code");
  fmt::print(stderr, "fenghuo: {}: {}\n", code, text_of(answer, "detail"));
  return exit_of(code);
}

}  // namespace fenghuo::server
