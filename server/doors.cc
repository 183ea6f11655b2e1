#include "server/doors.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

namespace fenghuo::server {

namespace fs = std::filesystem;

namespace {

/// What is left of the descriptors for each of the two that wait at the door and those that read the feed,
/// after files, uploads and the health port.
std::size_t connections_of(std::size_t descriptors, std::int64_t wanted) {
  constexpr std::size_t kOurs = 400;
  std::size_t const most = descriptors > 2 * kOurs ? (descriptors - kOurs) / 2 : kOurs / 4;
  return std::min(most, static_cast<std::size_t>(wanted));
}

/// Vital work and logins are never refused: their queues hold as many as can be connected.
WorkQueues::Lanes lanes_of(Settings const& s, std::size_t connections) {
  auto const lane = [](std::int64_t workers, std::size_t queue, int nice) {
    return WorkQueues::Lane{static_cast<std::size_t>(workers), queue, nice};
  };
  return {lane(s.vital_workers, connections, 0), lane(s.sign_in_workers, connections, 0),
          lane(s.status_workers, static_cast<std::size_t>(s.status_queue), 0),
          lane(s.query_workers, static_cast<std::size_t>(s.query_queue), 5),
          lane(s.bulk_workers, static_cast<std::size_t>(s.bulk_queue), 10)};
}

PorchLimits porch_limits(Settings const& s, std::size_t connections) {
  using std::chrono::milliseconds;
  PorchLimits limits;
  limits.header = milliseconds{s.header_deadline_ms};
  limits.request = milliseconds{s.request_deadline_ms};
  limits.idle = milliseconds{s.idle_deadline_ms};
  limits.answer = milliseconds{s.answer_deadline_ms};
  limits.connections = connections;
  limits.per_address = static_cast<std::size_t>(s.http_per_address);
  limits.request_bytes = limits.answer_bytes = static_cast<std::size_t>(s.http_buffer_mb) << 20U;
  return limits;
}

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 1'024;  // what every system gives
  }
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

Result<HttpServer::Options> http_options(Settings const& settings, HostPort address,
                                         std::size_t descriptors) {
  auto trusted = AddressSet::parse(settings.trusted_gateways);
  if (!trusted) {
    return Error{trusted.error().code, "trusted_gateways: " + trusted.error().message};
  }
  auto spool = Spool::open(fs::path{settings.data} / "uploads",
                           static_cast<std::uint64_t>(settings.upload_room_mb) << 20U);
  if (!spool) {
    return spool.error();
  }
  std::size_t const connections = connections_of(descriptors, settings.http_connections);
  HttpServer::Options options;
  options.porch = {std::move(address),
                   porch_limits(settings, connections),
                   lanes_of(settings, connections),
                   std::move(trusted).value(),
                   std::move(spool).value(),
                   nullptr};
  options.feed_readers = connections_of(descriptors, settings.feed_readers);
  return options;
}

HttpServer::Options health_options(HostPort address) {
  constexpr std::size_t kConnections = 128;
  HttpServer::Options options;
  options.porch.address = std::move(address);
  options.porch.limits.connections = kConnections;
  for (auto& lane : options.porch.lanes) {
    lane = {1, kConnections, 0};
  }
  return options;
}

}  // namespace fenghuo::server
