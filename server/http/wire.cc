#include "server/http/wire.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace fenghuo::server {

namespace {

bool is_for_now(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

Wire::Wire(Poco::Net::StreamSocket socket) : socket_{std::move(socket)} {}

Wire::Wire(Poco::Net::StreamSocket socket, ssl_st* session)
    : socket_{std::move(socket)}, session_{session}, secure_{true} {
  SSL_set_fd(session_, this->socket());
  SSL_set_accept_state(session_);
}

Wire::~Wire() {
  if (session_ == nullptr) {
    return;
  }
  if (!broken_ && SSL_is_init_finished(session_) != 0) {
    ERR_clear_error();
    (void)SSL_shutdown(session_);  // so that the caller knows that nothing was cut off
  }
  SSL_free(session_);
  ERR_clear_error();
}

int Wire::socket() const { return socket_.impl()->sockfd(); }

Wire::Moved Wire::read_plain(char* to, std::size_t size) {
  ssize_t const got = ::recv(socket(), to, size, MSG_DONTWAIT);
  if (got > 0) {
    return {static_cast<std::size_t>(got), Is::Open};
  }
  if (got == 0) {
    return {0, Is::Ended};
  }
  return {0, is_for_now(errno) ? Is::Open : Is::Broken};
}

Wire::Moved Wire::write_plain(char const* from, std::size_t size) const {
  ssize_t const sent = ::send(socket(), from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0) {
    return {static_cast<std::size_t>(sent), Is::Open};
  }
  return {0, is_for_now(errno) ? Is::Open : Is::Broken};
}

/// A handshake begins with the byte 22; a request with a letter.
bool Wire::speaks_plain_http() {
  char first = 0;
  if (::recv(socket(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) {
    return false;
  }
  begun_ = true;
  return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
}

/// What a call of OpenSSL that moved nothing means.
Wire::Moved Wire::shaken(int result) {
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {0, Is::Open};
    case SSL_ERROR_ZERO_RETURN:
      return {0, Is::Ended};
    default:
      break;
  }
  broken_ = true;
  return {0, Is::Broken};
}

Wire::Moved Wire::read(char* to, std::size_t size) {
  if (session_ == nullptr) {
    return read_plain(to, size);
  }
  if (!begun_ && speaks_plain_http()) {
    SSL_free(session_);
    session_ = nullptr;
    return {0, Is::PlainHttp};
  }
  std::size_t filled = 0;
  while (true) {
    ERR_clear_error();
    int const got = SSL_read(session_, to + filled, static_cast<int>(size - filled));
    read_waits_to_write_ = got <= 0 && SSL_get_error(session_, got) == SSL_ERROR_WANT_WRITE;
    if (got <= 0) {
      Moved const why = shaken(got);
      // What came before stays true; the end is told at the next call.
      return filled > 0 && why.is != Is::Open ? Moved{filled, Is::Open} : Moved{filled, why.is};
    }
    filled += static_cast<std::size_t>(got);
    if (size - filled < kRecord) {
      return {filled, Is::Open};
    }
  }
}

Wire::Moved Wire::write(char const* from, std::size_t size) {
  if (session_ == nullptr) {
    return write_plain(from, size);
  }
  std::size_t sent = 0;
  while (sent < size) {
    ERR_clear_error();
    // A record at a time: a write that has to be tried again is then never longer than it was.
    int const some = static_cast<int>(std::min(size - sent, kRecord));
    int const count = SSL_write(session_, from + sent, some);
    if (count <= 0) {
      Moved const why = shaken(count);
      return {sent, why.is == Is::Open ? Is::Open : Is::Broken};
    }
    sent += static_cast<std::size_t>(count);
  }
  return {sent, Is::Open};
}

bool Wire::end() {
  if (session_ != nullptr && !broken_ && SSL_is_init_finished(session_) != 0) {
    ERR_clear_error();
    (void)SSL_shutdown(session_);
  }
  return ::shutdown(socket(), SHUT_WR) == 0;
}

}  // namespace fenghuo::server
