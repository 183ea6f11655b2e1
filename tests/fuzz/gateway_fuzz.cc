// What a gateway answers to a message, in pieces that the first byte decides.
#include <algorithm>

#include "messaging/delivery/gateway_answer.h"
#include "tests/fuzz/target.h"

namespace fenghuo::fuzz {

namespace {

constexpr Time kNow{1'767'225'600'000'000};

std::vector<std::string> seeds() {
  return {
      "\x07HTTP/1.1 202 Accepted\r\nContent-Length: 21\r\n\r\n{\"reference\":\"gw-17\"}",
      "\x03HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\n{\"id\"\r\n004;x=y\r\n:\"7\"\r\n1\r\n}\r\n0\r\n\r\n",
      "\x40HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\n{\"message_id\":42}",
      "\x01HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\n\r\n",
      "\x10HTTP/1.1 503 No\r\nRetry-After: Thu, 01 Jan 2026 00:02:00 GMT\r\nX: a\r\n b\r\n\r\n",
      "\x02HTTP/1.1 204 No Content\r\n\r\n",
  };
}

std::vector<std::string> words() {
  return {"\r\n\r\n",
          "HTTP/1.1 ",
          "Transfer-Encoding: chunked\r\n",
          "Content-Length: 5\r\n",
          "Retry-After: ",
          "\r\n0\r\n\r\n",
          "ffffffff\r\n",
          "99999999999999999999",
          "\"reference\":",
          "{\"id\":\"x\"}",
          "GMT",
          "101 ",
          "\\u0000",
          "4000\r\n"};
}

bool same(std::optional<messaging::GatewayAnswer> const& a,
          std::optional<messaging::GatewayAnswer> const& b) {
  return a.has_value() == b.has_value() &&
         (!a || (a->status == b->status && a->retry_after == b->retry_after &&
                 a->reference == b->reference));
}

std::optional<messaging::GatewayAnswer> read(std::string_view bytes, std::size_t piece) {
  messaging::AnswerReader reader;
  while (!bytes.empty()) {
    if (!reader.take(bytes.substr(0, piece))) {
      return reader.answer(kNow);
    }
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  reader.end();
  return reader.answer(kNow);
}

Verdict judge(std::string_view bytes) {
  std::size_t const piece = bytes.empty() ? 1 : static_cast<unsigned char>(bytes.front()) + 1U;
  bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 1));
  auto const answer = read(bytes, piece);
  // Beyond the limits it matters where a piece ends: what is too long may be seen before or after its end.
  if (bytes.size() <= messaging::kMostBodyBytes && !same(answer, read(bytes, bytes.size() + 1))) {
    return {true, "pieces say something else than the whole"};
  }
  if (!answer) {
    return {false, ""};
  }
  if (answer->status < 200 || answer->status > 599) {
    return {true, "a status of " + std::to_string(answer->status)};
  }
  if (answer->retry_after &&
      (*answer->retry_after < Duration{} || *answer->retry_after > hours(1))) {
    return {true, "a wait of " + std::to_string(answer->retry_after->us) + " us"};
  }
  bool const controls = std::any_of(answer->reference.begin(), answer->reference.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (controls || answer->reference.size() > 200 ||
      (!answer->reference.empty() && answer->status >= 300)) {
    return {true, "a reference that is none: " + answer->reference};
  }
  return {true, ""};
}

}  // namespace

Target const kGateway{"gateway", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kGateway)
