// What gateways answer, in every cut.
#include "messaging/delivery/gateway_answer.h"

#include <gtest/gtest.h>

namespace fenghuo::messaging {
namespace {

constexpr Time kNow{1'767'225'600'000'000};  // 2026-01-01T00:00:00Z

/// In pieces of so many bytes.
std::optional<GatewayAnswer> read(std::string_view bytes, bool closed = true,
                                  std::size_t piece = std::string::npos) {
  AnswerReader reader;
  while (!bytes.empty()) {
    if (!reader.take(bytes.substr(0, piece))) {
      return reader.answer(kNow);
    }
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  if (closed) {
    reader.end();
  }
  return reader.answer(kNow);
}

std::string with_body(std::string const& fields, std::string const& body) {
  return "HTTP/1.1 202 Accepted\r\n" + fields + "\r\n" + body;
}

constexpr char const* kJson = R"({"reference":"gw-17"})";  // 21 bytes

TEST(GatewayAnswer, AReferenceInEveryFormOfBodyAndEveryCut) {
  for (auto const& text :
       {with_body("Content-Length: 21\r\n", kJson), with_body("", kJson),
        with_body("Transfer-Encoding: chunked\r\n",
                  "5\r\n{\"ref\r\n0010;x=y\r\nerence\":\"gw-17\"}\r\n0\r\n\r\n"),
        "HTTP/1.1 100 Continue\r\n\r\n" + with_body("Content-Length: 21\r\n", kJson)}) {
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      auto const answer = read(text, true, piece);
      ASSERT_TRUE(answer) << text;
      EXPECT_EQ(answer->status, 202);
      EXPECT_EQ(answer->reference, "gw-17") << text << " in pieces of " << piece;
    }
  }
}

TEST(GatewayAnswer, NothingMoreIsWantedOnceItIsWhole) {
  AnswerReader sized;
  EXPECT_TRUE(sized.take("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"));
  EXPECT_FALSE(sized.take("}"));
  AnswerReader refused;
  EXPECT_FALSE(refused.take("HTTP/1.1 500 No\r\nContent-Length: 1073741824\r\n\r\n"));
  AnswerReader huge;
  EXPECT_FALSE(huge.take("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"));
  AnswerReader none;
  EXPECT_FALSE(none.take("HTTP/1.1 204 No Content\r\n\r\n"));
}

TEST(GatewayAnswer, ACutBodyCostsTheReferenceAlone) {
  std::string const sized = with_body("Content-Length: 21\r\n", kJson);
  std::string const chunked =
      with_body("Transfer-Encoding: chunked\r\n", "15\r\n" + std::string{kJson} + "\r\n0\r\n");
  EXPECT_EQ(read(chunked)->reference, "gw-17");
  for (auto const& text : {sized, chunked}) {
    auto const head = text.find("\r\n\r\n") + 4;
    for (std::size_t size = 1; size + 2 < text.size(); ++size) {
      auto const answer = read(text.substr(0, size));
      EXPECT_EQ(answer.has_value(), size >= head) << size;
      if (answer) {
        EXPECT_EQ(answer->status, 202);
        EXPECT_EQ(answer->reference, size == text.size() ? "gw-17" : "") << text.substr(0, size);
      }
    }
  }
  EXPECT_EQ(read(with_body("", kJson), false)->reference, "");  // not closed: who knows
}

TEST(GatewayAnswer, BodiesThatCannotBeRead) {
  for (auto const& text :
       {with_body("Transfer-Encoding: chunked\r\n", "zz\r\n{}"),
        with_body("Transfer-Encoding: chunked\r\n", "-5\r\n{}"),
        with_body("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n{}"),
        with_body("Transfer-Encoding: chunked\r\n", "2\r\n{}junk\r\n0\r\n\r\n"),
        with_body("Transfer-Encoding: chunked\r\n", std::string(5000, '0')),
        with_body("Transfer-Encoding: gzip, chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
        with_body("Content-Length: -1\r\n", kJson), with_body("Content-Length: 21x\r\n", kJson),
        with_body("Content-Length: 16385\r\n", std::string(16385, ' ')),
        with_body("", std::string(16385, ' ')), with_body("", kJson + std::string(16384, ' '))}) {
    auto const answer = read(text);
    ASSERT_TRUE(answer) << text.substr(0, 80);
    EXPECT_EQ(answer->status, 202);
    EXPECT_EQ(answer->reference, "") << text.substr(0, 80);
  }
  std::string many = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int n = 0; n < 5; ++n) {
    many += "1000\r\n" + std::string(4096, ' ') + "\r\n";
  }
  EXPECT_EQ(read(many + "15\r\n" + kJson + "\r\n0\r\n\r\n")->reference, "");
}

TEST(GatewayAnswer, WhereAReferenceStands) {
  auto const reference = [](std::string const& json) {
    return read(with_body("", json))->reference;
  };
  EXPECT_EQ(reference(R"({"id":"a","reference":"b"})"), "b");
  EXPECT_EQ(reference(R"({"message_id":"c","id":"a"})"), "a");
  EXPECT_EQ(reference(R"({"message_id":9007199254740993})"), "9007199254740993");
  EXPECT_EQ(reference(R"({"id":"回执-7"})"), "回执-7");
  EXPECT_EQ(reference(R"({"reference":"","id":"a"})"), "a");
  EXPECT_EQ(reference(R"({"reference":"a\nb"})"), "");
  EXPECT_EQ(reference(R"({"reference":"a\u007fb"})"), "");
  EXPECT_EQ(reference(R"({"reference":1.5})"), "");
  EXPECT_EQ(reference(R"({"reference":["a"]})"), "");
  EXPECT_EQ(reference("{\"id\":\"" + std::string(200, 'x') + "\"}"), std::string(200, 'x'));
  EXPECT_EQ(reference("{\"id\":\"" + std::string(201, 'x') + "\"}"), "");
  EXPECT_EQ(reference("\"a\""), "");
  EXPECT_EQ(reference("OK id=5"), "");
  EXPECT_EQ(reference(std::string(8000, '[')), "");
}

TEST(GatewayAnswer, WhatIsNoAnswer) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int n = 0; n < 101; ++n) {
    many += "X-" + std::to_string(n) + ": 1\r\n";
  }
  std::string interim;
  for (int n = 0; n < 9; ++n) {
    interim += "HTTP/1.1 102 Processing\r\n\r\n";
  }
  std::string const good = "HTTP/1.1 200 OK\r\n\r\n";
  for (auto const& text :
       {std::string{""}, std::string{"\r\n\r\n"}, std::string{"SSH-2.0-OpenSSH_9.2\r\n\r\n"},
        std::string{"HTTP/2 200\r\n\r\n"}, std::string{"HTTP/1.1 abc OK\r\n\r\n"},
        std::string{"HTTP/1.1 -20 OK\r\n\r\n"}, std::string{"HTTP/1.1 999 OK\r\n\r\n"},
        std::string{"HTTP/1.1 000 OK\r\n\r\n"}, std::string{"HTTP/1.1 \r\n\r\n"},
        std::string{"HTTP/1.1 101 Switching Protocols\r\n\r\n"} + good, many + "\r\n",
        interim + good, "HTTP/1.1 200 OK\r\nX: " + std::string(17000, 'x') + "\r\n\r\n"}) {
    EXPECT_FALSE(read(text)) << text.substr(0, 80);
  }
  AnswerReader endless;
  EXPECT_FALSE(endless.take("HTTP/1.1 200 OK\r\nX: " + std::string(17000, 'x')));
  EXPECT_FALSE(endless.take("\r\n\r\n"));
  EXPECT_FALSE(endless.answer(kNow));
}

TEST(GatewayAnswer, RetryAfterInSecondsOrAsADate) {
  auto const wait = [](std::string const& text) {
    return read("HTTP/1.1 429 Wait\r\nRetry-After: " + text + "\r\n\r\n")->retry_after;
  };
  EXPECT_EQ(wait("120"), seconds(120));
  EXPECT_EQ(wait("0"), seconds(0));
  EXPECT_EQ(wait("3600"), hours(1));
  EXPECT_EQ(wait("99999999999999999999999"), hours(1));
  EXPECT_EQ(wait("Thu, 01 Jan 2026 00:02:00 GMT"), minutes(2));
  EXPECT_EQ(wait("Wed, 31 Dec 2025 23:59:00 GMT"), seconds(0));
  EXPECT_EQ(wait("Fri, 01 Jan 2027 00:00:00 GMT"), hours(1));
  EXPECT_EQ(wait("-5"), std::nullopt);
  EXPECT_EQ(wait("soon"), std::nullopt);
  EXPECT_EQ(wait(""), std::nullopt);
  EXPECT_EQ(read("HTTP/1.1 503 No\r\n\r\n")->retry_after, std::nullopt);
}

}  // namespace
}  // namespace fenghuo::messaging
