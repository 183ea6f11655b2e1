#include "server/http/chunked_body.h"

#include <algorithm>
#include <charconv>

namespace fenghuo::server {

namespace {

constexpr std::size_t kLongestLine = 512;
constexpr std::size_t kMostTrailers = 8'192;

/// The size of "1a" or "1a;name=value". False: it is none.
bool size_of(std::string_view line, std::uint64_t& size) {
  std::string_view const digits = line.substr(0, line.find(';'));
  if (digits.empty() || digits.size() > 8) {
    return false;
  }
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  return error == std::errc{} && end == digits.data() + digits.size();
}

bool printable(std::string_view line) {
  return std::none_of(line.begin(), line.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

}  // namespace

void ChunkedBody::fail(char const* why) {
  state_ = State::Wrong;
  wrong_ = why;
}

/// `line_` is whole, its CR LF taken off.
void ChunkedBody::end_of_line() {
  std::string line;
  line.swap(line_);
  if (!printable(line)) {
    fail("a line of the chunked body holds a control character");
  } else if (at_ == At::DataEnd) {
    at_ = At::Size;
    if (!line.empty()) {
      fail("a chunk is longer than its size says");
    }
  } else if (at_ == At::Size) {
    if (!size_of(line, left_)) {
      fail("the size of a chunk is not a hexadecimal number");
    } else {
      at_ = left_ == 0 ? At::Trailer : At::Data;
    }
  } else if (line.empty()) {
    state_ = State::Whole;
  } else if (trailer_bytes_ += line.size(); trailer_bytes_ > kMostTrailers) {
    fail("the trailers of the chunked body are too long");
  }
}

std::size_t ChunkedBody::take(std::string_view bytes, std::string& body, std::size_t limit) {
  std::size_t used = 0;
  while (state_ == State::More && used < bytes.size() && body.size() <= limit) {
    if (at_ == At::Data) {
      auto const room =
          static_cast<std::uint64_t>(limit - body.size()) + 1;  // one more than may be
      auto const piece = static_cast<std::size_t>(
          std::min({left_, static_cast<std::uint64_t>(bytes.size() - used), room}));
      body.append(bytes.substr(used, piece));
      used += piece;
      left_ -= piece;
      at_ = left_ == 0 ? At::DataEnd : At::Data;
      continue;
    }
    char const c = bytes[used++];
    if (c != '\n') {
      line_ += c;
      if (line_.size() > kLongestLine) {
        fail("a line of the chunked body is too long");
      }
    } else if (line_.empty() || line_.back() != '\r') {
      fail("a line of the chunked body does not end with CR LF");
    } else {
      line_.pop_back();
      end_of_line();
    }
  }
  return used;
}

}  // namespace fenghuo::server
