#pragma once

#include "server/access/personal_door.h"
#include "server/http/desk.h"
#include "server/http/moment.h"

/// Showing one object and pages of objects; the templates behind the GET routes.
namespace fenghuo::server {

/// A position with its age at a time, as the API shows it.
messaging::Json position_json(Desk& desk, messaging::TrackPoint const& point, Time at);

namespace page_detail {

/// Limit, cursor and filters of a list call.
struct PageQuery {
  std::size_t limit = 50;
  std::string cursor;
  bool descending = false;
  bool archived = false;  ///< what has left the working state, instead of what is in it
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
  std::string const& text = call.parameters.at(at);
  if constexpr (std::is_same_v<Id, std::string>) {
    return text;
  } else if constexpr (requires(Id id) { id.text; }) {
    return is_code(text) ? std::optional{Id{text}} : std::nullopt;
  } else {
    return [&]<class Tag>(fenghuo::Id<Tag>) { return id_from<Tag>(text); }(Id{});
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

/// Whether objects of this kind leave the working state for the archive.
template <class T>
constexpr bool kArchived =
    std::is_same_v<T, domain::Incident> || std::is_same_v<T, domain::Report> ||
    std::is_same_v<T, domain::Order> || std::is_same_v<T, domain::Proposal> ||
    std::is_same_v<T, domain::Closure> || std::is_same_v<T, domain::CallDown> ||
    std::is_same_v<T, domain::Delivery>;

template <class T>
messaging::Json archived_view(Desk& desk, messaging::Archived<T> const& archived) {
  messaging::Json out = view(desk, archived.object);
  out.add("archived_at", to_json(archived.at, api_style(desk)));
  return out;
}

/// An object as it stands at a moment, in the state or in the archive.
template <class T>
struct Found {
  std::shared_ptr<T const> object;  ///< none: there is none
  bool allowed = false;             ///< whether the caller may see it
  Sequence as_of = 0;
  std::optional<Time> archived_at;
};

template <class T>
Result<Found<T>> find_at(Desk& desk, Call const& call, Moment const& moment,
                         domain::Shelf<T> domain::State::*shelf, decltype(T::id) id) {
  Found<T> found;
  found.object = look(desk, moment, [&](domain::State const& state) {
    found.as_of = state.sequence;
    auto const it = (state.*shelf).find(id);
    found.allowed = it != (state.*shelf).end() && sees(call.who, state, *it->second);
    return it == (state.*shelf).end() ? nullptr : it->second;
  });
  if constexpr (kArchived<T>) {
    if (found.object == nullptr && desk.center.archive() != nullptr) {
      await(*desk.center.archive(), found.as_of);
      auto archived = desk.center.archive()->find<T>(id);
      if (!archived) {
        return archived.error();
      }
      if (*archived && (*archived)->sequence <= found.as_of) {
        found.object = std::make_shared<T const>(std::move((*archived)->object));
        found.archived_at = (*archived)->at;
        found.allowed = look(desk, moment, [&](domain::State const& state) {
          return sees(call.who, state, *found.object);
        });
      }
    }
  }
  return found;
}

/// The answer where nothing was found, or nothing that the caller may see.
template <class T>
std::optional<Answer> refuse_found(Call const& call, Result<Found<T>> const& found) {
  if (!found) {
    return problem(call, found.error());
  }
  if (found->object == nullptr) {
    return problem(call, 404, "not_found", "there is no " + call.parameters.at(0));
  }
  if (!found->allowed) {
    return problem(call, 403, "outside_area", "this object belongs to another area or team");
  }
  return std::nullopt;
}

template <class T>
Answer show(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf) {
  if (auto unknown = refuse_other_arguments(call, {"at"})) {
    return std::move(*unknown);
  }
  auto const id = path_id<decltype(T::id)>(call);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters.at(0) + "\" is not an id");
  }
  auto asked = moment_of(desk, call);
  if (auto* wrong = std::get_if<Answer>(&asked)) {
    return std::move(*wrong);
  }
  Moment const& moment = std::get<Moment>(asked);
  auto const found = find_at(desk, call, moment, shelf, *id);
  if (auto refused = refuse_found(call, found)) {
    return std::move(*refused);
  }
  Answer answer = Answer::json(view_at(desk, moment, *found->object));
  if (found->archived_at) {
    answer.body.add("archived_at", to_json(*found->archived_at, api_style(desk)));
  }
  answer.body.add("as_of", found->as_of);
  if (!moment.is_past() && !found->archived_at) {  // else nobody's change can be guarded
    answer.headers.emplace_back("ETag", '"' + std::to_string(found->object->revision) + '"');
  }
  return answer;
}

namespace page_detail {

template <class Id>
std::string id_text_of(Id const& id) {
  if constexpr (std::is_same_v<Id, std::string>) {
    return id;
  } else {
    return to_text(id);
  }
}

/// Refuses filters that no object of the kind has.
std::optional<Answer> refuse_filters(Call const& call, PageQuery const& query,
                                     messaging::Json const& sample);

/// A page of the archive. Where filters fit little, it may hold few objects and still name a next page: one
/// call looks through a bounded number.
template <class T>
Answer archive_page(Desk& desk, Call& call, PageQuery const& query, Moment const& moment) {
  constexpr std::size_t kMostLookedAt = 5'000;
  constexpr std::size_t kChunk = 250;
  Sequence const as_of =
      look(desk, moment, [](domain::State const& state) { return state.sequence; });
  std::optional<decltype(T::id)> at;
  if (!query.cursor.empty()) {
    call.parameters = {query.cursor};
    at = path_id<decltype(T::id)>(call);
    if (!at) {
      return problem(call, {{"cursor", "not a cursor that this list gave"}});
    }
  }
  await(*desk.center.archive(), as_of);
  messaging::Json::Array items;
  for (std::size_t looked_at = 0; looked_at < kMostLookedAt;) {
    auto const found = desk.center.archive()->page<T>(at, query.descending, kChunk);
    if (!found) {
      return problem(call, found.error());
    }
    for (auto const& archived : *found) {
      at = archived.object.id;
      ++looked_at;
      bool const allowed =
          archived.sequence <= as_of && look(desk, moment, [&](domain::State const& state) {
            return sees(call.who, state, archived.object);
          });
      messaging::Json item = archived_view(desk, archived);
      if (looked_at == 1) {
        if (auto wrong = refuse_filters(call, query, item)) {
          return std::move(*wrong);
        }
      }
      if (allowed && fits(query, item)) {
        items.push_back(std::move(item));
      }
      if (items.size() == query.limit) {
        return page(std::move(items), to_text(*at), as_of);
      }
    }
    if (found->size() < kChunk) {
      return page(std::move(items), "", as_of);
    }
  }
  return page(std::move(items), to_text(*at), as_of);
}

}  // namespace page_detail

template <class T>
Answer list(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf) {
  using Pointer = std::shared_ptr<T const>;
  page_detail::PageQuery query;
  if (auto wrong = page_detail::read_query(call, query)) {
    return std::move(*wrong);
  }
  auto asked = moment_of(desk, call);
  if (auto* wrong = std::get_if<Answer>(&asked)) {
    return std::move(*wrong);
  }
  Moment const& moment = std::get<Moment>(asked);
  if (query.archived) {
    if constexpr (kArchived<T>) {
      if (desk.center.archive() != nullptr) {
        return page_detail::archive_page<T>(desk, call, query, moment);
      }
    }
    return problem(call, {{"archived", "nothing of this kind goes to the archive"}});
  }
  Sequence as_of = 0;
  std::vector<Pointer> objects = look(desk, moment, [&](domain::State const& state) {
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
  std::size_t first = 0;
  if (!query.cursor.empty()) {
    while (first < objects.size() && page_detail::id_text_of(objects[first]->id) != query.cursor) {
      ++first;
    }
    if (first == objects.size()) {
      return problem(call, {{"cursor", "not a cursor that this list gave"}});
    }
    ++first;
  }
  if (!objects.empty()) {
    if (auto wrong =
            page_detail::refuse_filters(call, query, view_at(desk, moment, *objects.front()))) {
      return std::move(*wrong);
    }
  }
  messaging::Json::Array items;
  std::string last, next;
  for (std::size_t i = first; i < objects.size(); ++i) {
    messaging::Json item = view_at(desk, moment, *objects[i]);
    messaging::Json const* looked_at = &item;
    messaging::Json opened;
    if (!query.words.empty()) {  // whoever may read a name may look for it
      opened = item;
      open_personal(desk.center.personal(), call.who, opened);
      looked_at = &opened;
    }
    if (!page_detail::fits(query, *looked_at)) {
      continue;
    }
    if (items.size() == query.limit) {
      next = last;
      break;
    }
    last = page_detail::id_text_of(objects[i]->id);
    items.push_back(std::move(item));
  }
  return page_detail::page(std::move(items), std::move(next), as_of);
}

/// A record known by its code, as it stands now, beside a 412.
template <class T>
Answer with_current(Desk& desk, Answer answer, domain::Shelf<T> domain::State::*shelf,
                    decltype(T::id) const& id) {
  if constexpr (requires { id.text; }) {
    auto const current = answer.status != 412
                             ? nullptr
                             : desk.center.committed().read([&](domain::State const& state) {
                                 auto const it = (state.*shelf).find(id);
                                 return it == (state.*shelf).end() ? nullptr : it->second;
                               });
    if (current != nullptr) {
      answer.body.add("current", view(desk, *current));
      answer.headers.emplace_back("ETag", '"' + std::to_string(current->revision) + '"');
    }
  }
  return answer;
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
  return with_current(
      desk,
      carry_out(desk, call,
                {std::move(command), rule.permission, call.parameters.at(0), rule.takes_if_match},
                finish),
      shelf, *id);
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
