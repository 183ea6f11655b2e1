#pragma once

#include "server/http/desk.h"

namespace fenghuo::server {

/// 429: too many failed; says for how long.
Answer locked_out(Desk const& desk, Call const& call);

/// The caller as GET /api/v1/session shows it: who it is, and what it must do first.
messaging::Json identity_json(Desk& desk, Identity const& who, SessionScope scope);

/// Whether the setting asks for a second factor of this account.
bool asks_for_second_factor(Settings const& settings, Identity const& who);

/// Whether somebody sits at the machine itself: a loopback address, and nothing in the header that a proxy adds.
bool from_this_machine(Call const& call);

}  // namespace fenghuo::server
