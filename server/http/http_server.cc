#include "server/http/http_server.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/String.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <istream>
#include <ostream>

#include "server/access/sign_in.h"
#include "server/http/file_rules.h"
#include "server/http/security_notes.h"

namespace fenghuo::server {

namespace {

namespace net = Poco::Net;

bool is_unsafe(std::string const& method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

Language language_of(net::HTTPServerRequest const& request) {
  std::string const accept = request.get("Accept-Language", "");
  return accept.starts_with("en") ? Language::English : Language::Chinese;
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

/// Reads at most `limit` bytes. False: there are more.
bool read_body(net::HTTPServerRequest& request, std::size_t limit, std::string& out) {
  std::istream& in = request.stream();
  std::array<char, 16'384> piece{};
  while (in.good()) {
    in.read(piece.data(), piece.size());
    out.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (out.size() > limit) {
      return false;
    }
  }
  return true;
}

class Handler final : public net::HTTPRequestHandler {
 public:
  Handler(RouteTable const& routes, Desk& desk, FeedHub* feed)
      : routes_{routes}, desk_{desk}, feed_{feed} {}

  void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
    Call call;
    call.request_id = random_text(9);
    call.language = language_of(request);
    call.header = [&request](char const* name) { return request.get(name, ""); };
    Answer answer;
    try {
      answer = answer_to(request, call);
    } catch (Poco::Exception const& error) {  // what POCO cannot read: a bad header, a broken body
      answer = problem(call, 400, "malformed", error.displayText());
    }
    try {
      if (!body_taken_ && !discard_body(request)) {
        response.setKeepAlive(false);
      }
      note_answer(desk_, call, answer);
      send(request, response, call, answer);
    } catch (Poco::Exception const&) {
      response.setKeepAlive(false);  // the caller is gone; what was carried out stays carried out
    }
  }

 private:
  /// A body that nobody read would be taken for the next call on this connection. False: there is more of it
  /// than is worth reading, or it is broken; the connection must end.
  static bool discard_body(net::HTTPServerRequest& request) {
    if (!request.hasContentLength() && !request.getChunkedTransferEncoding()) {
      return true;
    }
    constexpr std::size_t kMost = 8U << 20U;
    std::size_t read = 0;
    std::istream& in = request.stream();
    std::array<char, 16'384> piece{};
    while (in.good() && read < kMost) {
      in.read(piece.data(), piece.size());
      read += static_cast<std::size_t>(in.gcount());
    }
    return in.eof();
  }

  Answer answer_to(net::HTTPServerRequest& request, Call& call) {
    call.method = request.getMethod() == "HEAD" ? "GET" : request.getMethod();
    call.peer = request.clientAddress().host().toString();
    if (request.getURI().size() > 8'192) {
      return problem(call, 414, "malformed", "the address is longer than 8192 characters");
    }
    Poco::URI const uri{request.getURI()};
    call.path = uri.getPath();
    for (auto const& [name, value] : uri.getQueryParameters()) {
      call.query.emplace(name, value);
    }
    auto match = routes_.match(call.method, call.path);
    if (match.route == nullptr) {
      if (!match.path_known) {
        return problem(call, 404, "not_found", "there is no " + call.path);
      }
      Answer answer = problem(call, 405, "method_not_allowed", "this path takes " + match.allowed);
      answer.headers.emplace_back("Allow", match.allowed);
      return answer;
    }
    call.parameters = std::move(match.parameters);
    if (match.route->permission != Permission::None) {
      if (auto refused = sign_in_call(request, call, match.route->permission)) {
        return std::move(*refused);
      }
    }
    if (auto refused = take_body(request, call, *match.route)) {
      return std::move(*refused);
    }
    return match.route->handler(call);
  }

  std::optional<Answer> sign_in_call(net::HTTPServerRequest const& request, Call& call,
                                     Permission permission) {
    auto signed_in = sign_in(desk_.center, desk_.secrets,
                             {request.get("Authorization", ""), request.get("Cookie", "")});
    if (!signed_in) {
      Answer answer = problem(call, 401, "not_signed_in",
                              "send a session cookie or Authorization: Bearer TOKEN");
      answer.headers.emplace_back("WWW-Authenticate", "Bearer");
      return answer;
    }
    call.who = std::move(signed_in->who);
    call.session = std::move(signed_in->session);
    if (!call.who.may(permission)) {
      return problem(call, 403, "not_allowed", "none of your roles may do this");
    }
    // A page of another origin may not use the cookie of ours.
    std::string const origin = request.get("Origin", "");
    if (!call.session.empty() && is_unsafe(call.method) && !origin.empty() &&
        origin != "http://" + request.getHost() && origin != "https://" + request.getHost()) {
      return problem(call, 403, "not_allowed", "this page is of another origin");
    }
    return std::nullopt;
  }

  std::optional<Answer> take_body(net::HTTPServerRequest& request, Call& call, Route const& route) {
    std::size_t const limit = route.body_limit;
    bool const has_length = request.hasContentLength();
    bool const announced_too_large =
        has_length && request.getContentLength64() > static_cast<Poco::Int64>(limit);
    if (announced_too_large || !read_body(request, limit, call.body)) {
      Answer answer =
          problem(call, 413, "too_large", fmt::format("at most {} bytes are read here", limit));
      answer.headers.emplace_back("Connection", "close");
      return answer;
    }
    body_taken_ = true;
    if (has_length && static_cast<Poco::Int64>(call.body.size()) < request.getContentLength64()) {
      return problem(call, 400, "malformed", "the body ends before its length");
    }
    if (!call.body.empty() && !takes(route, request.getContentType())) {
      return problem(call, 415, "unsupported_media_type",
                     route.takes.empty() ? "send Content-Type: application/json"
                                         : "send one of: " + listed(route.takes));
    }
    return std::nullopt;
  }

  void send(net::HTTPServerRequest& request, net::HTTPServerResponse& response, Call const& call,
            Answer const& answer) {
    if (answer.feed && feed_ != nullptr && request.getMethod() != "HEAD") {
      hand_over(request, *answer.feed);
      return;
    }
    bool const as_json = answer.type.find("json") != std::string::npos;
    std::string const body = as_json && answer.text.empty() ? answer.body.text() : answer.text;
    response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(answer.status));
    response.setReason(net::HTTPResponse::getReasonForStatus(response.getStatus()));
    response.setContentType(as_json || answer.file ? answer.type : answer.type + "; charset=utf-8");
    response.set("X-Request-Id", call.request_id);
    response.set("Cache-Control", "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Content-Language", call.language == Language::English ? "en" : "zh-CN");
    for (auto const& [name, value] : answer.headers) {
      if (name == "Connection") {
        response.setKeepAlive(false);
      } else {
        response.set(name, value);
      }
    }
    if (answer.file) {
      send_file(request, response, *answer.file);
      return;
    }
    response.setContentLength64(static_cast<Poco::Int64>(body.size()));
    std::ostream& out = response.send();
    if (request.getMethod() != "HEAD") {
      out << body;
    }
  }

  static void send_file(net::HTTPServerRequest const& request, net::HTTPServerResponse& response,
                        std::filesystem::path const& file) {
    std::ifstream in{file, std::ios::binary};
    std::error_code error;
    auto const size = std::filesystem::file_size(file, error);
    response.setContentLength64(error || !in ? 0 : static_cast<Poco::Int64>(size));
    std::ostream& out = response.send();
    if (request.getMethod() != "HEAD" && in && !error) {
      out << in.rdbuf();
    }
  }

  /// The socket leaves POCO; its duplicate goes to the hub, so that POCO's may close with the session.
  void hand_over(net::HTTPServerRequest& request, FeedWish const& wish) {
    auto& impl = static_cast<net::HTTPServerRequestImpl&>(request);
    net::StreamSocket socket = impl.detachSocket();
    constexpr std::string_view kHeader =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: "
        "no-store\r\n"
        "Connection: close\r\nX-Accel-Buffering: no\r\n\r\n: fenghuo\nretry: 2000\n\n";
    socket.sendBytes(kHeader.data(), static_cast<int>(kHeader.size()));
    int const own = ::dup(socket.impl()->sockfd());
    if (own >= 0) {
      feed_->adopt(own, wish.after, wish.who);
    }
  }

  RouteTable const& routes_;
  Desk& desk_;
  FeedHub* feed_;
  bool body_taken_ = false;
};

class Factory final : public net::HTTPRequestHandlerFactory {
 public:
  Factory(RouteTable const& routes, Desk& desk, FeedHub* feed)
      : routes_{routes}, desk_{desk}, feed_{feed} {}
  net::HTTPRequestHandler* createRequestHandler(
      net::HTTPServerRequest const& /*request*/) override {
    return new Handler{routes_, desk_, feed_};  // POCO owns it
  }

 private:
  RouteTable const& routes_;
  Desk& desk_;
  FeedHub* feed_;
};

}  // namespace

struct HttpServer::Parts {
  Parts(int threads) : pool{2, threads, 60, 256 * 1024} {}
  Poco::ThreadPool pool;
  std::unique_ptr<net::HTTPServer> server;
};

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
HttpServer::~HttpServer() { stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(RouteTable const& routes, Desk& desk,
                                                      Options const& options) {
  auto parts = std::make_unique<Parts>(options.threads);
  try {
    net::ServerSocket socket;
    socket.bind(net::SocketAddress{options.address.host, options.address.port}, true, false);
    socket.listen(1'024);
    auto* params = new net::HTTPServerParams;  // POCO counts references
    params->setMaxThreads(options.threads);
    params->setMaxQueued(options.threads);
    params->setKeepAliveTimeout(Poco::Timespan{5, 0});
    params->setMaxKeepAliveRequests(1'000);
    params->setTimeout(Poco::Timespan{10, 0});
    parts->server = std::make_unique<net::HTTPServer>(new Factory{routes, desk, options.feed},
                                                      parts->pool, socket, params);
    parts->server->start();
  } catch (Poco::Exception const& error) {
    return Error{
        ErrorCode::Unavailable,
        fmt::format("cannot listen on {}:{}: {}; is another program there? choose another port",
                    options.address.host, options.address.port, error.displayText())};
  }
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(parts)}};
}

std::uint16_t HttpServer::port() const { return parts_->server->port(); }

void HttpServer::stop() {
  if (parts_->server != nullptr) {
    parts_->server->stopAll(true);
    parts_->pool.joinAll();
  }
}

}  // namespace fenghuo::server
