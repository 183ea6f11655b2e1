#include "core/domain/decision.h"

#include "core/base/time_text.h"

namespace fenghuo::domain {

std::optional<Refusal> refuse_stale(Context const& context, Sequence revision) {
  if (!context.expected_revision || *context.expected_revision == revision) {
    return std::nullopt;
  }
  return refuse(Rejection::StaleRevision,
                {{"revision", std::to_string(revision)},
                 {"expected", std::to_string(*context.expected_revision)}});
}

std::optional<Refusal> refuse_future(Context const& context, std::optional<Time> occurred_at) {
  // Clocks of callers and terminals differ; five minutes is tolerance, more is a mistyped time.
  if (!occurred_at || *occurred_at <= context.time + minutes(5)) {
    return std::nullopt;
  }
  return refuse(Rejection::OccurredInFuture,
                {{"occurred_at", to_rfc3339(*occurred_at)}, {"now", to_rfc3339(context.time)}});
}

}  // namespace fenghuo::domain
