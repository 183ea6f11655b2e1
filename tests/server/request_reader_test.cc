#include "server/http/request_reader.h"

#include <gtest/gtest.h>

namespace fenghuo::server {
namespace {

using State = RequestReader::State;

/// What became of some bytes, fed `step` at a time.
struct Outcome {
  State state = State::Head;
  int status = 0;
  RequestHead head;
  std::string body, left;
};

Outcome read(std::string_view bytes, std::size_t step, std::size_t limit = 1'000) {
  RequestReader reader;
  Outcome out;
  std::string waiting;
  auto const turn = [&] {
    while (true) {
      std::size_t const used = reader.take(waiting);
      waiting.erase(0, used);
      out.body += reader.take_body();
      if (reader.state() == State::Headed) {
        out.head = reader.head();
        reader.admit(limit);
      } else if (used == 0 || waiting.empty()) {
        return;
      }
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    waiting += bytes.substr(at, step);
    turn();
  }
  out.state = reader.state();
  out.status = reader.state() == State::Refused ? reader.refusal().status : 0;
  out.left = waiting;
  return out;
}

std::string post(std::string const& fields, std::string const& body) {
  return "POST /a/b?c=d%20e&c=f HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

class AnyStep : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(RequestReader, AnyStep, testing::Values(1, 2, 3, 7, 64, 100'000));

TEST_P(AnyStep, ABodyOfALengthAndWhatComesAfter) {
  Outcome const out =
      read(post("Content-Length: 5\r\n", "hello" + std::string("GET / HTTP")), GetParam());
  EXPECT_EQ(out.state, State::Whole);
  EXPECT_EQ(out.body, "hello");
  EXPECT_EQ(out.left, "GET / HTTP");
  EXPECT_EQ(out.head.method, "POST");
  EXPECT_EQ(out.head.path, "/a/b");
  EXPECT_EQ(out.head.query.at("c"), "d e");
  EXPECT_EQ(out.head.repeated.at("c"), std::vector<std::string>{"f"});
  EXPECT_EQ(out.head.field("hOST"), "x");
  EXPECT_TRUE(out.head.keep_alive);
}

TEST_P(AnyStep, AChunkedBody) {
  Outcome const out = read(post("Transfer-Encoding: Chunked\r\n",
                                "3;name=\"v\"\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: 1\r\n\r\nNEXT"),
                           GetParam());
  EXPECT_EQ(out.state, State::Whole);
  EXPECT_EQ(out.body, "abc0123456789");
  EXPECT_EQ(out.left, "NEXT");
}

TEST_P(AnyStep, LimitsOfTheBodyAreExact) {
  EXPECT_EQ(read(post("Content-Length: 10\r\n", "0123456789"), GetParam(), 10).state, State::Whole);
  EXPECT_EQ(read(post("Content-Length: 11\r\n", ""), GetParam(), 10).status, 413);
  std::string const chunked = "Transfer-Encoding: chunked\r\n";
  EXPECT_EQ(read(post(chunked, "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"), GetParam(), 10).state,
            State::Whole);
  Outcome const over =
      read(post(chunked, "5\r\n01234\r\n6\r\n56789A\r\n0\r\n\r\n"), GetParam(), 10);
  EXPECT_EQ(over.status, 413);
  EXPECT_LE(over.body.size(), 11U);
}

TEST_P(AnyStep, WhatCouldBeReadInTwoWaysIsRefused) {
  for (std::string const& fields :
       {std::string{"Content-Length: 5\r\nContent-Length: 5\r\n"},
        std::string{"Content-Length: 5\r\nContent-Length: 6\r\n"},
        std::string{"Content-Length: 5, 5\r\n"},
        std::string{"Content-Length: +5\r\n"},
        std::string{"Content-Length: -5\r\n"},
        std::string{"Content-Length: 0x5\r\n"},
        std::string{"Content-Length: 5 5\r\n"},
        std::string{"Content-Length:\r\n"},
        std::string{"Content-Length: 99999999999999999999999\r\n"},
        std::string{"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"},
        std::string{"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"},
        std::string{"Transfer-Encoding: gzip, chunked\r\n"},
        std::string{"Transfer-Encoding: xchunked\r\n"},
        std::string{"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
        std::string{"Transfer-Encoding: identity\r\n"},
        std::string{"Transfer-Encoding: chunked\r\n\tx: y\r\n"},
        std::string{"Content-Length : 5\r\n"},
        std::string{" Content-Length: 5\r\n"},
        std::string{"X: a\r\n folded: b\r\n"},
        std::string{"X: a\rContent-Length: 5\r\n"},
        std::string{"X: a\nContent-Length: 5\r\n"},
        std::string{"Content\tLength: 5\r\n"},
        std::string{"no colon\r\n"},
        std::string{": no name\r\n"},
        std::string{"X: \x01\r\n"},
        std::string{"X: a\0b\r\n", 8},
        std::string{"Host: y\r\n"}}) {
    EXPECT_EQ(read(post(fields, "hello"), GetParam()).status, 400) << fields;
  }
}

TEST_P(AnyStep, ChunksThatAreNone) {
  for (char const* body :
       {"g\r\n", "\r\n", "-1\r\nx\r\n", "+1\r\nx\r\n", "0x1\r\nx\r\n", "1 \r\nx\r\n", "1\nx\r\n",
        "1\r\nxy\r\n", "1\r\nx\n0\r\n\r\n", "123456789\r\n", "1;\x01\r\nx\r\n", "1\rx\r\nx\r\n",
        "0\r\nT: \x02\r\n\r\n"}) {
    EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", body), GetParam()).status, 400) << body;
  }
  std::string const long_line = "1;" + std::string(2'000, 'x');
  EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", long_line), GetParam()).status, 400);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100; ++i) {
    trailers += "T: " + std::string(200, 'x') + "\r\n";
  }
  EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", trailers), GetParam()).status, 400);
}

TEST_P(AnyStep, RequestLinesThatAreNone) {
  for (char const* line : {"GET", "GET /", "GET  / HTTP/1.1", "GET / x HTTP/1.1", "GET / HTTP/1.2",
                           "GET / HTTP/2.0", "GET / http/1.1", " GET / HTTP/1.1", "G(T / HTTP/1.1",
                           "GET /\tx HTTP/1.1", "GET /%zz HTTP/1.1", "GET / HTTP/1.1 "}) {
    EXPECT_EQ(read(std::string{line} + "\r\nHost: x\r\n\r\n", GetParam()).status, 400) << line;
  }
  EXPECT_EQ(read("GET / HTTP/1.1\r\n\r\n", GetParam()).status, 400) << "no Host";
  EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n", GetParam()).state, State::Whole);
  EXPECT_EQ(
      read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", GetParam()).status,
      400);
  EXPECT_EQ(read("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", GetParam()).state, State::Whole);
  EXPECT_EQ(read("GET //other/x HTTP/1.1\r\nHost: x\r\n\r\n", GetParam()).head.path, "//other/x");
  EXPECT_EQ(read("GET http://other/x HTTP/1.1\r\nHost: x\r\n\r\n", GetParam()).head.path, "/x");
}

TEST_P(AnyStep, LimitsOfTheHeader) {
  std::string const begin = "GET / HTTP/1.1\r\nHost: x\r\n";
  std::string fields;
  for (int i = 0; i < 99; ++i) {
    fields += "A: b\r\n";
  }
  EXPECT_EQ(read(begin + fields + "\r\n", GetParam()).state, State::Whole);
  EXPECT_EQ(read(begin + fields + "A: b\r\n\r\n", GetParam()).status, 431);
  EXPECT_EQ(read(begin + "A: " + std::string(20'000, 'x'), GetParam()).status, 431);
  EXPECT_EQ(
      read("GET /" + std::string(8'192, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", GetParam()).status,
      414);
}

TEST(RequestReader, ExpectationsAndOldClients) {
  Outcome const waits = read(post("Expect: 100-Continue\r\nContent-Length: 5\r\n", ""), 100'000);
  EXPECT_EQ(waits.state, State::Body);
  EXPECT_TRUE(waits.head.expects_continue);
  EXPECT_EQ(read(post("Expect: coffee\r\n", ""), 100'000).status, 417);
  EXPECT_FALSE(read(post("Connection: close\r\n", ""), 100'000).head.keep_alive);
  EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n", 100'000).head.keep_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 100'000).head.keep_alive);
}

TEST(RequestReader, GivingUpKeepsWhatWasWhole) {
  RequestReader reader;
  reader.take("GET / HTTP/1.1\r\nHo");
  reader.give_up({408, "too_slow", "x"});
  EXPECT_EQ(reader.state(), State::Refused);
  EXPECT_EQ(reader.refusal().status, 408);
  EXPECT_FALSE(reader.head_read());
  RequestReader whole;
  whole.take("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  whole.admit(0);
  whole.give_up({408, "too_slow", "x"});
  EXPECT_EQ(whole.state(), State::Whole);
}

}  // namespace
}  // namespace fenghuo::server
