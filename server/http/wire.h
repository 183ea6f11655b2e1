#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <memory>

struct ssl_st;

namespace fenghuo::server {

/// The bytes of one connection, plain or under TLS, without ever waiting: what a porch or the feed hub holds of a caller.
///
/// A TLS wire shakes hands by itself in its first reads and writes. A caller that speaks plain HTTP to it is told
/// apart by its first byte, before anything is consumed: read() says PlainHttp once, and from then on the wire is plain,
/// so that the answer can be read.
///
/// A read that finds no bytes of the caller has looked at one record at most: the socket is told of again by epoll.
///
/// Nothing that was decrypted stays hidden behind epoll's back: read() takes whole records, for which `size` must be at
/// least kRecord (a smaller buffer is for those who throw away what they read).
///
/// Errors:  Broken  the caller is gone, or what it sent is no TLS that we speak
/// Cost:    a handshake some 0.3 ms of the caller's thread; some 40 KB of memory while bytes move, 10 KB at rest.
/// Threads: one at a time.
/// Source:  OpenSSL 3, SSL_get_error(3), SSL_write(3); RFC 8446.
/// Checked: tests/server/wire_test.cc, porch_test.cc (plain), tests/outside/test_tls.py.
class Wire {
 public:
  static constexpr std::size_t kRecord = 16'384;

  explicit Wire(Poco::Net::StreamSocket socket);
  /// Takes the session over.
  Wire(Poco::Net::StreamSocket socket, ssl_st* session);
  ~Wire();
  Wire(Wire const&) = delete;
  Wire& operator=(Wire const&) = delete;

  enum class Is { Open, Ended, Broken, PlainHttp };
  struct Moved {
    std::size_t bytes = 0;
    Is is = Is::Open;  ///< Open without bytes: no more for now
  };
  Moved read(char* to, std::size_t size);
  /// After a short write the same bytes must come first the next time.
  Moved write(char const* from, std::size_t size);
  /// We send no more. False: the connection is broken.
  bool end();

  int socket() const;
  bool secure() const { return secure_; }  ///< also where the caller did not get that far
  /// A read has to write first (a handshake, a new key): read() again when the socket takes bytes.
  bool read_waits_to_write() const { return read_waits_to_write_; }

 private:
  Moved shaken(int result);
  Moved read_plain(char* to, std::size_t size);
  Moved write_plain(char const* from, std::size_t size) const;
  bool speaks_plain_http();

  Poco::Net::StreamSocket socket_;
  ssl_st* session_ = nullptr;
  bool secure_ = false;
  bool begun_ = false;  ///< the first byte was looked at
  bool broken_ = false;
  bool read_waits_to_write_ = false;
};

}  // namespace fenghuo::server
