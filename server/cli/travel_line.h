#pragma once

#include <functional>

#include "server/config.h"

namespace CLI {
class App;
}

namespace fenghuo::server {

/// What can be said about roads on the command line: route, matrix, isochrone, nearest. `command` becomes the chosen one.
void add_travel(CLI::App& app, std::function<int(Configuration const&)>& command);

}  // namespace fenghuo::server
