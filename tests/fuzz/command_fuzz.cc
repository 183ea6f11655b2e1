// A command as it comes over HTTP: the first byte says which ('A' is the first of domain::Command), the rest is
// the document. What the path gives there is a member like any other here.
#include <algorithm>
#include <array>
#include <functional>

#include "core/base/text_form.h"
#include "messaging/codec/event_codec.h"
#include "tests/fuzz/target.h"
#include "tests/messaging/filled.h"

namespace fenghuo::fuzz {

namespace {

using messaging::FieldError;
using messaging::Json;

/// Makes of a filled command one that the strict reader takes: text without control characters, places as people
/// give them, rings that close.
struct Presentable {
  template <class T>
  void operator()(std::string_view /*name*/, T& member) {
    visit(member);
  }
  template <class T>
  void visit(T& member) {
    if constexpr (Described<T>) {
      T::fields(*this, member);
    }
  }
  template <class T>
  void visit(std::optional<T>& member) {
    if (member) {
      visit(*member);
    }
  }
  template <class T>
  void visit(std::vector<T>& members) {
    for (auto& member : members) {
      visit(member);
    }
  }
  void visit(std::string& text) {
    std::erase_if(text, [](char c) { return c >= 0 && c < ' ' && c != '\n'; });
  }
  void visit(domain::Location& location) {
    location.crs = "gcj02";
    location.given.reset();
  }
  void visit(domain::Geometry& geometry) {
    geometry = {true, {{0, 0}, {0, 10'000'000}, {10'000'000, 0}, {0, 0}}};
  }
};

std::string with_number(std::size_t number, Json const& document) {
  return static_cast<char>('A' + number) + document.text();
}

std::vector<std::string> seeds() {
  std::vector<std::string> out;
  for (auto& command : tests::filled_ones<domain::Command>()) {
    Presentable presentable;
    std::visit([&](auto& c) { std::decay_t<decltype(c)>::fields(presentable, c); }, command);
    for (bool const complete : {false, true}) {
      messaging::WriteStyle const style{.zone_minutes = complete ? 480 : 0, .complete = complete};
      out.push_back(with_number(
          command.index(),
          std::visit([&](auto const& c) { return messaging::to_json(c, style); }, command)));
    }
  }
  for (auto const& command : tests::plain_ones<domain::Command>()) {
    out.push_back(with_number(command.index(), Json{Json::Object{}}));
  }
  auto const written = [&](std::size_t number, std::string_view document) {
    out.push_back(static_cast<char>('A' + number) + std::string{document});
  };
  static_assert(
      std::is_same_v<std::variant_alternative_t<1, domain::Command>, domain::ReceiveReport>);
  written(1, R"({"channel":"119","text":"东岭木材厂起火","kind":"fire","address":"东岭",)"
             R"("caller":"13800000000","area":"fengyuan.dongling","location":{"type":"Point",)"
             R"("coordinates":[106.3,30.55],"crs":"gcj02","accuracy_m":30},)"
             R"("received_at":"2026-03-01T08:00:10.5+08:00","outside_region":false})");
  static_assert(std::is_same_v<std::variant_alternative_t<19, domain::Command>, domain::CloseRoad>);
  written(19,
          R"({"facts":{"name":"翠河桥","geometry":{"type":"LineString",)"
          R"("coordinates":[[106.3,30.55],[106.31,30.5]]},"until":"2026-07-01T02:07:00+08:00"}})");
  // Longer than what is said of a name, which must not end inside a character.
  written(1, R"({"这个名字比要说的那部分长得多这个名字比要说的那部分长得多/~":0})");
  written(19, R"({"facts":{"geometry":{"type":"Point","coordinates":[106.3,30.55]}}})");
  return out;
}

std::vector<std::string> words() {
  std::vector<std::string> out{"\"coordinates\":",
                               "\"type\":\"Polygon\"",
                               "\"type\":\"LineString\"",
                               "\"crs\":\"bd09\"",
                               "[181,91]",
                               "[[1,2],[3,4],[1,2]]",
                               "1e999",
                               "-0",
                               "-0.0000001",
                               "1e9",
                               "0.1234567",
                               "null",
                               "[]",
                               "{}",
                               "\"~/\":0",
                               "\\u0000",
                               "\\ud83d\\ude00",
                               "\xED\xA0\x80",
                               "0000-01-01T00:00:00+14:00",
                               "9999-12-31T23:59:59-14:00",
                               "I-2026-000001",
                               "R-0000-000000",
                               "T-9999-18446744073709551615"};
  return out;
}

struct Reading {
  std::string text;
  std::string meaning;  ///< every member, not by way of JSON
  std::vector<FieldError> errors;
};

template <class C>
Reading read_as(Json const& document) {
  messaging::ReadContext context{.style = {.strict = true}, .errors = {}, .path = {}};
  C command;
  messaging::from_json(document, command, context);
  if constexpr (std::is_same_v<C, domain::CloseRoad>) {
    if (context.errors.empty() && command.facts.geometry.points.empty()) {
      context.wrong("is required");  // as the HTTP side says before it reads
    }
  }
  std::string meaning;
  append_text(meaning, command);
  return {messaging::to_json(command, {}).text(), std::move(meaning), std::move(context.errors)};
}

template <std::size_t... I>
constexpr auto readers_of(std::index_sequence<I...> /*all*/) {
  return std::array{&read_as<std::variant_alternative_t<I, domain::Command>>...};
}
constexpr auto kReaders =
    readers_of(std::make_index_sequence<std::variant_size_v<domain::Command>>{});

/// One step of a pointer, without its escapes (RFC 6901).
std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    bool const escape = token[i] == '~' && i + 1 < token.size();
    out += !escape ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return out;
}

Json const* member_of(Json const& in, std::string const& name) {
  if (auto const* items = in.array()) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (std::to_string(i) == name) {
        return &(*items)[i];
      }
    }
    return nullptr;
  }
  if (Json const* found = in.find(name)) {
    return found;
  }
  // A long name is told by how it begins.
  if (auto const* members = in.object(); members != nullptr && name.size() > 76) {
    for (auto const& [long_name, value] : *members) {
      if (long_name.starts_with(name)) {
        return &value;
      }
    }
  }
  return nullptr;
}

/// Whether a pointer leads to something in the document.
bool leads_somewhere(Json const& document, std::string_view pointer) {
  Json const* here = &document;
  while (here != nullptr && !pointer.empty()) {
    if (pointer.front() != '/') {
      return false;
    }
    pointer.remove_prefix(1);
    std::size_t const end = std::min(pointer.find('/'), pointer.size());
    here = member_of(*here, unescaped(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return here != nullptr;
}

std::string wrong_with_refusal(Json const& document, std::vector<FieldError> const& errors) {
  for (auto const& [pointer, message] : errors) {
    if (message.empty()) {
      return "refused without a reason at " + pointer;
    }
    if (!leads_somewhere(document, pointer)) {
      return "the reason points at nothing: " + pointer + ": " + message;
    }
    auto const told = messaging::parse_json(Json{pointer}.text());
    if (!told || *told != Json{pointer}) {
      return "the place of the reason cannot be told: " + pointer;
    }
  }
  return "";
}

Verdict judge(std::string_view bytes) {
  std::size_t const number =
      bytes.empty() ? kReaders.size()
                    : static_cast<std::size_t>(static_cast<unsigned char>(bytes.front() - 'A'));
  if (number >= kReaders.size()) {
    return {};
  }
  auto const document = messaging::parse_json(bytes.substr(1));
  if (!document) {
    bool const told =
        document.error().code == ErrorCode::InvalidArgument && !document.error().message.empty();
    return {false, told ? "" : "refused without a reason"};
  }
  Reading const first = kReaders[number](*document);
  if (!first.errors.empty()) {
    return {false, wrong_with_refusal(*document, first.errors)};
  }
  auto const stored = messaging::parse_json(first.text);
  if (!stored) {
    return {true, "a command that was taken is written as no JSON: " + first.text};
  }
  Reading const second = kReaders[number](*stored);
  if (!second.errors.empty() || second.text != first.text || second.meaning != first.meaning) {
    return {true, "a command that was taken cannot be read again: " + first.text};
  }
  return {true, ""};
}

}  // namespace

Target const kCommand{"command", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kCommand)
