#include "server/access/second_factors.h"

#include <sodium.h>

#include "server/access/random_text.h"
#include "server/access/totp.h"

namespace fenghuo::server {

namespace {

using messaging::Statement;

/// 80 random bits as ABCD-EFGH-IJKL-MNOP.
std::string new_recovery_code() {
  std::string raw(10, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string const letters = base32(raw);
  wipe(raw);
  std::string out;
  for (std::size_t at = 0; at < letters.size(); at += 4) {
    out.append(at == 0 ? "" : "-").append(letters, at, 4);
  }
  return out;
}

/// So random a code needs no slow hash. The account is in it: equal codes of two would be two.
std::string digest_of_code(std::string_view account, std::string_view code) {
  std::string plain{account};
  plain += '\n';
  for (char const c : code) {
    if (c >= 'a' && c <= 'z') {
      plain += static_cast<char>(c - 'a' + 'A');
    } else if (c != '-' && c != ' ') {
      plain += c;
    }
  }
  std::string out = digest_of_secret(plain);
  wipe(plain);
  return out;
}

}  // namespace

bool SecondFactors::enrolled(std::string_view account) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare(
      "SELECT 1 FROM second_factor WHERE account = ? AND confirmed_at IS NOT NULL");
  return select && select->bind(1, account).step() == Statement::Step::Row;
}

std::int64_t SecondFactors::recovery_codes_left(std::string_view account) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare("SELECT COUNT(*) FROM recovery_code WHERE account = ?");
  return select && select->bind(1, account).step() == Statement::Step::Row ? select->integer(0) : 0;
}

Result<std::optional<SecondFactors::Row>> SecondFactors::row(std::string_view account) {
  std::scoped_lock const lock{file_.mutex};
  auto select = file_.db.prepare(
      "SELECT sealed, confirmed_at IS NOT NULL, last_step FROM second_factor WHERE account = ?");
  if (!select) {
    return select.error();
  }
  if (select->bind(1, account).step() != Statement::Step::Row) {
    return std::optional<Row>{};
  }
  auto secret = key_.unseal(account, select->blob(0));
  if (!secret) {
    return Error{ErrorCode::Unavailable,
                 "second-factor.key is not the one that this second factor was sealed with: put "
                 "back its copy, use a recovery code, or reset the second factor"};
  }
  return std::optional{Row{std::move(*secret), select->integer(1) != 0, select->integer(2)}};
}

Result<std::string> SecondFactors::begin(std::string_view account) {
  if (enrolled(account)) {
    return Error{ErrorCode::Conflict,
                 "a second factor is enrolled: a security administrator has to reset it first"};
  }
  std::string secret(kTotpSecret, '\0');
  randombytes_buf(secret.data(), secret.size());
  std::string const sealed = key_.seal(account, secret);
  std::scoped_lock const lock{file_.mutex};
  auto put = file_.db.prepare("INSERT OR REPLACE INTO second_factor VALUES (?, ?, NULL, 0)");
  if (!put || !put->bind(1, account).bind_blob(2, sealed.data(), sealed.size()).run()) {
    return file_.db.error("storing a second factor in");
  }
  return secret;
}

Result<std::optional<std::vector<std::string>>> SecondFactors::confirm(std::string_view account,
                                                                       std::string_view code,
                                                                       Time now) {
  auto begun = row(account);
  if (!begun) {
    return begun.error();
  }
  if (!*begun || (*begun)->confirmed) {
    return Error{ErrorCode::Conflict, "no second factor is begun: ask for a secret first"};
  }
  auto const step = totp_match((*begun)->secret, code, now, 0);
  wipe((*begun)->secret);
  if (!step) {
    return step.error();
  }
  if (!*step) {
    return std::optional<std::vector<std::string>>{};
  }
  auto codes = enrol(account, **step, now);
  if (!codes) {
    return codes.error();
  }
  return std::optional{std::move(codes).value()};
}

Result<std::vector<std::string>> SecondFactors::enrol(std::string_view account, std::int64_t step,
                                                      Time now) {
  std::vector<std::string> codes;
  std::scoped_lock const lock{file_.mutex};
  auto change = file_.db.prepare(
      "UPDATE second_factor SET confirmed_at = ?2, last_step = ?3 WHERE account = ?1 AND "
      "confirmed_at IS NULL");
  auto forget = file_.db.prepare("DELETE FROM recovery_code WHERE account = ?");
  auto put = file_.db.prepare("INSERT INTO recovery_code VALUES (?, ?)");
  bool good = change && forget && put && file_.db.run("BEGIN IMMEDIATE") &&
              change->bind(1, account).bind(2, now.us).bind(3, step).run();
  good = good && file_.db.changes() == 1 && forget->bind(1, account).run();
  for (int i = 0; good && i < kRecoveryCodes; ++i) {
    codes.push_back(new_recovery_code());
    std::string const digest = digest_of_code(account, codes.back());
    good = put->bind(1, account).bind_blob(2, digest.data(), digest.size()).run();
  }
  if (!good || !file_.db.run("COMMIT")) {
    Error error = file_.db.error("enrolling a second factor in");
    (void)file_.db.run("ROLLBACK");
    return error;
  }
  return codes;
}

Result<SecondFactors::Taken> SecondFactors::take(std::string_view account, std::string_view code,
                                                 Time now) {
  bool const six_digits =
      code.size() == 6 && code.find_first_not_of("0123456789") == std::string_view::npos;
  if (!six_digits) {
    auto const used = use_recovery_code(account, code);
    if (!used) {
      return used.error();
    }
    return *used ? Taken::RecoveryCode : Taken::No;
  }
  auto known = row(account);
  if (!known) {
    return known.error();
  }
  if (!*known || !(*known)->confirmed) {
    return Taken::No;
  }
  auto const step = totp_match((*known)->secret, code, now, (*known)->last_step);
  wipe((*known)->secret);
  if (!step) {
    return step.error();
  }
  auto const used = *step ? use_step(account, **step) : Result<bool>{false};
  if (!used) {
    return used.error();
  }
  return *used ? Taken::Code : Taken::No;
}

/// False where another login took this code at the same moment.
Result<bool> SecondFactors::use_step(std::string_view account, std::int64_t step) {
  std::scoped_lock const lock{file_.mutex};
  auto change = file_.db.prepare(
      "UPDATE second_factor SET last_step = ?2 WHERE account = ?1 AND last_step < ?2");
  if (!change || !change->bind(1, account).bind(2, step).run()) {
    return file_.db.error("taking a code in");
  }
  return file_.db.changes() == 1;
}

Result<bool> SecondFactors::use_recovery_code(std::string_view account, std::string_view code) {
  std::string const digest = digest_of_code(account, code);
  std::scoped_lock const lock{file_.mutex};
  auto remove = file_.db.prepare("DELETE FROM recovery_code WHERE account = ? AND digest = ?");
  if (!remove || !remove->bind(1, account).bind_blob(2, digest.data(), digest.size()).run()) {
    return file_.db.error("taking a recovery code in");
  }
  return file_.db.changes() == 1;
}

Result<bool> SecondFactors::reset(std::string_view account) {
  std::scoped_lock const lock{file_.mutex};
  auto factor = file_.db.prepare("DELETE FROM second_factor WHERE account = ?");
  auto codes = file_.db.prepare("DELETE FROM recovery_code WHERE account = ?");
  if (!factor || !codes || !codes->bind(1, account).run() || !factor->bind(1, account).run()) {
    return file_.db.error("resetting a second factor in");
  }
  return file_.db.changes() > 0;
}

}  // namespace fenghuo::server
