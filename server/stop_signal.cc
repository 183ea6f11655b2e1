#include "server/stop_signal.h"

#include <csignal>
#include <cstdio>

#include "server/tls/certificates.h"

namespace fenghuo::server {

StopSignal::StopSignal() {
  // A shell starts jobs in the background with SIGINT ignored, and what is ignored is never waited for.
  std::signal(SIGINT, SIG_DFL);
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignal::wait(Certificates* certificates) {
  // As with SIGINT: under nohup it would be ignored, and the new certificate with it.
  if (certificates != nullptr) {
    std::signal(SIGHUP, SIG_DFL);
  }
  int signal = 0;
  while (sigwait(&signals_, &signal) == 0 && signal == SIGHUP && certificates != nullptr) {
    auto const read = certificates->reload();
    std::fprintf(stderr, "fenghuo: %s\n",
                 read ? "the certificate was read anew"
                      : (read.error().message + "; the one before stays in use").c_str());
  }
}

}  // namespace fenghuo::server
