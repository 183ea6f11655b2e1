#include "messaging/delivery/gateway_answer.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <Poco/Exception.h>
#include <Poco/Net/MessageHeader.h>
#include <Poco/String.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "messaging/codec/json.h"

namespace fenghuo::messaging {

namespace {

constexpr int kMostInterim = 8, kMostFields = 100;
constexpr std::size_t kMostReference = 200, kMostChunkLine = 1024;
constexpr Duration kLongest = hours(1);

/// A whole number that is all of the text.
std::optional<std::size_t> number_of(std::string_view text, int base) {
  std::size_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{value}
                                                                  : std::nullopt;
}

/// The status in a status line; 0 for what is none. HTTPResponse would put any number into an enumeration, which
/// is undefined for those that it has no room for.
int status_of(std::string_view line) {
  bool const good = line.size() > 12 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
                    (line[12] == ' ' || line[12] == '\r');
  auto const status = good ? number_of(line.substr(9, 3), 10) : std::nullopt;
  return static_cast<int>(status.value_or(0));
}

std::optional<Duration> wait_of(std::string const& text, Time now) {
  Duration wait;
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos) {
    auto const count = number_of(text, 10);
    wait = count && *count < 3600 ? seconds(static_cast<std::int64_t>(*count)) : kLongest;
  } else {
    Poco::DateTime date;
    int zone = 0;
    try {
      // The parser makes a date of anything: what it read must be what stood there.
      if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, text, date, zone) ||
          Poco::DateTimeFormatter::format(date, Poco::DateTimeFormat::HTTP_FORMAT) != text) {
        return std::nullopt;
      }
    } catch (Poco::Exception const&) {
      return std::nullopt;
    }
    wait = Time{date.timestamp().epochMicroseconds()} - now;
  }
  return std::clamp(wait, Duration{}, kLongest);
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

std::string reference_in(std::string_view body) {
  auto const json = parse_json(body, {.bytes = kMostBodyBytes, .depth = 32});
  if (!json) {
    return "";
  }
  for (auto const* name : {"reference", "id", "message_id"}) {
    Json const* member = json->find(name);
    if (member == nullptr) {
      continue;
    }
    std::string text = member->integer() != nullptr  ? std::to_string(*member->integer())
                       : member->string() != nullptr ? *member->string()
                                                     : "";
    if (!text.empty() && text.size() <= kMostReference && is_printable(text)) {
      return text;
    }
  }
  return "";
}

}  // namespace

bool AnswerReader::take(std::string_view bytes) {
  if (part_ != Part::Done && part_ != Part::Rubbish) {
    waiting_ += bytes;
  }
  bool more = true;
  while (more) {
    switch (part_) {
      case Part::Head:
        more = read_head();
        break;
      case Part::Chunked:
        more = read_chunk();
        break;
      case Part::Sized:
      case Part::UntilClosed:
        keep(waiting_.size());
        more = false;
        break;
      case Part::Done:
      case Part::Rubbish:
        waiting_.clear();
        return false;
    }
  }
  return part_ != Part::Done && part_ != Part::Rubbish;
}

/// Whether there is something to go on with.
bool AnswerReader::read_head() {
  auto const end = waiting_.find("\r\n\r\n", looked_at_);
  if ((end == std::string::npos ? waiting_.size() : end) > kMostHeadBytes) {
    part_ = Part::Rubbish;
    return true;
  }
  if (end == std::string::npos) {
    looked_at_ = waiting_.size() < 3 ? 0 : waiting_.size() - 3;
    return false;
  }
  std::string const text = waiting_.substr(0, end + 4);
  waiting_.erase(0, end + 4);
  looked_at_ = 0;
  part_ = Part::Rubbish;
  int const status = status_of(text);
  Poco::Net::MessageHeader head;
  try {
    head.setFieldLimit(kMostFields);
    std::istringstream in{text.substr(text.find("\r\n") + 2)};
    head.read(in);
  } catch (Poco::Exception const&) {
    return true;
  }
  if (status >= 100 && status < 200 && status != 101) {
    part_ = ++interim_ > kMostInterim ? Part::Rubbish : Part::Head;
    return true;
  }
  if (status < 200 || status > 599) {
    return true;
  }
  status_ = status;
  retry_after_ = head.get("Retry-After", "");
  part_ = Part::Done;
  if (status >= 300 || status == 204) {
    return true;
  }
  if (head.has("Transfer-Encoding")) {
    // In another coding than chunks the body could not be read, and is not needed.
    if (Poco::icompare(head.get("Transfer-Encoding"), "chunked") == 0) {
      part_ = Part::Chunked;
    }
  } else if (head.has("Content-Length")) {
    auto const size = number_of(head.get("Content-Length"), 10);
    left_ = size.value_or(0);
    part_ = size && *size > 0 && *size <= kMostBodyBytes ? Part::Sized : Part::Done;
  } else {
    part_ = Part::UntilClosed;
  }
  return true;
}

/// Moves up to so many waiting bytes into the body.
void AnswerReader::keep(std::size_t count) {
  if (part_ != Part::UntilClosed) {
    count = std::min(count, left_);
    left_ -= count;
  }
  if (body_.size() + count > kMostBodyBytes) {
    part_ = Part::Done;
    return;
  }
  body_.append(waiting_, 0, count);
  waiting_.erase(0, count);
  if (part_ == Part::Sized && left_ == 0) {
    whole_ = true;
    part_ = Part::Done;
  }
}

/// Whether there is something to go on with. A body whose chunks do not read is one that ended early.
bool AnswerReader::read_chunk() {
  if (left_ > 0) {
    keep(waiting_.size());
    return part_ == Part::Done || left_ == 0;
  }
  auto const end = waiting_.find("\r\n");
  if (end == std::string::npos ? waiting_.size() > kMostChunkLine : end > kMostChunkLine) {
    part_ = Part::Done;
    return true;
  }
  if (end == std::string::npos) {
    return false;
  }
  std::string const line = waiting_.substr(0, end);
  waiting_.erase(0, end + 2);
  if (in_chunk_) {  // what ends the data of a chunk
    in_chunk_ = false;
    part_ = line.empty() ? Part::Chunked : Part::Done;
    return true;
  }
  auto const size = number_of(Poco::trim(line.substr(0, line.find(';'))), 16);
  if (!size || *size > kMostBodyBytes) {
    part_ = Part::Done;
  } else if (*size == 0) {
    whole_ = true;  // trailers say nothing that is needed
    part_ = Part::Done;
  } else {
    left_ = *size;
    in_chunk_ = true;
  }
  return true;
}

void AnswerReader::end() {
  if (part_ == Part::UntilClosed) {
    whole_ = true;
  }
  part_ = part_ == Part::Head ? Part::Rubbish : part_ == Part::Rubbish ? part_ : Part::Done;
}

std::optional<GatewayAnswer> AnswerReader::answer(Time now) const {
  if (status_ == 0) {
    return std::nullopt;
  }
  return GatewayAnswer{status_, wait_of(retry_after_, now), whole_ ? reference_in(body_) : ""};
}

}  // namespace fenghuo::messaging
