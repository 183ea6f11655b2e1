#include "server/http/wire.h"

#include <Poco/Net/ServerSocket.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <vector>

#include "server/tls/tls_folder.h"

namespace fenghuo::server {
namespace {

namespace fs = std::filesystem;
namespace net = Poco::Net;

/// A wire of ours and a caller of plain OpenSSL at its other end; both without waiting.
class WireTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    ASSERT_TRUE(make_certificates(folder_, {"localhost"}, Time{} + hours(500'000)));
    auto opened = Certificates::open({folder_ / "server.crt", folder_ / "server.key", {}});
    ASSERT_TRUE(opened) << opened.error().message;
    certificates_ = *opened;
    net::ServerSocket door{net::SocketAddress{"127.0.0.1", 0}};
    far_.connect(net::SocketAddress{"127.0.0.1", door.address().port()});
    net::StreamSocket near = door.acceptConnection();
    near.setSendBufferSize(4'096);
    near.setBlocking(false);
    far_.setReceiveBufferSize(4'096);
    far_.setNoDelay(true);
    far_.setBlocking(false);
    context_ = SSL_CTX_new(TLS_client_method());
    caller_ = SSL_new(context_);
    SSL_set_fd(caller_, far_.impl()->sockfd());
    SSL_set_connect_state(caller_);
    wire_ = std::make_unique<Wire>(near, certificates_->session());
  }
  void TearDown() override {
    wire_.reset();
    SSL_free(caller_);
    SSL_CTX_free(context_);
    fs::remove_all(folder_);
  }

  void shake_hands() {
    for (int i = 0; i < 1'000 && SSL_do_handshake(caller_) != 1; ++i) {
      read();
    }
    ASSERT_EQ(SSL_is_init_finished(caller_), 1);
    read();  // the caller's last word of it
  }
  Wire::Moved read() { return wire_->read(bytes_.data(), bytes_.size()); }
  int waiting() const {
    int bytes = 0;
    ::ioctl(wire_->socket(), FIONREAD, &bytes);
    return bytes;
  }

  fs::path const folder_ = fs::path{testing::TempDir()} / ("wire-" + std::to_string(::getpid()));
  std::shared_ptr<Certificates> certificates_;
  net::StreamSocket far_;
  SSL_CTX* context_ = nullptr;
  SSL* caller_ = nullptr;
  std::unique_ptr<Wire> wire_;
  std::vector<char> bytes_ = std::vector<char>(Wire::kRecord);
};

TEST_F(WireTest, BytesGoBothWays) {
  shake_hands();
  ASSERT_EQ(SSL_write(caller_, "hello", 5), 5);
  Wire::Moved got;
  while (got.bytes == 0 && got.is == Wire::Is::Open) {
    got = read();
  }
  EXPECT_EQ(std::string(bytes_.data(), got.bytes), "hello");
  EXPECT_TRUE(wire_->secure());
  EXPECT_EQ(wire_->write("answer", 6).bytes, 6U);
  char back[16];
  EXPECT_EQ(SSL_read(caller_, back, sizeof back), 6);
}

TEST_F(WireTest, ALetterAsTheFirstByteIsPlainHttp) {
  ASSERT_EQ(far_.sendBytes("GET / HTTP/1.1\r\n", 16), 16);
  EXPECT_EQ(read().is, Wire::Is::PlainHttp);
  EXPECT_EQ(read().bytes, 16U) << "nothing was consumed by looking";
  EXPECT_EQ(wire_->write("no", 2).bytes, 2U);
}

TEST_F(WireTest, RubbishIsBroken) {
  ASSERT_EQ(far_.sendBytes("\x16\x03\x01\xff\xff\x01rubbish", 13), 13);
  EXPECT_EQ(read().is, Wire::Is::Broken);
  EXPECT_EQ(read().is, Wire::Is::Broken) << "and stays so";
}

TEST_F(WireTest, WhoAsksForNewKeysOnlyHoldsUpNobody) {
  shake_hands();
  ASSERT_EQ(SSL_version(caller_), TLS1_3_VERSION);
  // He asks until nobody takes more, and never reads what that brings him.
  int asked = 0;
  auto const ask = [&] {
    ERR_clear_error();
    bool const done =
        SSL_key_update(caller_, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(caller_) == 1;
    asked += done ? 1 : 0;
    return done;
  };
  for (int i = 0; i < 100 && ask(); ++i) {
  }
  ASSERT_EQ(asked, 100);
  for (int i = 0; i < 10'000 && waiting() < 2'000; ++i) {
    ::usleep(1'000);  // not every system hands over at once
  }
  int const before = waiting();
  ASSERT_GE(before, 2'000);
  EXPECT_EQ(read().is, Wire::Is::Open);
  EXPECT_GT(waiting(), before / 2) << "one look does not read him to his end";
  // In the end our answers fill his side: from then on there is nothing to do until he reads.
  for (int i = 0; i < 20'000 && !wire_->read_waits_to_write(); ++i) {
    ask();
    auto const [got, is] = read();
    ASSERT_EQ(got, 0U);
    ASSERT_EQ(is, Wire::Is::Open);
  }
  ASSERT_TRUE(wire_->read_waits_to_write());
  EXPECT_EQ(read().is, Wire::Is::Open);
  EXPECT_TRUE(wire_->read_waits_to_write());
}

}  // namespace
}  // namespace fenghuo::server
