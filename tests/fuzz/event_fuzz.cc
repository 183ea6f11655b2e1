// A stored event: "type version payload", as a journal that somebody else has written may hold it.
#include <cstdlib>

#include "messaging/codec/event_codec.h"
#include "tests/fuzz/target.h"
#include "tests/messaging/filled.h"

namespace fenghuo::fuzz {

namespace {

using messaging::decode;
using messaging::encode;

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (auto const& events :
       {tests::filled_ones<domain::Event>(), tests::plain_ones<domain::Event>()}) {
    for (auto const& event : events) {
      auto const encoded = encode(event);
      out.push_back(std::string{encoded.type} + " " + std::to_string(encoded.version) + " " +
                    encoded.payload);
    }
  }
  out.push_back(
      R"(report_received 1 {"report":"R-2026-000009","phone":"1","received_at":"2026-01-02T03:04:05Z"})");
  return out;
}

std::vector<std::string> words() {
  return {" 1 ",
          " 0 ",
          " -1 ",
          " 2 ",
          "null",
          "[]",
          "{}",
          "\"\"",
          "1e999",
          "-99999999999999999999",
          "I-0000-000000",
          "\"type\":\"Polygon\"",
          "[[1,2],[3,4]]",
          "0001-01-01T00:00:00Z",
          "\\u0000",
          "\xFF"};
}

Verdict judge(std::string_view bytes) {
  std::size_t const first = bytes.find(' ');
  std::size_t const second = first == std::string_view::npos ? first : bytes.find(' ', first + 1);
  if (second == std::string_view::npos) {
    return {};
  }
  std::string const number{bytes.substr(first + 1, second - first - 1)};
  int const version = static_cast<int>(std::strtol(number.c_str(), nullptr, 10));
  auto const event = decode(bytes.substr(0, first), version, bytes.substr(second + 1));
  if (!event) {
    return {false, event.error().code == ErrorCode::DataLoss ? "" : "an error of the wrong kind"};
  }
  auto const encoded = encode(*event);
  auto const again = decode(encoded.type, encoded.version, encoded.payload);
  if (!again || encode(*again).payload != encoded.payload) {
    return {true, "an event that was read cannot be stored and read again: " + encoded.payload};
  }
  return {true, ""};
}

}  // namespace

Target const kEvent{"event", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kEvent)
