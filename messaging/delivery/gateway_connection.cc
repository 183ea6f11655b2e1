#include "messaging/delivery/gateway_connection.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

namespace fenghuo::messaging {

namespace {

using Poco::Net::SecureStreamSocket;
using Poco::Net::StreamSocket;
using Deadline = GatewayClock::time_point;

Error unavailable(std::string message) { return {ErrorCode::Unavailable, std::move(message)}; }
Error invalid(std::string message) { return {ErrorCode::InvalidArgument, std::move(message)}; }

Deadline after(Duration duration) {
  return GatewayClock::now() + std::chrono::microseconds{duration.us};
}

/// What is left; never less than nothing.
Poco::Timespan until(Deadline deadline) {
  auto const left =
      std::chrono::duration_cast<std::chrono::microseconds>(deadline - GatewayClock::now());
  return Poco::Timespan{std::max<Poco::Timespan::TimeDiff>(left.count(), 0)};
}

/// A peer that is gone must be an error of this call, not a signal that ends the program: OpenSSL writes without
/// MSG_NOSIGNAL. Only the calling thread is shielded; a signal that came meanwhile is taken away.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoPipeSignal() {
    timespec const now{};
    if (::sigismember(&before_, SIGPIPE) == 0) {
      while (::sigtimedwait(&pipe_, nullptr, &now) > 0) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(NoPipeSignal const&) = delete;
  NoPipeSignal& operator=(NoPipeSignal const&) = delete;

 private:
  sigset_t pipe_{}, before_{};
};

/// Whether the socket became ready before the deadline, after a call that would have had to wait.
bool wait_for(StreamSocket& plain, int wanted, Deadline deadline) {
  int const mode = wanted == SecureStreamSocket::ERR_SSL_WANT_WRITE ? StreamSocket::SELECT_WRITE
                                                                    : StreamSocket::SELECT_READ;
  auto const left = until(deadline);
  return left > 0 && plain.poll(left, mode);
}

/// Bytes sent, or less than one where the call would have to wait: POCO throws then, if there is no TLS.
int send_some(StreamSocket& socket, std::string_view bytes) {
  try {
    return socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
  } catch (Poco::IOException const& error) {
    if (error.code() == EAGAIN || error.code() == EWOULDBLOCK) {
      return 0;
    }
    throw;
  }
}

/// True once all is sent; false at the deadline. `plain` is what `socket` runs on, or the same.
bool send_all(StreamSocket& socket, StreamSocket& plain, std::string_view bytes, Deadline deadline,
              bool tls) {
  while (!bytes.empty()) {
    if (GatewayClock::now() >= deadline) {
      return false;
    }
    int const sent = send_some(socket, bytes);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (!wait_for(plain, tls ? sent : SecureStreamSocket::ERR_SSL_WANT_WRITE, deadline)) {
      return false;
    }
  }
  return true;
}

/// True once the answer needs no more; false at the deadline.
bool read_answer(StreamSocket& socket, StreamSocket& plain, AnswerReader& answer,
                 Deadline deadline) {
  std::array<char, 4096> piece{};
  while (GatewayClock::now() < deadline) {
    int const got = socket.receiveBytes(piece.data(), static_cast<int>(piece.size()));
    if (got == 0) {
      answer.end();
      return true;
    }
    if (got > 0) {
      if (!answer.take({piece.data(), static_cast<std::size_t>(got)})) {
        return true;
      }
    } else if (!wait_for(plain, got, deadline)) {
      return false;
    }
  }
  return false;
}

Poco::Net::SocketAddress socket_address(NetAddress const& address, std::uint16_t port) {
  // From bytes: a text could be taken for a name and asked for again.
  Poco::Net::IPAddress const ip{address.bytes.data(),
                                static_cast<poco_socklen_t>(address.six ? 16 : 4)};
  return {ip, port};
}

}  // namespace

struct GatewayConnection::Tls {
  Poco::Net::Context::Ptr context;
};

Result<GatewayPlace> GatewayPlace::parse(std::string const& url) {
  auto const wrong = [&](std::string_view why) {
    return invalid(
        fmt::format("the gateway's URL {}; write it as https://gateway.example:8443/send", why));
  };
  // The parser writes them as %20 and %0D: a settings file with a slip would go unnoticed.
  if (std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c == 0x7F; })) {
    return wrong("has a space, a line's end or a letter beyond ASCII inside");
  }
  try {
    Poco::URI const uri{url};
    if (uri.getScheme() != "http" && uri.getScheme() != "https") {
      return wrong("is neither http nor https");
    }
    if (!uri.getUserInfo().empty() || !uri.getFragment().empty()) {
      return wrong("has a user, a password or a fragment, which are not sent");
    }
    if (uri.getHost().empty() || uri.getPort() == 0) {
      return wrong("names no host or no port");
    }
    std::string path = uri.getPathAndQuery();
    return GatewayPlace{.tls = uri.getScheme() == "https",
                        .host = uri.getHost(),
                        .port = uri.getPort(),
                        .path = path.starts_with('/') ? std::move(path) : "/" + path};
  } catch (Poco::Exception const&) {
    return wrong("does not read");
  }
}

std::string GatewayPlace::host_and_port() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

Result<std::vector<NetAddress>> system_names(std::string const& name) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int const error = ::getaddrinfo(name.c_str(), nullptr, &hints, &found); error != 0) {
    return unavailable(fmt::format("no address for {}: {}", name, ::gai_strerror(error)));
  }
  std::vector<NetAddress> addresses;
  for (addrinfo const* one = found; one != nullptr; one = one->ai_next) {
    NetAddress address;
    if (one->ai_family == AF_INET) {
      sockaddr_in four{};
      std::memcpy(&four, one->ai_addr, sizeof four);
      std::memcpy(address.bytes.data(), &four.sin_addr, sizeof four.sin_addr);
    } else if (one->ai_family == AF_INET6) {
      sockaddr_in6 six{};
      std::memcpy(&six, one->ai_addr, sizeof six);
      std::memcpy(address.bytes.data(), &six.sin6_addr, sizeof six.sin6_addr);
      address.six = true;
    } else {
      continue;
    }
    addresses.push_back(address);
  }
  ::freeaddrinfo(found);
  return addresses;
}

GatewayConnection::GatewayConnection(GatewayPlace place, AddressRules rules,
                                     ConnectionOptions options)
    : place_{std::move(place)}, rules_{std::move(rules)}, options_{std::move(options)} {}

GatewayConnection::~GatewayConnection() = default;

Result<std::unique_ptr<GatewayConnection>> GatewayConnection::make(GatewayPlace place,
                                                                   AddressRules rules,
                                                                   ConnectionOptions options) {
  std::unique_ptr<GatewayConnection> made{
      new GatewayConnection{std::move(place), std::move(rules), std::move(options)}};
  if (made->place_.tls) {
    try {
      Poco::Net::initializeSSL();
      std::string const file = made->options_.ca_file.string();
      // Strict, or POCO would not look at the name on the certificate of a "localhost".
      Poco::Net::Context::Ptr context{
          new Poco::Net::Context{Poco::Net::Context::TLS_CLIENT_USE, file,
                                 Poco::Net::Context::VERIFY_STRICT, 9, file.empty()}};
      context->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
      made->tls_ = std::make_unique<Tls>(Tls{context});
    } catch (Poco::Exception const& error) {
      return invalid(
          fmt::format("no TLS for the gateway at {}: {}; name a PEM file with the "
                      "certificates to trust",
                      made->place_.host_and_port(), error.displayText()));
    }
  }
  return made;
}

GatewayConnection::Addresses GatewayConnection::find_addresses(Deadline deadline) {
  if (auto const written = address_of(place_.host)) {
    return std::vector{*written};
  }
  std::shared_future<Addresses> question;
  {
    std::scoped_lock const lock{asking_};
    if (!question_.valid() ||
        question_.wait_for(std::chrono::seconds{0}) == std::future_status::ready) {
      std::promise<Addresses> promise;
      question_ = promise.get_future().share();
      try {
        // Let go: a resolver without a name server asks for half a minute, and nobody can stop it.
        std::thread{[promise = std::move(promise), names = options_.names,
                     host = place_.host]() mutable {
          promise.set_value(names(host));
        }}.detach();
      } catch (std::system_error const& error) {
        question_ = {};
        return unavailable(fmt::format("no thread to ask for {}: {}", place_.host, error.what()));
      }
    }
    question = question_;
  }
  if (question.wait_until(deadline) != std::future_status::ready) {
    return unavailable(
        fmt::format("no name server has answered for {} in time; look at "
                    "/etc/resolv.conf, or give the gateway's address in /etc/hosts",
                    place_.host));
  }
  return question.get();
}

GatewayConnection::Addresses GatewayConnection::checked_addresses(Deadline deadline) {
  auto addresses = find_addresses(deadline);
  if (!addresses) {
    return addresses;
  }
  if (addresses->empty()) {
    return unavailable(fmt::format("no address for {}", place_.host));
  }
  for (auto const& address : *addresses) {
    if (!rules_.allows(address)) {
      return unavailable(fmt::format(
          "{} leads to {}, which is not of the open internet; if the gateway stands there, name "
          "that address among the allowed networks",
          place_.host, text_of(address)));
    }
    if (!place_.tls && !rules_.names(address)) {
      return unavailable(fmt::format(
          "{} leads to {}, and http would carry names and numbers through the open internet for "
          "all to read; write https, or name that address among the allowed networks",
          place_.host, text_of(address)));
    }
  }
  return addresses;
}

Result<AnswerReader> GatewayConnection::exchange(std::string_view request) {
  NoPipeSignal const shield;
  std::string const where = place_.host_and_port();
  Deadline const done_by = after(options_.done_within);
  Deadline const connected_by = std::min(after(options_.connect_within), done_by);
  auto const addresses = checked_addresses(connected_by);
  if (!addresses) {
    return addresses.error();
  }
  std::string why = "no time was left";
  for (std::size_t i = 0; i < addresses->size() && until(connected_by) > 0; ++i) {
    StreamSocket plain;
    try {
      auto const share = static_cast<Poco::Timespan::TimeDiff>(addresses->size() - i);
      plain.connect(socket_address((*addresses)[i], place_.port),
                    Poco::Timespan{until(connected_by).totalMicroseconds() / share});
    } catch (Poco::Exception const& error) {
      why = error.displayText();
      continue;  // nothing was said yet: the next address may be tried
    }
    try {
      plain.setBlocking(false);
      StreamSocket socket = plain;
      if (tls_) {
        socket = SecureStreamSocket::attach(plain, place_.host, tls_->context);
      }
      if (!send_all(socket, plain, request, done_by, place_.tls)) {
        return unavailable(fmt::format("{} did not take the request in time", where));
      }
      AnswerReader answer;
      try {
        read_answer(socket, plain, answer, done_by);
      } catch (Poco::Exception const&) {
        // Cut off. What had been said by then still counts; the caller sees whether it was enough.
      }
      return answer;
    } catch (Poco::Net::SSLException const& error) {
      return unavailable(
          fmt::format("{} could not show a certificate that is trusted and made out to {}: {}",
                      where, place_.host, error.displayText()));
    } catch (Poco::Exception const& error) {
      return unavailable(fmt::format("the connection to {} broke: {}", where, error.displayText()));
    }
  }
  return unavailable(fmt::format("{} cannot be reached: {}", where, why));
}

}  // namespace fenghuo::messaging
