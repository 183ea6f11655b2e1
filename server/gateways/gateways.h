#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "messaging/delivery/bearer.h"
#include "messaging/delivery/webhook_signature.h"
#include "server/config.h"

namespace fenghuo::server {

/// The gateways for SMS and voice that this centre hands messages to, as a file of their own names them:
///
///   callback: https://fenghuo.example.gov.cn      # where they reach this server for their receipts; may be left out
///   gateways:                                     # the preferred first
///     - name: city-sms                            # 1 to 32 of a-z 0-9 -
///       url: https://sms.example.gov.cn/send
///       secret_file: city-sms.key                 # beside this file; not readable for everybody
///       means: [sms]                              # sms, phone
///       allowed_hosts: [sms.example.gov.cn:443]
///       allowed_networks: [10.20.0.0/16]          # beside the open internet; may be left out
///       ca_file: city-ca.crt                      # may be left out: what the system trusts
///
/// Errors:  InvalidArgument, NotFound: file, line and what to mend. At most 16 gateways, 64 KiB.
/// Checked: tests/outside/test_gateways.py.
struct Gateways {
  std::string callback;
  std::vector<std::unique_ptr<messaging::Bearer>> bearers;                ///< handed to the centre
  std::map<std::string, messaging::WebhookSecrets, std::less<>> secrets;  ///< for what comes back

  static Result<Gateways> read(std::filesystem::path const& file);
  /// Of the settings' file; without the setting, of gateways.yaml in the data folder, if it is there.
  static Result<Gateways> of(Settings const& settings);
  /// Where a gateway sends its receipts; empty without `callback`.
  std::string receipts_url(std::string_view gateway) const;
};

}  // namespace fenghuo::server
