#include "center/letter.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/time_text.h"

namespace fenghuo::center {

namespace {

using domain::Delivery;
using domain::State;

int zone_of(State const& state) {
  return state.founding ? static_cast<int>(state.founding->zone_minutes) : 0;
}

/// "02:40", or "6月21日02:40" where it is not on the day of `beside`.
std::string clock_text(Time at, Time beside, int zone) {
  std::string const text = to_rfc3339(at, zone);
  std::string const clock = text.substr(11, 5);
  if (text.substr(0, 10) == to_rfc3339(beside, zone).substr(0, 10)) {
    return clock;
  }
  auto const number = [&](std::size_t from) { return std::stoi(text.substr(from, 2)); };
  return fmt::format("{}月{}日{}", number(5), number(8), clock);
}

/// To the hundred-thousandth of a degree, about a metre.
std::string degrees(std::int32_t e7) {
  std::int64_t const whole = (std::int64_t{e7} + (e7 < 0 ? -50 : 50)) / 100;
  std::int64_t const size = whole < 0 ? -whole : whole;
  return fmt::format("{}{}.{:05}", whole < 0 ? "-" : "", size / 100'000, size % 100'000);
}

std::string place_of(domain::IncidentFacts const& facts) {
  std::string out = facts.address;
  if (facts.location) {
    out +=
        fmt::format("{}（东经{}，北纬{}）", out.empty() ? "现场" : "",
                    degrees(facts.location->point.lon_e7), degrees(facts.location->point.lat_e7));
  }
  return out.empty() ? "现场" : out;
}

/// Two sentences, with one full stop between them and none at the end.
std::string joined(std::string first, std::string_view second) {
  constexpr std::string_view kStop = "。";
  for (std::string_view const stop : {kStop, std::string_view{"."}}) {
    while (first.ends_with(stop)) {
      first.resize(first.size() - stop.size());
    }
  }
  return second.empty() ? first : first.append(kStop).append(second);
}

std::string order_text(State const& state, Delivery const& delivery) {
  auto const* order = domain::find(state.orders, *delivery.order);
  if (order == nullptr) {
    return delivery.text;
  }
  auto const* incident = domain::find(state.incidents, order->incident);
  std::string out =
      fmt::format("{} {}", order->kind == domain::OrderKind::Request ? "商请出动" : "出动命令",
                  to_text(order->id));
  if (incident != nullptr) {
    out += fmt::format("：{}，赶赴{}",
                       incident->facts.title.empty() ? incident->facts.kind : incident->facts.title,
                       place_of(incident->facts));
  }
  return joined(std::move(out), delivery.text);
}

std::string call_down_text(State const& state, Delivery const& delivery) {
  auto const* call_down = domain::find(state.call_downs, *delivery.call_down);
  return fmt::format("{}（{}）：{}", call_down == nullptr ? "叫应" : call_down->title,
                     delivery.area_name, delivery.text);
}

std::string duty_text(State const& state, Delivery const& delivery) {
  auto const* post = domain::find(state.duty_posts, *delivery.post);
  int const zone = zone_of(state);
  Time const from = delivery.hole->from;
  std::string const until =
      delivery.hole->until ? clock_text(*delivery.hole->until, delivery.opened_at, zone) : "";
  return fmt::format("值班空缺：{} {}起{}无人值班，请安排", post == nullptr ? "" : post->facts.name,
                     clock_text(from, delivery.opened_at, zone), until.empty() ? "" : "至" + until);
}

std::string body_of(State const& state, Delivery const& delivery) {
  switch (delivery.of) {
    case domain::DeliveryOf::Order:
      return order_text(state, delivery);
    case domain::DeliveryOf::CallDown:
      return call_down_text(state, delivery);
    case domain::DeliveryOf::DutyHole:
      return duty_text(state, delivery);
  }
  return delivery.text;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    auto const colon = text.find(':');
    out.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) {
      return out;
    }
    text.remove_prefix(colon + 1);
  }
}

std::optional<std::int64_t> small_number(std::string_view text) {
  std::int64_t out = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  bool const good = error == std::errc{} && end == text.data() + text.size() && out >= 0 &&
                    std::to_string(out) == text;
  return good ? std::optional{out} : std::nullopt;
}

}  // namespace

std::string to_text(MessageId const& id) {
  return fmt::format("{}:{}:{}:{}:{}", id.centre, to_text(id.delivery), id.round, id.recipient,
                     name_of(id.means));
}

std::optional<MessageId> parse_message_id(std::string_view text) {
  auto const parts = parts_of(text);
  if (text.size() > 128 || parts.size() != 5 || parts[0].empty()) {
    return std::nullopt;
  }
  auto const delivery = id_from<DeliveryTag>(parts[1]);
  auto const round = small_number(parts[2]), recipient = small_number(parts[3]);
  auto const means = enum_named<domain::Means>(parts[4]);
  if (!delivery || !round || !recipient || !means) {
    return std::nullopt;
  }
  return MessageId{std::string{parts[0]}, *delivery, *round, *recipient, *means};
}

Addressee addressee_of(State const& state, domain::Recipient const& recipient,
                       domain::Means means) {
  Addressee out;
  auto const add = [&](domain::Sealed const& number) {
    if (!number.empty()) {
      out.numbers.push_back(number);
    }
  };
  auto const add_person = [&](PersonCode const& code) {
    auto const* person = domain::find(state.persons, code);
    if (person == nullptr || !domain::can_be_told(state, code)) {
      return;
    }
    if (out.name.empty()) {
      out.name = person->facts.name;
    }
    add(person->facts.mobile);
    if (means == domain::Means::Phone) {
      add(person->facts.phone);
    }
  };
  if (recipient.person) {
    add_person(*recipient.person);
  }
  if (auto const* team = recipient.team ? domain::find(state.teams, *recipient.team) : nullptr) {
    out.name = {"", team->facts.name};
    if (means == domain::Means::Phone) {
      add({"", team->facts.phone});
    }
    for (auto const& contact : team->facts.contacts) {
      add_person(contact);
    }
    if (means != domain::Means::Phone) {
      add({"", team->facts.phone});
    }
  }
  return out;
}

std::string letter_text(State const& state, Delivery const& delivery,
                        std::optional<Time> answer_by) {
  std::string const sender = state.founding ? state.founding->jurisdiction : "";
  std::string out = fmt::format("【{}】{}", sender, body_of(state, delivery));
  return joined(std::move(out),
                answer_by ? fmt::format("请于{}前回复",
                                        clock_text(*answer_by, delivery.opened_at, zone_of(state)))
                          : "");
}

}  // namespace fenghuo::center
