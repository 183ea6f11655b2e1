#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// Packs bytes, quickly rather than tightly: text of ours to about a tenth.
///
/// inflated(): the bytes again, which must be exactly `size`.
/// Errors:  DataLoss  what is no such packing, or of another size; Unavailable, no memory
/// Cost:    packing about 150 MB/s, unpacking 500 MB/s.
/// Threads: any.
/// Source:  zlib (RFC 1950).
/// Checked: tests/messaging/deflate_test.cc.
Result<std::string> deflated(std::string_view bytes);
Result<std::string> inflated(std::string_view packed, std::size_t size);

}  // namespace fenghuo::messaging
