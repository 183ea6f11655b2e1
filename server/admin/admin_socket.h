#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "core/base/result.h"
#include "messaging/codec/json.h"

namespace fenghuo::server {

/// A Unix socket in the data folder that only its owner may open: administration of a running centre from
/// the same machine. One line of JSON in, one line out, one call at a time.
/// Checked: tests/server (from outside, through the command line).
class AdminSocket {
 public:
  using Answer = std::function<messaging::Json(messaging::Json const&)>;
  /// Errors: Unavailable.
  static Result<std::unique_ptr<AdminSocket>> open(std::filesystem::path const& path,
                                                   Answer answer);
  ~AdminSocket();
  AdminSocket(AdminSocket const&) = delete;
  AdminSocket& operator=(AdminSocket const&) = delete;

 private:
  AdminSocket(std::filesystem::path path, int listener, Answer answer);
  void run();
  void serve(int socket);
  std::filesystem::path path_;
  int listener_;
  Answer answer_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

/// Asks a running centre; nothing where none listens, or it ended before it answered. One that is still at it when
/// `patience` is over is told as {"ok": false, "code": "unavailable"}: what was wished may yet happen.
std::optional<messaging::Json> ask_running(std::filesystem::path const& path,
                                           messaging::Json const& wish,
                                           std::chrono::seconds patience = std::chrono::seconds{
                                               10});

}  // namespace fenghuo::server
