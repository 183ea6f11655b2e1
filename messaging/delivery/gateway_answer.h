#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/units.h"

namespace fenghuo::messaging {

inline constexpr std::size_t kMostHeadBytes = 16 * 1024, kMostBodyBytes = 16 * 1024;

/// What a gateway said, as far as it matters here.
struct GatewayAnswer {
  int status = 0;                       ///< 200 to 599
  std::optional<Duration> retry_after;  ///< 0 to one hour
  std::string reference;  ///< of a 2xx answer: at most 200 bytes of printable text; may be empty
};

/// Reads one answer of HTTP/1 from bytes in any pieces.
///
/// The status counts as soon as the head is whole. A body matters only for the reference in a 2xx answer: one
/// that is too long, ends early, is no JSON or never comes costs the reference and nothing else. To hand a
/// message over again because the words after "taken" got lost would ring people twice.
/// A reference is the member `reference`, `id` or `message_id` of a JSON object, text or whole number.
///
/// Errors:  no answer: the bytes are no HTTP/1, or the head is not whole, longer than 16 KiB, or of more than 100
///          fields. Interim answers (1xx) are passed over, at most eight.
/// Cost:    one pass; holds at most 32 KiB and what take() was last given.
/// Threads: one.
/// Source:  RFC 9112, 6, 7.1 (body, chunks); RFC 9110, 10.2.3 (Retry-After).
/// Checked: tests/messaging/gateway_answer_test.cc; fuzzed by tests/fuzz/gateway_fuzz.cc.
class AnswerReader {
 public:
  /// False: nothing more is needed.
  bool take(std::string_view bytes);
  /// The other side has closed: a body without a length ends here.
  void end();
  /// `now` is what a Retry-After that names a date is measured from.
  std::optional<GatewayAnswer> answer(Time now) const;

 private:
  enum class Part { Head, Sized, Chunked, UntilClosed, Done, Rubbish };
  bool read_head();
  bool read_chunk();
  void keep(std::size_t count);

  Part part_ = Part::Head;
  std::string waiting_, body_, retry_after_;
  std::size_t looked_at_ = 0;  ///< bytes of waiting_ in which no head ends
  std::size_t left_ = 0;       ///< bytes of the body, or of this chunk, still to come
  int interim_ = 0;
  int status_ = 0;
  bool whole_ = false, in_chunk_ = false;
};

}  // namespace fenghuo::messaging
