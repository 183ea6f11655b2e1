#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace fenghuo::server {

/// The key that second factors are sealed with: a file of its own beside secrets.sqlite, mode 0600, so that a copy of the
/// database alone makes no codes. XChaCha20-Poly1305; a sealed secret belongs to its account and opens for no other.
///
/// Errors:  Unavailable  the file cannot be read or made, or is no key (the message names the mend)
/// Threads: any, once made.
/// Source:  libsodium crypto_aead_xchacha20poly1305_ietf.
/// Checked: tests/server/second_factors_test.cc.
class FactorKey {
 public:
  /// Makes the key where there is none.
  static Result<std::unique_ptr<FactorKey>> open(std::filesystem::path const& file);
  ~FactorKey();
  FactorKey(FactorKey const&) = delete;
  FactorKey& operator=(FactorKey const&) = delete;

  std::string seal(std::string_view account, std::string_view secret) const;
  /// Nothing where it was sealed with another key or for another account.
  std::optional<std::string> unseal(std::string_view account, std::string_view sealed) const;

 private:
  FactorKey() = default;
  std::array<unsigned char, 32> key_{};
};

}  // namespace fenghuo::server
