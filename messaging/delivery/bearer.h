#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/units.h"

/// Bearers 通信链路: how a message leaves the house towards one person. The port, and nothing of any one of them.
namespace fenghuo::messaging {

/// One message to one recipient. Equal at every try: a gateway tells repeats by the id alone, so whoever tries
/// again hands over the very same values.
struct OutgoingMessage {
  std::string id{};  ///< 1 to 128 of A-Z a-z 0-9 _ : -, another one for each recipient and means
  std::string recipient_name{};  ///< may be empty
  std::string address{};         ///< telephone number as people write it: +86 138-0000-0000
  std::string means{};           ///< "sms" or "phone"
  std::string text{};            ///< UTF-8, at most 8 KiB
  Time made_at{};                ///< when the message came to be, not when it was tried
  std::optional<Time> answer_by{};
  bool drill = false;      ///< only gateways opened for drills carry it, and they are told so
  std::string callback{};  ///< where the gateway may send its receipts; empty: nowhere
};

enum class HandoverOutcome {
  Accepted,  ///< the gateway has it. Says nothing of whether a person has read it
  TryAgain,  ///< nobody, or nobody ready, was there: the same message later
  Never,     ///< a repeat would get the same answer: people must look
};

/// What became of one try. Not a Result: three ways out, and the one in the middle may name a time.
struct Handover {
  HandoverOutcome outcome = HandoverOutcome::TryAgain;
  /// Accepted: the gateway's own name for the message; empty if it gave none.
  std::string reference{};
  /// Otherwise: what went wrong and how to mend it. No secret, no number, no text.
  std::string detail{};
  /// TryAgain: what the gateway asked for.
  std::optional<Duration> retry_after{};
  /// The gateway answered, whatever it said; false also for what never left.
  bool answered = false;
};

/// Units: times UTC. Errors: in the outcome; nothing is thrown. Threads: any, several at once.
/// Cost: hand_over blocks up to the bearer's own limit (webhook_bearer.h: 5 s); callers give it a thread.
/// Checked: tests/messaging/webhook_bearer_test.cc.
class Bearer {
 public:
  Bearer() = default;
  Bearer(Bearer const&) = delete;
  Bearer& operator=(Bearer const&) = delete;
  virtual ~Bearer() = default;

  /// As the settings call it; the same through its life.
  virtual std::string_view name() const = 0;
  /// Whether it carries this means and can tell a number of its kind; asks nobody, so costs nothing.
  virtual bool reaches(std::string_view means, std::string_view address) const = 0;
  virtual bool open_for_drills() const = 0;
  /// A drill's message on a bearer that is not open for drills is Never, and nothing leaves.
  virtual Handover hand_over(OutgoingMessage const& message) = 0;
};

}  // namespace fenghuo::messaging
