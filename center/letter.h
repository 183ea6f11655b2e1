#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/state.h"

/// What a message to one recipient of a delivery says, and where it goes.
namespace fenghuo::center {

/// Names one message: of this centre, for one recipient, by one means, in one round. Tries share it, a gateway tells
/// repeats by it, and receipts name it.
///
///   "9f3c21aa:D-2026-000012:0:1:sms"        centre, delivery, round, recipient, means
struct MessageId {
  std::string centre;  ///< the first eight hex digits of the hash of the journal's first row
  DeliveryId delivery;
  std::int64_t round = 0, recipient = 0;
  domain::Means means = domain::Means::Sms;
  auto operator<=>(MessageId const&) const = default;
};
std::string to_text(MessageId const& id);
std::optional<MessageId> parse_message_id(std::string_view text);

/// The numbers of a recipient for a means in the order in which they are tried, sealed as they are kept. A message goes
/// to a mobile; a call to a team first rings where it has somebody sitting.
///
///            SMS                                     telephone
///   person   mobile                                  mobile, landline
///   team     mobiles of its contacts, its own        its own, then its contacts as persons
struct Addressee {
  domain::Sealed name;
  std::vector<domain::Sealed> numbers;
};
Addressee addressee_of(domain::State const& state, domain::Recipient const& recipient,
                       domain::Means means);

/// The text in Chinese, as it is read on a telephone at night: who sends it, what is to be done and where, by when
/// an answer is expected. No name of a caller or victim is in it: gateways are not ours.
/// Checked: tests/center/letter_test.cc.
std::string letter_text(domain::State const& state, domain::Delivery const& delivery,
                        std::optional<Time> answer_by);

}  // namespace fenghuo::center
