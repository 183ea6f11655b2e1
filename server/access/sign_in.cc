#include "server/access/sign_in.h"

namespace fenghuo::server {

namespace {

std::string cookie_value(std::string const& header, std::string_view name) {
  std::string const wanted = std::string{name} + "=";
  std::size_t at = 0;
  while (at < header.size()) {
    std::size_t const end = std::min(header.find(';', at), header.size());
    std::size_t const begin = header.find_first_not_of(' ', at);
    if (begin < end && header.compare(begin, wanted.size(), wanted) == 0) {
      return header.substr(begin + wanted.size(), end - begin - wanted.size());
    }
    at = end + 1;
  }
  return "";
}

}  // namespace

std::optional<Identity> identity_of(center::Center& center, std::string const& account) {
  return center.committed().read([&](domain::State const& state) -> std::optional<Identity> {
    domain::Account const* found = domain::find(state.accounts, account);
    if (found == nullptr || found->disabled) {
      return std::nullopt;
    }
    return Identity{
        found->id,         found->facts.display_name, found->facts.roles,       found->facts.area,
        found->facts.team, found->facts.person,       found->facts.organization};
  });
}

std::optional<SignedIn> sign_in(center::Center& center, Secrets& secrets,
                                Credentials const& credentials) {
  constexpr std::string_view kBearer = "Bearer ";
  Time const now = center.clock().now();
  std::string account;
  SignedIn out;
  if (credentials.authorization.starts_with(kBearer)) {
    if (auto token = secrets.tokens.find(credentials.authorization.substr(kBearer.size()), now)) {
      account = std::move(token->account);
      out.proof = {Proof::Kind::Token, std::move(token->id)};
    }
  } else if (auto const secret = cookie_value(
                 credentials.cookie, credentials.secure ? kSecureSessionCookie : kSessionCookie);
             !secret.empty()) {
    if (auto session = secrets.sessions.find(secret, now)) {
      account = std::move(session->account);
      out.proof = {Proof::Kind::Session, std::move(session->id)};
      out.scope = session->scope;
    }
  }
  auto identity = account.empty() ? std::nullopt : identity_of(center, account);
  if (!identity) {
    return std::nullopt;
  }
  out.who = std::move(*identity);
  return out;
}

}  // namespace fenghuo::server
