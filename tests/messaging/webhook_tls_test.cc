// The webhook over TLS: whose certificate is taken, and what a broken handshake does.
#include <Poco/Net/Context.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/messaging/webhook_gateway.h"

namespace fenghuo::messaging {
namespace {

using tests::RawGateway;
using tests::some_message;
using tests::WebhookSettings;
constexpr char const* kAnswer = "HTTP/1.1 202 Accepted\r\n\r\n{\"reference\":\"T-1\"}";

/// An authority of its own and what it signs, made by the openssl command.
class Certificates {
 public:
  Certificates() {
    Poco::Net::initializeSSL();
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=authority -keyout ca.key -out ca.pem");
  }
  ~Certificates() { Poco::Net::uninitializeSSL(); }
  std::filesystem::path authority() const { return folder_ / "ca.pem"; }

  /// `names` as in "DNS:localhost".
  void issue(std::string const& file, std::string const& names, std::string const& more = "") {
    tests::write_file(folder_ / (file + ".ext"), "subjectAltName=" + names + "\n");
    run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
        "-keyout " +
        file + ".key -out " + file + ".csr && openssl x509 -req -in " + file +
        ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile " + file + ".ext -out " + file +
        ".pem " + (more.empty() ? "-days 1" : more));
  }
  void self_signed(std::string const& file) {
    run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
        file + ".key -out " + file + ".pem");
  }
  Poco::Net::SecureServerSocket socket(std::string const& file) const {
    Poco::Net::Context::Ptr const context{new Poco::Net::Context{
        Poco::Net::Context::TLS_SERVER_USE, (folder_ / (file + ".key")).string(),
        (folder_ / (file + ".pem")).string(), "", Poco::Net::Context::VERIFY_NONE}};
    return Poco::Net::SecureServerSocket{Poco::Net::SocketAddress{"127.0.0.1", 0}, 16, context};
  }

 private:
  void run(std::string const& command) {
    std::string const whole = "cd '" + folder_.path().string() + "' && (" + command + ") 2>log";
    ensure(std::system(whole.c_str()) == 0, "the openssl command makes certificates");
  }
  tests::ScratchFolder folder_;
};

struct Tried {
  Handover handover;
  std::size_t requests = 0;
};

Tried try_with(Certificates const& certificates, std::string const& file, std::string const& host,
               std::filesystem::path const& authority) {
  RawGateway gateway{certificates.socket(file), tests::says(kAnswer)};
  WebhookSettings settings{"https", host, gateway.port()};
  settings.options.allowed_networks = {"127.0.0.1", "::1"};
  settings.options.connection.ca_file = authority;
  if (host != "localhost" && host != "127.0.0.1") {
    settings.options.connection.names = [](std::string const&) {
      return Result{std::vector{*address_of("127.0.0.1")}};
    };
  }
  return {settings.bearer()->hand_over(some_message()), gateway.requests().size()};
}

TEST(WebhookTls, OnlyATrustedCertificateForThatNameHearsTheMessage) {
  Certificates certificates;
  certificates.issue("good", "DNS:localhost,IP:127.0.0.1,DNS:*.gw.example");
  certificates.issue("wrong-name", "DNS:other.example,DNS:localhost.evil.example,IP:127.0.0.2");
  certificates.issue("old", "DNS:localhost", "-days -1");
  certificates.self_signed("self");
  struct Row {
    char const *file, *host;
    bool own_authority, taken;
  };
  for (auto const& row :
       {Row{"good", "localhost", true, true}, Row{"good", "127.0.0.1", true, true},
        Row{"good", "sms.gw.example", true, true}, Row{"good", "a.sms.gw.example", true, false},
        Row{"good", "gw.example", true, false},
        Row{"good", "localhost", false, false},  // not of the system's
        Row{"wrong-name", "localhost", true, false}, Row{"wrong-name", "127.0.0.1", true, false},
        Row{"wrong-name", "example", true, false}, Row{"old", "localhost", true, false},
        Row{"self", "localhost", true, false}, Row{"self", "localhost", false, false}}) {
    auto const tried = try_with(certificates, row.file, row.host,
                                row.own_authority ? certificates.authority() : "");
    std::string const what =
        std::string{row.file} + " as " + row.host + ": " + tried.handover.detail;
    EXPECT_EQ(tried.requests, row.taken ? 1U : 0U) << what;
    EXPECT_EQ(tried.handover.outcome,
              row.taken ? HandoverOutcome::Accepted : HandoverOutcome::TryAgain)
        << what;
    EXPECT_EQ(tried.handover.reference, row.taken ? "T-1" : "") << what;
    EXPECT_EQ(tried.handover.detail.find("certificate") == std::string::npos, row.taken) << what;
  }
}

TEST(WebhookTls, HandshakesThatBreakDripOrAreNone) {
  Certificates certificates;
  struct Row {
    char const* what;
    RawGateway::Conduct conduct;
  };
  std::string const record{"\x16\x03\x03\x40\x00\x02", 6};  // the head of a long record
  for (auto const& row :
       {Row{"plain HTTP", tests::says(kAnswer)}, Row{"closes", [](Poco::Net::StreamSocket&) {}},
        Row{"drips a record", tests::drips(record, "x")},
        Row{"drips alerts", tests::drips("", std::string{"\x15\x03\x03\x00\x02\x01\x5a", 7})},
        Row{"resets", [](Poco::Net::StreamSocket& peer) { peer.setLinger(true, 0); }}}) {
    RawGateway gateway{row.conduct, RawGateway::Ears::Deaf};
    WebhookSettings settings{"https", "127.0.0.1", gateway.port()};
    settings.options.connection.ca_file = certificates.authority();
    auto const handover = settings.in_haste().bearer()->hand_over(some_message());
    EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain) << row.what;
    EXPECT_FALSE(handover.answered) << row.what;
    EXPECT_NE(handover.detail, "") << row.what;
  }
}

TEST(WebhookTls, SlowAndEndlessAnswersAreLeftInTime) {
  Certificates certificates;
  certificates.issue("good", "IP:127.0.0.1");
  auto const outcome_of = [&](RawGateway::Conduct conduct) {
    RawGateway gateway{certificates.socket("good"), std::move(conduct)};
    WebhookSettings settings{"https", "127.0.0.1", gateway.port()};
    settings.options.connection.ca_file = certificates.authority();
    // A handshake with a busy machine needs more than haste.
    settings.options.connection.done_within = seconds(2);
    return settings.bearer()->hand_over(some_message()).outcome;
  };
  EXPECT_EQ(outcome_of(tests::drips("HTTP/1.1 200 OK\r\n", "a: b\r\n")), HandoverOutcome::TryAgain);
  EXPECT_EQ(outcome_of(tests::drips("HTTP/1.1 200 OK\r\n\r\n", " ")), HandoverOutcome::Accepted);
  EXPECT_EQ(outcome_of([](Poco::Net::StreamSocket& peer) {
              tests::send_text(peer, "HTTP/1.1 200 OK\r\n\r\n");
              while (tests::send_text(peer, std::string(1U << 14U, 'x'))) {
              }
            }),
            HandoverOutcome::Accepted);
}

}  // namespace
}  // namespace fenghuo::messaging
