#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "messaging/tables/table.h"

struct zip;

namespace fenghuo::messaging {

/// The parts of a zip file, unpacked piece by piece; nothing is ever written to a disk.
///
/// Errors:  InvalidArgument  broken, encrypted, beyond a limit, of two parts with one name (large and small letters
///                           are one), with a name that leads out of the package, or whose content is not of the
///                           size and checksum that the file says; NotFound, Unavailable  the file cannot be read
/// Cost:    the directory in memory, 32 KiB besides.
/// Threads: one at a time.
/// Source:  APPNOTE.TXT 6.3.9; ECMA-376 part 2; libzip.
/// Checked: tests/messaging/xlsx_hostile_test.cc.
class ZipParts {
 public:
  /// The bytes must outlive the parts.
  static Result<ZipParts> of_bytes(std::string_view bytes, TableLimits const& limits);
  static Result<ZipParts> of_file(std::filesystem::path const& file, TableLimits const& limits);

  bool has(std::string_view name) const;
  /// Hands the part over in pieces until it ends or the taker says false.
  Result<void> read(std::string_view name, std::function<bool(std::string_view)> const& take);

 private:
  struct Closer {
    void operator()(zip* archive) const;
  };
  ZipParts(zip* archive, TableLimits const& limits) : archive_{archive}, limits_{limits} {}
  Result<void> list();

  std::unique_ptr<zip, Closer> archive_;
  TableLimits limits_;
  std::map<std::string, std::uint64_t, std::less<>> index_;  ///< by the name in small letters
  std::uint64_t unpacked_ = 0;
};

}  // namespace fenghuo::messaging
