#include "server/access/common_passwords.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "server/page/embedded.h"

namespace fenghuo::server {

namespace {

constexpr int kWords = 2;  ///< more of them are a sentence

std::set<std::string_view> const& words() {
  static std::set<std::string_view> const kWordList = [] {
    std::set<std::string_view> out;
    std::string_view text = embedded_common_passwords();
    while (!text.empty()) {
      auto const end = std::min(text.find_first_of(" \n"), text.size());
      if (end > 0) {
        out.insert(text.substr(0, end));
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }();
  return kWordList;
}

/// Small letters, and the letters that signs and digits are written for.
char plain(char c) {
  if (c >= 'A' && c <= 'Z') {
    return static_cast<char>(c - 'A' + 'a');
  }
  switch (c) {
    case '@':
    case '4':
      return 'a';
    case '0':
      return 'o';
    case '1':
    case '!':
      return 'i';
    case '3':
      return 'e';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return c;
  }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii(char c) { return (static_cast<unsigned char>(c) & 0x80U) == 0; }

/// Whether at most kWords known words, with digits and signs between and around them, are all of it.
bool is_few_words(std::string_view password) {
  std::string spelled;
  std::transform(password.begin(), password.end(), std::back_inserter(spelled), plain);
  // fewest[i]: words that the first i characters need; kWords + 1: they cannot be had so.
  std::vector<int> fewest(password.size() + 1, kWords + 1);
  fewest[0] = 0;
  for (std::size_t at = 0; at < password.size(); ++at) {
    if (fewest[at] > kWords) {
      continue;
    }
    if (is_ascii(password[at]) && !is_letter(password[at])) {
      fewest[at + 1] = std::min(fewest[at + 1], fewest[at]);
    }
    for (std::size_t size = 2; size <= std::min<std::size_t>(14, password.size() - at); ++size) {
      if (words().contains(std::string_view{spelled}.substr(at, size))) {
        fewest[at + size] = std::min(fewest[at + size], fewest[at] + 1);
      }
    }
  }
  return fewest.back() <= kWords;
}

/// A piece of at most a third of it, again and again.
bool repeats(std::string_view password) {
  for (std::size_t period = 1; period <= password.size() / 3; ++period) {
    bool same = true;
    for (std::size_t i = period; same && i < password.size(); ++i) {
      same = password[i] == password[i - period];
    }
    if (same) {
      return true;
    }
  }
  return false;
}

/// Each character one further than the one before, or one back.
bool counts_on(std::string_view password) {
  bool up = true, down = true;
  for (std::size_t i = 1; i < password.size(); ++i) {
    int const step = plain(password[i]) - plain(password[i - 1]);
    up = up && step == 1;
    down = down && step == -1;
  }
  return up || down;
}

}  // namespace

bool is_common_password(std::string_view password) {
  std::set<char> const different{password.begin(), password.end()};
  auto const first = std::find_if(password.begin(), password.end(), is_letter);
  auto const last = std::find_if(password.rbegin(), password.rend(), is_letter).base();
  std::string_view const inner = first < last ? std::string_view{first, last} : std::string_view{};
  return different.size() < 4 || repeats(password) || (inner.size() >= 3 && repeats(inner)) ||
         counts_on(password) || is_few_words(password);
}

}  // namespace fenghuo::server
