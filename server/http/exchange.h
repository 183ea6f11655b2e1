#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "messaging/codec/json.h"
#include "server/access/permissions.h"
#include "server/access/secrets.h"
#include "server/http/work_queues.h"

namespace fenghuo::server {

enum class Language { Chinese, English };

/// One call of the API, parsed and signed in.
struct Call {
  std::string method, path;
  std::vector<std::string> parameters;       ///< the parts of the path that the pattern left open
  std::map<std::string, std::string> query;  ///< of two of one name the first
  std::map<std::string, std::vector<std::string>> repeated;  ///< the others, in their order
  std::function<std::string(char const*)> header;            ///< "" where the call has none
  std::string body;
  /// The body of a route that takes it as a file; gone after the handler unless that has moved it away.
  std::filesystem::path body_file;
  std::string peer;      ///< address of the caller
  bool secure = false;   ///< came under TLS
  bool trusted = false;  ///< the peer is this machine or a gateway of ours
  std::string request_id;
  Language language = Language::Chinese;
  Identity who;  ///< empty on routes that need none
  Proof proof;   ///< what the caller signed in with
  SessionScope scope = SessionScope::Full;

  bool by_session() const { return proof.kind == Proof::Kind::Session; }

  std::string argument(std::string const& name) const {
    auto const it = query.find(name);
    return it == query.end() ? "" : it->second;
  }
  /// All of one name, in the order of the address.
  std::vector<std::string> arguments(std::string const& name) const {
    std::vector<std::string> all;
    if (auto const first = query.find(name); first != query.end()) {
      all.push_back(first->second);
    }
    if (auto const more = repeated.find(name); more != repeated.end()) {
      all.insert(all.end(), more->second.begin(), more->second.end());
    }
    return all;
  }
};

/// A feed that the caller wants to go on with instead of an answer.
struct FeedWish {
  Sequence after = 0;
  Identity who;
  Proof proof;  ///< the feed ends when this does
};

struct Answer {
  int status = 200;
  messaging::Json body;
  std::string text;  ///< sent instead of `body` where `type` is not JSON
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::filesystem::path> file;  ///< sent as it is, under `type`, instead of a body
  bool remove_file = false;                   ///< once it was opened for sending
  std::optional<FeedWish> feed;
  std::string note;  ///< for the security log: what the answer does not say
  std::vector<std::string> personal_of =
      {};  ///< objects whose texts about persons it shows in full

  static Answer json(messaging::Json body, int status = 200) {
    Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
  }
};

using Handler = std::function<Answer(Call&)>;

/// What is read of a body without being told otherwise.
inline constexpr std::size_t kBodyLimit = 1U << 20U;
/// What is read of a body that goes into a file.
inline constexpr std::size_t kUploadLimit = 64U << 20U;

enum class BodyIn { Memory, File };

/// One operation. `{}` in the pattern stands for one part of the path.
struct Route {
  std::string method, pattern;
  Permission permission = Permission::Read;
  Handler handler;
  std::size_t body_limit = kBodyLimit;
  std::optional<WorkClass> work = {};  ///< none: see work_class()
  BodyIn body_in = BodyIn::Memory;
  std::span<std::string_view const> takes = {};  ///< media types of the body; none: JSON
  bool is_intake = false;                        ///< a refusal leaves a call-back entry
  std::set<SessionScope> also = {};              ///< sessions of these scopes may, too

  /// A list is a query. One object is status: whoever wants to change it needs its ETag first, so no crowd of
  /// lists may stand before it. Everything that changes something is vital.
  WorkClass work_class() const {
    if (work) {
      return *work;
    }
    return method != "GET"            ? WorkClass::Vital
           : pattern.ends_with("/{}") ? WorkClass::Status
                                      : WorkClass::Query;
  }
};

}  // namespace fenghuo::server
