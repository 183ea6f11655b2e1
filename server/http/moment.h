#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "server/http/desk.h"

namespace fenghuo::server {

/// The state that a read is answered from: the committed one, or with `?at=SEQ|TIME` that of a past moment.
struct Moment {
  std::shared_ptr<domain::State const> past;  ///< none: now
  Sequence as_of = 0;                         ///< of a past moment
  std::optional<Time> time;                   ///< the one asked for, or that of the event

  bool is_past() const { return past != nullptr; }
};

/// Reads `?at=`. Gives the answer to send where it cannot be: 400 for what is no moment or is still to come, 503
/// where looking back would take too much now.
std::variant<Moment, Answer> moment_of(Desk& desk, Call const& call);

/// Calls `read` with the state of that moment.
template <class Read>
auto look(Desk& desk, Moment const& moment, Read read) {
  return moment.past != nullptr ? read(*moment.past) : desk.center.committed().read(read);
}

/// The object as the API shows it, at a moment. A team stands where it was last heard of by then.
template <class T>
messaging::Json view_at(Desk& desk, Moment const& /*moment*/, T const& object) {
  return view(desk, object);
}
messaging::Json view_at(Desk& desk, Moment const& moment, domain::Team const& team);

/// Waits up to a second for a projection to hold everything up to `sequence`: what just happened is on its way
/// there.
void await(messaging::Projection& projection, Sequence sequence);

}  // namespace fenghuo::server
