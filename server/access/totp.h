#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/units.h"

namespace fenghuo::server {

/// One-time codes of the time of day, as authenticator programs of telephones make them: SHA-1, 30 s, six digits,
/// since many programs know no other.
///
/// Source:  RFC 6238, RFC 4226; the URI as the programs read it (key-uri-format).
/// Checked: tests/server/totp_test.cc, with the published vectors.
inline constexpr std::size_t kTotpSecret = 20;  ///< bytes

/// The number of the half minute that a time lies in.
std::int64_t totp_step(Time now);

/// The code of a step, with leading zeros. Errors: Unavailable where OpenSSL has no SHA-1 (a policy of the system).
Result<std::string> totp_code(std::string_view secret, std::int64_t step, int digits = 6);

/// The step whose code this is, among those one before and one after `now`, but none up to `last`: a code is taken
/// once. All are compared, in the same time.
Result<std::optional<std::int64_t>> totp_match(std::string_view secret, std::string_view code,
                                               Time now, std::int64_t last);

/// RFC 4648 without padding, as people type it.
std::string base32(std::string_view bytes);

/// otpauth://totp/ISSUER:ACCOUNT?secret=…, for a QR code.
std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace fenghuo::server
