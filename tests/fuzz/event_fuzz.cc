// A stored event: "type version payload", as a journal that somebody else has written may hold it.
#include <cstdlib>

#include "core/base/text_form.h"
#include "messaging/codec/event_codec.h"
#include "tests/fuzz/target.h"
#include "tests/messaging/filled.h"

namespace fenghuo::fuzz {

namespace {

using messaging::decode;
using messaging::encode;

/// Sets every optional and leaves texts and lists empty.
struct Emptier {
  template <class T>
  void operator()(std::string_view /*name*/, T& member) {
    if constexpr (Described<T>) {
      T::fields(*this, member);
    }
  }
  template <class T>
  void operator()(std::string_view /*name*/, std::optional<T>& member) {
    member.emplace();
  }
};

std::vector<domain::Event> emptied_ones() {
  auto events = tests::plain_ones<domain::Event>();
  for (auto& event : events) {
    Emptier emptier;
    std::visit([&](auto& e) { std::decay_t<decltype(e)>::fields(emptier, e); }, event);
  }
  return events;
}

std::vector<domain::Event> places() {
  GeoPoint const a{1, 2};
  GeoPoint const b{3, -4};
  std::vector<domain::Event> events;
  for (auto const& geometry : {domain::Geometry{false, {a}},
                               {false, {a, b}},
                               {true, {a, b, {5, 6}, a}},
                               {false, {a, b, b, a}, {2}}}) {
    domain::RoadClosed closed;
    closed.facts.geometry = geometry;
    events.emplace_back(std::move(closed));
  }
  return events;
}

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (auto const& events : {tests::filled_ones<domain::Event>(), emptied_ones(), places(),
                             tests::plain_ones<domain::Event>()}) {
    for (auto const& event : events) {
      auto const encoded = encode(event);
      // In older versions too, as if they had had the members of today.
      for (int version = 1; version <= encoded.version; ++version) {
        out.push_back(std::string{encoded.type} + " " + std::to_string(version) + " " +
                      encoded.payload);
      }
    }
  }
  // As the first release stored it.
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

/// Every member, not by way of JSON.
std::string meaning(domain::Event const& event) {
  std::string out{name_of(event)};
  std::visit([&](auto const& e) { append_text(out, e); }, event);
  return out;
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
    bool const told = event.error().code == ErrorCode::DataLoss && !event.error().message.empty();
    return {false, told ? "" : "an error of the wrong kind or without a reason"};
  }
  auto const encoded = encode(*event);
  if (encoded.type != bytes.substr(0, first)) {
    return {true, "an event of another type was read: " + std::string{encoded.type}};
  }
  auto const again = decode(encoded.type, encoded.version, encoded.payload);
  if (!again || encode(*again).payload != encoded.payload || meaning(*again) != meaning(*event)) {
    return {true, "an event that was read cannot be stored and read again: " + encoded.payload};
  }
  // As the feed and the API tell it.
  std::string const told =
      messaging::event_data(*event, {.zone_minutes = 480, .complete = true}).text();
  if (!messaging::parse_json(told, {.bytes = told.size()})) {
    return {true, "an event that was read is told as no JSON: " + told};
  }
  return {true, ""};
}

}  // namespace

Target const kEvent{"event", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kEvent)
