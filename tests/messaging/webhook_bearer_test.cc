// The webhook against gateways that answer, refuse, lead elsewhere, drip, flood, or are not there.
#include "messaging/delivery/webhook_bearer.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "core/base/time_text.h"
#include "messaging/codec/json.h"
#include "messaging/delivery/webhook_signature.h"
#include "tests/messaging/webhook_gateway.h"

namespace fenghuo::messaging {
namespace {

using tests::RawGateway;
using tests::says;
using tests::some_message;
using tests::WebhookSettings;
using Ears = RawGateway::Ears;

std::string status(std::string const& line, std::string const& fields = "") {
  return "HTTP/1.1 " + line + "\r\n" + fields + "Content-Length: 0\r\n\r\n";
}

TEST(WebhookBearer, HandsOverASignedMessage) {
  RawGateway gateway{says("HTTP/1.1 202 Accepted\r\n\r\n{\"reference\":\"SM-7\"}")};
  WebhookSettings settings{gateway};
  Time const now = *parse_rfc3339("2026-01-01T08:00:30.5Z");
  settings.options.now = [=] { return now; };
  auto const message = some_message();
  auto const handover = settings.bearer()->hand_over(message);
  EXPECT_EQ(handover.outcome, HandoverOutcome::Accepted) << handover.detail;
  EXPECT_TRUE(handover.answered);
  EXPECT_EQ(handover.reference, "SM-7");
  ASSERT_EQ(gateway.requests().size(), 1U);
  std::string const request = gateway.requests()[0];
  EXPECT_TRUE(request.starts_with("POST /send?key=in-the-url HTTP/1.1\r\n")) << request;
  EXPECT_EQ(tests::field_of(request, "Host"), gateway.host_and_port());
  EXPECT_EQ(tests::field_of(request, "Content-Type"), "application/json");
  EXPECT_EQ(tests::field_of(request, "webhook-id"), message.id);
  EXPECT_EQ(tests::field_of(request, "webhook-timestamp"), "1767254430");
  auto const secrets = WebhookSecrets::parse(tests::kGatewaySecret, "here");
  std::string const signature = tests::field_of(request, "webhook-signature");
  std::string const body = tests::body_of(request);
  EXPECT_TRUE(verify_signature(*secrets, {message.id, "1767254430", signature, body}, now));
  auto const expected = Json::object({{"type", "delivery.sms"},
                                      {"timestamp", "2026-01-01T00:00:00Z"},
                                      {"data", Json::object({{"id", message.id},
                                                             {"to", "+8613800000000"},
                                                             {"name", message.recipient_name},
                                                             {"means", "sms"},
                                                             {"text", message.text},
                                                             {"answer_by", "2026-01-01T00:10:00Z"},
                                                             {"drill", false},
                                                             {"callback", message.callback}})}});
  auto const sent = parse_json(body);
  ASSERT_TRUE(sent) << body;
  EXPECT_EQ(sent->text(), expected.text());
}

TEST(WebhookBearer, ARepeatIsTheSameButForTimeAndSignature) {
  RawGateway gateway{says(status("503 Service Unavailable", "Set-Cookie: a=b\r\n"))};
  WebhookSettings settings{gateway};
  std::int64_t second = 1'767'225'600;
  settings.options.now = [&] { return Time{second++ * 1'000'000}; };
  auto const bearer = settings.bearer();
  for (int n = 0; n < 2; ++n) {
    EXPECT_EQ(bearer->hand_over(some_message()).outcome, HandoverOutcome::TryAgain);
  }
  auto const requests = gateway.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(tests::body_of(requests[0]), tests::body_of(requests[1]));
  EXPECT_EQ(tests::field_of(requests[0], "webhook-id"), tests::field_of(requests[1], "webhook-id"));
  EXPECT_NE(tests::field_of(requests[0], "webhook-timestamp"),
            tests::field_of(requests[1], "webhook-timestamp"));
  EXPECT_NE(tests::field_of(requests[0], "webhook-signature"),
            tests::field_of(requests[1], "webhook-signature"));
  EXPECT_EQ(tests::field_of(requests[1], "Cookie"), "");
}

TEST(WebhookBearer, EveryStatusHasOneOutcome) {
  struct Row {
    char const* line;
    HandoverOutcome outcome;
  };
  using enum HandoverOutcome;
  for (auto const& row : {Row{"200 OK", Accepted},
                          Row{"201 Created", Accepted},
                          Row{"202 Accepted", Accepted},
                          Row{"204 No Content", Accepted},
                          Row{"300 X", Never},
                          Row{"301 Moved", Never},
                          Row{"302 Found", Never},
                          Row{"304 Not Modified", Never},
                          Row{"307 X", Never},
                          Row{"308 X", Never},
                          Row{"400 Bad Request", Never},
                          Row{"401 X", Never},
                          Row{"403 X", Never},
                          Row{"404 X", Never},
                          Row{"409 X", Never},
                          Row{"410 X", Never},
                          Row{"413 X", Never},
                          Row{"422 X", Never},
                          Row{"408 Request Timeout", TryAgain},
                          Row{"425 Too Early", TryAgain},
                          Row{"429 Too Many", TryAgain},
                          Row{"500 X", TryAgain},
                          Row{"501 X", TryAgain},
                          Row{"502 X", TryAgain},
                          Row{"503 X", TryAgain},
                          Row{"599 X", TryAgain}}) {
    RawGateway gateway{says(status(row.line, "Retry-After: 7\r\n"))};
    auto const handover = WebhookSettings{gateway}.bearer()->hand_over(some_message());
    EXPECT_EQ(handover.outcome, row.outcome) << row.line;
    EXPECT_TRUE(handover.answered) << row.line;
    EXPECT_EQ(handover.detail.empty(), row.outcome == Accepted) << row.line;
    EXPECT_EQ(handover.retry_after,
              row.outcome == TryAgain ? std::optional{seconds(7)} : std::nullopt)
        << row.line;
    EXPECT_EQ(gateway.connections(), 1) << row.line;
  }
}

TEST(WebhookBearer, ARedirectLeadsNowhere) {
  RawGateway elsewhere{says(status("200 OK"))};
  for (std::string const& to : {"http://" + elsewhere.host_and_port() + "/", std::string{"/other"},
                                std::string{"http://169.254.169.254/latest/meta-data"},
                                std::string{"http://10.0.0.1/"}, std::string{"//[::1]/"}}) {
    for (auto const* line : {"301 X", "302 X", "303 X", "307 X", "308 X"}) {
      RawGateway gateway{says(status(line, "Location: " + to + "\r\n"))};
      auto const handover = WebhookSettings{gateway}.bearer()->hand_over(some_message());
      EXPECT_EQ(handover.outcome, HandoverOutcome::Never) << line << to;
      EXPECT_EQ(gateway.connections(), 1);
    }
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST(WebhookBearer, NoProxyStandsBetween) {
  RawGateway proxy{says(status("200 OK"))}, gateway{says(status("202 Accepted"))};
  for (auto const* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) {
    ::setenv(name, ("http://" + proxy.host_and_port()).c_str(), 1);
  }
  EXPECT_EQ(WebhookSettings{gateway}.bearer()->hand_over(some_message()).outcome,
            HandoverOutcome::Accepted);
  EXPECT_EQ(proxy.connections(), 0);
  EXPECT_EQ(gateway.connections(), 1);
}

TEST(WebhookBearer, ANameThatLeadsInsideIsNotContacted) {
  RawGateway gateway{says(status("200 OK"))};
  for (auto const* host :
       {"localhost", "0x7f.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "LOCALHOST"}) {
    WebhookSettings settings{"http", host, gateway.port()};
    auto const refused = settings.bearer()->hand_over(some_message());
    EXPECT_EQ(refused.outcome, HandoverOutcome::TryAgain) << host;
    EXPECT_FALSE(refused.answered) << host;
    EXPECT_NE(refused.detail.find("not of the open internet"), std::string::npos) << refused.detail;
    EXPECT_EQ(gateway.connections(), 0) << host;
  }
  // The same names, with the addresses named: it is the rule that kept them out.
  int reached = 0;
  for (auto const* host : {"localhost", "0x7f.1", "2130706433"}) {
    WebhookSettings settings{"http", host, gateway.port()};
    settings.options.allowed_networks = {"127.0.0.0/8", "::1"};
    EXPECT_EQ(settings.bearer()->hand_over(some_message()).outcome, HandoverOutcome::Accepted);
    EXPECT_EQ(gateway.connections(), ++reached) << host;
  }
}

TEST(WebhookBearer, OneBadAddressSpoilsTheNameAndHttpStaysInside) {
  RawGateway gateway{says(status("200 OK"))};
  WebhookSettings settings{"http", "gw.example", gateway.port()};
  settings.options.allowed_networks = {"127.0.0.1"};
  std::vector<NetAddress> found;
  settings.options.connection.names = [&](std::string const&) { return Result{found}; };
  auto const bearer = settings.bearer();
  auto const detail_with = [&](std::vector<std::string> const& addresses) {
    found.clear();
    for (auto const& text : addresses) {
      found.push_back(*address_of(text));
    }
    auto const handover = bearer->hand_over(some_message());
    EXPECT_EQ(handover.outcome == HandoverOutcome::Accepted, handover.detail.empty());
    return handover.detail;
  };
  for (auto const* bad : {"10.0.0.1", "169.254.169.254", "127.0.0.2", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_NE(detail_with({"127.0.0.1", bad}).find("not of the open internet"), std::string::npos);
  }
  EXPECT_NE(detail_with({"127.0.0.1", "8.8.8.8"}).find("https"), std::string::npos);
  EXPECT_NE(detail_with({}).find("no address"), std::string::npos);
  EXPECT_EQ(gateway.connections(), 0);
  EXPECT_EQ(detail_with({"127.0.0.1"}), "");
  EXPECT_EQ(gateway.connections(), 1);
}

TEST(WebhookBearer, TheNameIsAskedForOnceATryAndTheCheckedAddressIsUsed) {
  RawGateway gateway{says(status("200 OK"))};
  WebhookSettings settings{"http", "gw.example", gateway.port()};
  settings.options.allowed_networks = {"127.0.0.1"};
  int asked = 0;
  // Whoever asked again between check and connection would get the other address.
  settings.options.connection.names = [&](std::string const& name) {
    EXPECT_EQ(name, "gw.example");
    return Result{std::vector{*address_of(++asked % 2 == 1 ? "127.0.0.1" : "127.0.0.9")}};
  };
  auto const bearer = settings.bearer();
  EXPECT_EQ(bearer->hand_over(some_message()).outcome, HandoverOutcome::Accepted);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(bearer->hand_over(some_message()).outcome, HandoverOutcome::TryAgain);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(gateway.connections(), 1);
  EXPECT_EQ(tests::field_of(gateway.requests()[0], "Host"),
            "gw.example:" + std::to_string(gateway.port()));
}

TEST(WebhookBearer, ANameServerThatNeverAnswersHoldsOneThread) {
  struct Held {
    std::atomic<int> asked = 0;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
  };
  auto const held = std::make_shared<Held>();
  WebhookSettings settings{"http", "gw.example", 80};
  settings.in_haste().options.connection.names = [held](std::string const&) {
    ++held->asked;
    held->released.wait();
    return Result<std::vector<NetAddress>>{Error{ErrorCode::Unavailable, "late"}};
  };
  {
    auto const bearer = settings.bearer();
    for (int n = 0; n < 3; ++n) {
      auto const handover = bearer->hand_over(some_message());
      EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain);
      EXPECT_NE(handover.detail.find("no name server"), std::string::npos) << handover.detail;
    }
    EXPECT_EQ(held->asked, 1);
  }
  held->release.set_value();  // after the bearer is gone: the thread must not need it
}

TEST(WebhookBearer, SlowGatewaysAreLeftInTime) {
  struct Row {
    char const* what;
    RawGateway::Conduct conduct;
    Ears ears;
    HandoverOutcome outcome;
  };
  auto const silent = [](Poco::Net::StreamSocket& peer) {
    char piece[64];
    while (peer.receiveBytes(piece, sizeof piece) > 0) {
    }
  };
  for (auto const& row : {Row{"says nothing", silent, Ears::Open, HandoverOutcome::TryAgain},
                          Row{"drips its head", tests::drips("HTTP/1.1 200 OK\r\n", "a: b\r\n"),
                              Ears::Open, HandoverOutcome::TryAgain},
                          Row{"drips interim answers", tests::drips("", "HTTP/1.1 102 X\r\n\r\n"),
                              Ears::Open, HandoverOutcome::TryAgain},
                          Row{"drips its body", tests::drips("HTTP/1.1 200 OK\r\n\r\n", " "),
                              Ears::Open, HandoverOutcome::Accepted},
                          Row{"drips the body of a refusal",
                              tests::drips("HTTP/1.1 400 X\r\nContent-Length: 1000\r\n\r\n", " "),
                              Ears::Open, HandoverOutcome::Never}}) {
    RawGateway gateway{row.conduct, row.ears};
    WebhookSettings settings{gateway};
    EXPECT_EQ(settings.in_haste().bearer()->hand_over(some_message()).outcome, row.outcome)
        << row.what;
    EXPECT_EQ(gateway.connections(), 1);
  }
}

TEST(WebhookBearer, HalfAnswersAndRubbish) {
  for (std::string const& answer :
       {std::string{}, std::string{"HTTP/1.1 200 OK\r\nContent-"}, std::string{"HTTP/1.1 2"},
        std::string{"\r\n\r\n\r\n"}, std::string(100'000, 'x'),
        std::string{"220 smtp ready\r\n\r\n"},
        "HTTP/1.1 200 OK\r\nA: " + std::string(20'000, 'x') + "\r\n\r\n"}) {
    RawGateway gateway{says(answer)};
    auto const handover = WebhookSettings{gateway}.bearer()->hand_over(some_message());
    EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain) << answer.substr(0, 40);
    EXPECT_FALSE(handover.answered);
    EXPECT_NE(handover.detail, "");
  }
  RawGateway half{says("HTTP/1.1 202 Accepted\r\nContent-Length: 50\r\n\r\n{\"reference\":\"SM")};
  auto const handover = WebhookSettings{half}.bearer()->hand_over(some_message());
  EXPECT_EQ(handover.outcome, HandoverOutcome::Accepted);  // it was said; only the name is lost
  EXPECT_EQ(handover.reference, "");
}

TEST(WebhookBearer, AFloodIsNotRead) {
  constexpr std::size_t kFlood = std::size_t{1} << 30U;
  std::atomic<std::size_t> sent = 0;
  for (std::string const head : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nA: "}) {
    sent = 0;
    RawGateway gateway{[&](Poco::Net::StreamSocket& peer) {
      tests::send_text(peer, head);
      std::string const piece(1U << 16U, 'x');
      while (sent < kFlood && tests::send_text(peer, piece)) {
        sent += piece.size();
      }
    }};
    auto const handover = WebhookSettings{gateway}.bearer()->hand_over(some_message());
    EXPECT_EQ(handover.outcome,
              head.ends_with("A: ") ? HandoverOutcome::TryAgain : HandoverOutcome::Accepted);
    EXPECT_EQ(handover.reference, "");
  }
  EXPECT_LT(sent, kFlood / 16);  // what fits into buffers on the way, and no more
}

TEST(WebhookBearer, NobodyThereOrGoneAtOnce) {
  std::uint16_t free_port = 0;
  {
    Poco::Net::ServerSocket socket{Poco::Net::SocketAddress{"127.0.0.1", 0}};
    free_port = socket.address().port();
  }
  auto const refused =
      WebhookSettings{"http", "127.0.0.1", free_port}.bearer()->hand_over(some_message());
  EXPECT_EQ(refused.outcome, HandoverOutcome::TryAgain);
  EXPECT_NE(refused.detail.find("cannot be reached"), std::string::npos) << refused.detail;
  // A write to who is gone must not end the program: SIGPIPE has its default here.
  for (int n = 0; n < 20; ++n) {
    RawGateway gone{[](Poco::Net::StreamSocket& peer) {
                      peer.setLinger(true, 0);
                      peer.close();
                    },
                    Ears::Deaf};
    auto message = some_message();
    message.text = std::string(8'000, 'x');
    EXPECT_EQ(WebhookSettings{gone}.bearer()->hand_over(message).outcome,
              HandoverOutcome::TryAgain);
  }
}

TEST(WebhookBearer, ADrillIsSaidAndOnlyWhereItMay) {
  RawGateway gateway{says(status("200 OK"))};
  WebhookSettings settings{gateway};
  auto message = some_message();
  message.drill = true;
  auto const closed = settings.bearer()->hand_over(message);
  EXPECT_EQ(closed.outcome, HandoverOutcome::Never);
  EXPECT_FALSE(closed.answered);
  EXPECT_EQ(gateway.connections(), 0);
  settings.options.open_for_drills = true;
  auto const bearer = settings.bearer();
  EXPECT_TRUE(bearer->open_for_drills());
  EXPECT_EQ(bearer->hand_over(message).outcome, HandoverOutcome::Accepted);
  auto const body = parse_json(tests::body_of(gateway.requests().at(0)));
  ASSERT_TRUE(body);
  EXPECT_EQ(*body->find("data")->find("drill"), Json{true});
}

TEST(WebhookBearer, WhatCannotBeSentNeverLeaves) {
  RawGateway gateway{says(status("200 OK"))};
  WebhookSettings settings{gateway};
  settings.options.means = {"sms"};
  auto const bearer = settings.bearer();
  auto const never = [&](auto const& change) {
    auto message = some_message();
    change(message);
    auto const handover = bearer->hand_over(message);
    EXPECT_EQ(handover.outcome, HandoverOutcome::Never);
    EXPECT_FALSE(handover.answered);
    EXPECT_NE(handover.detail, "");
    EXPECT_EQ(handover.detail.find("138"), std::string::npos) << handover.detail;
  };
  for (std::string const& id : {std::string{}, std::string{"a.b"}, std::string{"a b"},
                                std::string{"a\r\nwebhook-id: b"}, std::string(129, 'a')}) {
    never([&](auto& m) { m.id = id; });
  }
  for (auto const* address : {"", "12", "1234567890123456", "tel:138", "138x", "a@b", "13+8000"}) {
    never([&](auto& m) { m.address = address; });
    EXPECT_FALSE(bearer->reaches("sms", address)) << address;
  }
  never([](auto& m) { m.means = "phone"; });
  never([](auto& m) { m.text = ""; });
  never([](auto& m) { m.text = std::string(8193, 'x'); });
  never([](auto& m) { m.recipient_name = std::string(513, 'x'); });
  never([](auto& m) { m.callback = std::string(2049, 'x'); });
  EXPECT_EQ(gateway.connections(), 0);
  EXPECT_FALSE(bearer->reaches("phone", "119"));
  for (auto const* address : {"119", "0816-2222222", "+86 138 0000 0000", "(0816) 222 2222"}) {
    EXPECT_TRUE(bearer->reaches("sms", address)) << address;
  }
  auto message = some_message();
  message.text = std::string(8192, 'x');
  EXPECT_EQ(bearer->hand_over(message).outcome, HandoverOutcome::Accepted);
}

TEST(WebhookBearer, TriesRunBesideEachOther) {
  RawGateway gateway{says("HTTP/1.1 200 OK\r\n\r\n{\"id\":1}")};
  WebhookSettings settings{gateway};
  auto const bearer = settings.bearer();
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int n = 0; n < 8; ++n) {
    threads.emplace_back([&] {
      taken += bearer->hand_over(some_message()).outcome == HandoverOutcome::Accepted ? 1 : 0;
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(taken, 8);
}

/// What a whole HTTP server reads, and says in chunks.
struct Answering : Poco::Net::HTTPRequestHandler {
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    std::string const body{std::istreambuf_iterator<char>{request.stream()}, {}};
    auto const json = parse_json(body);
    bool const good = json && json->find("data") != nullptr && !request.hasToken("Connection", "x");
    response.setChunkedTransferEncoding(true);
    response.setStatus(good ? Poco::Net::HTTPResponse::HTTP_ACCEPTED
                            : Poco::Net::HTTPResponse::HTTP_BAD_REQUEST);
    response.send() << R"({"reference":")" << *json->find("data")->find("id")->string() << "\"}";
  }
};
struct Answerers : Poco::Net::HTTPRequestHandlerFactory {
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      Poco::Net::HTTPServerRequest const& /*request*/) override {
    return new Answering;  // POCO owns it
  }
};

TEST(WebhookBearer, AgainstAWholeHttpServer) {
  Poco::Net::ServerSocket socket{Poco::Net::SocketAddress{"127.0.0.1", 0}};
  Poco::Net::HTTPServer server{new Answerers, socket, new Poco::Net::HTTPServerParams};
  server.start();
  WebhookSettings settings{"http", "127.0.0.1", socket.address().port()};
  auto const handover = settings.bearer()->hand_over(some_message());
  EXPECT_EQ(handover.outcome, HandoverOutcome::Accepted) << handover.detail;
  EXPECT_EQ(handover.reference, some_message().id);
  server.stopAll(true);
}

TEST(WebhookBearer, SettingsThatAreWrongSayHowToMendThem) {
  auto const refusal = [](auto const& change) {
    WebhookSettings settings{"https", "gw.example", 8443};
    change(settings.options);
    std::string const why = settings.refusal();
    EXPECT_EQ(why.find(tests::kGatewaySecret), std::string::npos);
    EXPECT_EQ(why.find("in-the-url"), std::string::npos) << why;  // a URL may hold a key
    return why;
  };
  EXPECT_EQ(refusal([](auto&) {}), "");
  EXPECT_EQ(refusal([](auto& o) { o.allowed_hosts = {"x:1", "GW.Example:8443"}; }), "");
  for (auto const& hosts : std::vector<std::vector<std::string>>{
           {}, {"gw.example"}, {"gw.example:443"}, {"example:8443"}, {"x.gw.example:8443"}}) {
    EXPECT_NE(refusal([&](auto& o) { o.allowed_hosts = hosts; }).find("gw.example:8443"),
              std::string::npos);
  }
  for (auto const* url : {"", "gw.example", "ftp://gw.example:8443/",
                          "https://gw.example@evil.example:8443/", "https://u:p@gw.example:8443/",
                          "https://gw.example:8443/#x", "https://:8443/", "https://gw.example:0/",
                          "https://gw.example:99999/", "https://evil.example/?gw.example:8443",
                          "https://gw.example:8443/a b\r\nx: y", "file:///etc/passwd"}) {
    EXPECT_NE(refusal([&](auto& o) { o.url = url; }), "") << url;
  }
  for (auto const* host : {"::ffff:127.0.0.1", "0:0:0:0:0:ffff:127.0.0.1", "::FFFF:7f00:1"}) {
    EXPECT_NE(refusal([&](auto& o) {
                o.url = "https://[" + std::string{host} + "]:8443/";
                o.allowed_hosts = {"[" + std::string{host} + "]:8443"};
              }).find("hides an IPv4 address"),
              std::string::npos)
        << host;
  }
  EXPECT_NE(refusal([](auto& o) { o.name = ""; }), "");
  EXPECT_NE(refusal([](auto& o) { o.means = {}; }), "");
  EXPECT_NE(refusal([](auto& o) { o.means = {"fax"}; }), "");
  EXPECT_NE(refusal([](auto& o) { o.allowed_networks = {"10.0.0.0/40"}; }), "");
  EXPECT_NE(refusal([](auto& o) { o.secret_file += ".none"; }).find("secret"), std::string::npos);
  EXPECT_NE(refusal([](auto& o) { o.connection.ca_file = "/nowhere.pem"; }), "");
}

}  // namespace
}  // namespace fenghuo::messaging
