#include "messaging/security_log/security_row.h"

#include "core/base/time_text.h"

namespace fenghuo::messaging {

namespace {

/// How many bytes the character at `at` takes; 0 where no whole character of UTF-8 stands.
std::size_t character_at(std::string_view text, std::size_t at) {
  auto const lead = static_cast<unsigned char>(text[at]);
  std::size_t const size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if ((lead >= 0x80 && lead < 0xC2) || lead > 0xF4 || at + size > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80) {
      return 0;
    }
  }
  if (size > 2) {  // longer than need be, a half of a pair, beyond the last character
    auto const next = static_cast<unsigned char>(text[at + 1]);
    bool const wrong = (lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) ||
                       (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F);
    return wrong ? 0 : size;
  }
  return size;
}

void bound(std::string& text, std::size_t most) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t const size = character_at(text, at);
    bool const plain = size > 1 || (size == 1 && text[at] >= ' ' && text[at] != 0x7F);
    if (out.size() + (plain ? size : 1) > most) {
      break;
    }
    out += plain ? text.substr(at, size) : "?";
    at += size == 0 ? 1 : size;
  }
  text = std::move(out);
}

}  // namespace

Digest hash_of(Chain const& chain, SecurityRow const& row, Digest const& previous) {
  SecurityEntry const& e = row.entry;
  HashInput input = chain.begin();
  input.put(row.sequence).put(e.time.us).put(name_of(e.kind)).put(e.account).put(e.role);
  input.put(e.peer).put(e.request_id).put(e.subject).put(e.outcome).put(e.detail).put(previous);
  return chain.digest_of(input.bytes());
}

SecurityEntry bounded(SecurityEntry entry) {
  bound(entry.account, 64);
  bound(entry.role, 64);
  bound(entry.peer, 64);
  bound(entry.request_id, 64);
  bound(entry.subject, 200);
  bound(entry.outcome, 64);
  bound(entry.detail, kSecurityDetail);
  return entry;
}

Json to_json(SecurityRow const& row, int offset_minutes) {
  SecurityEntry const& e = row.entry;
  return Json::object({{"sequence", row.sequence},
                       {"time", to_rfc3339(e.time, offset_minutes)},
                       {"kind", name_of(e.kind)},
                       {"account", e.account},
                       {"role", e.role},
                       {"peer", e.peer},
                       {"request_id", e.request_id},
                       {"subject", e.subject},
                       {"outcome", e.outcome},
                       {"detail", e.detail},
                       {"hash", hex(row.hash)}});
}

}  // namespace fenghuo::messaging
