// What is read out of a gateway's answer, whole, half, too long or rubbish.
#include "messaging/delivery/gateway_answer.h"

#include <gtest/gtest.h>

#include "core/base/time_text.h"

namespace fenghuo::messaging {
namespace {

Time const kNow = *parse_rfc3339("2026-01-01T00:00:00Z");

std::optional<GatewayAnswer> read(std::string_view bytes, bool closed = true,
                                  std::size_t piece = 4096) {
  AnswerReader reader;
  bool more = true;
  for (std::size_t at = 0; more && at < bytes.size(); at += piece) {
    more = reader.take(bytes.substr(at, piece));
  }
  if (closed) {
    reader.end();
  }
  return reader.answer(kNow);
}
std::string sized(std::string const& body, std::string const& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}
std::string reference_of(std::string const& bytes, bool closed = true) {
  auto const answer = read(bytes, closed);
  EXPECT_TRUE(answer) << bytes;
  return answer ? answer->reference : "no answer";
}

TEST(GatewayAnswer, TheReferenceInEveryKindOfBody) {
  EXPECT_EQ(reference_of(sized(R"({"reference":"SM-1","id":"x"})")), "SM-1");
  EXPECT_EQ(reference_of(sized(R"({"id":42})")), "42");
  EXPECT_EQ(reference_of(sized(R"({"id":null,"message_id":"m"})")), "m");
  EXPECT_EQ(reference_of("HTTP/1.0 202 Accepted\r\n\r\n{\"id\":\"until closed\"}"), "until closed");
  EXPECT_EQ(reference_of("HTTP/1.1 201 Created\r\ntransfer-encoding: Chunked\r\n\r\n"
                         "5;x=y\r\n{\"id\"\r\n8\r\n:\"a\\nb\"}\r\n0\r\n\r\n"),
            "");  // a line's end in a reference
  EXPECT_EQ(reference_of("HTTP/1.1 201 Created\r\ntransfer-encoding: Chunked\r\n\r\n"
                         "5;x=y\r\n{\"id\"\r\n6\r\n:\"ab\"}\r\n0\r\n\r\n",
                         false),
            "ab");
  EXPECT_EQ(
      reference_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" +
                   sized(R"({"id":"later"})")),
      "later");
}

TEST(GatewayAnswer, CutIntoAnyPiecesItIsTheSame) {
  std::string const bytes =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\n{\"id\"\r\n6\r\n:\"ab\"}\r\n0\r\n\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    auto const answer = read(bytes, false, piece);
    ASSERT_TRUE(answer) << piece;
    EXPECT_EQ(answer->status, 202);
    EXPECT_EQ(answer->reference, "ab") << piece;
  }
}

TEST(GatewayAnswer, TheStatusCountsWithoutItsBody) {
  for (std::string const bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":\"half",
        "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{\"id\":\"x\"}",
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"id\":\"x\"}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{\"id\":\"x\"}\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{\"id\":\"x\"}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"x\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"",
        "HTTP/1.1 200 OK\r\n\r\n<html>", "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n[1]", "HTTP/1.1 200 OK\r\n\r\n{\"id\":\"a\",\"id\":\"b\"}"}) {
    auto const answer = read(bytes);
    ASSERT_TRUE(answer) << bytes;
    EXPECT_EQ(answer->status / 100, 2) << bytes;
    EXPECT_EQ(answer->reference, "") << bytes;
  }
  EXPECT_EQ(reference_of(sized(R"({"id":")" + std::string(201, 'x') + "\"}")), "");
  EXPECT_EQ(reference_of(sized(R"({"id":")" + std::string(200, 'x') + "\"}")).size(), 200U);
  // Only a 2xx names what it took.
  EXPECT_EQ(reference_of(sized(R"({"id":"x"})", "400 Bad Request")), "");
}

TEST(GatewayAnswer, SixteenKibibytesAndNoMore) {
  std::string const filled = R"({"id":"x","a":")";
  auto const body_of = [&](std::size_t size) {
    return filled + std::string(size - filled.size() - 2, 'a') + "\"}";
  };
  EXPECT_EQ(reference_of(sized(body_of(16 * 1024))), "x");
  EXPECT_EQ(reference_of(sized(body_of(16 * 1024 + 1))), "");
  EXPECT_EQ(reference_of("HTTP/1.1 200 OK\r\n\r\n" + body_of(16 * 1024)), "x");
  EXPECT_EQ(reference_of("HTTP/1.1 200 OK\r\n\r\n" + body_of(16 * 1024 + 1)), "");
  AnswerReader reader;
  std::size_t taken = 0;
  EXPECT_TRUE(reader.take("HTTP/1.1 200 OK\r\n\r\n"));
  while (reader.take(std::string(1024, 'x')) && taken < 1'000'000) {
    taken += 1024;
  }
  EXPECT_EQ(taken, 16U * 1024);
}

TEST(GatewayAnswer, WhatIsNoAnswer) {
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int n = 0; n < 101; ++n) {
    many += "A" + std::to_string(n) + ": b\r\n";
  }
  std::string interim;
  for (int n = 0; n < 9; ++n) {
    interim += "HTTP/1.1 102 Processing\r\n\r\n";
  }
  for (std::string const& bytes :
       {std::string{}, std::string{"HTTP/1.1 200 OK\r\nContent-Le"},
        std::string{"HTTP/1.1 200 OK\r\n"}, std::string{"SSH-2.0-OpenSSH_9.2\r\n\r\n"},
        std::string{"HTTP/2 200\r\n\r\n"}, std::string{"HTTP/1.1 999 X\r\n\r\n"},
        std::string{"HTTP/1.1 20 X\r\n\r\n"},
        std::string{"HTTP/1.1 101 Switching Protocols\r\n\r\n"}, many + "\r\n",
        interim + "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: " + std::string(17'000, 'x') + "\r\n\r\n",
        std::string(100'000, 'x')}) {
    EXPECT_FALSE(read(bytes)) << bytes.substr(0, 60);
  }
}

TEST(GatewayAnswer, RetryAfterInSecondsOrAsADate) {
  auto const wait = [](std::string const& value) {
    auto const answer =
        read("HTTP/1.1 429 Too Many Requests\r\nRetry-After: " + value + "\r\n\r\n");
    EXPECT_TRUE(answer);
    return answer ? answer->retry_after : std::nullopt;
  };
  EXPECT_EQ(wait("120"), seconds(120));
  EXPECT_EQ(wait("0"), seconds(0));
  EXPECT_EQ(wait("86400"), hours(1));
  EXPECT_EQ(wait("99999999999999999999999"), hours(1));
  EXPECT_EQ(wait("Thu, 01 Jan 2026 00:05:00 GMT"), minutes(5));
  EXPECT_EQ(wait("Wed, 31 Dec 2025 00:00:00 GMT"), seconds(0));
  EXPECT_EQ(wait("Fri, 01 Jan 2100 00:00:00 GMT"), hours(1));
  for (auto const* none : {"", "-5", "soon", "1.5", "12x", "Thu, 99 Jan 2026 00:05:00 GMT"}) {
    EXPECT_EQ(wait(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace fenghuo::messaging
