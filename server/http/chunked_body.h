#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fenghuo::server {

/// Takes a body with Transfer-Encoding: chunked apart as it comes in, piece by piece. POCO's chunked stream
/// waits for its socket; this one waits for nobody and needs no socket at all.
///
/// Strict where another reader might understand something else: lines end with CR LF, sizes are plain hexadecimal
/// digits, extensions and trailers are read and forgotten, their length is bounded.
///
/// Cost:    one copy of the data.
/// Threads: one.
/// Source:  RFC 9112, 7.1.
/// Checked: tests/server/request_reader_test.cc, tests/fuzz/request_fuzz.cc.
class ChunkedBody {
 public:
  enum class State { More, Whole, Wrong };

  /// Appends to `body` what is data. Returns how many bytes were used; all of them unless the state is Whole or
  /// Wrong, or `body` grew over `limit`.
  std::size_t take(std::string_view bytes, std::string& body, std::size_t limit);
  State state() const { return state_; }
  char const* wrong() const { return wrong_; }  ///< what is, in words

 private:
  enum class At { Size, Data, DataEnd, Trailer };
  void end_of_line();
  void fail(char const* why);

  State state_ = State::More;
  At at_ = At::Size;
  std::string line_;
  std::uint64_t left_ = 0;
  std::size_t trailer_bytes_ = 0;
  char const* wrong_ = "";
};

}  // namespace fenghuo::server
