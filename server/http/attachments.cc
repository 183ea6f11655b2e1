#include <fmt/format.h>

#include <fstream>

#include "server/http/file_rules.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

using messaging::Json;

constexpr std::size_t kMostBytes = 64U << 20U;

/// What a caller says of a file that he uploaded before.
struct AttachWish {
  std::string digest, name, media_type, note;
  static void fields(auto& f, auto& self) {
    f("digest", self.digest);
    f("name", self.name);
    f("media_type", self.media_type);
    f("note", self.note);
  }
};

Answer none_here(Call const& call) {
  return problem(call, 503, "unavailable", "this centre keeps no files");
}

/// Takes a file in that lies at `path`, and answers what it is known by.
Answer take_in(messaging::AttachmentStore& store, Call& call, std::filesystem::path const& path,
               Time now) {
  std::string const media_type = media_type_of(call.header("Content-Type"));
  std::string first(kFirstBytes, '\0');
  std::ifstream in{path, std::ios::binary};
  in.read(first.data(), static_cast<std::streamsize>(first.size()));
  first.resize(static_cast<std::size_t>(in.gcount()));
  in.close();
  if (!begins_like(media_type, first)) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return problem(call, {{"", "the content does not begin as " + media_type + " does"}});
  }
  auto const stored = store.put(path, now);
  if (!stored) {
    return problem(call, stored.error());
  }
  return Answer::json(Json::object({{"digest", stored->digest},
                                    {"size", stored->size},
                                    {"media_type", media_type},
                                    {"name", call.argument("name")}}),
                      201);
}

Answer upload(Desk& desk, Call& call) {
  auto* store = desk.center.attachments();
  if (store == nullptr) {
    return none_here(call);
  }
  if (auto unknown = refuse_other_arguments(call, {"name"})) {
    return std::move(*unknown);
  }
  if (call.query.contains("name")) {
    if (std::string const wrong = wrong_with_name(call.argument("name")); !wrong.empty()) {
      return problem(call, {{"name", "expected " + wrong}});
    }
  }
  if (call.body_file.empty()) {
    return problem(call, {{"", "send the file as the body"}});
  }
  return take_in(*store, call, call.body_file, desk.center.clock().now());
}

/// A file is named only once it is durable here, and stays long enough for the event that names it.
std::optional<Answer> refuse_wish(messaging::AttachmentStore& store, Call const& call,
                                  AttachWish& wish, Body& body, Time now) {
  if (std::string const wrong = wrong_with_name(wish.name); body.good() && !wrong.empty()) {
    body.errors().push_back({"/name", "expected " + wrong});
  }
  wish.media_type = media_type_of(wish.media_type);
  auto const claimed = body.good() ? store.claim(wish.digest, now) : Result<bool>{true};
  if (!claimed && claimed.error().code != ErrorCode::InvalidArgument) {
    return problem(call, claimed.error());
  }
  if (!claimed || !*claimed) {
    body.errors().push_back({"/digest", claimed ? "no such file was uploaded here, or it was "
                                                  "swept after a day; upload it again"
                                                : claimed.error().message});
  } else if (body.good() &&
             !begins_like(wish.media_type, store.beginning(wish.digest, kFirstBytes))) {
    body.errors().push_back(
        {"/media_type", "no type that is taken, or the content does not begin like it"});
  }
  return body.good() ? std::nullopt : std::optional{problem(call, body.errors())};
}

template <class T>
Answer attach(Desk& desk, Call& call, domain::Shelf<T> domain::State::*shelf,
              std::optional<decltype(T::id)> domain::AttachFile::*target, Permission permission) {
  auto* store = desk.center.attachments();
  auto const id = path_id<decltype(T::id)>(call);
  if (!id) {
    return problem(call, 404, "not_found", "\"" + call.parameters.at(0) + "\" is not an id");
  }
  if (store == nullptr) {
    return none_here(call);
  }
  AttachWish wish;
  Body body{call};
  body.require({"digest", "name", "media_type"}).read(wish);
  if (auto foreign = body.good() ? refuse_foreign(desk, call, shelf, *id) : std::nullopt) {
    return std::move(*foreign);
  }
  if (auto refused = refuse_wish(*store, call, wish, body, desk.center.clock().now())) {
    return std::move(*refused);
  }
  domain::AttachFile command;
  command.*target = id;
  command.file = {wish.digest, wish.name, wish.media_type, wish.note,
                  store->size_of(wish.digest).value_or(0)};
  return carry_out(desk, call, {std::move(command), permission, call.parameters.at(0)},
                   [&](auto const& events, Answer& answer) {
                     auto const& event = std::get<domain::FileAttached>(events.front().event);
                     domain::Attachment const attachment{event.file, events.front().recorded_at,
                                                         events.front().actor.name};
                     answer.status = 201;
                     answer.headers.emplace_back("Location",
                                                 "/api/v1/attachments/" + event.file.digest);
                     answer.body.add("attachment", to_json(attachment, api_style(desk)));
                   });
}

/// What is known of a digest: a file that the caller may read, or only that others have it.
struct Named {
  std::optional<domain::FileFacts> file;
  bool of_others = false;
};

template <class T>
void look(Call const& call, domain::State const& state, domain::Shelf<T> const& shelf,
          std::string const& digest, Named& named) {
  for (auto const& [id, object] : shelf) {
    for (auto const& attachment : object->attachments) {
      if (named.file || attachment.file.digest != digest) {
        continue;
      }
      if (sees(call.who, state, *object)) {
        named.file = attachment.file;
      } else {
        named.of_others = true;
      }
    }
  }
}

/// An object that left the state is known by its events; who may read its files follows from its area.
Result<void> look_in_log(Desk& desk, Call const& call, std::string const& digest, Named& named) {
  constexpr std::size_t kMost = 200;
  auto const sequences = desk.center.subjects()->sequences(digest, 0, kMost);
  if (!sequences) {
    return sequences.error();
  }
  for (auto const sequence : *sequences) {
    auto const rows = desk.center.journal().read(sequence - 1, 1);
    if (!rows || rows->empty()) {
      return rows ? Result<void>{} : rows.error();
    }
    auto const recorded = messaging::decode_row(rows->front());
    if (!recorded) {
      return recorded.error();
    }
    auto const* event = std::get_if<domain::FileAttached>(&recorded->event);
    if (event == nullptr) {
      continue;
    }
    bool const in_state = desk.center.committed().read([&](domain::State const& state) {
      return (event->incident && domain::find(state.incidents, *event->incident) != nullptr) ||
             (event->report && domain::find(state.reports, *event->report) != nullptr);
    });
    if (!in_state && !call.who.speaks_for_a_team() && call.who.in_scope(event->area)) {
      named.file = event->file;
      return {};
    }
    named.of_others = true;
  }
  return {};
}

Answer fetch(Desk& desk, Call& call) {
  auto* store = desk.center.attachments();
  if (auto unknown = refuse_other_arguments(call, {})) {
    return std::move(*unknown);
  }
  std::string const& digest = call.parameters.at(0);
  if (store == nullptr || !store->path_of(digest)) {
    return problem(call, 404, "not_found", "\"" + digest + "\" is no digest of a file");
  }
  Named named;
  desk.center.committed().read([&](domain::State const& state) {
    look(call, state, state.incidents, digest, named);
    look(call, state, state.reports, digest, named);
  });
  if (!named.file && desk.center.subjects() != nullptr) {
    if (auto const looked = look_in_log(desk, call, digest, named); !looked) {
      return problem(call, looked.error());
    }
  }
  if (!named.file) {
    return named.of_others
               ? problem(call, 403, "outside_area", "this file belongs to another area or team")
               : problem(call, 404, "not_found", "nothing names a file " + digest);
  }
  if (store->size_of(digest) != named.file->size) {
    return problem(call, Error{ErrorCode::DataLoss,
                               fmt::format("{} is gone or damaged; run fenghuo journal verify, and "
                                           "put it back from a backup",
                                           digest)});
  }
  Answer answer;
  answer.type = named.file->media_type;
  answer.file = store->path_of(digest);
  answer.headers.emplace_back("Content-Disposition", disposition(named.file->name));
  answer.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  return answer;
}

}  // namespace

void add_attachment_routes(RouteTable& routes, Desk& desk) {
  routes.add({.method = "POST",
              .pattern = "/api/v1/attachments",
              .permission = Permission::Upload,
              .handler = [&](Call& c) { return upload(desk, c); },
              .body_limit = kMostBytes,
              .work = WorkClass::Bulk,
              .body_in = BodyIn::File,
              .takes = attachable_types()});
  routes.add({.method = "GET",
              .pattern = "/api/v1/attachments/{}",
              .permission = Permission::Read,
              .handler = [&](Call& c) { return fetch(desk, c); },
              .work = WorkClass::Bulk});
  routes.add({"POST", "/api/v1/incidents/{}/attachments", Permission::OrderStatus, [&](Call& c) {
                return attach(desk, c, &domain::State::incidents, &domain::AttachFile::incident,
                              Permission::OrderStatus);
              }});
  routes.add({"POST", "/api/v1/reports/{}/attachments", Permission::Intake, [&](Call& c) {
                return attach(desk, c, &domain::State::reports, &domain::AttachFile::report,
                              Permission::Intake);
              }});
}

}  // namespace fenghuo::server
