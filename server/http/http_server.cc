#include "server/http/http_server.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/String.h>
#include <Poco/Timestamp.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "server/access/personal_door.h"
#include "server/access/sign_in.h"
#include "server/http/file_rules.h"
#include "server/http/security_notes.h"

namespace fenghuo::server {

namespace {

namespace net = Poco::Net;

bool is_unsafe(std::string const& method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

/// application/json or something+json, whatever parameters follow.
bool is_json(std::string const& content_type) {
  std::string const media =
      Poco::toLower(Poco::trim(content_type.substr(0, content_type.find(';'))));
  return media == "application/json" ||
         (media.starts_with("application/") && media.ends_with("+json"));
}

bool takes(Route const& route, std::string const& content_type) {
  return route.takes.empty() ? is_json(content_type)
                             : std::find(route.takes.begin(), route.takes.end(),
                                         media_type_of(content_type)) != route.takes.end();
}

std::string listed(std::span<std::string_view const> types) {
  std::string out;
  for (auto const type : types) {
    out.append(out.empty() ? "" : ", ").append(type);
  }
  return out;
}

Call call_of(Arrived const& arrived) {
  Call call;
  RequestHead const& head = arrived.head;
  call.request_id = random_text(9);
  call.language =
      head.field("Accept-Language").starts_with("en") ? Language::English : Language::Chinese;
  call.header = [&head](char const* name) { return head.field(name); };
  call.method = head.method == "HEAD" ? "GET" : head.method;
  call.path = head.path;
  call.query = head.query;
  call.repeated = head.repeated;
  call.peer = arrived.peer;
  call.trusted = arrived.trusted;
  call.secure = arrived.secure;
  return call;
}

std::string answer_text(Arrived const& arrived, Call const& call, Answer const& answer,
                        std::uint64_t file_size = 0) {
  bool const as_json = answer.type.find("json") != std::string::npos;
  std::string const body = as_json && answer.text.empty() ? answer.body.text() : answer.text;
  net::HTTPResponse response{net::HTTPMessage::HTTP_1_1,
                             static_cast<net::HTTPResponse::HTTPStatus>(answer.status)};
  response.setDate(Poco::Timestamp{});
  response.setContentType(as_json || answer.file ? answer.type : answer.type + "; charset=utf-8");
  response.setContentLength64(static_cast<Poco::Int64>(body.size() + file_size));
  response.setKeepAlive(arrived.keep_alive);
  response.set("X-Request-Id", call.request_id);
  response.set("Cache-Control", "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Content-Language", call.language == Language::English ? "en" : "zh-CN");
  if (arrived.secure) {
    response.set("Strict-Transport-Security", "max-age=31536000");
  }
  for (auto const& [name, value] : answer.headers) {
    response.set(name, value);
  }
  std::ostringstream head;
  response.write(head);
  return arrived.head.method == "HEAD" ? head.str() : head.str() + body;
}

/// A session that is good for one thing only may do no other.
std::optional<Answer> refuse_scope(Call const& call, Route const& route) {
  if (call.scope == SessionScope::Full || route.also.contains(call.scope)) {
    return std::nullopt;
  }
  return call.scope == SessionScope::NewPassword
             ? problem(call, 403, "password_too_old",
                       "set a new password with PUT /api/v1/users/" + call.who.account +
                           "/password, then log in again")
             : problem(call, 403, "second_factor_missing",
                       "enrol a second factor with POST /api/v1/session/second-factor");
}

constexpr std::string_view kFeedHeader =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: "
    "no-store\r\n"
    "Connection: close\r\nX-Accel-Buffering: no\r\n";
constexpr std::string_view kHsts = "Strict-Transport-Security: max-age=31536000\r\n";

/// Makes calls of requests and answers of what the handlers say.
class Clerk final : public Reception {
 public:
  Clerk(RouteTable const& routes, Desk& desk, HttpCounts& counts,
        HttpServer::Options const& options)
      : routes_{routes},
        desk_{desk},
        counts_{counts},
        feed_{options.feed},
        feed_readers_{options.feed_readers} {}

  Admission admit(Arrived& arrived) override {
    RequestHead const& head = arrived.head;
    arrived.match = routes_.match(head.method == "HEAD" ? "GET" : head.method, head.path);
    Admission admission;
    if (Route const* route = arrived.match.route; route != nullptr) {
      admission.work = route->work_class();
      admission.body_limit = route->body_limit;
      admission.body_in = route->body_in;
      return admission;
    }
    Call call = call_of(arrived);
    if (!arrived.match.path_known) {
      admission.refused =
          give(arrived, call, problem(call, 404, "not_found", "there is no " + call.path));
      return admission;
    }
    Answer answer =
        problem(call, 405, "method_not_allowed", "this path takes " + arrived.match.allowed);
    answer.headers.emplace_back("Allow", arrived.match.allowed);
    admission.refused = give(arrived, call, answer);
    return admission;
  }

  Outgoing serve(Arrived& arrived) override {
    Call call = call_of(arrived);
    Answer answer = answer_to(arrived, call);
    if (answer.status >= 400 && arrived.match.route->is_intake) {
      leave_call_back(arrived, call, answer);
    }
    Outgoing out = give(arrived, call, answer);
    if (arrived.match.route->work_class() == WorkClass::SignIn) {
      wipe(call.body);
      wipe(arrived.body);
    }
    return out;
  }

  Outgoing refuse(Arrived& arrived, BadForm const& why) override {
    Call const call = call_of(arrived);
    return give(arrived, call, problem(call, why.status, why.problem, why.detail));
  }

 private:
  /// Every answer goes through here, whoever gave it: handlers, the porch, full queues.
  Outgoing give(Arrived const& arrived, Call const& call, Answer answer) {
    auto opened = open_personal(desk_.center.personal(), call.who, answer.body);
    answer.personal_of.insert(answer.personal_of.end(), opened.begin(), opened.end());
    note_answer(desk_, call, answer);
    if (answer.file) {
      return give_file(arrived, call, answer);
    }
    if (!answer.feed || feed_ == nullptr || arrived.head.method == "HEAD") {
      return {answer_text(arrived, call, answer), {}, {}};
    }
    if (feed_->figures().readers >= feed_readers_) {
      counts_.count(TurnedAway::FeedReaders);
      return {answer_text(arrived, call,
                          problem(call, 503, "overloaded", "the feed has no place left")),
              {},
              {}};
    }
    std::string header{kFeedHeader};
    header.append(arrived.secure ? kHsts : "").append("\r\n: fenghuo\nretry: 2000\n\n");
    return {"",
            [feed = feed_, wish = *answer.feed, header = std::move(header)](
                std::shared_ptr<Wire> wire, std::shared_ptr<void> seat) {
              feed->adopt({std::move(wire), std::move(seat), header},
                          {wish.after, wish.who, wish.proof});
            },
            {}};
  }

  /// The file is read as the caller takes it: no answer in memory is as large as an attachment.
  static Outgoing give_file(Arrived const& arrived, Call const& call, Answer const& answer) {
    auto file = std::make_shared<std::ifstream>(*answer.file, std::ios::binary | std::ios::ate);
    if (!*file) {
      return {answer_text(arrived, call,
                          problem(call, 503, "unavailable", "the file cannot be read now")),
              {},
              {}};
    }
    auto const size = static_cast<std::uint64_t>(file->tellg());
    file->seekg(0);
    if (answer.remove_file) {
      std::error_code gone;  // it is open: what is sent stays until it was
      std::filesystem::remove(*answer.file, gone);
    }
    Outgoing out{answer_text(arrived, call, answer, size), {}, {}};
    if (arrived.head.method != "HEAD") {
      out.file = std::move(file);
    }
    return out;
  }

  Answer answer_to(Arrived& arrived, Call& call) {
    Route const& route = *arrived.match.route;
    call.parameters = arrived.match.parameters;
    if (route.permission != Permission::None) {
      if (auto refused = sign_in_call(call, route)) {
        return std::move(*refused);
      }
    }
    if (arrived.refusal) {
      return problem(call, arrived.refusal->status, arrived.refusal->problem,
                     arrived.refusal->detail);
    }
    bool const has_body = !arrived.body.empty() || arrived.file != nullptr;
    if (has_body && !takes(route, arrived.head.field("Content-Type"))) {
      return problem(call, 415, "unsupported_media_type",
                     route.takes.empty() ? "send Content-Type: application/json"
                                         : "send one of: " + listed(route.takes));
    }
    if (arrived.file != nullptr) {
      call.body_file = arrived.file->path();
    }
    call.body = std::move(arrived.body);
    return route.handler(call);
  }

  std::optional<Answer> sign_in_call(Call& call, Route const& route) {
    auto signed_in = sign_in(desk_.center, desk_.secrets,
                             {call.header("Authorization"), call.header("Cookie"), call.secure});
    if (!signed_in) {
      Answer answer = problem(call, 401, "not_signed_in",
                              "send a session cookie or Authorization: Bearer TOKEN");
      answer.headers.emplace_back("WWW-Authenticate", "Bearer");
      return answer;
    }
    call.who = std::move(signed_in->who);
    call.proof = std::move(signed_in->proof);
    call.scope = signed_in->scope;
    if (auto refused = refuse_scope(call, route)) {
      return refused;
    }
    if (!call.who.may(route.permission)) {
      return problem(call, 403, "not_allowed", "none of your roles may do this");
    }
    // A page of another origin may not use the cookie of ours.
    std::string const origin = call.header("Origin");
    std::string const host = call.header("Host");
    if (call.by_session() && is_unsafe(call.method) && !origin.empty() &&
        origin != "https://" + host && (call.secure || origin != "http://" + host)) {
      return problem(call, 403, "not_allowed", "this page is of another origin");
    }
    return std::nullopt;
  }

  /// A caller who was signed in and may hand reports in was turned away: somebody has to ring back.
  void leave_call_back(Arrived const& arrived, Call const& call, Answer& answer) {
    if (!call.who.may(Permission::Intake) || answer.status == 401 || answer.status == 403) {
      return;
    }
    std::string const& body = call.body.empty() ? arrived.body : call.body;
    messaging::Json const* detail = answer.body.find("detail");
    auto const left = desk_.call_backs.leave(
        {desk_.center.clock().now(), call.peer, call.who.account, call.who.area, answer.status,
         body, detail != nullptr && detail->string() != nullptr ? *detail->string() : ""});
    answer.body.add("call_back", left ? messaging::Json{*left} : messaging::Json{});
  }

  RouteTable const& routes_;
  Desk& desk_;
  HttpCounts& counts_;
  FeedHub* feed_;
  std::size_t feed_readers_;
};

}  // namespace

struct HttpServer::Parts {
  Parts(RouteTable const& routes, Desk& desk, HttpCounts& counts, Options const& options)
      : clerk{routes, desk, counts, options} {}
  Clerk clerk;
  std::unique_ptr<Porch> porch;
};

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
HttpServer::~HttpServer() { stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(RouteTable const& routes, Desk& desk,
                                                      HttpCounts& counts, Options options) {
  auto parts = std::make_unique<Parts>(routes, desk, counts, options);
  auto porch = Porch::open(std::move(options.porch), parts->clerk, counts);
  if (!porch) {
    return porch.error();
  }
  parts->porch = std::move(porch).value();
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(parts)}};
}

std::uint16_t HttpServer::port() const { return parts_->porch->port(); }
void HttpServer::stop() { parts_->porch->stop(); }

}  // namespace fenghuo::server
