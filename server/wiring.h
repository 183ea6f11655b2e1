#pragma once

#include "server/config.h"

namespace fenghuo::server {

/// Serves until SIGTERM or SIGINT; the exit code.
int serve(Configuration const& configuration);

}  // namespace fenghuo::server
