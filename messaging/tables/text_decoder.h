#pragma once

#include <functional>
#include <string_view>

#include "core/base/result.h"

namespace fenghuo::messaging {

/// Hands a text over as UTF-8, in pieces, until the taker says false: UTF-8 or UTF-16 by its byte order mark, else
/// UTF-8 if it is well formed, else GB18030. The first piece holds at least the first 10,000 characters.
///
/// Errors:  InvalidArgument, after the pieces before the place: bytes that are no text
///          Unavailable      no memory
/// Cost:    one look for UTF-8, 100 MB a second for others; 200 KiB.
/// Threads: any.
/// Source:  ICU converters.
/// Checked: tests/messaging/csv_test.cc.
Result<void> decode_text(std::string_view bytes, std::function<bool(std::string_view)> const& take);

}  // namespace fenghuo::messaging
