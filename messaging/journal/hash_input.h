#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "messaging/journal/journal_row.h"

namespace fenghuo::messaging {

/// The bytes under a hash, put together without any doubt where one member ends: numbers and the lengths
/// before each text as eight bytes, the least first; hashes as their 32 bytes.
/// Checked: tests/messaging/chain_test.cc, security_row_test.cc.
class HashInput {
 public:
  HashInput() { bytes_.reserve(512); }

  HashInput& put(std::int64_t value) {
    auto const bits = static_cast<std::uint64_t>(value);
    std::array<char, 8> bytes{};
    for (unsigned i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<char>((bits >> (8 * i)) & 0xFFU);
    }
    bytes_.append(bytes.data(), bytes.size());
    return *this;
  }
  HashInput& put(std::string_view text) {
    put(static_cast<std::int64_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  HashInput& put(Digest const& digest) {
    bytes_.append(reinterpret_cast<char const*>(digest.data()), digest.size());
    return *this;
  }
  std::string const& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace fenghuo::messaging
