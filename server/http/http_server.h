#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "server/config.h"
#include "server/feed/feed_hub.h"
#include "server/http/desk.h"
#include "server/http/porch.h"
#include "server/http/router.h"

namespace fenghuo::server {

/// The HTTP side: a porch that holds the connections, queues with workers of their own for each class of work,
/// and the route table behind them. Streams leave the porch at once for the feed hub.
///
/// Errors:  Unavailable  the address is in use or not ours (the message names the setting)
/// Threads: one of the porch, and the workers; handlers run on them.
/// Checked: tests/server/porch_test.cc; from outside: tests/outside.
class HttpServer {
 public:
  struct Options {
    Porch::Options porch;
    FeedHub* feed = nullptr;  ///< none: no route of this server streams
    std::size_t feed_readers = 5'000;
  };
  static Result<std::unique_ptr<HttpServer>> start(RouteTable const& routes, Desk& desk,
                                                   HttpCounts& counts, Options options);
  ~HttpServer();
  HttpServer(HttpServer const&) = delete;
  HttpServer& operator=(HttpServer const&) = delete;

  std::uint16_t port() const;
  /// Lets what is being done be done and answered.
  void stop();

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace fenghuo::server
