#pragma once

#include "center/center.h"
#include "messaging/codec/json.h"
#include "server/access/secrets.h"

namespace fenghuo::server {

/// What may be done on the machine itself, by whoever owns the data folder: accounts and tokens, without
/// signing in. The same code serves the running centre (through its socket) and a folder at rest.
///
/// In:      {"do": "user_add" | "user_passwd" | "user_disable" | "user_enable" | "user_list" |
///           "second_factor_reset" | "token_create" | "token_revoke", …}
/// Out:     {"ok": true, …}, or {"ok": false, "code": "malformed" …, "detail": "…"}
/// Checked: tests/server (from outside, through the command line).
messaging::Json administer(center::Center& center, Secrets& secrets, messaging::Json const& wish);

/// The founding of a new centre, and its first account with a random password where there is none.
/// Out: the password, to be shown once; empty where accounts existed.
struct FirstLogin {
  std::string account, password;
};
Result<FirstLogin> found_if_new(center::Center& center, Secrets& secrets,
                                std::string const& jurisdiction, std::int64_t zone_minutes);

}  // namespace fenghuo::server
