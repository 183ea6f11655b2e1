#include "server/tls/tls_folder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace fenghuo::server {

namespace fs = std::filesystem;

namespace {

template <auto kFree>
struct Free {
  void operator()(auto* what) const { kFree(what); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kAuthorityDays = 3'652;
constexpr std::int64_t kServerDays = 825;

Error unavailable(std::string message) {
  ERR_clear_error();
  return {ErrorCode::Unavailable, std::move(message)};
}

bool is_address(std::string const& name) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

bool is_host(std::string const& name) {
  return !name.empty() && name.size() <= 253 && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-';
         });
}

std::vector<std::string> own_names() {
  std::array<char, 256> host{};
  std::vector<std::string> out{"localhost", "127.0.0.1", "::1"};
  if (::gethostname(host.data(), host.size() - 1) == 0 && is_host(host.data()) &&
      std::string_view{host.data()} != "localhost") {
    out.insert(out.begin(), host.data());
  }
  return out;
}

/// A new file, synced and moved into its place.
Result<void> put(fs::path const& file, std::string const& text, mode_t mode) {
  fs::path const fresh = file.string() + ".new";
  ::unlink(fresh.c_str());
  int const out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  bool const written =
      out >= 0 && ::fchmod(out, mode) == 0 &&
      ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(out) == 0;
  int const why = errno;
  if (out >= 0) {
    ::close(out);
  }
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) {
    return unavailable(fmt::format("cannot write {}: {}", file.string(), std::strerror(why)));
  }
  return {};
}

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  long const size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  Memory const memory{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(memory.get(), certificate);
  return text_of(memory.get());
}

std::string pem_of(EVP_PKEY* key) {
  Memory const memory{BIO_new(BIO_s_secmem())};
  PEM_write_bio_PKCS8PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(memory.get());
}

bool extend(X509* certificate, X509* issuer, int what, std::string const& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Extension const extension{X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str())};
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// 128 random bits: nobody has to remember which were given out.
bool set_serial(X509* certificate) {
  Number const number{BN_new()};
  return number != nullptr &&
         BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_subject(X509* certificate, std::string const& name) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  std::string const cut = name.substr(0, 64);  // the longest that X.520 allows
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<unsigned char const*>(cut.c_str()), -1, -1,
                                    0) == 1;
}

struct Issue {
  std::string subject;
  std::int64_t days = 0;
  Time now;
  EVP_PKEY* key = nullptr;         ///< of the new certificate
  EVP_PKEY* issuer_key = nullptr;  ///< signs it
  X509* issuer = nullptr;          ///< nullptr: it signs itself
  std::vector<std::pair<int, std::string>> extensions;
};

Result<Certificate> issue(Issue const& wish) {
  Certificate out{X509_new()};
  X509* const made = out.get();
  // An hour back: clocks of the callers may lie behind ours.
  auto const from = static_cast<time_t>(wish.now.us / 1'000'000 - 3'600);
  bool good = made != nullptr && X509_set_version(made, X509_VERSION_3) == 1 && set_serial(made) &&
              set_subject(made, wish.subject) && X509_set_pubkey(made, wish.key) == 1 &&
              ASN1_TIME_set(X509_getm_notBefore(made), from) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(made),
                            from + static_cast<time_t>(wish.days * kDay)) != nullptr;
  X509* const issuer = wish.issuer == nullptr ? made : wish.issuer;
  good = good && X509_set_issuer_name(made, X509_get_subject_name(issuer)) == 1;
  for (auto const& [what, value] : wish.extensions) {
    good = good && extend(made, issuer, what, value);
  }
  if (!good || X509_sign(made, wish.issuer_key, EVP_sha256()) == 0) {
    return unavailable("OpenSSL cannot make a certificate on this machine");
  }
  return out;
}

Key new_key() { return Key{EVP_EC_gen("P-256")}; }

struct Authority {
  Key key;
  Certificate certificate;
};

Result<Authority> read_authority(fs::path const& folder) {
  Memory const key{BIO_new_file((folder / "ca.key").c_str(), "r")};
  Memory const certificate{BIO_new_file((folder / "ca.crt").c_str(), "r")};
  Authority out;
  if (key && certificate) {
    out.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
    out.certificate.reset(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
  }
  if (!out.key || !out.certificate ||
      X509_check_private_key(out.certificate.get(), out.key.get()) != 1) {
    return unavailable(
        fmt::format("ca.key and ca.crt in {} are not a pair that can be read: put back their copy, "
                    "or move both "
                    "away and install the new ca.crt on every machine",
                    folder.string()));
  }
  return out;
}

Result<Authority> new_authority(fs::path const& folder, Time now) {
  Authority out{new_key(), nullptr};
  auto made = issue({"Fenghuo private CA",
                     kAuthorityDays,
                     now,
                     out.key.get(),
                     out.key.get(),
                     nullptr,
                     {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                      {NID_key_usage, "critical,keyCertSign,cRLSign"},
                      {NID_subject_key_identifier, "hash"}}});
  if (!made) {
    return made.error();
  }
  out.certificate = std::move(made).value();
  if (auto const key = put(folder / "ca.key", pem_of(out.key.get()), 0600); !key) {
    return key.error();
  }
  if (auto const certificate = put(folder / "ca.crt", pem_of(out.certificate.get()), 0644);
      !certificate) {
    return certificate.error();
  }
  return out;
}

Result<void> new_server(fs::path const& folder, Authority const& authority,
                        std::vector<std::string> const& names, Time now) {
  std::string alternatives;
  for (auto const& name : names) {
    alternatives +=
        (alternatives.empty() ? "" : ",") + std::string{is_address(name) ? "IP:" : "DNS:"} + name;
  }
  Key const key = new_key();
  auto const made = issue({names.front(),
                           kServerDays,
                           now,
                           key.get(),
                           authority.key.get(),
                           authority.certificate.get(),
                           {{NID_basic_constraints, "critical,CA:FALSE"},
                            {NID_key_usage, "critical,digitalSignature"},
                            {NID_ext_key_usage, "serverAuth"},
                            {NID_subject_key_identifier, "hash"},
                            {NID_authority_key_identifier, "keyid:always"},
                            {NID_subject_alt_name, alternatives}}});
  if (!made) {
    return made.error();
  }
  if (auto const written = put(folder / "server.key", pem_of(key.get()), 0600); !written) {
    return written;
  }
  return put(folder / "server.crt", pem_of(made->get()) + pem_of(authority.certificate.get()),
             0644);
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> out;
  auto* const names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    GENERAL_NAME const* const name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) {
      out.emplace_back(reinterpret_cast<char const*>(ASN1_STRING_get0_data(name->d.dNSName)),
                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      std::array<char, INET6_ADDRSTRLEN> text{};
      int const family = ASN1_STRING_length(name->d.iPAddress) == 4 ? AF_INET : AF_INET6;
      ::inet_ntop(family, ASN1_STRING_get0_data(name->d.iPAddress), text.data(), text.size());
      out.emplace_back(text.data());
    }
  }
  GENERAL_NAMES_free(names);
  return out;
}

std::string fingerprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  }
  return out;
}

}  // namespace

TlsFiles tls_files(Settings const& settings) {
  fs::path const folder = fs::path{settings.data} / "tls";
  TlsFiles files{settings.tls_certificate, settings.tls_key, settings.tls_client_ca};
  if (files.certificate.empty()) {
    files.certificate = folder / "server.crt";
    files.key = folder / "server.key";
  }
  return files;
}

Result<CertificateFacts> read_certificate(fs::path const& file) {
  Memory const in{BIO_new_file(file.c_str(), "r")};
  if (!in) {
    ERR_clear_error();
    return Error{ErrorCode::NotFound, fmt::format("cannot read {}", file.string())};
  }
  Certificate const certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)};
  std::tm ends{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &ends) != 1) {
    ERR_clear_error();
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("{} holds no certificate in PEM", file.string())};
  }
  return CertificateFacts{names_of(certificate.get()), fingerprint_of(certificate.get()),
                          Time{} + seconds(::timegm(&ends))};
}

Result<TlsMade> make_certificates(fs::path const& folder, std::vector<std::string> const& names,
                                  Time now) {
  for (auto const& name : names) {
    if (!is_address(name) && !is_host(name)) {
      return Error{ErrorCode::InvalidArgument,
                   fmt::format("\"{}\" is neither a host nor an address", name)};
    }
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return unavailable(fmt::format("cannot make {}: {}", folder.string(), error.message()));
  }
  std::vector<std::string> wanted = names;
  if (auto const before = read_certificate(folder / "server.crt"); wanted.empty() && before) {
    wanted = before->names;
  }
  if (wanted.empty()) {
    wanted = own_names();
  }
  TlsMade made;
  made.new_authority = !fs::exists(folder / "ca.key") && !fs::exists(folder / "ca.crt");
  auto const authority = made.new_authority ? new_authority(folder, now) : read_authority(folder);
  if (!authority) {
    return authority.error();
  }
  if (auto const server = new_server(folder, *authority, wanted, now); !server) {
    return server.error();
  }
  auto facts = read_certificate(folder / "ca.crt");
  auto server_facts = read_certificate(folder / "server.crt");
  if (!facts || !server_facts) {
    return facts ? server_facts.error() : facts.error();
  }
  made.authority = std::move(facts).value();
  made.server = std::move(server_facts).value();
  return made;
}

}  // namespace fenghuo::server
