#pragma once

#include "server/http/desk.h"

namespace fenghuo::server {

/// 429: too many failed; says for how long.
Answer locked_out(Desk const& desk, Call const& call);

/// The caller as GET /api/v1/session shows it: who it is, and what it must do first.
messaging::Json identity_json(Desk& desk, Identity const& who, SessionScope scope);

/// Whose session it is: the cookie's name and the words behind its value.
/// Source: RFC 6265, 4.1.2.
std::pair<std::string, std::string> session_cookie(Desk const& desk, Call const& call,
                                                   std::string const& secret);

}  // namespace fenghuo::server
