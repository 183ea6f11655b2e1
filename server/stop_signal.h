#pragma once

#include <signal.h>

namespace fenghuo::server {

class Certificates;

/// Blocks the signals that end a server, or have it read its certificates anew, in every thread, and waits for them.
/// Made before any other thread.
///
/// Checked: tests/outside/test_tls.py, tests/outside/test_lifecycle.py.
class StopSignal {
 public:
  StopSignal();
  /// Until SIGTERM or SIGINT. With `certificates` SIGHUP reads them anew; otherwise it ends the server, as it does any
  /// program.
  void wait(Certificates* certificates);

 private:
  sigset_t signals_{};
};

}  // namespace fenghuo::server
