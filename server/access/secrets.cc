#include "server/access/secrets.h"

#include <sodium.h>

namespace fenghuo::server {

Secrets::Secrets(std::unique_ptr<SecretsFile> file, std::unique_ptr<FactorKey> key,
                 SecretsOptions const& options)
    : file_{std::move(file)},
      key_{std::move(key)},
      profile{*options.profile},
      passwords{*file_, profile, options.cost},
      second_factors{*file_, *key_},
      tokens{*file_},
      sessions{*file_, profile, options.sessions > 0 ? options.sessions : profile.sessions},
      guard{profile} {}

Result<std::unique_ptr<Secrets>> Secrets::open(std::filesystem::path const& file,
                                               SecretsOptions const& options) {
  if (sodium_init() < 0) {
    return Error{ErrorCode::Unavailable, "libsodium cannot start on this machine"};
  }
  auto opened = open_secrets_file(file, options.now);
  if (!opened) {
    return opened.error();
  }
  auto key = FactorKey::open(file.parent_path() / "second-factor.key");
  if (!key) {
    return key.error();
  }
  return std::unique_ptr<Secrets>{
      new Secrets{std::move(opened).value(), std::move(key).value(), options}};
}

Result<void> Secrets::allows(std::string_view account, std::string_view password) {
  return check_password(profile, account, password, second_factors.enrolled(account));
}

Result<void> Secrets::set_password(std::string_view account, std::string_view password, Time now) {
  if (auto const good = allows(account, password); !good) {
    return good;
  }
  if (auto const set = passwords.set(account, password, now); !set) {
    return set;
  }
  guard.forget(std::string{account});
  return sessions.end_all(account);
}

Result<bool> Secrets::reset_second_factor(std::string_view account) {
  auto const reset = second_factors.reset(account);
  if (!reset) {
    return reset;
  }
  if (auto const ended = sessions.end_all(account); !ended) {
    return ended.error();
  }
  return reset;
}

bool Secrets::holds(Proof const& proof, Time now) {
  switch (proof.kind) {
    case Proof::Kind::Session:
      return sessions.lives(proof.id, now);
    case Proof::Kind::Token:
      return tokens.lives(proof.id, now);
    case Proof::Kind::None:
      break;
  }
  return false;
}

Result<bool> Secrets::remove_ended(Time now, std::size_t most) {
  auto const more_tokens = tokens.remove_ended(now, most);
  if (!more_tokens) {
    return more_tokens.error();
  }
  auto const more_sessions = sessions.remove_ended(now, most);
  if (!more_sessions) {
    return more_sessions.error();
  }
  std::scoped_lock const lock{file_->mutex};
  if (auto const moved = file_->db.checkpoint(messaging::Checkpoint::Truncate, 0); !moved) {
    return moved.error();
  }
  return *more_tokens || *more_sessions;
}

}  // namespace fenghuo::server
