#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "server/config.h"
#include "server/feed/feed_hub.h"
#include "server/http/desk.h"
#include "server/http/router.h"

namespace fenghuo::server {

/// The HTTP side: POCO's server with a bounded pool, deadlines and limits, in front of the route table.
/// Streams leave its threads at once for the feed hub.
///
/// Errors: Unavailable  the address is in use or not ours (the message names the setting)
/// Threads: POCO's; handlers run on them.
/// Checked: tests/server (from outside).
class HttpServer {
 public:
  struct Options {
    HostPort address;
    int threads = 128;
    FeedHub* feed = nullptr;  ///< none: no route of this server streams
  };
  static Result<std::unique_ptr<HttpServer>> start(RouteTable const& routes, Desk& desk,
                                                   Options const& options);
  ~HttpServer();
  HttpServer(HttpServer const&) = delete;
  HttpServer& operator=(HttpServer const&) = delete;

  std::uint16_t port() const;
  void stop();

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace fenghuo::server
