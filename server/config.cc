#include "server/config.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <optional>

namespace fenghuo::server {

namespace {

struct Key {
  std::string_view name;
  std::function<bool(Settings&, std::string const&)> set;
  std::function<std::string(Settings const&)> get;
  std::string may_be = {};  ///< for people; empty: the default shows the form
};

Key text_key(std::string_view name, std::string Settings::*member) {
  return {name,
          [member](Settings& s, std::string const& value) {
            s.*member = value;
            return true;
          },
          [member](Settings const& s) { return s.*member; }};
}

Key choice_key(std::string_view name, std::string Settings::*member,
               std::vector<std::string> choices) {
  return {name,
          [member, choices](Settings& s, std::string const& value) {
            if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
              return false;
            }
            s.*member = value;
            return true;
          },
          [member](Settings const& s) { return s.*member; },
          fmt::format("{}", fmt::join(choices, " or "))};
}

Key number_key(std::string_view name, std::int64_t Settings::*member, std::int64_t low,
               std::int64_t high) {
  return {name,
          [member, low, high](Settings& s, std::string const& value) {
            std::int64_t number = 0;
            auto const [end, error] =
                std::from_chars(value.data(), value.data() + value.size(), number);
            if (error != std::errc{} || end != value.data() + value.size() || number < low ||
                number > high) {
              return false;
            }
            s.*member = number;
            return true;
          },
          [member](Settings const& s) { return std::to_string(s.*member); }};
}

std::vector<Key> const& keys() {
  static std::vector<Key> const kKeys{
      text_key("listen", &Settings::listen),
      text_key("health_listen", &Settings::health_listen),
      text_key("data", &Settings::data),
      text_key("region", &Settings::region),
      text_key("journal", &Settings::journal),
      text_key("hash", &Settings::hash),
      number_key("security_log_days", &Settings::security_log_days, 183, 36'500),
      number_key("track_days", &Settings::track_days, 1, 36'500),
      text_key("gateways", &Settings::gateways),
      text_key("anchor_mirror", &Settings::anchor_mirror),
      text_key("jurisdiction", &Settings::jurisdiction),
      text_key("workbook_headers", &Settings::workbook_headers),
      number_key("zone_minutes", &Settings::zone_minutes, -840, 840),
      choice_key("tls", &Settings::tls, {"off", "on"}),
      text_key("tls_certificate", &Settings::tls_certificate),
      text_key("tls_key", &Settings::tls_key),
      text_key("tls_client_ca", &Settings::tls_client_ca),
      choice_key("security_profile", &Settings::security_profile, {"mlps3", "asvs"}),
      choice_key("second_factor", &Settings::second_factor, {"off", "administrators", "all"}),
      number_key("sessions_per_account", &Settings::sessions_per_account, 0, 1'000),
      number_key("http_connections", &Settings::http_connections, 16, 100'000),
      number_key("http_per_address", &Settings::http_per_address, 1, 100'000),
      text_key("trusted_gateways", &Settings::trusted_gateways),
      number_key("http_buffer_mb", &Settings::http_buffer_mb, 16, 65'536),
      number_key("upload_room_mb", &Settings::upload_room_mb, 64, 1'000'000),
      number_key("header_deadline_ms", &Settings::header_deadline_ms, 100, 600'000),
      number_key("request_deadline_ms", &Settings::request_deadline_ms, 100, 3'600'000),
      number_key("idle_deadline_ms", &Settings::idle_deadline_ms, 100, 3'600'000),
      number_key("answer_deadline_ms", &Settings::answer_deadline_ms, 100, 3'600'000),
      number_key("feed_readers", &Settings::feed_readers, 1, 100'000),
      number_key("vital_workers", &Settings::vital_workers, 1, 1'024),
      number_key("sign_in_workers", &Settings::sign_in_workers, 1, 64),
      number_key("status_workers", &Settings::status_workers, 1, 1'024),
      number_key("query_workers", &Settings::query_workers, 1, 1'024),
      number_key("bulk_workers", &Settings::bulk_workers, 1, 64),
      number_key("status_queue", &Settings::status_queue, 1, 100'000),
      number_key("query_queue", &Settings::query_queue, 1, 100'000),
      number_key("bulk_queue", &Settings::bulk_queue, 1, 100'000),
      number_key("intake_per_minute", &Settings::intake_per_minute, 1, 1'000'000),
      number_key("body_limit", &Settings::body_limit, 1'024, 64 << 20),
      number_key("positions_limit", &Settings::positions_limit, 1'024, 64 << 20),
      number_key("against_oneway_permille", &Settings::against_oneway_permille, 0, 100'000),
      number_key("heavy_weight_kg", &Settings::heavy_weight_kg, 0, 100'000),
      number_key("heavy_height_cm", &Settings::heavy_height_cm, 0, 1'000),
      number_key("heavy_width_cm", &Settings::heavy_width_cm, 0, 1'000)};
  return kKeys;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t const above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

Error unknown_key(std::string_view name, std::string const& where) {
  auto const nearest =
      std::min_element(keys().begin(), keys().end(), [&](Key const& a, Key const& b) {
        return edit_distance(a.name, name) < edit_distance(b.name, name);
      });
  return {
      ErrorCode::InvalidArgument,
      fmt::format("{}: unknown setting \"{}\"; did you mean \"{}\"?", where, name, nearest->name)};
}

/// Applies one value; `lines` remembers where it came from.
Result<void> set(Configuration& out, std::string const& name, std::string const& value,
                 std::string const& origin) {
  auto const key =
      std::find_if(keys().begin(), keys().end(), [&](Key const& k) { return k.name == name; });
  if (key == keys().end()) {
    return unknown_key(name, origin);
  }
  if (!key->set(out.settings, value)) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("{}: setting {} cannot be \"{}\"; {}the default is {}", origin, name,
                             value, key->may_be.empty() ? "" : "it is " + key->may_be + "; ",
                             key->get(Settings{}))};
  }
  auto& line = out.lines[static_cast<std::size_t>(key - keys().begin())];
  line.value = key->get(out.settings);
  line.origin = origin;
  return {};
}

Result<void> read_file(Configuration& out, std::string const& file) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(file);
  } catch (YAML::Exception const& error) {
    return Error{ErrorCode::InvalidArgument, fmt::format("{}: {}", file, error.what())};
  }
  if (root.IsNull()) {
    return {};
  }
  if (!root.IsMap()) {
    return Error{ErrorCode::InvalidArgument,
                 file + ": expected lines like \"listen: 0.0.0.0:8080\""};
  }
  for (auto const& entry : root) {
    std::string const where = fmt::format("file {}:{}", file, entry.first.Mark().line + 1);
    if (!entry.first.IsScalar() || !(entry.second.IsScalar() || entry.second.IsNull())) {
      return Error{ErrorCode::InvalidArgument, where + ": expected \"name: value\""};
    }
    std::string const value = entry.second.IsNull() ? "" : entry.second.Scalar();
    if (auto const done = set(out, entry.first.Scalar(), value, where); !done) {
      return done;
    }
  }
  return {};
}

std::string environment_name(std::string_view name) {
  std::string out = "FENGHUO_";
  for (char const c : name) {
    out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return out;
}

Result<void> read_environment(Configuration& out) {
  for (auto const& key : keys()) {
    std::string const variable = environment_name(key.name);
    if (char const* value = std::getenv(variable.c_str()); value != nullptr) {
      if (auto const done = set(out, std::string{key.name}, value, "environment " + variable);
          !done) {
        return done;
      }
    }
  }
  return {};
}

}  // namespace

std::filesystem::path Settings::journal_file() const {
  return journal.empty() ? std::filesystem::path{data} / "journal.sqlite"
                         : std::filesystem::path{journal.substr(journal.find(':') + 1)};
}

std::filesystem::path Settings::security_file() const {
  return std::filesystem::path{data} / "security.sqlite";
}

std::filesystem::path Settings::personal_file() const {
  return std::filesystem::path{data} / "personal.sqlite";
}

std::filesystem::path Settings::attachments_folder() const {
  return std::filesystem::path{data} / "attachments";
}

Result<Configuration> load_settings(std::map<std::string, std::string> const& flags,
                                    std::string const& file) {
  Configuration out;
  for (auto const& key : keys()) {
    out.lines.push_back({std::string{key.name}, key.get(out.settings), "default"});
  }
  std::string const path = file.empty() ? "fenghuo.yaml" : file;
  if (std::filesystem::exists(path)) {
    if (auto const read = read_file(out, path); !read) {
      return read.error();
    }
  } else if (!file.empty()) {
    return Error{ErrorCode::NotFound, "there is no file " + file};
  }
  if (auto const read = read_environment(out); !read) {
    return read.error();
  }
  for (auto const& [name, value] : flags) {
    if (auto const done = set(out, name, value, "flag"); !done) {
      return done.error();
    }
  }
  if (!out.settings.journal.empty() && !out.settings.journal.starts_with("sqlite:")) {
    return Error{ErrorCode::InvalidArgument,
                 "journal: this program keeps its journal in SQLite; write sqlite:PATH"};
  }
  if (out.settings.tls_certificate.empty() != out.settings.tls_key.empty()) {
    return Error{ErrorCode::InvalidArgument,
                 "tls_certificate and tls_key belong together: name both, or neither and tls: on"};
  }
  return out;
}

Result<HostPort> parse_host_port(std::string_view text) {
  auto const colon = text.rfind(':');
  std::uint32_t port = 0;
  if (colon != std::string_view::npos && colon > 0) {
    std::string_view const digits = text.substr(colon + 1);
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (!digits.empty() && error == std::errc{} && end == digits.data() + digits.size() &&
        port < 65'536) {
      return HostPort{std::string{text.substr(0, colon)}, static_cast<std::uint16_t>(port)};
    }
  }
  return Error{ErrorCode::InvalidArgument,
               fmt::format("\"{}\" is not HOST:PORT, as in 127.0.0.1:8080", text)};
}

}  // namespace fenghuo::server
