#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/base/fields.h"
#include "core/base/ids.h"
#include "core/base/units.h"
#include "messaging/codec/json.h"
#include "messaging/journal/chain.h"

namespace fenghuo::messaging {

/// What a row of the security log tells of.
enum class SecurityKind {
  SignedIn,
  SignInFailed,
  Locked,  ///< a sign-in that was not even looked at: too many failed before
  SignedOut,
  Refused,  ///< any refusal of somebody's request, by access rules or by the rules of the centre
  AccountOpened,
  AccountChanged,
  AccountDisabled,
  AccountEnabled,
  TokenCreated,
  TokenRevoked,
  PasswordSet,
  Exported,  ///< the journal, the log or the county workbook was taken out, or looked through
  Imported,  ///< master data was read in on the machine itself, or tried
  PersonalDataRead,  ///< reports with a caller were shown
  LogRead,
  Started,
  Stopped,
  Anchor,                ///< where the journal stood, signed
  KeyMade,               ///< a new key that signs anchors
  Lost,                  ///< rows that could not be written
  Trimmed,               ///< rows older than the retention time were removed
  HistoryChanged,        ///< the journal is not the one that the newest anchor signed
  HistoryAccepted,       ///< somebody answers for that
  SessionEnded,          ///< by somebody who may, not by its own log-out
  SecondFactorBegun,     ///< a secret was given out
  SecondFactorEnrolled,  ///< and confirmed by a code
  SecondFactorReset,     ///< taken away again by somebody who may
  RecoveryCodeUsed
};

/// One thing to note. No secrets, no caller's number: whoever notes leaves them out.
struct SecurityEntry {
  Time time;
  SecurityKind kind = SecurityKind::Refused;
  std::string account, role;
  std::string peer;        ///< address; empty: on the machine itself
  std::string request_id;  ///< of the answer
  std::string subject;     ///< id of an object, or a path
  std::string outcome;     ///< "done", or the name of the problem
  std::string detail;
};

struct SecurityRow {
  Sequence sequence = 0;
  SecurityEntry entry;
  Digest hash{};
};

/// Where the log ends or begins.
struct LogPosition {
  Sequence sequence = 0;
  Digest hash{};
};

inline constexpr std::string_view kSecurityStream = "security";
inline constexpr std::size_t kSecurityDetail = 500;  ///< bytes of the longest detail

/// hash = H(algorithm, stream, sequence, time, kind, account, role, peer, request id, subject, outcome,
///          detail, previous hash); members as in HashInput.
/// Checked: tests/messaging/security_row_test.cc.
Digest hash_of(Chain const& chain, SecurityRow const& row, Digest const& previous);

/// Cuts every text to its bound, at a whole character, and replaces what is no printable UTF-8.
SecurityEntry bounded(SecurityEntry entry);

/// The row as the API and the command line show it.
Json to_json(SecurityRow const& row, int offset_minutes);

}  // namespace fenghuo::messaging

namespace fenghuo {
template <>
struct EnumNames<messaging::SecurityKind> {
  static constexpr std::array<std::string_view, 29> kNames{"signed_in",
                                                           "sign_in_failed",
                                                           "locked",
                                                           "signed_out",
                                                           "refused",
                                                           "account_opened",
                                                           "account_changed",
                                                           "account_disabled",
                                                           "account_enabled",
                                                           "token_created",
                                                           "token_revoked",
                                                           "password_set",
                                                           "exported",
                                                           "imported",
                                                           "personal_data_read",
                                                           "log_read",
                                                           "started",
                                                           "stopped",
                                                           "anchor",
                                                           "key_made",
                                                           "lost",
                                                           "trimmed",
                                                           "history_changed",
                                                           "history_accepted",
                                                           "session_ended",
                                                           "second_factor_begun",
                                                           "second_factor_enrolled",
                                                           "second_factor_reset",
                                                           "recovery_code_used"};
};
}  // namespace fenghuo
