#include <fmt/format.h>

#include "messaging/codec/json.h"
#include "server/cli/commands.h"

namespace fenghuo::server {

int config_show(Configuration const& configuration, bool origin, bool json) {
  messaging::Json out{messaging::Json::Object{}};
  for (auto const& line : configuration.lines) {
    if (json) {
      out.add(line.name, messaging::Json::object({{"value", line.value}, {"origin", line.origin}}));
    } else if (origin) {
      fmt::print("{:<26} {:<32} {}\n", line.name, line.value, line.origin);
    } else {
      fmt::print("{}: {}\n", line.name, line.value);
    }
  }
  if (json) {
    fmt::print("{}\n", out.text());
  }
  return 0;
}

}  // namespace fenghuo::server
