#pragma once

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace fenghuo::tests {

/// A gateway on a free port of 127.0.0.1 that does whatever a test says: it reads one request a connection and
/// (Deaf: none) and then hands the bare socket over. With a secure socket it speaks TLS.
class RawGateway {
 public:
  using Conduct = std::function<void(Poco::Net::StreamSocket&)>;
  enum class Ears { Open, Deaf };
  explicit RawGateway(Conduct conduct, Ears ears = Ears::Open);
  RawGateway(Poco::Net::ServerSocket socket, Conduct conduct, Ears ears = Ears::Open);
  ~RawGateway();
  RawGateway(RawGateway const&) = delete;
  RawGateway& operator=(RawGateway const&) = delete;

  std::uint16_t port() const { return socket_.address().port(); }
  std::string host_and_port() const { return "127.0.0.1:" + std::to_string(port()); }
  int connections() const { return connections_; }
  std::vector<std::string> requests() const;

 private:
  void run();
  void serve(Poco::Net::StreamSocket peer);

  Poco::Net::ServerSocket socket_;
  Conduct conduct_;
  Ears ears_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

/// Says this and closes.
RawGateway::Conduct says(std::string answer);
/// Says the beginning, then the rest one byte at a time, again and again, until nobody is there.
RawGateway::Conduct drips(std::string beginning, std::string again);
/// Sends without a signal; false once nobody is there to take it.
bool send_text(Poco::Net::StreamSocket& peer, std::string_view text);
/// The value of a field in a request; empty if it is not there.
std::string field_of(std::string const& request, std::string const& name);
std::string body_of(std::string const& request);

}  // namespace fenghuo::tests
