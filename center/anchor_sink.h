#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/units.h"
#include "messaging/journal/journal.h"

namespace fenghuo::center {

/// Where a centre's anchors go: the head of its journal at a moment, to be signed and kept apart from it.
///
/// Errors:  Unavailable; shown as trouble, service goes on.
/// Threads: called from one at a time; must not wait for a slow disk or network.
/// Checked: tests/center/anchors_test.cc.
class AnchorSink {
 public:
  virtual ~AnchorSink() = default;
  virtual Result<void> anchor(std::string const& stream, messaging::Head const& head, Time at) = 0;
};

}  // namespace fenghuo::center
