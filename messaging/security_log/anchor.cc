#include "messaging/security_log/anchor.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>

#include "core/base/time_text.h"

namespace fenghuo::messaging {

namespace {

constexpr std::string_view kMark = "fenghuo-anchor 1";

template <class N>
bool read_number(std::string_view text, N& out) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::string stream_word(std::string_view stream) {
  std::string out{stream};
  for (char& c : out) {
    c = c == ' ' || c == '\n' || c == '\r' ? '_' : c;
  }
  return out.empty() ? "_" : out;
}

std::string signed_text(Anchor const& anchor) {
  return fmt::format("{} {} {} {} {} {} {} {}", kMark, to_rfc3339(anchor.time),
                     stream_word(anchor.stream), anchor.journal.epoch, anchor.journal.sequence,
                     hex(anchor.journal.hash), anchor.log.sequence, hex(anchor.log.hash));
}

std::string line_of(Anchor const& anchor) { return signed_text(anchor) + ' ' + anchor.signature; }

std::optional<Anchor> anchor_of(std::string_view line) {
  if (!line.empty() && line.back() == '\r') {
    line.remove_suffix(1);
  }
  std::vector<std::string_view> words;
  std::string_view rest = line;
  while (true) {
    auto const space = rest.find(' ');
    words.push_back(rest.substr(0, space));
    if (space == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(space + 1);
  }
  if (words.size() != 10 || !line.starts_with(std::string{kMark} + ' ') || words[9].size() != 128) {
    return std::nullopt;
  }
  Anchor anchor;
  auto const time = parse_rfc3339(words[2]);
  auto const hash = digest_of_hex(words[6]);
  auto const log_hash = digest_of_hex(words[8]);
  if (!time || !hash || !log_hash || !read_number(words[4], anchor.journal.epoch) ||
      !read_number(words[5], anchor.journal.sequence) ||
      !read_number(words[7], anchor.log.sequence)) {
    return std::nullopt;
  }
  anchor.time = *time;
  anchor.stream = words[3];
  anchor.journal.hash = *hash;
  anchor.log.hash = *log_hash;
  anchor.signature = words[9];
  // The same anchor written otherwise (a leading zero, another offset) would be another text under the signature.
  return line_of(anchor) == line ? std::optional{anchor} : std::nullopt;
}

Result<MirrorLines> read_mirror(std::filesystem::path const& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) {
    return Error{ErrorCode::NotFound, "cannot read the anchors of " + file.string() +
                                          ": name the file that anchor_mirror wrote"};
  }
  MirrorLines out;
  for (std::string line; std::getline(in, line);) {
    if (auto anchor = anchor_of(line)) {
      out.anchors.push_back(std::move(*anchor));
    } else if (!line.empty()) {
      ++out.unreadable;
    }
  }
  return out;
}

}  // namespace fenghuo::messaging
