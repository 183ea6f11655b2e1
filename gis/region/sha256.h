#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/base/result.h"

namespace fenghuo::gis {

/// SHA-256 (FIPS 180-4, by OpenSSL) of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256 const&) = delete;
  Sha256& operator=(Sha256 const&) = delete;
  void add(std::span<std::byte const> bytes);
  /// The hash of all that was added; nothing may be added afterwards.
  std::array<std::byte, 32> finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string to_hex(std::span<std::byte const> bytes);

/// The hash of a file's content in hexadecimal. Errors: NotFound, Unavailable.
Result<std::string> sha256_of_file(std::filesystem::path const& file);

}  // namespace fenghuo::gis
