#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "server/config.h"
#include "server/http/address_set.h"
#include "server/http/exchange.h"
#include "server/http/http_counts.h"
#include "server/http/request_reader.h"
#include "server/http/router.h"
#include "server/http/spool.h"
#include "server/http/wire.h"
#include "server/http/work_queues.h"
#include "server/tls/certificates.h"

namespace fenghuo::server {

/// A request on its way to a handler.
struct Arrived {
  RequestHead head;
  RouteTable::Match match;
  std::string body;
  std::shared_ptr<SpooledBody> file;
  std::optional<BadForm>
      refusal;  ///< read far enough to see what it wants, but not to be carried out
  std::string peer;
  bool trusted = false;     ///< the peer is exempt from limits of one caller
  bool secure = false;      ///< came under TLS
  bool keep_alive = false;  ///< the connection goes on after the answer
};

/// What goes back.
struct Outgoing {
  std::string bytes = {};
  /// Instead of an answer: takes the socket over, and the seat of its address with it.
  std::function<void(std::shared_ptr<Wire> wire, std::shared_ptr<void> seat)> leaves = {};
  /// What follows the bytes, to its end.
  std::shared_ptr<std::istream> file = {};
};

/// Where a request goes once its header is known.
struct Admission {
  WorkClass work = WorkClass::Query;
  std::size_t body_limit = 0;
  BodyIn body_in = BodyIn::Memory;
  std::optional<Outgoing> refused;  ///< answered at once; its body is not read
};

/// Those behind the porch.
class Reception {
 public:
  virtual ~Reception() = default;
  /// On the porch's thread, so it must be short: finds the route.
  virtual Admission admit(Arrived& arrived) = 0;
  /// On a worker of the class that admit() named.
  virtual Outgoing serve(Arrived& arrived) = 0;
  /// On the porch's thread: nobody can take it.
  virtual Outgoing refuse(Arrived& arrived, BadForm const& why) = 0;
};

struct PorchLimits {
  std::chrono::milliseconds header{
      5'000};  ///< for the header of a request, and for a new caller's silence
  std::chrono::milliseconds request{30'000};  ///< for all of a request
  std::chrono::milliseconds idle{15'000};     ///< between two requests
  std::chrono::milliseconds answer{30'000};   ///< an answer must move within
  std::chrono::milliseconds closing{5'000};   ///< for the caller to close after us
  std::size_t connections = 4'096;
  std::size_t per_address = 64;
  std::size_t request_bytes = 256U << 20U;  ///< in the buffers of all requests
  std::size_t answer_bytes = 256U << 20U;   ///< of all answers that wait for their readers
};

/// Stands before the workers: one thread with epoll that holds every connection, reads requests until they are
/// whole and writes answers out, so that a caller that says nothing, says it a byte at a time or does not read costs
/// a socket and some memory, never a worker. Only whole requests go into the queues.
///
/// Where there are too many connections the one that has not completed a request goes first: the oldest silent one,
/// then the oldest in the middle of its request; then those between two requests. One that waits for its answer
/// stays. Where the buffers hold too much, unfinished requests go in the same order.
///
/// Under TLS a handshake is part of a newcomer's silence: it has the header's deadline, and goes first where there is no
/// room. It costs this thread some 0.3 ms.
///
/// Errors:  Unavailable  the address is in use or not ours (the message names the setting)
/// Cost:    a connection takes some 500 bytes, and what it has sent so far.
/// Threads: start, port, stop from any; Reception as it says.
/// Checked: tests/server/porch_test.cc; from outside: tests/outside/test_attack.py, test_http.py.
class Porch {
 public:
  struct Options {
    HostPort address;
    PorchLimits limits;
    WorkQueues::Lanes lanes;
    AddressSet trusted;
    std::optional<Spool> spool;               ///< none: no route may ask for its body in a file
    std::shared_ptr<Certificates const> tls;  ///< none: plain HTTP
  };
  static Result<std::unique_ptr<Porch>> open(Options options, Reception& reception,
                                             HttpCounts& counts);
  ~Porch();
  Porch(Porch const&) = delete;
  Porch& operator=(Porch const&) = delete;

  std::uint16_t port() const;
  /// Takes no more connections, lets what is being done be done and answered, and ends.
  void stop();

 private:
  class Loop;
  explicit Porch(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace fenghuo::server
