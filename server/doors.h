#pragma once

#include <cstddef>

#include "server/config.h"
#include "server/http/http_server.h"

namespace fenghuo::server {

/// Every connection is a descriptor: takes as many as the system lets us have. How many that are.
std::size_t raise_descriptor_limit();

/// What the door of the API is built from: limits, queues, trusted gateways and room for uploads as the settings say,
/// within the descriptors there are. The feed and the certificates are the caller's to add.
///
/// Errors:  as AddressSet::parse and Spool::open.
/// Checked: tests/outside/test_http.py, tests/outside/test_attack.py.
Result<HttpServer::Options> http_options(Settings const& settings, HostPort address,
                                         std::size_t descriptors);

/// Health and metrics: a porch and workers of their own, so that whoever watches is not misled by a crowd
/// at the other door.
HttpServer::Options health_options(HostPort address);

}  // namespace fenghuo::server
