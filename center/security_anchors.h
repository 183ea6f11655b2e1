#pragma once

#include <memory>

#include "center/anchor_sink.h"
#include "messaging/security_log/security_log.h"

namespace fenghuo::center {

/// Anchors that go into a security log, and from there to its mirror. What the log cannot write it says itself
/// (SecurityLog::troubles). Checked: tests/center/anchors_test.cc.
class SecurityAnchors final : public AnchorSink {
 public:
  explicit SecurityAnchors(std::shared_ptr<messaging::SecurityLog> log) : log_{std::move(log)} {}
  Result<void> anchor(std::string const& stream, messaging::Head const& head, Time at) override {
    log_->anchor(stream, head, at);
    return {};
  }

 private:
  std::shared_ptr<messaging::SecurityLog> log_;
};

}  // namespace fenghuo::center
