#include "server/gateways/gateways.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "messaging/delivery/webhook_bearer.h"

namespace fenghuo::server {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostGateways = 16;
constexpr std::uintmax_t kMostBytes = 64U << 10U;

Error wrong(fs::path const& file, YAML::Node const& at, std::string_view what) {
  return {ErrorCode::InvalidArgument,
          fmt::format("{}:{}: {}", file.string(), at.Mark().line + 1, what)};
}

bool is_name(std::string const& text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// Reads one map of the file, strictly: each member once, none that is not known.
class Members {
 public:
  Members(fs::path file, YAML::Node node, std::vector<std::string_view> known)
      : file_{std::move(file)}, node_{std::move(node)} {
    if (!node_.IsMap()) {
      error_ = wrong(file_, node_, "expected lines like \"name: value\"");
      return;
    }
    std::vector<std::string> seen;
    for (auto const& entry : node_) {
      std::string const name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        error_ = wrong(file_, entry.first,
                       fmt::format("\"{}\" is not known here; expected one of {}", name,
                                   fmt::join(known, ", ")));
      } else if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
        error_ = wrong(file_, entry.first, fmt::format("\"{}\" stands here twice", name));
      }
      seen.push_back(name);
    }
  }
  std::string text(char const* name, bool needed = true) {
    auto const value = member(name, needed);
    if (value && !value->IsScalar()) {
      fail(*value, fmt::format("{}: expected one text", name));
    }
    return value && value->IsScalar() ? value->Scalar() : "";
  }
  std::vector<std::string> list(char const* name, bool needed = true) {
    std::vector<std::string> out;
    auto const value = member(name, needed);
    if (value && !value->IsSequence()) {
      fail(*value, fmt::format("{}: expected a list, as in [a, b]", name));
      return out;
    }
    for (std::size_t i = 0; value && i < value->size(); ++i) {
      if (!(*value)[i].IsScalar()) {
        fail((*value)[i], fmt::format("{}: expected texts", name));
        return out;
      }
      out.push_back((*value)[i].Scalar());
    }
    return out;
  }
  /// A path in the file; one that is not absolute lies beside it.
  fs::path path(char const* name, bool needed = true) {
    std::string const value = text(name, needed);
    return value.empty() ? fs::path{} : file_.parent_path() / value;
  }
  std::optional<YAML::Node> member(char const* name, bool needed) {
    if (error_) {
      return std::nullopt;
    }
    YAML::Node const value = static_cast<YAML::Node const&>(node_)[name];
    if (value && !value.IsNull()) {
      return value;
    }
    if (needed) {
      fail(node_, fmt::format("{} is missing", name));
    }
    return std::nullopt;
  }
  void fail(YAML::Node const& at, std::string_view what) {
    if (!error_) {
      error_ = wrong(file_, at, what);
    }
  }
  std::optional<Error> const& error() const { return error_; }

 private:
  fs::path file_;
  YAML::Node node_;
  std::optional<Error> error_;
};

Result<void> add_gateway(Gateways& out, fs::path const& file, YAML::Node const& node) {
  Members members{file,
                  node,
                  {"name", "url", "secret_file", "means", "allowed_hosts", "allowed_networks",
                   "ca_file", "open_for_drills"}};
  messaging::WebhookOptions options;
  options.name = members.text("name");
  options.url = members.text("url");
  options.secret_file = members.path("secret_file");
  options.means = members.list("means");
  options.allowed_hosts = members.list("allowed_hosts");
  options.allowed_networks = members.list("allowed_networks", false);
  options.connection.ca_file = members.path("ca_file", false);
  std::string const drills = members.text("open_for_drills", false);
  options.open_for_drills = drills == "true";
  if (!drills.empty() && drills != "true" && drills != "false") {
    members.fail(node, "open_for_drills: true or false");
  }
  if (!is_name(options.name)) {
    members.fail(node, "name: 1 to 32 of a-z, 0-9 and -");
  }
  if (out.secrets.contains(options.name)) {
    members.fail(node, fmt::format("two gateways are called {}", options.name));
  }
  if (members.error()) {
    return *members.error();
  }
  auto secrets = messaging::WebhookSecrets::read(options.secret_file);
  if (!secrets) {
    return wrong(file, node, secrets.error().message);
  }
  std::string const name = options.name;
  auto bearer = messaging::make_webhook_bearer(std::move(options));
  if (!bearer) {
    return wrong(file, node, bearer.error().message);
  }
  out.secrets.emplace(name, std::move(secrets).value());
  out.bearers.push_back(std::move(bearer).value());
  return {};
}

Result<Gateways> read_root(fs::path const& file, YAML::Node const& root) {
  Gateways out;
  if (root.IsNull()) {
    return out;
  }
  Members members{file, root, {"callback", "gateways"}};
  out.callback = members.text("callback", false);
  while (out.callback.ends_with('/')) {
    out.callback.pop_back();
  }
  if (!out.callback.empty() && !out.callback.starts_with("https://") &&
      !out.callback.starts_with("http://")) {
    members.fail(root, "callback: expected https://HOST");
  }
  auto const gateways = members.member("gateways", true);
  if (gateways && (!gateways->IsSequence() || gateways->size() > kMostGateways)) {
    members.fail(*gateways, "gateways: expected a list of at most 16");
  }
  if (members.error()) {
    return *members.error();
  }
  for (std::size_t i = 0; i < gateways->size(); ++i) {
    if (auto const added = add_gateway(out, file, (*gateways)[i]); !added) {
      return added.error();
    }
  }
  return out;
}

}  // namespace

Result<Gateways> Gateways::read(fs::path const& file) {
  std::error_code error;
  auto const size = fs::file_size(file, error);
  if (error) {
    return Error{ErrorCode::NotFound,
                 fmt::format("gateways: cannot read {}: {}", file.string(), error.message())};
  }
  if (size > kMostBytes) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("gateways: {} is longer than 64 KiB", file.string())};
  }
  try {
    return read_root(file, YAML::LoadFile(file.string()));
  } catch (YAML::Exception const& problem) {
    return Error{ErrorCode::InvalidArgument, fmt::format("{}: {}", file.string(), problem.what())};
  }
}

Result<Gateways> Gateways::of(Settings const& settings) {
  if (!settings.gateways.empty()) {
    return read(settings.gateways);
  }
  fs::path const file = fs::path{settings.data} / "gateways.yaml";
  std::error_code error;
  return fs::exists(file, error) ? read(file) : Result<Gateways>{Gateways{}};
}

std::string Gateways::receipts_url(std::string_view gateway) const {
  return callback.empty() ? "" : fmt::format("{}/api/v1/gateways/{}/receipts", callback, gateway);
}

}  // namespace fenghuo::server
