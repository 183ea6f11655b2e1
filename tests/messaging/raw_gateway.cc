#include "tests/messaging/raw_gateway.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/String.h>
#include <signal.h>

#include <chrono>

namespace fenghuo::tests {

RawGateway::RawGateway(Conduct conduct, Ears ears)
    : RawGateway{Poco::Net::ServerSocket{Poco::Net::SocketAddress{"127.0.0.1", 0}},
                 std::move(conduct), ears} {}

RawGateway::RawGateway(Poco::Net::ServerSocket socket, Conduct conduct, Ears ears)
    : socket_{std::move(socket)}, conduct_{std::move(conduct)}, ears_{ears}, thread_{[this] {
        run();
      }} {}

RawGateway::~RawGateway() {
  stopping_ = true;
  thread_.join();
}

std::vector<std::string> RawGateway::requests() const {
  std::scoped_lock const lock{mutex_};
  return requests_;
}

void RawGateway::run() {
  sigset_t
      pipe;  // this thread alone: the program must keep the default that the other side is tested under
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  while (!stopping_) {
    if (!socket_.poll(Poco::Timespan{0, 20'000}, Poco::Net::Socket::SELECT_READ)) {
      continue;
    }
    try {
      Poco::Net::StreamSocket peer = socket_.acceptConnection();
      ++connections_;
      serve(peer);
    } catch (Poco::Exception const&) {
      // The other side went away: its own test says whether it should have.
    }
  }
}

void RawGateway::serve(Poco::Net::StreamSocket peer) {
  peer.setReceiveTimeout(Poco::Timespan{10, 0});
  std::string request;
  std::size_t wanted = std::string::npos;
  while (ears_ == Ears::Open && request.size() < wanted) {
    char piece[2048];
    int const got = peer.receiveBytes(piece, sizeof piece);
    if (got <= 0) {
      return;
    }
    request.append(piece, static_cast<std::size_t>(got));
    if (auto const end = request.find("\r\n\r\n"); end != std::string::npos) {
      wanted = end + 4 + std::stoul("0" + field_of(request, "Content-Length"));
    }
  }
  {
    std::scoped_lock const lock{mutex_};
    requests_.push_back(request);
  }
  conduct_(peer);
}

RawGateway::Conduct says(std::string answer) {
  return [answer = std::move(answer)](Poco::Net::StreamSocket& peer) { send_text(peer, answer); };
}

RawGateway::Conduct drips(std::string beginning, std::string again) {
  return
      [beginning = std::move(beginning), again = std::move(again)](Poco::Net::StreamSocket& peer) {
        send_text(peer, beginning);
        for (std::size_t i = 0; send_text(peer, again.substr(i % again.size(), 1)); ++i) {
          std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
      };
}

bool send_text(Poco::Net::StreamSocket& peer, std::string_view text) {
  try {
    while (!text.empty()) {
      int const sent = peer.sendBytes(text.data(), static_cast<int>(text.size()));
      if (sent <= 0) {
        return false;
      }
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  } catch (Poco::Exception const&) {
    return false;
  }
}

std::string field_of(std::string const& request, std::string const& name) {
  std::string const head = request.substr(0, request.find("\r\n\r\n") + 2);
  auto const at = Poco::toLower(head).find("\r\n" + Poco::toLower(name) + ": ");
  if (at == std::string::npos) {
    return "";
  }
  auto const from = at + name.size() + 4;
  return head.substr(from, head.find("\r\n", from) - from);
}

std::string body_of(std::string const& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace fenghuo::tests
