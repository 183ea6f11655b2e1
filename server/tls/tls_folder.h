#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/units.h"
#include "server/config.h"
#include "server/tls/certificates.h"

namespace fenghuo::server {

/// The files that the settings name; those of the data folder's `tls/` where they name none.
TlsFiles tls_files(Settings const& settings);

/// What a certificate says of itself.
struct CertificateFacts {
  std::vector<std::string> names;  ///< hosts and addresses it is good for
  std::string fingerprint;         ///< SHA-256, as AB:CD:…
  Time ends_at;
};
/// The first certificate of a PEM file. Errors: NotFound, InvalidArgument.
Result<CertificateFacts> read_certificate(std::filesystem::path const& file);

/// A private authority and a server certificate for a network of its own, in `folder`:
///
///   ca.crt      ten years, to be installed on every machine that calls   ca.key      0600
///   server.crt  825 days, the authority behind it                        server.key  0600
///
/// A second call makes a new server certificate under the same authority, for the names of the one before where none
/// are given, and never touches the authority. Files are written beside their place, synced and renamed.
///
/// In:      names: hosts and addresses; none: this machine's name, localhost, 127.0.0.1, ::1.
/// Errors:  InvalidArgument  a name that is none; Unavailable  a file cannot be read or written, half of an authority is there
/// Source:  RFC 5280; P-256 with SHA-256; 825 days as CA/Browser Forum allowed longest.
/// Checked: tests/server/tls_folder_test.cc, tests/outside/test_tls.py (openssl verify).
struct TlsMade {
  bool new_authority = false;
  CertificateFacts authority, server;
};
Result<TlsMade> make_certificates(std::filesystem::path const& folder,
                                  std::vector<std::string> const& names, Time now);

}  // namespace fenghuo::server
