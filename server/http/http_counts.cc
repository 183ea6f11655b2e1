#include "server/http/http_counts.h"

#include <fmt/format.h>

namespace fenghuo::server {

namespace {

constexpr std::array<std::string_view, kLineStates> kLineNames{"idle",    "header",    "body",
                                                               "waiting", "answering", "closing"};
constexpr std::array<std::string_view, kTurnedAway> kWhyNames{
    "address",      "connections", "memory", "header_time",
    "request_time", "answer_time", "form",   "feed_readers"};

std::string head(std::string_view name, std::string_view kind, std::string_view help) {
  return fmt::format("# HELP fenghuo_{0} {1}\n# TYPE fenghuo_{0} {2}\n", name, help, kind);
}

}  // namespace

std::string HttpCounts::metrics() const {
  std::string out = head("http_connections", "gauge", "Connections by what they are doing");
  for (std::size_t i = 0; i < kLineStates; ++i) {
    out += fmt::format("fenghuo_http_connections{{state=\"{}\"}} {}\n", kLineNames[i],
                       lines[i].load());
  }
  out += head("http_turned_away_total", "counter",
              "Connections and requests that nobody worked on, by reason");
  for (std::size_t i = 0; i < kTurnedAway; ++i) {
    out += fmt::format("fenghuo_http_turned_away_total{{reason=\"{}\"}} {}\n", kWhyNames[i],
                       turned_away[i].load());
  }
  struct Column {
    std::string_view name, kind, help;
    Counter OfClass::*value;
  };
  for (auto const& [name, kind, help, value] :
       {Column{"http_requests_total", "counter", "Requests handed to workers", &OfClass::taken},
        Column{"http_shed_total", "counter", "Requests refused because their queue was full",
               &OfClass::shed},
        Column{"http_queue", "gauge", "Requests that wait for a worker", &OfClass::waiting},
        Column{"http_oldest_waiting_us", "gauge", "How long the first of them has waited",
               &OfClass::oldest_us}}) {
    out += head(name, kind, help);
    for (std::size_t i = 0; i < kWorkClasses; ++i) {
      out += fmt::format("fenghuo_{}{{class=\"{}\"}} {}\n", name,
                         name_of(static_cast<WorkClass>(i)), (classes[i].*value).load());
    }
  }
  out += head("http_request_bytes", "gauge", "Bytes of requests in buffers") +
         fmt::format("fenghuo_http_request_bytes {}\n", request_bytes.load());
  out += head("http_answer_bytes", "gauge", "Bytes of answers that wait for their readers") +
         fmt::format("fenghuo_http_answer_bytes {}\n", answer_bytes.load());
  return out;
}

}  // namespace fenghuo::server
