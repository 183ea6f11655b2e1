#include "server/access/personal_door.h"

#include <algorithm>

namespace fenghuo::server {

namespace {

using messaging::Json;

std::string const* text_of(Json const& from, std::string_view name) {
  Json const* member = from.find(name);
  return member == nullptr ? nullptr : member->string();
}

/// {"key": "k…", "box": "…"} and nothing else: what only a sealed text looks like.
std::optional<domain::Sealed> sealed_in(Json const& value) {
  auto const* members = value.object();
  if (members == nullptr || members->size() != 2) {
    return std::nullopt;
  }
  std::string const* key = text_of(value, "key");
  std::string const* box = text_of(value, "box");
  if (key == nullptr || box == nullptr || key->size() != 25 || key->front() != 'k') {
    return std::nullopt;
  }
  return domain::Sealed{*key, *box};
}

class Opening {
 public:
  Opening(messaging::PersonalKeys* keys, bool in_full) : keys_{keys}, in_full_{in_full} {}

  void walk(Json& value, std::string const& inside) {
    if (auto const sealed = sealed_in(value)) {
      value = shown(*sealed, inside);
    } else if (auto* items = value.array()) {
      for (auto& item : *items) {
        walk(item, inside);
      }
    } else if (auto* members = value.object()) {
      std::string const* id = text_of(value, "id");
      id = id != nullptr ? id : text_of(value, "report");
      std::string const here = id != nullptr ? *id : inside;
      for (auto& member : *members) {
        walk(member.second, here);
      }
    }
  }

  std::vector<std::string> opened;

 private:
  Json shown(domain::Sealed const& sealed, std::string const& inside) {
    auto const text = keys_ == nullptr ? std::nullopt : keys_->open(sealed);
    if (!text) {
      return Json{};
    }
    if (!in_full_) {
      return messaging::masked(*text);
    }
    if (std::find(opened.begin(), opened.end(), inside) == opened.end()) {
      opened.push_back(inside);
    }
    return *text;
  }

  messaging::PersonalKeys* keys_;
  bool in_full_;
};

struct PlainFinder {
  bool found = false;
  void operator()(std::string_view /*name*/, domain::Sealed const& text) {
    found = found || (text.key.empty() && !text.box.empty());
  }
  template <class T>
  void operator()(std::string_view name, std::optional<T> const& member) {
    if (member) {
      (*this)(name, *member);
    }
  }
  template <class T>
  void operator()(std::string_view name, std::vector<T> const& members) {
    for (auto const& member : members) {
      (*this)(name, member);
    }
  }
  template <class T>
  void operator()(std::string_view /*name*/, T const& member) {
    if constexpr (Described<T const>) {
      T::fields(*this, member);
    }
  }
};

}  // namespace

std::vector<std::string> open_personal(messaging::PersonalKeys* keys, Identity const& who,
                                       Json& document) {
  Opening opening{keys, who.may(Permission::SeePersonal)};
  opening.walk(document, "");
  return std::move(opening.opened);
}

bool has_plain_personal(domain::Command const& command) {
  PlainFinder finder;
  std::visit([&](auto const& c) { std::decay_t<decltype(c)>::fields(finder, c); }, command);
  return finder.found;
}

}  // namespace fenghuo::server
