#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/fields.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/base/units.h"
#include "core/domain/vocabulary.h"
#include "messaging/codec/json.h"

/// JSON of everything that has a `fields` description, in both directions. One form serves the journal,
/// the API and the feed: times RFC 3339, durations as "<name>_s" and distances as "<name>_m" (decimals,
/// exact to the microsecond and centimetre), positions GeoJSON [lon, lat] with seven digits, ids as text,
/// enums by name. Checked: tests/messaging/fields_json_test.cc, tests/fuzz/command_fuzz.cc.
namespace fenghuo::messaging {

/// Seals a text about a person as it comes in. Errors: Unavailable.
class PersonalSealer {
 public:
  virtual ~PersonalSealer() = default;
  virtual Result<domain::Sealed> seal(std::string const& text) = 0;
};

struct WriteStyle {
  int zone_minutes = 0;   ///< offset in which times are written
  bool complete = false;  ///< write empty members too (API); the journal leaves them out
};

/// What is wrong with one member of a document.
struct FieldError {
  std::string pointer;  ///< RFC 6901, e.g. /location/coordinates
  std::string message;
};

struct ReadStyle {
  bool strict =
      true;  ///< unknown members and limits are errors (input); the journal is read as it is
};

// Leaves, written once in fields_json.cc.
Json to_json(bool value, WriteStyle const& style);
Json to_json(std::int64_t value, WriteStyle const& style);
Json to_json(std::string const& value, WriteStyle const& style);
Json to_json(Time value, WriteStyle const& style);
Json to_json(Duration value, WriteStyle const& style);
Json to_json(Distance value, WriteStyle const& style);
Json to_json(GeoPoint value, WriteStyle const& style);
Json to_json(domain::Location const& value, WriteStyle const& style);
Json to_json(domain::Geometry const& value, WriteStyle const& style);
Json to_json(domain::Sealed const& value, WriteStyle const& style);

template <class Tag>
Json to_json(Code<Tag> const& value, WriteStyle const& /*style*/) {
  return value.text;
}
template <class Tag>
Json to_json(Id<Tag> value, WriteStyle const& /*style*/) {
  return to_text(value);
}
template <NamedEnum E>
Json to_json(E value, WriteStyle const& /*style*/) {
  return name_of(value);
}
template <class T>
Json to_json(std::optional<T> const& value, WriteStyle const& style);
template <class T>
Json to_json(std::vector<T> const& values, WriteStyle const& style);
template <Described T>
Json to_json(T const& value, WriteStyle const& style);

namespace fields_json_detail {

template <class T>
constexpr std::string_view suffix_of() {
  if constexpr (std::is_same_v<T, Duration> || std::is_same_v<T, std::optional<Duration>>) {
    return "_s";
  } else if constexpr (std::is_same_v<T, Distance> || std::is_same_v<T, std::optional<Distance>>) {
    return "_m";
  } else {
    return "";
  }
}

bool says_nothing(Json const& value);

/// Whether a member may be left out. An optional that is set is always said, even to an empty text or list:
/// it empties what was known, which its absence would not.
template <class T>
bool may_leave_out(T const& /*member*/, Json const& value) {
  return says_nothing(value);
}
template <class T>
bool may_leave_out(std::optional<T> const& member, Json const& /*value*/) {
  return !member.has_value();
}

struct Writer {
  Json& out;
  WriteStyle const& style;
  template <class T>
  void operator()(std::string_view name, T const& member) {
    Json value = to_json(member, style);
    if (style.complete || !may_leave_out(member, value)) {
      out.add(std::string{name}.append(suffix_of<T>()), std::move(value));
    }
  }
};

}  // namespace fields_json_detail

template <class T>
Json to_json(std::optional<T> const& value, WriteStyle const& style) {
  return value ? to_json(*value, style) : Json{};
}
template <class T>
Json to_json(std::vector<T> const& values, WriteStyle const& style) {
  Json::Array out;
  out.reserve(values.size());
  for (auto const& value : values) {
    out.push_back(to_json(value, style));
  }
  return out;
}
template <Described T>
Json to_json(T const& value, WriteStyle const& style) {
  Json::Object members;
  members.reserve(12);  // most have fewer: growing by doubling costs more than the empty places
  Json out{std::move(members)};
  fields_json_detail::Writer writer{out, style};
  T::fields(writer, value);
  return out;
}

/// Where a reader stands and what it found wrong so far.
struct ReadContext {
  ReadStyle style;
  std::vector<FieldError> errors;
  std::string path;                  ///< pointer of the value being read
  PersonalSealer* sealer = nullptr;  ///< none: a plain text stays plain

  void wrong(std::string message) { errors.push_back({path, std::move(message)}); }
};

void from_json(Json const& in, bool& out, ReadContext& context);
void from_json(Json const& in, std::int64_t& out, ReadContext& context);
void from_json(Json const& in, std::string& out, ReadContext& context);
void from_json(Json const& in, Time& out, ReadContext& context);
void from_json(Json const& in, Duration& out, ReadContext& context);
void from_json(Json const& in, Distance& out, ReadContext& context);
void from_json(Json const& in, GeoPoint& out, ReadContext& context);
/// Converts nothing: of strict input the numbers stand in `point` as they came, in the datum that `crs`
/// names; the edge that knows the datums moves them to `given` and sets `point`.
void from_json(Json const& in, domain::Location& out, ReadContext& context);
void from_json(Json const& in, domain::Geometry& out, ReadContext& context);
/// A text, sealed where the context has a sealer. Of what we wrote ourselves also the sealed form.
void from_json(Json const& in, domain::Sealed& out, ReadContext& context);

template <class Tag>
void from_json(Json const& in, Code<Tag>& out, ReadContext& context) {
  auto const* text = in.string();
  if (text == nullptr || (context.style.strict && !is_code(*text))) {
    context.wrong("expected a code of 1 to 64 bytes without / ? # % \" \\ and comma");
    return;
  }
  out.text = *text;
}

template <class Tag>
void from_json(Json const& in, Id<Tag>& out, ReadContext& context) {
  auto const* text = in.string();
  auto const id = text == nullptr ? std::nullopt : id_from<Tag>(*text);
  if (!id) {
    context.wrong(std::string{"expected an id like "} + id_text(Tag::kLetter, 2026, 42));
    return;
  }
  out = *id;
}

/// "expected one of a, b, c".
std::string expected_one_of(std::string_view const* names, std::size_t count);

template <NamedEnum E>
void from_json(Json const& in, E& out, ReadContext& context) {
  auto const* text = in.string();
  auto const value = text == nullptr ? std::nullopt : enum_named<E>(*text);
  if (!value) {
    context.wrong(expected_one_of(EnumNames<E>::kNames.data(), EnumNames<E>::kNames.size()));
    return;
  }
  out = *value;
}
template <class T>
void from_json(Json const& in, std::optional<T>& out, ReadContext& context);
template <class T>
void from_json(Json const& in, std::vector<T>& out, ReadContext& context);
template <Described T>
void from_json(Json const& in, T& out, ReadContext& context);

template <class T>
void from_json(Json const& in, std::optional<T>& out, ReadContext& context) {
  if (in.is_null()) {
    out.reset();
    return;
  }
  out.emplace();
  from_json(in, *out, context);
}

template <class T>
void from_json(Json const& in, std::vector<T>& out, ReadContext& context) {
  auto const* items = in.array();
  if (items == nullptr) {
    context.wrong("expected a list");
    return;
  }
  if (context.style.strict && items->size() > domain::kMaxList) {
    context.wrong("a list of at most " + std::to_string(domain::kMaxList) + " entries");
    return;
  }
  out.resize(items->size());
  std::string const path = context.path;
  for (std::size_t i = 0; i < items->size(); ++i) {
    context.path = path + '/' + std::to_string(i);
    from_json((*items)[i], out[i], context);
  }
  context.path = path;
}

namespace fields_json_detail {

/// Tells members that the description does not know.
void refuse_unknown(Json const& in, std::vector<std::string> const& known, ReadContext& context);

struct Reader {
  Json const& in;
  ReadContext& context;
  std::vector<std::string>& known;
  template <class T>
  void operator()(std::string_view name, T& member) {
    if constexpr (suffix_of<T>().empty()) {
      read(name, member);
    } else {
      read(std::string{name}.append(suffix_of<T>()), member);
    }
  }
  template <class T>
  void read(std::string_view full, T& member) {
    if (Json const* value = in.find(full); value != nullptr && !value->is_null()) {
      std::size_t const length = context.path.size();
      context.path.append("/").append(full);
      from_json(*value, member, context);
      context.path.resize(length);
    }
    if (context.style.strict) {
      known.emplace_back(full);
    }
  }
};

}  // namespace fields_json_detail

template <Described T>
void from_json(Json const& in, T& out, ReadContext& context) {
  if (in.object() == nullptr) {
    context.wrong("expected an object");
    return;
  }
  std::vector<std::string> known;
  fields_json_detail::Reader reader{in, context, known};
  T::fields(reader, out);
  if (context.style.strict) {
    fields_json_detail::refuse_unknown(in, known, context);
  }
}

}  // namespace fenghuo::messaging
