#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>

#include "center/clock.h"
#include "center/roads.h"
#include "core/base/time_text.h"
#include "gis/region/region.h"
#include "messaging/codec/event_codec.h"
#include "messaging/codec/json.h"
#include "messaging/journal/sqlite_journal.h"
#include "server/access/administrators.h"
#include "server/cli/commands.h"
#include "server/gateways/gateways.h"
#include "server/tls/tls_folder.h"

namespace fenghuo::server {

namespace fs = std::filesystem;
using messaging::Json;

namespace {

enum class Health { Good, Warn, Bad };

struct Finding {
  std::string part;
  Health health = Health::Good;
  std::string says;  ///< with the mend, where something is wrong
};

Finding check_data(Settings const& settings) {
  fs::path const folder{settings.data};
  if (!fs::exists(folder)) {
    return {"data", Health::Warn,
            fmt::format("{} is not there yet; serve makes it", folder.string())};
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return {"data", Health::Bad,
            fmt::format("{} is not writable: chown it to the user that serves", folder.string())};
  }
  return {"data", Health::Good, folder.string()};
}

Finding check_disk(Settings const& settings) {
  fs::path at = fs::absolute(settings.data);
  while (!fs::exists(at)) {
    at = at.parent_path();
  }
  std::error_code error;
  auto const space = fs::space(at, error);
  if (error) {
    return {"disk", Health::Warn, error.message()};
  }
  auto const free_mib = space.available >> 20U;
  auto const percent = space.capacity == 0 ? 0 : space.available * 100 / space.capacity;
  std::string const says = fmt::format("{} MiB free ({} %)", free_mib, percent);
  if (free_mib < 256) {
    return {"disk", Health::Bad, says + ": make room, or orders can soon not be stored"};
  }
  return {"disk", free_mib < 2'048 ? Health::Warn : Health::Good, says};
}

Finding check_store(Settings const& settings) {
  if (!fs::exists(settings.journal_file())) {
    return {"journal", Health::Warn, "none yet; serve founds a centre"};
  }
  auto const journal = messaging::SqliteJournal::open_read_only(settings.journal_file());
  if (!journal) {
    return {"journal", Health::Bad, journal.error().message};
  }
  auto const store = (*journal)->check_store();
  auto const check = messaging::check_journal(**journal);
  if (!store || !check || !store->empty() || !check->broken.empty()) {
    return {"journal", Health::Bad,
            "it does not verify: run `fenghuo journal verify`, then restore a backup"};
  }
  return {"journal", Health::Good,
          fmt::format("{} rows, chain whole ({}); one connection writes and checkpoints",
                      check->rows, (*journal)->identity().algorithm)};
}

std::string listed(std::vector<std::string> const& names) {
  std::string out;
  for (auto const& name : names) {
    out.append(out.empty() ? "" : ", ").append(name);
  }
  return out;
}

/// What the journal tells by some kinds of events; nothing else is made of it.
template <class Wanted>
Result<domain::State> told_by(messaging::Journal& journal, Wanted const& wanted) {
  constexpr std::size_t kRows = 1'000;
  domain::State state;
  Sequence at = 0;
  while (true) {
    auto const rows = journal.read(at, kRows);
    if (!rows || rows->empty()) {
      return rows ? Result<domain::State>{std::move(state)} : rows.error();
    }
    for (auto const& row : *rows) {
      at = row.sequence;
      if (!wanted(std::string_view{row.type})) {
        continue;
      }
      auto const event = messaging::decode_row(row);
      if (!event) {
        return event.error();
      }
      std::visit(
          [&](auto const& e) {
            domain::apply(state, {event->sequence, event->recorded_at}, e);
          },
          event->event);
    }
  }
}

Finding check_administrators(Settings const& settings) {
  if (!profile_named(settings.security_profile)->administrators_apart) {
    return {"offices", Health::Good, "this profile lets one account hold several"};
  }
  if (!fs::exists(settings.journal_file())) {
    return {"offices", Health::Warn, "no accounts yet"};
  }
  auto const journal = messaging::SqliteJournal::open_read_only(settings.journal_file());
  auto const state =
      journal
          ? told_by(**journal, [](std::string_view type) { return type.starts_with("account_"); })
          : journal.error();
  if (!state) {
    return {"offices", Health::Bad, state.error().message};
  }
  auto const found = administrators_of(*state);
  std::string says;
  if (!found.vacant.empty()) {
    says = "no account of its own for " + listed(found.vacant) +
           ": `fenghuo user add NAME --role ROLE` for each";
  }
  if (!found.together.empty()) {
    says += (says.empty() ? "" : "; ") + listed(found.together) +
            " holds more than one: then take them away with PUT /api/v1/users/NAME";
  }
  return {"offices", says.empty() ? Health::Good : Health::Warn,
          says.empty() ? "system, security and audit are held by different accounts" : says};
}

Finding check_region(Settings const& settings) {
  if (settings.region.empty()) {
    return {"region", Health::Warn,
            "none: travel times are straight lines; `fenghuo region build FILE.osm.pbf --out DIR`, "
            "then --region DIR"};
  }
  auto const region = gis::Region::open(settings.region);
  if (!region) {
    return {"region", Health::Bad, region.error().message};
  }
  auto const& info = (*region)->info();
  return {"region", Health::Good,
          fmt::format("{}: {} nodes, {} arcs", info.name, info.nodes, info.arcs)};
}

Finding check_closures(Settings const& settings) {
  if (settings.region.empty() || !fs::exists(settings.journal_file())) {
    return {"closures", Health::Good, "nothing to match"};
  }
  auto const region = gis::Region::open(settings.region);
  auto const journal = messaging::SqliteJournal::open_read_only(settings.journal_file());
  auto const state = !region   ? Result<domain::State>{region.error()}
                     : journal ? told_by(**journal,
                                         [](std::string_view type) {
                                           return type == domain::RoadClosed::kName ||
                                                  type.starts_with("closure_");
                                         })
                               : journal.error();
  if (!state) {
    return {"closures", Health::Bad, state.error().message};
  }
  std::vector<std::string> unmatched;
  std::size_t looked_at = 0;
  for (auto const& [id, closure] : state->closures) {
    bool const holds = closure->status == domain::ClosureStatus::Active ||
                       closure->status == domain::ClosureStatus::Scheduled;
    looked_at += holds ? 1U : 0U;
    if (holds && gis::edges_closed_by(**region, center::shape_of(*closure)).empty()) {
      unmatched.push_back(to_text(id) + " " + closure->facts.name);
    }
  }
  return unmatched.empty()
             ? Finding{"closures", Health::Good,
                       fmt::format("{} in force or to come, each on a road of this map", looked_at)}
             : Finding{"closures", Health::Warn,
                       fmt::format("on no road of this map: {}; close them anew, then lift these",
                                   fmt::join(unmatched, ", "))};
}

Finding check_clock() {
  std::time_t const now = std::time(nullptr);
  constexpr std::time_t kNotBefore = 1'767'225'600;  // 2026-01-01: nothing of this program is older
  if (now < kNotBefore) {
    return {"clock", Health::Bad,
            "the clock stands before 2026: set it and keep it with chrony or ntpd"};
  }
  return {"clock", Health::Good, "plausible; keep it with chrony or ntpd"};
}

Finding check_gateways(Settings const& settings) {
  auto const gateways = Gateways::of(settings);
  if (!gateways) {
    return {"gateways", Health::Bad, gateways.error().message};
  }
  std::vector<std::string_view> names;
  for (auto const& bearer : gateways->bearers) {
    names.push_back(bearer->name());
  }
  return {"gateways", Health::Good,
          names.empty() ? "none: people are told by telephone, radio and in the application"
                        : fmt::format("{}", fmt::join(names, ", "))};
}

Finding check_certificate(Settings const& settings) {
  constexpr std::int64_t kDays = 30;
  auto const files = tls_files(settings);
  if (!settings.uses_tls() && !fs::exists(files.certificate)) {
    return {"tls", Health::Warn,
            "off: passwords cross the network in the clear, unless a proxy in front speaks TLS; "
            "`fenghuo tls init`, then serve --tls"};
  }
  auto const facts = read_certificate(files.certificate);
  if (!facts) {
    return {"tls", Health::Bad, facts.error().message + "; `fenghuo tls init` makes one"};
  }
  Duration const left = facts->ends_at - center::SystemClock{}.now();
  std::string const says = fmt::format("{} ends on {}", files.certificate.string(),
                                       to_rfc3339(facts->ends_at).substr(0, 10));
  if (left < Duration{}) {
    return {"tls", Health::Bad, says + ", nobody trusts it any more: `fenghuo tls init`, SIGHUP"};
  }
  bool const soon = left < hours(24 * kDays);
  return {"tls", soon ? Health::Warn : Health::Good,
          soon ? says + ": renew it with `fenghuo tls init`, then send the centre SIGHUP" : says};
}

Finding check_port(Settings const& settings) {
  auto const address = parse_host_port(settings.listen);
  if (!address) {
    return {"port", Health::Bad, address.error().message};
  }
  int const probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(address->port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool const taken = ::connect(probe, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  ::close(probe);
  return {
      "port", taken ? Health::Warn : Health::Good,
      taken ? fmt::format(
                  "somebody answers on port {}: the centre itself, or choose another with --listen",
                  address->port)
            : fmt::format("port {} is free", address->port)};
}

Finding check_fonts() {
  for (char const* folder : {"/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/wqy",
                             "/usr/share/fonts/truetype/droid"}) {
    if (fs::exists(folder)) {
      return {"fonts", Health::Good, "Chinese fonts are there"};
    }
  }
  return {"fonts", Health::Warn,
          "no Chinese font on this machine (only screens and paper made here need one): install "
          "fonts-noto-cjk"};
}

std::string_view word(Health health) {
  switch (health) {
    case Health::Good:
      return "ok";
    case Health::Warn:
      return "warning";
    case Health::Bad:
      break;
  }
  return "bad";
}

}  // namespace

int doctor(Configuration const& configuration, bool json) {
  Settings const& settings = configuration.settings;
  Finding const findings[] = {check_data(settings),
                              check_disk(settings),
                              check_store(settings),
                              check_administrators(settings),
                              check_region(settings),
                              check_closures(settings),
                              check_clock(),
                              check_certificate(settings),
                              check_gateways(settings),
                              check_port(settings),
                              check_fonts()};
  Json::Array out;
  bool bad = false;
  for (auto const& finding : findings) {
    bad = bad || finding.health == Health::Bad;
    if (json) {
      out.push_back(Json::object(
          {{"part", finding.part}, {"health", word(finding.health)}, {"says", finding.says}}));
    } else {
      fmt::print("{:<8} {:<8} {}\n", finding.part, word(finding.health), finding.says);
    }
  }
  if (json) {
    fmt::print("{}\n", Json::object({{"ok", !bad}, {"findings", std::move(out)}}).text());
  }
  return bad ? static_cast<int>(ExitCode::Failed) : 0;
}

}  // namespace fenghuo::server
