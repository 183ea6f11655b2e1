// The webhook bearer over TLS: only to whom the certificate names, and only on the word of somebody trusted.
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "messaging/delivery/webhook_bearer.h"
#include "tests/messaging/raw_gateway.h"
#include "tests/messaging/scratch_folder.h"

namespace fenghuo::messaging {
namespace {

using Poco::Net::Context;
using tests::RawGateway;
using tests::says;

constexpr char const* kTaken =
    "HTTP/1.1 202 Accepted\r\nContent-Length: 21\r\n\r\n{\"reference\":\"gw-17\"}";

/// A certificate that vouches for itself, made out to `names` as in "DNS:gw.example", valid from and until so
/// many seconds from now; certificate and key in one file.
void write_certificate(std::filesystem::path const& file, char const* names, long from,
                       long until) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), until);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>("test gateway"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  for (auto const& [kind, value] : {std::pair{NID_subject_alt_name, names},
                                    std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    ASSERT_NE(extension, nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  ASSERT_GT(X509_sign(certificate, key, EVP_sha256()), 0);
  std::FILE* out = std::fopen(file.c_str(), "w");
  ASSERT_NE(out, nullptr);
  PEM_write_X509(out, certificate);
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

class WebhookTlsTest : public testing::Test {
 protected:
  static constexpr long kDay = 86'400;

  WebhookTlsTest() {
    tests::write_file(folder_ / "secret", "a secret of more than twenty-four bytes");
    ::chmod((folder_ / "secret").c_str(), 0600);
    write_certificate(folder_ / "gw.pem", "DNS:gw.example, DNS:localhost, IP:127.0.0.1", -kDay,
                      kDay);
  }

  Poco::Net::SecureServerSocket socket(std::string const& certificate,
                                       Context::Protocols most = Context::PROTO_TLSV1_3) const {
    std::string const file = folder_ / certificate;
    Context::Ptr context{
        new Context{Context::TLS_SERVER_USE, file, file, "", Context::VERIFY_NONE}};
    if (most == Context::PROTO_TLSV1_1) {
      SSL_CTX_set_max_proto_version(context->sslContext(), TLS1_1_VERSION);
      SSL_CTX_set_cipher_list(context->sslContext(), "ALL:@SECLEVEL=0");
    }
    return {Poco::Net::SocketAddress{"127.0.0.1", 0}, 8, context};
  }

  /// A message to `host`, which stands at 127.0.0.1, trusting `authority` (empty: the system's).
  Handover hand_over(RawGateway const& gateway, std::string const& host,
                     std::string const& authority, int milliseconds_in_all = 5000) const {
    WebhookOptions options;
    options.name = "gw";
    options.url = "https://" + host + ":" + std::to_string(gateway.port()) + "/send";
    options.secret_file = folder_ / "secret";
    options.means = {"sms"};
    options.allowed_hosts = {host + ":" + std::to_string(gateway.port())};
    options.allowed_networks = {"127.0.0.1"};
    options.connection.done_within = milliseconds(milliseconds_in_all);
    if (!authority.empty()) {
      options.connection.ca_file = folder_ / authority;
    }
    options.connection.names = [](std::string const&) -> Result<std::vector<NetAddress>> {
      return std::vector{*address_of("127.0.0.1")};
    };
    auto const bearer = make_webhook_bearer(options);
    EXPECT_TRUE(bearer) << (bearer ? "" : bearer.error().message);
    return (*bearer)->hand_over(
        {.id = "M-1", .address = "13800000001", .means = "sms", .text = "转移"});
  }

  static void refused(Handover const& handover, RawGateway const& gateway) {
    EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain) << handover.reference;
    EXPECT_NE(handover.detail.find("certificate"), std::string::npos) << handover.detail;
    EXPECT_TRUE(gateway.requests().empty()) << "the message must not be told before that";
  }

  tests::ScratchFolder folder_;
};

TEST_F(WebhookTlsTest, ToTheOneWhomTheCertificateNames) {
  for (auto const* host : {"gw.example", "localhost", "127.0.0.1"}) {
    RawGateway const gateway{socket("gw.pem"), says(kTaken)};
    Handover const handover = hand_over(gateway, host, "gw.pem");
    EXPECT_EQ(handover.outcome, HandoverOutcome::Accepted) << host << ": " << handover.detail;
    EXPECT_EQ(handover.reference, "gw-17");
    EXPECT_EQ(gateway.requests().size(), 1U);
  }
}

TEST_F(WebhookTlsTest, AnotherNameIsRefused) {
  write_certificate(folder_ / "other.pem", "DNS:other.example, DNS:*.gw.example, IP:10.0.0.1",
                    -kDay, kDay);
  for (auto const* host : {"gw.example", "localhost", "127.0.0.1", "a.b.gw.example"}) {
    RawGateway const gateway{socket("other.pem"), says(kTaken)};
    refused(hand_over(gateway, host, "other.pem"), gateway);
  }
}

TEST_F(WebhookTlsTest, OneThatNobodyVouchesForIsRefused) {
  {
    RawGateway const gateway{socket("gw.pem"), says(kTaken)};
    refused(hand_over(gateway, "gw.example", ""), gateway);
  }
  write_certificate(folder_ / "ours.pem", "DNS:gw.example", -kDay, kDay);
  RawGateway const gateway{socket("gw.pem"), says(kTaken)};
  refused(hand_over(gateway, "localhost", "ours.pem"), gateway);
}

TEST_F(WebhookTlsTest, OneThatIsOverOrNotYetIsRefused) {
  write_certificate(folder_ / "over.pem", "DNS:gw.example", -2 * kDay, -kDay);
  write_certificate(folder_ / "soon.pem", "DNS:gw.example", kDay, 2 * kDay);
  for (auto const* which : {"over.pem", "soon.pem"}) {
    RawGateway const gateway{socket(which), says(kTaken)};
    refused(hand_over(gateway, "gw.example", which), gateway);
  }
}

TEST_F(WebhookTlsTest, OldProtocolsAreRefused) {
  RawGateway const gateway{socket("gw.pem", Context::PROTO_TLSV1_1), says(kTaken)};
  Handover const handover = hand_over(gateway, "gw.example", "gw.pem");
  EXPECT_EQ(handover.outcome, HandoverOutcome::TryAgain);
  EXPECT_TRUE(gateway.requests().empty());
}

TEST_F(WebhookTlsTest, NoTlsBehindHttps) {
  // Never finishes a request: what comes is no HTTP. Speaks first, as a wrong service would.
  Poco::Net::ServerSocket plain{Poco::Net::SocketAddress{"127.0.0.1", 0}};
  std::thread speaker{[plain]() mutable {
    Poco::Net::StreamSocket peer = plain.acceptConnection();
    tests::send_text(peer, "220 mail.example ESMTP\r\n");
  }};
  WebhookOptions options;
  options.name = "gw";
  std::string const host = "127.0.0.1:" + std::to_string(plain.address().port());
  options.url = "https://" + host;
  options.secret_file = folder_ / "secret";
  options.means = {"sms"};
  options.allowed_hosts = {host};
  auto const bearer = make_webhook_bearer(options);
  ASSERT_TRUE(bearer);
  EXPECT_EQ(
      (*bearer)->hand_over({.id = "M-1", .address = "119", .means = "sms", .text = "x"}).outcome,
      HandoverOutcome::TryAgain);
  speaker.join();
}

// A handshake that never ends: a record that promises 16 KiB and comes a byte at a time. One read within TLS would
// wait for all of it.
TEST_F(WebhookTlsTest, AHandshakeAByteAtATimeDoesNotHoldItBeyondItsLimit) {
  Poco::Net::ServerSocket plain{Poco::Net::SocketAddress{"127.0.0.1", 0}};
  std::thread speaker{[plain]() mutable {
    Poco::Net::StreamSocket peer = plain.acceptConnection();
    bool there = tests::send_text(peer, std::string{"\x16\x03\x03\x40\x00\x02\x00\x3F\xFC", 9});
    while (there) {  // until the other side is gone
      peer.poll(Poco::Timespan{0, 20'000}, Poco::Net::Socket::SELECT_ERROR);
      there = tests::send_text(peer, "x");
    }
  }};
  WebhookOptions options;
  options.name = "gw";
  std::string const host = "127.0.0.1:" + std::to_string(plain.address().port());
  options.url = "https://" + host;
  options.secret_file = folder_ / "secret";
  options.means = {"sms"};
  options.allowed_hosts = {host};
  options.connection.done_within = milliseconds(300);
  auto const bearer = make_webhook_bearer(options);
  ASSERT_TRUE(bearer);
  EXPECT_EQ(
      (*bearer)->hand_over({.id = "M-1", .address = "119", .means = "sms", .text = "x"}).outcome,
      HandoverOutcome::TryAgain);
  speaker.join();
}

TEST_F(WebhookTlsTest, AnswersThatDripOrBreakOff) {
  {
    RawGateway const gateway{
        socket("gw.pem"), [](Poco::Net::StreamSocket& peer) {
          bool there = tests::send_text(peer, "HTTP/1.1 200 OK\r\nX: ");
          while (there) {
            peer.poll(Poco::Timespan{0, 20'000}, Poco::Net::Socket::SELECT_ERROR);
            there = tests::send_text(peer, "x");
          }
        }};
    EXPECT_EQ(hand_over(gateway, "gw.example", "gw.pem", 400).outcome, HandoverOutcome::TryAgain);
  }
  RawGateway const gateway{socket("gw.pem"), says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")};
  EXPECT_EQ(hand_over(gateway, "gw.example", "gw.pem").outcome, HandoverOutcome::Accepted);
}

TEST_F(WebhookTlsTest, AnAuthorityThatIsNoneIsSaidAtOnce) {
  WebhookOptions options;
  options.name = "gw";
  options.url = "https://gw.example/send";
  options.secret_file = folder_ / "secret";
  options.means = {"sms"};
  options.allowed_hosts = {"gw.example:443"};
  ASSERT_TRUE(make_webhook_bearer(options));
  for (auto const* file : {"none.pem", "secret"}) {
    options.connection.ca_file = folder_ / file;
    auto const made = make_webhook_bearer(options);
    ASSERT_FALSE(made) << file;
    EXPECT_NE(made.error().message.find("PEM file"), std::string::npos) << made.error().message;
  }
}

}  // namespace
}  // namespace fenghuo::messaging
