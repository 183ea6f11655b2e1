#include "server/http/request_reader.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace fenghuo::server {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// A token of RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool has_control(std::string_view text, bool tab_may_be) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !(tab_may_be && byte == '\t')) || byte == 0x7f;
  });
}

}  // namespace

std::string RequestHead::field(std::string_view name) const {
  auto const it = std::find_if(fields.begin(), fields.end(),
                               [&](auto const& field) { return same_name(field.first, name); });
  return it == fields.end() ? "" : it->second;
}

void RequestReader::refuse(int status, std::string_view problem, std::string detail) {
  state_ = State::Refused;
  refusal_ = {status, problem, std::move(detail)};
}

void RequestReader::give_up(BadForm why) {
  if (state_ != State::Whole) {
    state_ = State::Refused;
    refusal_ = std::move(why);
  }
}

std::string RequestReader::take_body() {
  std::string out;
  out.swap(body_);
  return out;
}

std::size_t RequestReader::take(std::string_view bytes) {
  switch (state_) {
    case State::Head:
      return take_head(bytes);
    case State::Body:
      return take_body_bytes(bytes);
    case State::Headed:
    case State::Whole:
    case State::Refused:
      break;
  }
  return 0;
}

std::size_t RequestReader::take_head(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    char const c = bytes[used++];
    if (!begun_ && (c == '\r' || c == '\n')) {
      continue;  // empty lines before a request are passed over, RFC 9112, 2.2
    }
    begun_ = true;
    text_ += c;
    if (text_.size() > limits_.head_bytes) {
      refuse(431, "header_too_large",
             fmt::format("at most {} bytes of header are read", limits_.head_bytes));
      return used;
    }
    if (c != '\n') {
      continue;
    }
    if (text_.size() < 2 || text_[text_.size() - 2] != '\r') {
      refuse(400, "malformed", "lines of the header end with CR LF");
      return used;
    }
    if (text_.ends_with("\r\n\r\n")) {
      read_head();
      return used;
    }
  }
  return used;
}

void RequestReader::read_head() {
  std::string_view rest = text_;
  std::size_t fields = 0;
  for (bool first = true; rest != "\r\n"; first = false) {
    auto const end = rest.find("\r\n");
    std::string_view const line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (!first && ++fields > limits_.fields) {
      return refuse(431, "header_too_large",
                    fmt::format("at most {} lines of header are read", limits_.fields));
    }
    if (first ? !read_request_line(line) : !read_field_line(line)) {
      return;
    }
  }
  if (split_head() && read_target()) {
    head_read_ = true;
    if (read_framing()) {
      state_ = State::Headed;
    }
  }
  text_ = {};
}

bool RequestReader::read_request_line(std::string_view line) {
  auto const first = line.find(' ');
  auto const last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !is_token(line.substr(0, first)) ||
      has_control(line, false) ||
      line.substr(first + 1, last - first - 1).find(' ') != std::string_view::npos) {
    refuse(400, "malformed", "a request begins with METHOD TARGET HTTP/1.1");
  } else if (line.substr(last + 1) != "HTTP/1.1" && line.substr(last + 1) != "HTTP/1.0") {
    refuse(400, "malformed", "HTTP/1.1 is spoken here");
  } else if (last - first - 1 > limits_.target) {
    refuse(414, "malformed",
           fmt::format("the address is longer than {} characters", limits_.target));
  } else {
    return true;
  }
  return false;
}

bool RequestReader::read_field_line(std::string_view line) {
  auto const colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
      has_control(line, true)) {
    refuse(400, "malformed", "a line of the header is not NAME: VALUE");
    return false;
  }
  return true;
}

bool RequestReader::split_head() {
  Poco::Net::HTTPRequest request;
  try {
    std::istringstream in{text_};
    request.read(in);
  } catch (Poco::Exception const& error) {
    refuse(400, "malformed", error.displayText());
    return false;
  }
  head_.method = request.getMethod();
  head_.target = request.getURI();
  head_.keep_alive = request.getKeepAlive();
  for (auto const& [name, value] : request) {
    head_.fields.emplace_back(name, value);
  }
  return true;
}

bool RequestReader::read_target() {
  try {
    Poco::URI uri;
    if (head_.target.starts_with('/')) {
      uri.setPathEtc(head_.target);  // "//x/y" is a path here, no other host
    } else if (head_.target != "*") {
      uri = head_.target;
    }
    head_.path = uri.getPath();
    for (auto const& [name, value] : uri.getQueryParameters()) {
      if (!head_.query.emplace(name, value).second) {
        head_.repeated[name].push_back(value);
      }
    }
  } catch (Poco::Exception const& error) {
    refuse(400, "malformed", error.displayText());
    return false;
  }
  return true;
}

bool RequestReader::read_framing() {
  std::size_t hosts = 0, lengths = 0, codings = 0;
  bool good = true;
  for (auto const& [name, value] : head_.fields) {
    if (same_name(name, "Host")) {
      ++hosts;
    } else if (same_name(name, "Content-Length")) {
      ++lengths;
      auto const [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), head_.length);
      good = good && error == std::errc{} && end == value.data() + value.size() &&
             head_.length <= std::uint64_t{1} << 62U;
    } else if (same_name(name, "Transfer-Encoding")) {
      ++codings;
      head_.chunked = same_name(value, "chunked");
      good = good && head_.chunked;
    }
  }
  bool const old = text_.find("HTTP/1.0\r\n") < text_.find("\r\n");
  if (hosts > 1 || (hosts == 0 && !old)) {
    refuse(400, "malformed", "a request names one Host");
  } else if (lengths + codings > 1 || !good || (old && codings > 0)) {
    head_.chunked = false;
    head_.length = 0;
    refuse(400, "malformed",
           "the length of the body is not clear: send one Content-Length of digits, or "
           "Transfer-Encoding: chunked alone");
  } else if (std::string const expected = head_.field("Expect"); !expected.empty()) {
    head_.expects_continue = same_name(expected, "100-continue");
    if (!head_.expects_continue) {
      refuse(417, "malformed", "the only expectation met here is 100-continue");
    }
  }
  return state_ != State::Refused;
}

RequestReader::State RequestReader::admit(std::size_t body_limit) {
  body_limit_ = body_limit;
  if (!head_.chunked && head_.length > body_limit) {
    refuse(413, "too_large", fmt::format("at most {} bytes are read here", body_limit));
  } else {
    state_ = head_.has_body() ? State::Body : State::Whole;
  }
  return state_;
}

std::size_t RequestReader::take_body_bytes(std::string_view bytes) {
  if (!head_.chunked) {
    auto const piece = static_cast<std::size_t>(
        std::min(static_cast<std::uint64_t>(bytes.size()), head_.length - taken_));
    body_.append(bytes.substr(0, piece));
    taken_ += piece;
    if (taken_ == head_.length) {
      state_ = State::Whole;
    }
    return piece;
  }
  // What was fetched from here counts too: the limit is one of the whole body.
  auto const fetched = static_cast<std::size_t>(taken_) - body_.size();
  auto const used = chunks_.take(bytes, body_, body_limit_ - fetched);
  taken_ = fetched + body_.size();
  if (taken_ > body_limit_) {
    refuse(413, "too_large", fmt::format("at most {} bytes are read here", body_limit_));
  } else if (chunks_.state() == ChunkedBody::State::Wrong) {
    refuse(400, "malformed", chunks_.wrong());
  } else if (chunks_.state() == ChunkedBody::State::Whole) {
    state_ = State::Whole;
  }
  return used;
}

}  // namespace fenghuo::server
