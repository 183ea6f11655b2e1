#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/fields.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/time_text.h"
#include "core/base/units.h"
#include "core/domain/event.h"

/// Reads what core/base/text_form.h writes: `issue_orders incident=I-2026-000001 items=[{team=T-2026-000001}]`.
/// Driven by the `fields` descriptions, so a new command or event needs no line here. Strict: a member that
/// the command does not have, one named twice, an id that is left out and a value of another type are errors
/// that name the member.
namespace fenghuo::tests {

/// The parts of a text between separators that stand outside quotes and brackets; no part for no text.
Result<std::vector<std::string_view>> split_outside(std::string_view text, char separator);

Result<std::string> read_string(std::string_view text);
Result<std::int64_t> read_integer(std::string_view text);
Result<Duration> read_duration(std::string_view text);
Result<Distance> read_distance(std::string_view text);
Result<GeoPoint> read_point(std::string_view text);

struct Members {
  std::vector<std::pair<std::string, std::string_view>> named;
};
/// "k=v k=v" taken apart; a name given twice is an error.
Result<Members> read_members(std::string_view text);

/// Reads one described value; keeps the first error.
class ValueReader {
 public:
  std::optional<Error> error;

  void fail(std::string message) {
    if (!error) {
      error = Error{ErrorCode::InvalidArgument, std::move(message)};
    }
  }

  void read(std::string_view text, bool& value) {
    if (text != "yes" && text != "no") {
      fail("'" + std::string{text} + "' is neither yes nor no");
    }
    value = text == "yes";
  }
  void read(std::string_view text, std::int64_t& value) { take(read_integer(text), value); }
  void read(std::string_view text, std::string& value) { take(read_string(text), value); }
  void read(std::string_view text, Duration& value) { take(read_duration(text), value); }
  void read(std::string_view text, Distance& value) { take(read_distance(text), value); }
  void read(std::string_view text, GeoPoint& value) { take(read_point(text), value); }
  void read(std::string_view text, Time& value) {
    found(parse_rfc3339(text), text, "a time of RFC 3339", value);
  }
  template <class Tag>
  void read(std::string_view text, Id<Tag>& value) {
    found(id_from<Tag>(text), text, std::string{"an id with the letter "} + Tag::kLetter, value);
  }
  template <class Tag>
  void read(std::string_view text, Code<Tag>& value) {
    read(text, value.text);
  }
  /// Plain where it is written as a text.
  void read(std::string_view text, domain::Sealed& value) {
    if (text.starts_with('{')) {
      read_described(text.substr(1, text.size() - 2), value);
    } else {
      read(text, value.box);
    }
  }
  template <NamedEnum E>
  void read(std::string_view text, E& value) {
    found(enum_named<E>(text), text, "one of the names", value);
  }
  template <class T>
  void read(std::string_view text, std::optional<T>& value) {
    if (text == "-") {
      value.reset();
      return;
    }
    read(text, value.emplace());
  }
  template <class T>
  void read(std::string_view text, std::vector<T>& values) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
      fail("'" + std::string{text} + "' is no list [a,b]");
      return;
    }
    std::vector<std::string_view> parts;
    take(split_outside(text.substr(1, text.size() - 2), ','), parts);
    values.clear();
    for (auto const part : parts) {
      read(part, values.emplace_back());
    }
  }
  template <Described T>
  void read(std::string_view text, T& value) {
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') {
      fail("'" + std::string{text} + "' is no struct {k=v k=v}");
      return;
    }
    read_described(text.substr(1, text.size() - 2), value);
  }
  template <Described T>
  void read_described(std::string_view text, T& value);

 private:
  template <class T>
  void take(Result<T> result, T& value) {
    if (result) {
      value = std::move(result).value();
    } else {
      fail(result.error().message);
    }
  }
  template <class T>
  void found(std::optional<T> result, std::string_view text, std::string const& wanted, T& value) {
    if (result) {
      value = *result;
    } else {
      fail("'" + std::string{text} + "' is not " + wanted);
    }
  }
};

template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};
template <class Tag>
struct IsId<Code<Tag>> : std::true_type {};

/// Visits the members of one struct and gives each its text.
struct MembersReader {
  ValueReader& values;
  Members members;
  std::size_t used = 0;

  template <class T>
  void operator()(std::string_view name, T& member) {
    for (auto& [given, text] : members.named) {
      if (given == name) {
        values.read(text, member);
        if (values.error && !values.error->message.starts_with("member ")) {
          values.error->message = "member " + given + ": " + values.error->message;
        }
        given.clear();
        return;
      }
    }
    if constexpr (IsId<T>::value) {
      values.fail("member " + std::string{name} + " is missing");
    }
  }
};

template <Described T>
void ValueReader::read_described(std::string_view text, T& value) {
  Members members;
  take(read_members(text), members);
  MembersReader reader{*this, std::move(members)};
  T::fields(reader, value);
  for (auto const& [name, unused] : reader.members.named) {
    if (!name.empty()) {
      fail("member " + name + " is unknown");
    }
  }
}

namespace text_commands_detail {
template <class Variant, std::size_t I = 0>
Result<Variant> read_alternative(std::string_view name, std::string_view members) {
  if constexpr (I == std::variant_size_v<Variant>) {
    return Error{ErrorCode::InvalidArgument, "'" + std::string{name} + "' is no known name"};
  } else {
    using Alternative = std::variant_alternative_t<I, Variant>;
    if (Alternative::kName != name) {
      return read_alternative<Variant, I + 1>(name, members);
    }
    Alternative value;
    ValueReader reader;
    reader.read_described(members, value);
    if (reader.error) {
      return *reader.error;
    }
    return Variant{std::move(value)};
  }
}
}  // namespace text_commands_detail

/// "close_road name=Cuihe until=…" to a command. Errors: InvalidArgument, naming the word or member.
Result<domain::Command> read_command(std::string_view line);

/// "road_closed closure=C-2026-000001 …" to an event.
Result<domain::Event> read_event(std::string_view line);

/// The text form of an event or command, as read_event and read_command take it.
std::string event_text(domain::Event const& event);
std::string command_text(domain::Command const& command);

}  // namespace fenghuo::tests
