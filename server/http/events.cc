#include "server/http/arguments.h"
#include "server/http/page.h"

namespace fenghuo::server {

namespace {

Answer follow(Desk& desk, Call& call) {
  if (auto unknown = refuse_other_arguments(call, {"after"})) {
    return std::move(*unknown);
  }
  std::string text = call.header("Last-Event-ID");
  if (text.empty()) {
    text = call.argument("after");
  }
  Sequence const newest = desk.center.committed().read([](auto const& s) { return s.sequence; });
  auto const after = text.empty() ? std::optional<std::int64_t>{newest} : whole_number(text);
  if (!after || *after < 0) {
    return problem(call, {{"after", "expected a sequence number"}});
  }
  if (*after > newest) {
    return problem(
        call, 409, "conflict",
        "this journal ends at " + std::to_string(newest) +
            ": you have read from another one; read the state again and start from there");
  }
  Answer answer;
  answer.type = "text/event-stream";  // for HEAD; otherwise the feed sends its own header
  answer.feed = FeedWish{*after, call.who, call.proof};
  return answer;
}

}  // namespace

void add_feed_routes(RouteTable& routes, Desk& desk) {
  routes
      .add(
          {"GET", "/api/v1/events", Permission::SignedIn, [&](Call& c) { return follow(desk, c); }})
      .work = WorkClass::Status;
}

}  // namespace fenghuo::server
