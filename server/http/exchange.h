#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "messaging/codec/json.h"
#include "server/access/permissions.h"

namespace fenghuo::server {

enum class Language { Chinese, English };

/// One call of the API, parsed and signed in.
struct Call {
  std::string method, path;
  std::vector<std::string> parameters;  ///< the parts of the path that the pattern left open
  std::map<std::string, std::string> query;
  std::function<std::string(char const*)> header;  ///< "" where the call has none
  std::string body;
  std::string peer;  ///< address of the caller
  std::string request_id;
  Language language = Language::Chinese;
  Identity who;         ///< empty on routes that need none
  std::string session;  ///< the session's secret, where a cookie brought it

  std::string argument(std::string const& name) const {
    auto const it = query.find(name);
    return it == query.end() ? "" : it->second;
  }
};

/// A feed that the caller wants to go on with instead of an answer.
struct FeedWish {
  Sequence after = 0;
  Identity who;
};

struct Answer {
  int status = 200;
  messaging::Json body;
  std::string text;  ///< sent instead of `body` where `type` is not JSON
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::filesystem::path> file;  ///< sent as it is, under `type`, instead of a body
  std::optional<FeedWish> feed;

  static Answer json(messaging::Json body, int status = 200) {
    Answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
  }
};

using Handler = std::function<Answer(Call&)>;

/// One operation. `{}` in the pattern stands for one part of the path.
struct Route {
  std::string method, pattern;
  Permission permission = Permission::Read;
  Handler handler;
  std::size_t body_limit = 1U << 20U;
  std::span<std::string_view const> takes = {};  ///< media types of the body; none: JSON
};

}  // namespace fenghuo::server
