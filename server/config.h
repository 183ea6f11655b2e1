#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace fenghuo::server {

/// All settings of the program, with their defaults. Where a value comes from: flag, then environment
/// (FENGHUO_…), then file (fenghuo.yaml), then default.
struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::string health_listen =
      "127.0.0.1:8081";  ///< health and metrics on a port and threads of their own; "" for none
  std::string data = "fenghuo-data";
  std::string region;   ///< folder that `region build` wrote; empty: straight lines
  std::string journal;  ///< sqlite:PATH; empty: sqlite:<data>/journal.sqlite
  std::int64_t security_log_days = 400;  ///< the law asks for six months
  std::int64_t track_days = 90;          ///< positions that are older leave the track store
  std::string
      gateways;  ///< file that names the gateways for SMS and voice; empty: gateways.yaml of the data folder
  std::string anchor_mirror;    ///< file that each anchor is appended to as a line; empty: none
  std::string hash = "sha256";  ///< of a new journal's chain: sha256 or sm3
  std::string jurisdiction = "未命名县";         ///< name of a new centre
  std::int64_t zone_minutes = 480;               ///< of a new centre
  std::string security_profile = "mlps3";        ///< or asvs, see server/access/security_profile.h
  std::string second_factor = "administrators";  ///< of whom it is asked: off, administrators, all
  std::int64_t sessions_per_account = 0;         ///< 0: as the profile says
  std::string tls = "off";      ///< on: with those of the data folder, where none are named
  std::string tls_certificate;  ///< PEM; naming one turns TLS on
  std::string tls_key;
  std::string tls_client_ca;     ///< callers must show a certificate of this authority; empty: none
  std::string workbook_headers;  ///< how other offices call our columns: .yaml or .csv; empty: none
  // Who waits at the door, see server/http/porch.h. Deadlines in milliseconds.
  std::int64_t http_connections = 4'096;  ///< fewer where the system has not enough descriptors
  std::int64_t http_per_address = 64;
  std::string trusted_gateways = "127.0.0.0/8,::1";  ///< exempt from limits of one address
  std::int64_t http_buffer_mb = 256;                 ///< of requests; as much again of answers
  std::int64_t upload_room_mb = 1'024;  ///< on disk, of all bodies on their way into files
  std::int64_t header_deadline_ms = 5'000;
  std::int64_t request_deadline_ms = 30'000;
  std::int64_t idle_deadline_ms = 15'000;
  std::int64_t answer_deadline_ms = 30'000;
  std::int64_t feed_readers = 5'000;
  // Who works on what, see server/http/work_queues.h.
  std::int64_t vital_workers = 16;
  std::int64_t sign_in_workers = 2;
  std::int64_t status_workers = 4;
  std::int64_t query_workers = 4;
  std::int64_t bulk_workers = 1;
  std::int64_t status_queue = 1'024;
  std::int64_t query_queue = 256;
  std::int64_t bulk_queue = 16;
  std::int64_t intake_per_minute =
      10;  ///< reports of one address; those beyond are marked as a burst
  std::int64_t body_limit = 1 << 20;
  std::int64_t positions_limit = 4 << 20;
  std::int64_t against_oneway_permille = 2500;
  std::int64_t heavy_weight_kg = 16'000;
  std::int64_t heavy_height_cm = 350;
  std::int64_t heavy_width_cm = 255;

  std::filesystem::path journal_file() const;
  std::filesystem::path security_file() const;
  std::filesystem::path attachments_folder() const;
  std::filesystem::path personal_file() const;  ///< keys of personal data
  bool uses_tls() const { return tls == "on" || !tls_certificate.empty(); }
};

/// A setting by its name, as text.
struct SettingLine {
  std::string name, value,
      origin;  ///< origin: "flag", "environment FENGHUO_LISTEN", "file x.yaml:3", "default"
};

/// Puts the sources together.
///
/// In:      flags: name -> text, as the command line gave them; file: "" looks for fenghuo.yaml in the
///          working folder and is content without one.
/// Errors:  InvalidArgument  an unknown key (with the nearest known one), a value that does not fit
///          NotFound         a named file that is not there
/// Checked: tests/server/config_test.cc.
struct Configuration {
  Settings settings;
  std::vector<SettingLine> lines;
};
Result<Configuration> load_settings(std::map<std::string, std::string> const& flags,
                                    std::string const& file);

/// Host and port of "HOST:PORT". Errors: InvalidArgument.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
Result<HostPort> parse_host_port(std::string_view text);

}  // namespace fenghuo::server
