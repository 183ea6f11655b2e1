#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/cli/anchored_journal.h"
#include "server/cli/exit_code.h"
#include "server/config.h"

/// What the subcommands do, apart from how the command line is read (main.cc). stdout is data, stderr is
/// messages; each returns the exit code.
namespace fenghuo::server {

struct RegionBuildWish {
  std::string file, out, name, licence;
};
struct RegionDemoWish {
  std::string out, size = "county";
  std::uint64_t seed = 1;
};
int region_build(RegionBuildWish const& wish);
int region_demo(RegionDemoWish const& wish);
int region_info(std::string const& folder, bool json);

struct TravelWish {
  std::string region, from, to, origins, destinations, out, profile = "light", avoid, lang;
  std::vector<std::string> via;
  std::size_t alternatives = 0;
  std::string at, minutes, way, kind;
  std::size_t most = 5;
  bool json = false;
};
int route(TravelWish const& wish, Settings const& settings);
int matrix(TravelWish const& wish, Settings const& settings);
int isochrone(TravelWish const& wish, Settings const& settings);
int nearest(TravelWish const& wish, Settings const& settings);

int journal_verify(Settings const& settings, WitnessWish const& wish, bool json);
int journal_dump(Settings const& settings, std::int64_t after);
int journal_replay(Settings const& settings, std::string const& at);
int journal_backup(Settings const& settings, std::string const& to);
/// The journal with every file it names, as one folder.
int journal_backup_all(Settings const& settings, std::string const& to);
/// `from`: what either of the two backups wrote.
int journal_restore(Settings const& settings, std::string const& from);
/// Answers for a journal that is not the one its anchors speak of.
int journal_accept_history(Settings const& settings, std::string const& because);

int security_log_verify(Settings const& settings, WitnessWish const& wish, bool json);
int security_log_dump(Settings const& settings, std::int64_t after, bool json);
int security_log_backup(Settings const& settings, std::string const& to);
/// Tells the security log that something was taken out; says on stderr where it cannot.
void note_export(Settings const& settings, std::string const& subject, std::string const& whereto);
/// Asks every recorded recommendation again from the log.
int journal_check_proposals(Settings const& settings, bool json);

struct AccountWish {
  std::string action;  ///< as administer() takes it
  std::string account, password_file, display_name, area, team, label, id, reason;
  std::vector<std::string> roles;
  bool json = false;
};
int accounts(Settings const& settings, AccountWish const& wish);

/// A private authority and a server certificate in the data folder.
int tls_init(Settings const& settings, std::vector<std::string> const& names, bool json);
struct ImportOrder {
  std::string file, columns;  ///< columns: as read_header_map takes it; empty: none
  bool dry_run = false, json = false;
};
/// The county workbook. Errors and gaps by sheet and cell on stdout; 1 where a cell must be mended.
int workbook_import(Settings const& settings, ImportOrder const& order);
int workbook_export(Settings const& settings, std::string const& file, bool overwrite);
/// What the centre still lacks; 1 where it lacks something.
int readiness_report(Settings const& settings, bool json);

struct DemoBookOrder {
  std::string region, out, from;  ///< from: first day of the roster, 2026-11-25; empty: today
  std::uint64_t seed = 1;
  std::int64_t days = 28;
};
/// The county workbook of a demo map.
int demo_workbook(Settings const& settings, DemoBookOrder const& order);

int config_show(Configuration const& configuration, bool origin, bool json);
int doctor(Configuration const& configuration, bool json);

/// Says an error on stderr; the code to end with.
int report_error(Error const& error);

}  // namespace fenghuo::server
