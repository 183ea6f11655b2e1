#include "server/access/sign_in.h"

namespace fenghuo::server {

namespace {

std::string cookie_value(std::string const& header) {
  std::string const wanted = std::string{kSessionCookie} + "=";
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
  std::optional<std::string> account;
  std::string session;
  if (credentials.authorization.starts_with(kBearer)) {
    account = secrets.account_of_token(credentials.authorization.substr(kBearer.size()),
                                       center.clock().now());
  } else if (session = cookie_value(credentials.cookie); !session.empty()) {
    account = secrets.account_of_session(session, center.clock().now());
  }
  auto identity = account ? identity_of(center, *account) : std::nullopt;
  if (!identity) {
    return std::nullopt;
  }
  return SignedIn{std::move(*identity), std::move(session)};
}

}  // namespace fenghuo::server
