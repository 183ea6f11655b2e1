#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/factor_key.h"
#include "server/access/secrets_file.h"

namespace fenghuo::server {

/// Second factors of accounts: a secret in a telephone that makes a code each half minute, and ten recovery codes
/// for when the telephone is lost.
///
///   none -> begin() -> begun -> confirm() with a code -> enrolled -> reset() -> none
///
/// Errors:  Unavailable, DataLoss; Conflict  begin() where one is enrolled, confirm() where none is begun
/// Threads: any.
/// Checked: tests/server/second_factors_test.cc.
class SecondFactors {
 public:
  static constexpr int kRecoveryCodes = 10;
  SecondFactors(SecretsFile& file, FactorKey const& key) : file_{file}, key_{key} {}

  bool enrolled(std::string_view account);
  std::int64_t recovery_codes_left(std::string_view account);

  /// A new secret, raw; one that was begun before is forgotten.
  Result<std::string> begin(std::string_view account);
  /// The recovery codes, once; nothing where the code is not right.
  Result<std::optional<std::vector<std::string>>> confirm(std::string_view account,
                                                          std::string_view code, Time now);

  enum class Taken { No, Code, RecoveryCode };
  /// Takes a code of an enrolled account; each is taken once. Recovery codes as people write them: any case, with or
  /// without the lines between.
  Result<Taken> take(std::string_view account, std::string_view code, Time now);
  /// Out: whether there was anything.
  Result<bool> reset(std::string_view account);

 private:
  struct Row {
    std::string secret;
    bool confirmed = false;
    std::int64_t last_step = 0;
  };
  Result<std::optional<Row>> row(std::string_view account);
  Result<bool> use_step(std::string_view account, std::int64_t step);
  Result<bool> use_recovery_code(std::string_view account, std::string_view code);
  Result<std::vector<std::string>> enrol(std::string_view account, std::int64_t step, Time now);

  SecretsFile& file_;
  FactorKey const& key_;
};

}  // namespace fenghuo::server
