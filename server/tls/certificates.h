#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/result.h"

struct ssl_st;

namespace fenghuo::server {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM: the server's, then those between it and the root
  std::filesystem::path key;
  std::filesystem::path client_ca;  ///< set: callers must show a certificate of this authority
};

/// What a secure porch shows its callers. TLS 1.2 and 1.3, no renegotiation, no resumption (its keys would outlive
/// the session), ALPN http/1.1 and nothing else.
///
/// reload() reads the files anew; connections that stand keep what they have. Files that do not fit leave everything as
/// it was.
///
/// Errors:  Unavailable  a file is missing, not readable, no PEM, or the key is another certificate's (the message names the
///          mend)
/// Threads: any.
/// Source:  Poco::Net::Context for the set-up; OpenSSL SSL_CTX.
/// Checked: tests/server/tls_folder_test.cc, tests/outside/test_tls.py.
class Certificates {
 public:
  static Result<std::shared_ptr<Certificates>> open(TlsFiles files);
  ~Certificates();
  Certificates(Certificates const&) = delete;
  Certificates& operator=(Certificates const&) = delete;

  Result<void> reload();
  /// For one more caller; owned by whoever asks. nullptr where there is no memory.
  ssl_st* session() const;

 private:
  struct Shown;
  explicit Certificates(TlsFiles files);
  TlsFiles files_;
  mutable std::mutex mutex_;
  std::shared_ptr<Shown const> shown_;
};

}  // namespace fenghuo::server
