#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http/chunked_body.h"

namespace fenghuo::server {

struct RequestLimits {
  std::size_t head_bytes = 16U << 10U;
  std::size_t fields = 100;
  std::size_t target = 8'192;
};

/// The header of a request.
struct RequestHead {
  std::string method, target;
  std::string path;                          ///< of the target, its %xx decoded
  std::map<std::string, std::string> query;  ///< of two arguments of one name the first
  std::map<std::string, std::vector<std::string>> repeated;  ///< the others, in their order
  std::vector<std::pair<std::string, std::string>> fields;
  bool keep_alive = false;
  bool expects_continue = false;
  bool chunked = false;
  std::uint64_t length = 0;  ///< of the body, where it is not chunked

  /// "" where there is no such field.
  std::string field(std::string_view name) const;
  bool has_body() const { return chunked || length > 0; }
};

/// What is wrong with the form of a request.
struct BadForm {
  int status = 400;
  std::string_view problem = "malformed";
  std::string detail;
};

/// Reads one request out of the bytes of a connection, as they come, without a socket.
///
/// The header is split by POCO; before that its lines are held to what every reader understands alike: CR LF at
/// each end, no folded lines, no space before a colon, one Host, at most one Content-Length and that of digits
/// only, chunked as the only transfer encoding and never beside a length. What a proxy in front might read
/// differently is refused, so nothing can be smuggled past it.
///
/// In:      take() with what came; after State::Headed the caller says with admit() how long the body may be.
/// Errors:  State::Refused with the status to answer: 400, 413, 414, 417, 431. The head stands where it was read.
/// Cost:    one look at each byte of the header, one copy of the body. Holds at most the limits.
/// Threads: one.
/// Source:  RFC 9112, 2.2, 3, 5, 6; RFC 9110, 10.1.1.
/// Checked: tests/server/request_reader_test.cc, tests/fuzz/request_fuzz.cc.
class RequestReader {
 public:
  enum class State { Head, Headed, Body, Whole, Refused };

  explicit RequestReader(RequestLimits const& limits = {}) : limits_{limits} {}

  /// Takes what belongs to this request; returns how many bytes that was. What is left belongs to the next.
  std::size_t take(std::string_view bytes);
  /// After Headed.
  State admit(std::size_t body_limit);

  State state() const { return state_; }
  bool begun() const { return begun_; }  ///< more than empty lines came
  RequestHead& head() { return head_; }
  bool head_read() const { return head_read_; }
  BadForm const& refusal() const { return refusal_; }
  /// The rest will not come: refused, where it was not whole already.
  void give_up(BadForm why);
  /// What came of the body since the last call.
  std::string take_body();
  std::size_t held() const { return text_.size() + body_.size(); }

 private:
  std::size_t take_head(std::string_view bytes);
  std::size_t take_body_bytes(std::string_view bytes);
  void read_head();
  bool read_request_line(std::string_view line);
  bool read_field_line(std::string_view line);
  bool split_head();
  bool read_framing();
  bool read_target();
  void refuse(int status, std::string_view problem, std::string detail);

  RequestLimits limits_;
  State state_ = State::Head;
  bool begun_ = false;
  bool head_read_ = false;
  std::string text_;  ///< of the header, as it came
  RequestHead head_;
  BadForm refusal_;
  std::size_t body_limit_ = 0;
  std::uint64_t taken_ = 0;  ///< bytes of the body, whether fetched already or not
  std::string body_;
  ChunkedBody chunks_;
};

}  // namespace fenghuo::server
