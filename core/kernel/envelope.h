#pragma once

#include <optional>
#include <string>

#include "core/base/ids.h"
#include "core/base/units.h"
#include "core/domain/event.h"

namespace fenghuo::kernel {

/// Who acts: the account and the role it acted in.
struct Actor {
  std::string name;
  std::string role;
  bool operator==(Actor const&) const = default;
};

/// A command on its way to the kernel. The time comes in with it: the kernel has no clock.
struct CommandEnvelope {
  std::string id;  ///< made by the caller; the same id is carried out once
  Actor actor;
  Time time;
  std::optional<Sequence> expected_revision;
  domain::Command command;
};

/// An event as the journal holds it.
struct RecordedEvent {
  Sequence sequence = 0;
  Time recorded_at;
  Time occurred_at;  ///< when it happened, where somebody said so; else recorded_at
  std::string command_id;
  int index = 0;  ///< among the events of its command
  Actor actor;
  domain::Event event;
};

}  // namespace fenghuo::kernel
