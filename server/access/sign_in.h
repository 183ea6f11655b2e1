#pragma once

#include <optional>
#include <string>

#include "center/center.h"
#include "server/access/permissions.h"
#include "server/access/secrets.h"

namespace fenghuo::server {

/// The identity of an enabled account as the committed state has it. Checked: tests/server (from outside).
std::optional<Identity> identity_of(center::Center& center, std::string const& account);

/// Who a call comes from, by "Authorization: Bearer …" or the session cookie; nothing where neither holds.
struct Credentials {
  std::string authorization, cookie;
  bool secure = false;  ///< came under TLS
};
struct SignedIn {
  Identity who;
  Proof proof;
  SessionScope scope = SessionScope::Full;
};
std::optional<SignedIn> sign_in(center::Center& center, Secrets& secrets,
                                Credentials const& credentials);

inline constexpr std::string_view kSessionCookie = "fenghuo_session";
/// Under TLS: browsers take a name like this only from the host itself, never from plain HTTP (RFC 6265bis, 4.1.3).
inline constexpr std::string_view kSecureSessionCookie = "__Host-fenghuo_session";

}  // namespace fenghuo::server
