#include "server/tls/certificates.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLManager.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

namespace fenghuo::server {

namespace {

namespace net = Poco::Net;

/// Length and name, as the list on the wire has them.
constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int choose_protocol(SSL* /*session*/, unsigned char const** out, unsigned char* size,
                    unsigned char const* offered, unsigned offered_size, void* /*none*/) {
  unsigned char* chosen = nullptr;
  int const how =
      SSL_select_next_proto(&chosen, size, kHttp11, sizeof kHttp11, offered, offered_size);
  *out = chosen;
  return how == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Error cannot_use(TlsFiles const& files, std::string const& why) {
  return {ErrorCode::Unavailable,
          fmt::format("TLS: cannot use {} with {}: {}; `fenghuo tls init` makes a pair",
                      files.certificate.string(), files.key.string(), why)};
}

Result<void> is_there(TlsFiles const& files) {
  for (auto const& file : {files.certificate, files.key, files.client_ca}) {
    if (!file.empty() && !std::filesystem::exists(file)) {
      return Error{
          ErrorCode::Unavailable,
          fmt::format("TLS: there is no {}; `fenghuo tls init --data DIR --name HOST` makes "
                      "a certificate",
                      file.string())};
    }
  }
  return {};
}

void set_rules(SSL_CTX* context, bool asks_for_certificate) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  // A read looks at one record: whoever sends nothing but new keys is not read to his end before the others' turn.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  // POCO's own judgement asks a singleton that programs with a window set up; OpenSSL's is enough.
  SSL_CTX_set_verify(
      context,
      asks_for_certificate ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE,
      nullptr);
}

}  // namespace

struct Certificates::Shown {
  net::Context::Ptr context;
};

Certificates::Certificates(TlsFiles files) : files_{std::move(files)} { net::initializeSSL(); }
Certificates::~Certificates() {
  shown_.reset();
  net::uninitializeSSL();
}

Result<std::shared_ptr<Certificates>> Certificates::open(TlsFiles files) {
  std::shared_ptr<Certificates> out{new Certificates{std::move(files)}};
  if (auto const read = out->reload(); !read) {
    return read.error();
  }
  return out;
}

Result<void> Certificates::reload() {
  if (auto const there = is_there(files_); !there) {
    return there;
  }
  net::Context::Params params;
  params.certificateFile = files_.certificate.string();
  params.privateKeyFile = files_.key.string();
  params.caLocation = files_.client_ca.string();
  params.verificationMode =
      files_.client_ca.empty() ? net::Context::VERIFY_NONE : net::Context::VERIFY_STRICT;
  params.loadDefaultCAs = false;
  params.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";
  try {
    auto fresh = std::make_shared<Shown>();
    fresh->context = new net::Context{net::Context::TLS_SERVER_USE, params};
    fresh->context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
    SSL_CTX* const context = fresh->context->sslContext();
    set_rules(context, !files_.client_ca.empty());
    if (SSL_CTX_check_private_key(context) != 1) {
      ERR_clear_error();
      return cannot_use(files_, "the key is another certificate's");
    }
    std::scoped_lock const lock{mutex_};
    shown_ = std::move(fresh);
  } catch (Poco::Exception const& error) {
    ERR_clear_error();
    return cannot_use(files_, error.displayText());
  }
  return {};
}

ssl_st* Certificates::session() const {
  std::shared_ptr<Shown const> shown;
  {
    std::scoped_lock const lock{mutex_};
    shown = shown_;
  }
  return SSL_new(shown->context->sslContext());  // holds the SSL_CTX itself
}

}  // namespace fenghuo::server
