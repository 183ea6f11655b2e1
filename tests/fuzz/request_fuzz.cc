// Bytes of a connection: requests one after the other, as strangers send them.
#include "server/http/request_reader.h"
#include "tests/fuzz/target.h"

namespace fenghuo::fuzz {

namespace {

using server::RequestReader;
using State = RequestReader::State;

constexpr std::size_t kBody = 4'096;

std::vector<std::string> seeds() {
  return {
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /api/v1/reports?limit=5&q=%E7%81%AB HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer y\r\n"
      "Accept-Language: en\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n",
      "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 31\r\nExpect: 100-continue\r\n\r\n{\"channel\":\"119\",\"text\":\"x y z\"}"
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;a=\"b\"\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-Sum: 1\r\n\r\n"
      "PUT /y HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nz",
      "\r\nPOST http://x/y HTTP/1.1\r\nhost:x\r\ncontent-length:0\r\n\r\n",
  };
}

std::vector<std::string> words() {
  return {"\r\n",
          "\r\n\r\n",
          "\n",
          "\r",
          ": ",
          " ",
          "Content-Length: 5\r\n",
          "Content-Length: 99999999999999999999\r\n",
          "Transfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip\r\n",
          "Host: y\r\n",
          "HTTP/1.0",
          "HTTP/2",
          "0\r\n\r\n",
          "ffffffff\r\n",
          "-1",
          "%00",
          "%zz",
          std::string(1, '\0'),
          "//",
          "?a=b&a=c"};
}

/// All requests of the bytes, in one text: the same however the bytes are cut.
struct Story {
  std::string text, problem;
  int whole = 0;
};

Story read(std::string_view bytes, std::size_t step) {
  Story story;
  std::string waiting;
  RequestReader reader;
  std::string body;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    waiting += bytes.substr(at, step);
    while (true) {
      std::size_t const used = reader.take(waiting);
      waiting.erase(0, used);
      body += reader.take_body();
      if (reader.held() > 17U << 10U || body.size() > kBody + 1) {
        story.problem = "more is held than the limits allow";
        return story;
      }
      if (reader.state() == State::Headed) {
        story.text += reader.head().method + " " + reader.head().path + "\n";
        for (auto const& [name, value] : reader.head().fields) {
          story.text += name + "=" + value + "\n";
          if (name.find_first_of("\r\n") != std::string::npos ||
              value.find_first_of("\r\n") != std::string::npos) {
            story.problem = "a line end inside a field";
          }
        }
        reader.admit(kBody);
        continue;
      }
      if (reader.state() == State::Refused) {
        int const status = reader.refusal().status;
        if (status < 400 || status > 499 || reader.refusal().detail.empty()) {
          story.problem = "refused without a reason";
        }
        story.text += "refused " + std::to_string(status);
        return story;
      }
      if (reader.state() == State::Whole) {
        if (!reader.head().chunked && body.size() != reader.head().length) {
          story.problem = "a body of another length than its header says";
        }
        story.text += body + "\n";
        ++story.whole;
        body.clear();
        reader = RequestReader{};
        continue;
      }
      if (used == 0 || waiting.empty()) {
        if (!waiting.empty()) {
          story.problem = "the reader stands still";
          return story;
        }
        break;
      }
    }
  }
  return story;
}

Verdict judge(std::string_view bytes) {
  Story const at_once = read(bytes, bytes.size() + 1);
  for (std::size_t const step : {std::size_t{1}, std::size_t{7}}) {
    Story const in_pieces = read(bytes, step);
    if (in_pieces.text != at_once.text) {
      return {true, "cut into pieces the bytes mean something else: " + in_pieces.text +
                        " instead of " + at_once.text};
    }
    if (!in_pieces.problem.empty()) {
      return {true, in_pieces.problem};
    }
  }
  return {at_once.whole > 0, at_once.problem};
}

}  // namespace

Target const kRequest{"request", seeds, judge, words};

}  // namespace fenghuo::fuzz

FENGHUO_FUZZ_ENTRY(fenghuo::fuzz::kRequest)
