// The webhook bearer against a real gateway on a real socket: what leaves, what comes back, where it will not go.
#include "messaging/delivery/webhook_bearer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>

#include "messaging/delivery/webhook_signature.h"
#include "tests/messaging/raw_gateway.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using Poco::Net::StreamSocket;
using tests::body_of;
using tests::field_of;
using tests::RawGateway;
using tests::says;
using tests::send_text;

constexpr Time kNow{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z
constexpr char const* kSecrets =
    "a first secret of thirty bytes\nwhsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
constexpr char const* kTaken =
    "HTTP/1.1 202 Accepted\r\nContent-Length: 21\r\n\r\n{\"reference\":\"gw-17\"}";

OutgoingMessage message() {
  return {.id = "D-2026-000042:0:sms",
          .recipient_name = "王\"芳\"",
          .address = "+86 138-0000-0001",
          .means = "sms",
          .text = "东岭村：立即转移\n到高处",
          .made_at = kNow - seconds(3),
          .answer_by = kNow + minutes(15)};
}

class WebhookBearerTest : public testing::Test {
 protected:
  WebhookBearerTest() {
    tests::write_file(folder_ / "secret", kSecrets);
    ::chmod((folder_ / "secret").c_str(), 0600);
  }

  WebhookOptions options(std::string const& host_and_port) const {
    WebhookOptions options;
    options.name = "gw";
    options.url = "http://" + host_and_port + "/send?line=1";
    options.secret_file = folder_ / "secret";
    options.means = {"sms"};
    options.allowed_hosts = {host_and_port};
    options.now = [] { return kNow; };
    return options;
  }
  static std::unique_ptr<Bearer> make(WebhookOptions options) {
    auto made = make_webhook_bearer(std::move(options));
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return std::move(*made);
  }
  Handover hand_over(RawGateway const& gateway) const {
    return make(options(gateway.host_and_port()))->hand_over(message());
  }
  /// Against a gateway that says this and closes.
  Handover answered(std::string const& text) const {
    RawGateway const gateway{says(text)};
    return hand_over(gateway);
  }

  tests::ScratchFolder folder_;
};

TEST_F(WebhookBearerTest, WhatLeaves) {
  RawGateway const gateway{says(kTaken)};
  Handover const handover = hand_over(gateway);
  EXPECT_EQ(handover.outcome, HandoverOutcome::Accepted) << handover.detail;
  EXPECT_EQ(handover.reference, "gw-17");
  EXPECT_TRUE(handover.answered);
  ASSERT_EQ(gateway.requests().size(), 1U);
  std::string const request = gateway.requests()[0];
  EXPECT_TRUE(request.starts_with("POST /send?line=1 HTTP/1.1\r\n")) << request;
  EXPECT_EQ(field_of(request, "Host"), gateway.host_and_port());
  EXPECT_EQ(field_of(request, "Content-Type"), "application/json");
  EXPECT_EQ(field_of(request, "Connection"), "Close");
  EXPECT_EQ(field_of(request, "Cookie"), "");
  EXPECT_EQ(field_of(request, "webhook-id"), "D-2026-000042:0:sms");
  EXPECT_EQ(field_of(request, "webhook-timestamp"), "1767225600");
  EXPECT_EQ(body_of(request),
            R"({"type":"delivery.sms","timestamp":"2025-12-31T23:59:57Z","data":{)"
            R"("id":"D-2026-000042:0:sms","to":"+8613800000001","name":"王\"芳\"","means":"sms",)"
            R"("text":"东岭村：立即转移\n到高处","answer_by":"2026-01-01T00:15:00Z","drill":false,)"
            R"("callback":null}})");
  std::string const signature = field_of(request, "webhook-signature");
  EXPECT_NE(signature.find(" v1,"), std::string::npos) << "two keys, two signatures";
  for (auto const* line :
       {"a first secret of thirty bytes", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    EXPECT_TRUE(verify_signature(*WebhookSecrets::parse(line, "test"),
                                 {"D-2026-000042:0:sms", "1767225600", signature, body_of(request)},
                                 kNow));
  }
}

TEST_F(WebhookBearerTest, AtEachTryTheSameIdAndBodyAndANewTime) {
  RawGateway const gateway{says("HTTP/1.1 503 Later\r\n\r\n")};
  auto with_clock = options(gateway.host_and_port());
  Time now = kNow;
  with_clock.now = [&now] { return now; };
  auto const bearer = make(with_clock);
  EXPECT_EQ(bearer->hand_over(message()).outcome, HandoverOutcome::TryAgain);
  now = kNow + seconds(30);
  EXPECT_EQ(bearer->hand_over(message()).outcome, HandoverOutcome::TryAgain);
  auto const requests = gateway.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(field_of(requests[0], "webhook-id"), field_of(requests[1], "webhook-id"));
  EXPECT_EQ(body_of(requests[0]), body_of(requests[1]));
  EXPECT_EQ(field_of(requests[1], "webhook-timestamp"), "1767225630");
  EXPECT_NE(field_of(requests[0], "webhook-signature"), field_of(requests[1], "webhook-signature"));
}

TEST_F(WebhookBearerTest, WhatAnAnswerMeans) {
  struct Row {
    int status;
    HandoverOutcome outcome;
  };
  for (auto const& [status, outcome] :
       {Row{200, HandoverOutcome::Accepted}, Row{201, HandoverOutcome::Accepted},
        Row{202, HandoverOutcome::Accepted}, Row{204, HandoverOutcome::Accepted},
        Row{300, HandoverOutcome::Never},    Row{301, HandoverOutcome::Never},
        Row{304, HandoverOutcome::Never},    Row{308, HandoverOutcome::Never},
        Row{400, HandoverOutcome::Never},    Row{401, HandoverOutcome::Never},
        Row{404, HandoverOutcome::Never},    Row{408, HandoverOutcome::TryAgain},
        Row{409, HandoverOutcome::Never},    Row{410, HandoverOutcome::Never},
        Row{422, HandoverOutcome::Never},    Row{425, HandoverOutcome::TryAgain},
        Row{429, HandoverOutcome::TryAgain}, Row{451, HandoverOutcome::Never},
        Row{500, HandoverOutcome::TryAgain}, Row{502, HandoverOutcome::TryAgain},
        Row{503, HandoverOutcome::TryAgain}, Row{504, HandoverOutcome::TryAgain}}) {
    Handover const handover = answered("HTTP/1.1 " + std::to_string(status) +
                                       " Said\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(handover.outcome, outcome) << status << ": " << handover.detail;
    EXPECT_TRUE(handover.answered);
    EXPECT_EQ(handover.detail.empty(), outcome == HandoverOutcome::Accepted) << status;
    EXPECT_EQ(handover.retry_after,
              outcome == HandoverOutcome::TryAgain ? std::optional{seconds(90)} : std::nullopt)
        << status;
  }
}

TEST_F(WebhookBearerTest, ARedirectIsNeverFollowed) {
  RawGateway const elsewhere{says(kTaken)};
  for (std::string const& where :
       {"http://" + elsewhere.host_and_port() + "/", std::string{"http://169.254.169.254/latest/"},
        std::string{"http://10.0.0.1/"}, std::string{"//" + elsewhere.host_and_port()},
        std::string{"/other"}}) {
    for (auto const* status : {"301", "302", "303", "307", "308"}) {
      RawGateway const gateway{says("HTTP/1.1 " + std::string{status} + " Moved\r\nLocation: " +
                                    where + "\r\nContent-Length: 0\r\n\r\n")};
      Handover const handover = hand_over(gateway);
      EXPECT_EQ(handover.outcome, HandoverOutcome::Never);
      EXPECT_NE(handover.detail.find("redirects are never followed"), std::string::npos);
      EXPECT_EQ(handover.detail.find(where), std::string::npos) << "its text is the gateway's";
      EXPECT_EQ(gateway.connections(), 1);
    }
  }
  EXPECT_EQ(elsewhere.connections(), 0);
}

TEST_F(WebhookBearerTest, HalfAnswers) {
  for (auto const* text : {"", "H", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\nContent-Le",
                           "HTTP/1.1 200 OK\r\n", "junk\r\n\r\n"}) {
    Handover const handover = answered(text);
    EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain) << text;
    EXPECT_FALSE(handover.answered);
    EXPECT_FALSE(handover.detail.empty());
  }
  // It said that it has it.
  Handover const handover =
      answered("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"reference\":\"gw-");
  EXPECT_EQ(handover.outcome, HandoverOutcome::Accepted);
  EXPECT_EQ(handover.reference, "");
}

TEST_F(WebhookBearerTest, APeerThatIsGoneIsAnErrorAndNoSignal) {
  for (int n = 0; n < 20; ++n) {
    RawGateway const gateway{[](StreamSocket& peer) {
      peer.setLinger(true, 0);  // closes with a reset
      peer.close();
    }};
    EXPECT_EQ(hand_over(gateway).outcome, HandoverOutcome::TryAgain);
  }
}

// The gateway goes on until nobody listens any more: that these tests end at all shows that the bearer gave up.
TEST_F(WebhookBearerTest, AByteAtATimeDoesNotHoldItBeyondItsLimit) {
  auto const drips = [](std::string const& head) {
    return [head](StreamSocket& peer) {
      bool there = send_text(peer, head);
      while (there) {
        peer.poll(Poco::Timespan{0, 20'000}, StreamSocket::SELECT_ERROR);
        there = send_text(peer, "x");
      }
    };
  };
  struct Row {
    char const* head;
    HandoverOutcome outcome;
  };
  for (auto const& [head, outcome] :
       {Row{"HTTP/1.1 200 OK\r\nX: ", HandoverOutcome::TryAgain},
        Row{"HTTP/1.1 200 OK\r\n\r\n", HandoverOutcome::Accepted},
        Row{"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", HandoverOutcome::Accepted}}) {
    RawGateway const gateway{drips(head)};
    auto impatient = options(gateway.host_and_port());
    impatient.connection.done_within = milliseconds(300);
    Handover const handover = make(impatient)->hand_over(message());
    EXPECT_EQ(handover.outcome, outcome) << head;
    EXPECT_EQ(handover.reference, "");
  }
}

TEST_F(WebhookBearerTest, SilenceIsNotWaitedForLongerThanItsLimit) {
  RawGateway const gateway{[](StreamSocket& peer) {
    char byte = 0;
    peer.receiveBytes(&byte, 1);  // until the other side closes
  }};
  auto impatient = options(gateway.host_and_port());
  impatient.connection.done_within = milliseconds(200);
  EXPECT_EQ(make(impatient)->hand_over(message()).outcome, HandoverOutcome::TryAgain);
}

TEST_F(WebhookBearerTest, AGigabyteIsNotRead) {
  for (auto const* head :
       {"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\n",
        "HTTP/1.1 500 No\r\nContent-Length: 1073741824\r\n\r\n", "HTTP/1.1 200 OK\r\nX: "}) {
    std::atomic<std::size_t> sent = 0;
    {
      RawGateway const gateway{[&](StreamSocket& peer) {
        std::string const piece(65536, 'x');
        bool there = send_text(peer, head);
        while (there && sent < (1U << 30U)) {
          there = send_text(peer, piece);
          sent += piece.size();
        }
      }};
      bool const headless = std::string_view{head}.ends_with("X: ");
      bool const refused = std::string_view{head}.find("500") != std::string_view::npos;
      EXPECT_EQ(hand_over(gateway).outcome,
                headless || refused ? HandoverOutcome::TryAgain : HandoverOutcome::Accepted)
          << head;
    }
    EXPECT_LT(sent, 32U << 20U) << "more than the buffers of two sockets was taken: " << head;
  }
}

TEST_F(WebhookBearerTest, NobodyThere) {
  std::string host_and_port;
  {
    RawGateway const gone{says("")};
    host_and_port = gone.host_and_port();
  }
  Handover const handover = make(options(host_and_port))->hand_over(message());
  EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain);
  EXPECT_NE(handover.detail.find("cannot be reached"), std::string::npos) << handover.detail;
}

TEST_F(WebhookBearerTest, NamesAndNumbersThatLeadInside) {
  RawGateway const gateway{says(kTaken)};
  std::string const port = ":" + std::to_string(gateway.port());
  for (auto const* host :
       {"localhost", "0x7f.1", "2130706433", "0x7f000001", "127.1", "0177.0.0.1"}) {
    Handover const handover = make(options(host + port))->hand_over(message());
    EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain) << host;
    EXPECT_NE(handover.detail.find("not of the open internet"), std::string::npos)
        << handover.detail;
  }
  for (auto const* host :
       {"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::FFFF:7F00:1]"}) {
    auto const made = make_webhook_bearer(options(host + port));
    ASSERT_FALSE(made) << host;
    EXPECT_NE(made.error().message.find("hides an IPv4 address"), std::string::npos)
        << made.error().message;
  }
  EXPECT_EQ(gateway.connections(), 0);

  auto named = options("localhost" + port);
  named.allowed_networks = {"127.0.0.0/8", "::1"};
  EXPECT_EQ(make(named)->hand_over(message()).outcome, HandoverOutcome::Accepted);
  EXPECT_EQ(field_of(gateway.requests().at(0), "Host"), "localhost" + port);
}

TEST_F(WebhookBearerTest, OneBadAddressOfANameIsEnough) {
  RawGateway const gateway{says(kTaken)};
  for (auto const* bad : {"10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fe80::1",
                          "::ffff:127.0.0.1", "224.0.0.1", "2001:db8::1"}) {
    auto two = options("gw.example:" + std::to_string(gateway.port()));
    two.allowed_networks = {"127.0.0.1"};
    two.connection.names = [bad](std::string const&) -> Result<std::vector<NetAddress>> {
      return std::vector{*address_of("127.0.0.1"), *address_of(bad)};
    };
    Handover const handover = make(two)->hand_over(message());
    EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain);
    EXPECT_NE(handover.detail.find(bad), std::string::npos) << handover.detail;
  }
  EXPECT_EQ(gateway.connections(), 0);
}

TEST_F(WebhookBearerTest, ANameIsAskedForOnceATryAndTheCheckedAddressIsTaken) {
  RawGateway const gateway{says(kTaken)};
  int asked = 0;
  auto rebound = options("gw.example:" + std::to_string(gateway.port()));
  rebound.allowed_networks = {"127.0.0.1"};
  rebound.connection.names = [&](std::string const&) -> Result<std::vector<NetAddress>> {
    return std::vector{*address_of(++asked == 1 ? "127.0.0.1" : "169.254.169.254")};
  };
  auto const bearer = make(rebound);
  EXPECT_EQ(bearer->hand_over(message()).outcome, HandoverOutcome::Accepted);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(bearer->hand_over(message()).outcome, HandoverOutcome::TryAgain);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(gateway.connections(), 1);
}

TEST_F(WebhookBearerTest, TheNextAddressIsTriedWhereNobodyListens) {
  RawGateway const gateway{says(kTaken)};
  auto two = options("gw.example:" + std::to_string(gateway.port()));
  two.allowed_networks = {"127.0.0.0/8"};
  two.connection.names = [](std::string const&) -> Result<std::vector<NetAddress>> {
    return std::vector{*address_of("127.0.0.2"), *address_of("127.0.0.1")};
  };
  EXPECT_EQ(make(two)->hand_over(message()).outcome, HandoverOutcome::Accepted);
}

TEST_F(WebhookBearerTest, ANameServerThatNeverAnswersHoldsOneThread) {
  struct Resolver {
    std::mutex mutex;
    std::condition_variable answered;
    int asked = 0;
    bool answers = false;
  };
  auto const resolver = std::make_shared<Resolver>();
  RawGateway const gateway{says(kTaken)};
  auto waiting = options("gw.example:" + std::to_string(gateway.port()));
  waiting.allowed_networks = {"127.0.0.1"};
  waiting.connection.connect_within = milliseconds(50);
  waiting.connection.names = [resolver](std::string const&) -> Result<std::vector<NetAddress>> {
    std::unique_lock lock{resolver->mutex};
    ++resolver->asked;
    resolver->answered.wait(lock, [&] { return resolver->answers; });
    return std::vector{*address_of("127.0.0.1")};
  };
  auto const bearer = make(waiting);
  for (int n = 0; n < 3; ++n) {
    Handover const handover = bearer->hand_over(message());
    EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain);
    EXPECT_NE(handover.detail.find("no name server"), std::string::npos) << handover.detail;
  }
  std::scoped_lock const lock{resolver->mutex};
  EXPECT_EQ(resolver->asked, 1);
  resolver->answers = true;
  resolver->answered.notify_all();
}

TEST_F(WebhookBearerTest, ADrillLeavesOnlyWhereItIsOpen) {
  RawGateway const gateway{says(kTaken)};
  OutgoingMessage drill = message();
  drill.drill = true;
  drill.callback = "https://centre.example/api/v1/receipts";
  auto const closed = make(options(gateway.host_and_port()));
  EXPECT_FALSE(closed->open_for_drills());
  Handover const handover = closed->hand_over(drill);
  EXPECT_EQ(handover.outcome, HandoverOutcome::Never);
  EXPECT_FALSE(handover.answered);
  EXPECT_EQ(gateway.connections(), 0);

  auto opened = options(gateway.host_and_port());
  opened.open_for_drills = true;
  EXPECT_EQ(make(opened)->hand_over(drill).outcome, HandoverOutcome::Accepted);
  std::string const body = body_of(gateway.requests().at(0));
  EXPECT_NE(body.find(R"("drill":true,"callback":"https://centre.example/api/v1/receipts")"),
            std::string::npos)
      << body;
}

TEST_F(WebhookBearerTest, WhatCannotBeSentNeverLeaves) {
  RawGateway const gateway{says(kTaken)};
  auto const bearer = make(options(gateway.host_and_port()));
  auto const refuses = [&](auto const& change) {
    OutgoingMessage changed = message();
    change(changed);
    Handover const handover = bearer->hand_over(changed);
    EXPECT_EQ(handover.outcome, HandoverOutcome::Never);
    EXPECT_FALSE(handover.answered);
    EXPECT_FALSE(handover.detail.empty());
    EXPECT_EQ(handover.detail.find("138"), std::string::npos) << handover.detail;
  };
  for (std::string const id : {"", "a.b", "a b", "a\r\nX: y", "东", "a/b"}) {
    refuses([&](OutgoingMessage& m) { m.id = id; });
  }
  refuses([](OutgoingMessage& m) { m.id = std::string(129, 'a'); });
  for (std::string const number :
       {"", "12", "1380000000012345", "138x", "138+1", "一三八", "sip:138"}) {
    refuses([&](OutgoingMessage& m) { m.address = number; });
  }
  refuses([](OutgoingMessage& m) { m.means = "phone"; });
  refuses([](OutgoingMessage& m) { m.means = "fax"; });
  refuses([](OutgoingMessage& m) { m.text = ""; });
  refuses([](OutgoingMessage& m) { m.text = std::string(8193, 'x'); });
  EXPECT_EQ(gateway.connections(), 0);
}

TEST_F(WebhookBearerTest, WhomItReaches) {
  auto both = options("gw.example:80");
  both.means = {"sms", "phone"};
  auto const bearer = make(both);
  EXPECT_EQ(bearer->name(), "gw");
  EXPECT_TRUE(bearer->reaches("sms", "+86 138-0000-0001"));
  EXPECT_TRUE(bearer->reaches("phone", "(0839) 555 0123"));
  EXPECT_TRUE(bearer->reaches("phone", "119"));
  EXPECT_FALSE(bearer->reaches("radio", "119"));
  EXPECT_FALSE(bearer->reaches("sms", "channel 7"));
  EXPECT_FALSE(bearer->reaches("sms", ""));
}

TEST_F(WebhookBearerTest, SettingsThatCannotBe) {
  auto const refused = [](WebhookOptions const& wrong, std::string const& says_so) {
    auto const made = make_webhook_bearer(wrong);
    ASSERT_FALSE(made) << says_so;
    EXPECT_NE(made.error().message.find(says_so), std::string::npos) << made.error().message;
  };
  WebhookOptions const good = options("gw.example:80");
  ASSERT_TRUE(make_webhook_bearer(good));
  auto wrong = good;
  wrong.allowed_hosts = {"gw.example:81", "gw.example", "other.example:80"};
  refused(wrong, "gw.example:80 is not among the allowed hosts");
  wrong = good;
  wrong.allowed_hosts = {"GW.Example:80"};
  EXPECT_TRUE(make_webhook_bearer(wrong));
  for (auto const* url :
       {"", "gw.example:80", "ftp://gw.example:80/", "http://", "http:///x",
        "http://u:p@gw.example:80/", "http://u@gw.example:80/", "http://gw.example:80/#x",
        "http://gw.example:0/", "http://gw.example:x/", "http://[::1"}) {
    wrong = good;
    wrong.url = url;
    refused(wrong, "gateway gw: ");
  }
  wrong = good;
  wrong.means = {};
  refused(wrong, "sms and phone");
  wrong.means = {"sms", "fax"};
  refused(wrong, "sms and phone");
  wrong = good;
  wrong.allowed_networks = {"10.0.0.0/40"};
  refused(wrong, "10.0.0.0/40");
  wrong = good;
  wrong.secret_file = folder_ / "none";
  refused(wrong, "no secret can be read");
  wrong = good;
  wrong.name = "";
  refused(wrong, "name");
}

}  // namespace
}  // namespace fenghuo::messaging
