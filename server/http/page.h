#pragma once

#include "server/http/desk.h"

/// Showing one object and pages of objects; the templates behind the GET routes.
namespace fenghuo::server {

/// A position with its age, as the API shows it.
messaging::Json position_json(Desk& desk, messaging::TrackPoint const& point);

namespace page_detail {

/// Limit, cursor and filters of a list call.
struct PageQuery {
  std::size_t limit = 50;
  std::string cursor;
  bool descending = false;
  std::map<std::string, std::string> filters;  ///< member -> value
  std::string words;                           ///< q=
  struct Box {
    std::int32_t south = 0, west = 0, north = 0, east = 0;
  };
  std::optional<Box> box;
};

/// Errors are given as the answer.
std::optional<Answer> read_query(Call const& call, PageQuery& out);
/// Whether an object, as JSON, fits filters, words and box.
bool fits(PageQuery const& query, messaging::Json const& object);

Answer page(messaging::Json::Array items, std::string next, Sequence as_of);

}  // namespace page_detail

template <class Id>
std::optional<Id> path_id(Call const& call, std::size_t at) {
  if constexpr (std::is_same_v<Id, std::string>) {
    return call.parameters.at(at);
  } else {
    return [&]<class Tag>(fenghuo::Id<Tag>) { return id_from<Tag>(call.parameters.at(at)); }(Id{});
  }
}

template <class T>
std::optional<Answer> refuse_foreign(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf,
                                     decltype(T::id) id) {
  bool known = false;
  bool const seen = desk.center.committed().read([&](domain::State const& state) {
    T const* object = domain::find(state.*shelf, id);
    known = object != nullptr;
    return object == nullptr || sees(call.who, state, *object);
  });
  if (seen) {
    return std::nullopt;  // what does not exist is refused by the kernel, with its own name
  }
  return problem(call, 403, "outside_area", "this object belongs to another area or team");
}

template <class T>
Answer show(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf) {
  if (auto unknown = refuse_other_arguments(call, {})) {
    return std::move(*unknown);
  }
  auto const id = path_id<decltype(T::id)>(call);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters.at(0) + "\" is not an id");
  }
  Sequence as_of = 0;
  bool allowed = false;
  auto const object = desk.center.committed().read([&](domain::State const& state) {
    as_of = state.sequence;
    auto const it = (state.*shelf).find(*id);
    allowed = it != (state.*shelf).end() && sees(call.who, state, *it->second);
    return it == (state.*shelf).end() ? nullptr : it->second;
  });
  if (object == nullptr) {
    return problem(call, 404, "not_found", "there is no " + call.parameters.at(0));
  }
  if (!allowed) {
    return problem(call, 403, "outside_area", "this object belongs to another area or team");
  }
  Answer answer = Answer::json(view(desk, *object));
  answer.body.add("as_of", as_of);
  answer.headers.emplace_back("ETag", '"' + std::to_string(object->revision) + '"');
  return answer;
}

template <class T>
Answer list(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf) {
  using Pointer = std::shared_ptr<T const>;
  page_detail::PageQuery query;
  if (auto wrong = page_detail::read_query(call, query)) {
    return std::move(*wrong);
  }
  Sequence as_of = 0;
  std::vector<Pointer> objects = desk.center.committed().read([&](domain::State const& state) {
    as_of = state.sequence;
    std::vector<Pointer> out;
    for (auto const& [id, object] : state.*shelf) {
      if (sees(call.who, state, *object)) {
        out.push_back(object);
      }
    }
    return out;
  });
  if (query.descending) {
    std::reverse(objects.begin(), objects.end());
  }
  auto const id_text = [](T const& object) {
    if constexpr (std::is_same_v<decltype(T::id), std::string>) {
      return object.id;
    } else {
      return to_text(object.id);
    }
  };
  std::size_t first = 0;
  if (!query.cursor.empty()) {
    while (first < objects.size() && id_text(*objects[first]) != query.cursor) {
      ++first;
    }
    if (first == objects.size()) {
      return problem(call, {{"cursor", "not a cursor that this list gave"}});
    }
    ++first;
  }
  if (!objects.empty() && !query.filters.empty()) {
    messaging::Json const sample = view(desk, *objects.front());
    for (auto const& [name, value] : query.filters) {
      if (sample.find(name) == nullptr) {
        return problem(
            call,
            {{name,
              "unknown filter; take a member of the objects, q, bbox, limit, cursor or order"}});
      }
    }
  }
  messaging::Json::Array items;
  std::string last, next;
  for (std::size_t i = first; i < objects.size(); ++i) {
    messaging::Json item = view(desk, *objects[i]);
    if (!page_detail::fits(query, item)) {
      continue;
    }
    if (items.size() == query.limit) {
      next = last;
      break;
    }
    last = id_text(*objects[i]);
    items.push_back(std::move(item));
  }
  return page_detail::page(std::move(items), std::move(next), as_of);
}

/// What a change of one object asks for besides its members.
struct ChangeRule {
  Permission permission = Permission::Dispatch;
  bool takes_if_match = true;
  std::vector<char const*> required = {};
  std::vector<char const*> elsewhere = {};  ///< members of the body that `prepare` reads itself
};

/// A change of the object whose id stands in the path: the body holds the other members of the command.
/// `prepare` may look things up (and tell what is wrong) before the command goes in.
template <class Command, class T>
Answer change(Desk& desk, Call& call, char const* id_member, domain::Shelf<T> domain::State::*shelf,
              ChangeRule const& rule, std::function<void(Command&, Body&)> const& prepare = {},
              Finish const& finish = {}) {
  auto const id = path_id<decltype(T::id)>(call);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters.at(0) + "\" is not an id");
  }
  Body body{call};
  Command command;
  body.crs_beside_location()
      .put(id_member, call.parameters.at(0))
      .require(rule.required)
      .read(command, rule.elsewhere);
  if (body.good() && prepare) {
    prepare(command, body);
  }
  if (!body.good()) {
    return problem(call, body.errors());
  }
  if (auto foreign = refuse_foreign(desk, call, shelf, *id)) {
    return std::move(*foreign);
  }
  return carry_out(
      desk, call, {std::move(command), rule.permission, call.parameters.at(0), rule.takes_if_match},
      finish);
}

/// The object that an event brought into being, shown from the event alone: a repeat of the call shows the
/// same, whatever has happened to the object since.
template <class Event, class T>
messaging::Json born(Desk& desk, kernel::RecordedEvent const& recorded,
                     domain::Shelf<T> domain::State::*shelf) {
  domain::State empty;
  domain::apply(empty, {recorded.sequence, recorded.recorded_at}, std::get<Event>(recorded.event));
  return view(desk, *(empty.*shelf).begin()->second);
}

}  // namespace fenghuo::server
