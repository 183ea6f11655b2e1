#include <fmt/format.h>

#include "center/clock.h"
#include "core/base/time_text.h"
#include "messaging/codec/json.h"
#include "server/cli/commands.h"
#include "server/tls/tls_folder.h"

namespace fenghuo::server {

using messaging::Json;

namespace {

Json facts_json(CertificateFacts const& facts) {
  Json::Array names;
  for (auto const& name : facts.names) {
    names.emplace_back(name);
  }
  return Json::object({{"names", std::move(names)},
                       {"sha256", facts.fingerprint},
                       {"ends_at", to_rfc3339(facts.ends_at)}});
}

}  // namespace

int tls_init(Settings const& settings, std::vector<std::string> const& names, bool json) {
  auto const folder = std::filesystem::path{settings.data} / "tls";
  auto const made = make_certificates(folder, names, center::SystemClock{}.now());
  if (!made) {
    return report_error(made.error());
  }
  if (json) {
    fmt::print("{}\n", Json::object({{"folder", folder.string()},
                                     {"new_authority", made->new_authority},
                                     {"authority", facts_json(made->authority)},
                                     {"server", facts_json(made->server)}})
                           .text());
    return 0;
  }
  fmt::print("{}\n{}\n{}\n", (folder / "ca.crt").string(), (folder / "server.crt").string(),
             (folder / "server.key").string());
  std::string list;
  for (auto const& name : made->server.names) {
    list += " " + name;
  }
  fmt::print(stderr,
             "fenghuo: certificate for{}, until {}\n"
             "fenghuo: {}; install ca.crt on every machine that calls / 请在每台终端安装 ca.crt\n"
             "fenghuo:   SHA-256 {}\n"
             "fenghuo: serve with --tls; a running centre reads a new certificate on SIGHUP\n",
             list, to_rfc3339(made->server.ends_at).substr(0, 10),
             made->new_authority ? "a new private authority" : "the authority of before",
             made->authority.fingerprint);
  return 0;
}

}  // namespace fenghuo::server
