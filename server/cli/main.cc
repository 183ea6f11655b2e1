// The command line: what can be said, and nothing of what it does.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "bench/journal_bench.h"
#include "bench/routing_bench.h"
#include "bench/year_bench.h"
#include "server/cli/commands.h"
#include "server/cli/travel_line.h"
#include "server/wiring.h"

namespace {

using fenghuo::server::AccountWish;
using fenghuo::server::Configuration;
using fenghuo::server::ExitCode;

/// Flags that are settings, and the command that was chosen.
struct Line {
  std::map<std::string, std::string> flags;
  std::string config_file;
  std::function<int(Configuration const&)> command;
};

void add_setting(CLI::App& app, Line& line, std::string const& flag, std::string const& setting,
                 std::string const& help) {
  app.add_option_function<std::string>(
      flag, [&line, setting](std::string const& value) { line.flags[setting] = value; }, help);
}

void add_serve(CLI::App& app, Line& line) {
  auto* serve = app.add_subcommand("serve", "Run the command centre");
  add_setting(*serve, line, "--listen", "listen", "HOST:PORT");
  add_setting(*serve, line, "--health-listen", "health_listen", "HOST:PORT of health and metrics");
  add_setting(*serve, line, "--data", "data", "Data folder");
  add_setting(*serve, line, "--region", "region", "Region folder");
  add_setting(*serve, line, "--journal", "journal", "sqlite:PATH");
  add_setting(*serve, line, "--hash", "hash", "Hash of a new journal's chain: sha256 or sm3");
  add_setting(*serve, line, "--anchor-mirror", "anchor_mirror",
              "File that each anchor is added to");
  add_setting(*serve, line, "--jurisdiction", "jurisdiction", "Name of a new centre");
  serve->add_flag_callback(
      "--tls", [&line] { line.flags["tls"] = "on"; },
      "HTTPS, with the certificate that `tls init` made, or the one that the settings name");
  serve->callback(
      [&line] { line.command = [](auto const& c) { return fenghuo::server::serve(c); }; });
}

void add_region(CLI::App& app, Line& line) {
  auto* region = app.add_subcommand("region", "Road networks from OpenStreetMap");
  region->require_subcommand(1);
  auto* build = region->add_subcommand("build", "Build a region folder from an extract");
  auto build_wish = std::make_shared<fenghuo::server::RegionBuildWish>();
  build->add_option("FILE", build_wish->file, "FILE.osm.pbf")->required();
  build->add_option("--out", build_wish->out, "Folder to write")->required();
  build->add_option("--name", build_wish->name, "Name of the region");
  build->add_option("--licence", build_wish->licence, "Attribution text");
  build->callback([&line, build_wish] {
    line.command = [build_wish](auto const&) { return fenghuo::server::region_build(*build_wish); };
  });
  auto* demo = region->add_subcommand("demo", "Make a fictitious Chinese county and build it");
  auto demo_wish = std::make_shared<fenghuo::server::RegionDemoWish>();
  demo->add_option("--out", demo_wish->out, "Folder to write")->required();
  demo->add_option("--seed", demo_wish->seed, "Seed; the same seed gives the same county");
  demo->add_option("--size", demo_wish->size, "county, city or province");
  demo->callback([&line, demo_wish] {
    line.command = [demo_wish](auto const&) { return fenghuo::server::region_demo(*demo_wish); };
  });
  auto* info = region->add_subcommand("info", "What a region folder holds");
  auto folder = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  info->add_option("DIR", *folder, "Region folder")->required();
  info->add_flag("--json", *json, "As JSON");
  info->callback([&line, folder, json] {
    line.command = [folder, json](auto const&) {
      return fenghuo::server::region_info(*folder, *json);
    };
  });
}

std::shared_ptr<fenghuo::server::WitnessWish> add_witnesses(CLI::App& command) {
  auto wish = std::make_shared<fenghuo::server::WitnessWish>();
  command.add_option("--anchors", wish->anchors,
                     "Anchors that were kept elsewhere (anchor_mirror)");
  command.add_option("--anchor-key", wish->anchor_key, "Public key; anchor.pub of the data folder");
  return wish;
}

void add_security_log(CLI::App& app, Line& line) {
  auto* log = app.add_subcommand("security-log", "Who did what to the centre, and the anchors");
  log->require_subcommand(1);
  auto json = std::make_shared<bool>(false);
  auto const add = [&](char const* name, char const* help) {
    auto* command = log->add_subcommand(name, help);
    add_setting(*command, line, "--data", "data", "Data folder");
    return command;
  };
  auto* verify = add("verify", "Prove its hash chain and its anchors");
  verify->add_flag("--json", *json, "As JSON");
  auto wish = add_witnesses(*verify);
  verify->callback([&line, json, wish] {
    line.command = [json, wish](auto const& c) {
      return fenghuo::server::security_log_verify(c.settings, *wish, *json);
    };
  });
  auto after = std::make_shared<std::int64_t>(0);
  auto* dump = add("dump", "Its rows, oldest first");
  dump->add_flag("--json", *json, "As JSON lines");
  dump->add_option("--after", *after, "Only after this sequence");
  dump->callback([&line, json, after] {
    line.command = [json, after](auto const& c) {
      return fenghuo::server::security_log_dump(c.settings, *after, *json);
    };
  });
  auto to = std::make_shared<std::string>();
  auto* backup = add("backup", "Copy it, also while it is written, and verify the copy");
  backup->add_option("FILE", *to, "File to write")->required();
  backup->callback([&line, to] {
    line.command = [to](auto const& c) {
      return fenghuo::server::security_log_backup(c.settings, *to);
    };
  });
}

void add_journal(CLI::App& app, Line& line) {
  auto* journal = app.add_subcommand("journal", "The log of a centre");
  journal->require_subcommand(1);
  auto const add = [&](char const* name, char const* help) {
    auto* command = journal->add_subcommand(name, help);
    add_setting(*command, line, "--data", "data", "Data folder");
    add_setting(*command, line, "--journal", "journal", "sqlite:PATH");
    return command;
  };
  auto json = std::make_shared<bool>(false);
  auto* verify = add("verify", "Prove the hash chain, the store and the attachments");
  verify->add_flag("--json", *json, "As JSON");
  auto wish = add_witnesses(*verify);
  verify->callback([&line, json, wish] {
    line.command = [json, wish](auto const& c) {
      return fenghuo::server::journal_verify(c.settings, *wish, *json);
    };
  });
  auto because = std::make_shared<std::string>();
  auto* accept = add("accept-history", "Answer for a journal that its anchors do not know");
  accept->add_option("--because", *because, "Why: which backup, on whose word")->required();
  accept->callback([&line, because] {
    line.command = [because](auto const& c) {
      return fenghuo::server::journal_accept_history(c.settings, *because);
    };
  });
  auto after = std::make_shared<std::int64_t>(0);
  auto* dump = add("dump", "Events as JSON lines");
  dump->add_option("--after", *after, "Only after this sequence");
  dump->callback([&line, after] {
    line.command = [after](auto const& c) {
      return fenghuo::server::journal_dump(c.settings, *after);
    };
  });
  auto at = std::make_shared<std::string>();
  auto* replay = add("replay", "The state, from the log alone");
  replay->add_option("--at", *at, "Sequence or time");
  replay->callback([&line, at] {
    line.command = [at](auto const& c) { return fenghuo::server::journal_replay(c.settings, *at); };
  });
  auto file = std::make_shared<std::string>();
  auto* backup = add("backup", "Copy the journal, also while it is served, and verify the copy");
  backup->add_option("TO", *file, "File to write; with --all a folder")->required();
  auto all = std::make_shared<bool>(false);
  backup->add_flag("--all", *all, "With all attachments, as a folder");
  backup->callback([&line, file, all] {
    line.command = [file, all](auto const& c) {
      return *all ? fenghuo::server::journal_backup_all(c.settings, *file)
                  : fenghuo::server::journal_backup(c.settings, *file);
    };
  });
  auto* proposals = add("check-proposals", "Ask every recorded recommendation again from the log");
  proposals->add_flag("--json", *json, "As JSON");
  proposals->callback([&line, json] {
    line.command = [json](auto const& c) {
      return fenghuo::server::journal_check_proposals(c.settings, *json);
    };
  });
  auto* restore = add("restore", "Verify a backup and put it into an empty data folder");
  restore->add_option("FROM", *file, "Backup: a file, or the folder that --all wrote")->required();
  restore->callback([&line, file] {
    line.command = [file](auto const& c) {
      return fenghuo::server::journal_restore(c.settings, *file);
    };
  });
}

void add_accounts(CLI::App& app, Line& line) {
  auto* user = app.add_subcommand("user", "Accounts");
  auto* token = app.add_subcommand("token", "Tokens for programs");
  auto wish = std::make_shared<AccountWish>();
  auto const add = [&](CLI::App* group, char const* name, std::string const& action,
                       char const* help) {
    group->require_subcommand(1);
    auto* command = group->add_subcommand(name, help);
    add_setting(*command, line, "--data", "data", "Data folder");
    command->add_flag("--json", wish->json, "As JSON");
    command->callback([&line, wish, action] {
      wish->action = action;
      line.command = [wish](auto const& c) { return fenghuo::server::accounts(c.settings, *wish); };
    });
    return command;
  };
  auto* user_add = add(user, "add", "user_add", "Open an account");
  user_add->add_option("--role", wish->roles, "Role; may be repeated")->required();
  user_add->add_option("--name", wish->display_name, "Name to show");
  user_add->add_option("--area", wish->area, "Area it is limited to");
  user_add->add_option("--team", wish->team, "Team it speaks for");
  auto* passwd = add(user, "passwd", "user_passwd", "Set a password; a random one without a file");
  auto* disable = add(user, "disable", "user_disable", "Close an account");
  disable->add_option("--reason", wish->reason, "Why");
  auto* enable = add(user, "enable", "user_enable", "Let an account in again");
  auto* factor = user->add_subcommand("second-factor", "Codes of a telephone beside the password");
  auto* reset = add(factor, "reset", "second_factor_reset",
                    "Take it away, for one who has lost telephone and recovery codes");
  auto* token_create = add(token, "create", "token_create", "A token, shown once");
  token_create->add_option("--label", wish->label, "What it is for");
  for (auto* command : {user_add, passwd, disable, enable, reset, token_create}) {
    command->add_option("ACCOUNT", wish->account, "Account")->required();
  }
  for (auto* command : {user_add, passwd}) {
    command->add_option("--password-file", wish->password_file,
                        "File whose first line is the password");
  }
  add(token, "revoke", "token_revoke", "Make a token worthless")
      ->add_option("ID", wish->id, "Id of the token")
      ->required();
  add(user, "list", "user_list", "All accounts");
}

void add_tls(CLI::App& app, Line& line) {
  auto* tls = app.add_subcommand("tls", "Certificates for HTTPS in a network of one's own");
  tls->require_subcommand(1);
  auto* init = tls->add_subcommand(
      "init", "A private authority and a server certificate; again: a new one under the same");
  add_setting(*init, line, "--data", "data", "Data folder");
  auto names = std::make_shared<std::vector<std::string>>();
  auto json = std::make_shared<bool>(false);
  init->add_option("--name", *names, "Host or address it is called by; may be repeated");
  init->add_flag("--json", *json, "As JSON");
  init->callback([&line, names, json] {
    line.command = [names, json](auto const& c) {
      return fenghuo::server::tls_init(c.settings, *names, *json);
    };
  });
}

void add_demo(CLI::App& app, Line& line) {
  auto* demo = app.add_subcommand("demo", "What a county that does not exist is made of");
  demo->require_subcommand(1);
  auto* workbook = demo->add_subcommand("workbook", "The county workbook of a demo map");
  auto order = std::make_shared<fenghuo::server::DemoBookOrder>();
  workbook->add_option("--region", order->region, "Folder that `region demo` made")->required();
  workbook->add_option("--out", order->out, "FILE.xlsx to write")->required();
  workbook->add_option("--seed", order->seed, "Seed; the same seed and day give the same bytes");
  workbook->add_option("--from", order->from, "First day of the roster; today");
  workbook->add_option("--days", order->days, "Days of the roster")->check(CLI::Range(1, 366));
  workbook->callback([&line, order] {
    line.command = [order](auto const& c) {
      return fenghuo::server::demo_workbook(c.settings, *order);
    };
  });
}

void add_workbook(CLI::App& app, Line& line) {
  auto const add = [&](char const* name, char const* help) {
    auto* command = app.add_subcommand(name, help);
    add_setting(*command, line, "--data", "data", "Data folder");
    return command;
  };
  auto order = std::make_shared<fenghuo::server::ImportOrder>();
  auto* reading = add("import", "Read a county workbook in, or one sheet of it");
  reading->add_option("FILE", order->file, "FILE.xlsx, or a sheet by its name: 人员.csv")
      ->required();
  reading->add_flag("--dry-run", order->dry_run, "Only say what would happen");
  reading->add_option("--columns", order->columns,
                      "FILE.yaml or .csv: how another office calls our sheets and columns");
  reading->add_flag("--json", order->json, "As JSON");
  add_setting(*reading, line, "--region", "region", "Region folder, where no centre runs");
  reading->callback([&line, order] {
    line.command = [order](auto const& c) {
      return fenghuo::server::workbook_import(c.settings, *order);
    };
  });
  auto file = std::make_shared<std::string>();
  auto overwrite = std::make_shared<bool>(false);
  auto* out = add("export", "Write what the centre knows as a county workbook");
  out->add_option("FILE", *file, "FILE.xlsx to write")->required();
  out->add_flag("--overwrite", *overwrite, "Replace a file that is there");
  out->callback([&line, file, overwrite] {
    line.command = [file, overwrite](auto const& c) {
      return fenghuo::server::workbook_export(c.settings, *file, *overwrite);
    };
  });
  auto json = std::make_shared<bool>(false);
  auto* lacks = add("readiness", "What the centre still lacks for its first night");
  lacks->add_flag("--json", *json, "As JSON");
  lacks->callback([&line, json] {
    line.command = [json](auto const& c) {
      return fenghuo::server::readiness_report(c.settings, *json);
    };
  });
}

void add_rest(CLI::App& app, Line& line) {
  auto* config = app.add_subcommand("config", "Settings");
  config->require_subcommand(1);
  auto* show = config->add_subcommand("show", "Settings in force");
  auto origin = std::make_shared<bool>(false);
  auto json = std::make_shared<bool>(false);
  show->add_flag("--origin", *origin, "With where each comes from");
  show->add_flag("--json", *json, "As JSON");
  show->callback([&line, origin, json] {
    line.command = [origin, json](auto const& c) {
      return fenghuo::server::config_show(c, *origin, *json);
    };
  });
  auto* doctor = app.add_subcommand("doctor", "Check store, region, disk, clock, port, fonts");
  add_setting(*doctor, line, "--data", "data", "Data folder");
  add_setting(*doctor, line, "--region", "region", "Region folder");
  doctor->add_flag("--json", *json, "As JSON");
  doctor->callback([&line, json] {
    line.command = [json](auto const& c) { return fenghuo::server::doctor(c, *json); };
  });
  auto* bench = app.add_subcommand("bench", "Figures on this machine, each beside its reference");
  bench->require_subcommand(1);
  auto* bench_journal =
      bench->add_subcommand("journal", "Commands made durable a second, beside raw SQLite");
  bench_journal->add_flag("--json", *json, "As JSON");
  bench_journal->callback([&line, json] {
    line.command = [json](auto const&) { return fenghuo::bench::bench_journal(*json); };
  });
  auto* bench_routing =
      bench->add_subcommand("routing", "The routing engine, beside Boost.Graph on the same roads");
  auto routing = std::make_shared<fenghuo::bench::RoutingWish>();
  auto* on_region = bench_routing->add_option("--region", routing->region, "Region folder");
  auto* on_graph = bench_routing->add_option(
      "--graph", routing->graph,
      "Folder of arrays: first_out, head, travel_time, latitude, longitude");
  on_region->excludes(on_graph);
  bench_routing
      ->add_option("--tiles", routing->tiles, "The graph in so many mirrored tiles each way")
      ->check(CLI::Range(1, 20))
      ->needs(on_graph);
  bench_routing->add_flag("--json", routing->json, "As JSON");
  bench_routing->callback([&line, routing] {
    line.command = [routing](auto const&) { return fenghuo::bench::bench_routing(*routing); };
  });
  auto* bench_year =
      bench->add_subcommand("year", "A year of incidents: size, start, memory, the past");
  auto year = std::make_shared<fenghuo::bench::YearWish>();
  bench_year->add_option("--days", year->work.days, "Days")->check(CLI::Range(1, 36'500));
  bench_year->add_option("--per-day", year->work.per_day, "Incidents a day")
      ->check(CLI::Range(1, 100'000));
  bench_year->add_option("--keep", year->keep, "Folder to write to and leave the data in");
  bench_year->add_flag("--json", year->json, "As JSON");
  bench_year->callback([&line, year] {
    line.command = [year](auto const&) { return fenghuo::bench::bench_year(*year); };
  });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Fenghuo 烽火: emergency command and coordination", "fenghuo"};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string{FENGHUO_VERSION});
  Line line;
  app.add_option("--config", line.config_file, "Settings file; fenghuo.yaml where there is one");
  add_serve(app, line);
  add_region(app, line);
  fenghuo::server::add_travel(app, line.command);
  add_journal(app, line);
  add_security_log(app, line);
  add_accounts(app, line);
  add_tls(app, line);
  add_demo(app, line);
  add_workbook(app, line);
  add_rest(app, line);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    int const code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(ExitCode::Usage);
  }
  auto const configuration = fenghuo::server::load_settings(line.flags, line.config_file);
  if (!configuration) {
    fmt::print(stderr, "fenghuo: {}\n", configuration.error().message);
    return static_cast<int>(ExitCode::Usage);
  }
  return line.command(*configuration);
}
