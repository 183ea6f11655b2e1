#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/domain/rejection.h"
#include "messaging/codec/fields_json.h"
#include "server/http/exchange.h"

namespace fenghuo::server {

/// Problems as RFC 9457 has them: type, title (in the caller's language), status, detail, instance,
/// request_id, errors[]. `name` is the last part of the type and stands in docs/openapi.yaml.
Answer problem(Call const& call, int status, std::string_view name, std::string detail = "");
/// 400 with what is wrong where.
Answer problem(Call const& call, std::vector<messaging::FieldError> const& errors);
/// A refusal of the rules: 409, but 404 for what is not known and 412 for a stale revision.
Answer problem(Call const& call, domain::Refusal const& refusal);
/// An error from outside the kernel: 400, 404, 409, 503 with Retry-After, 500.
Answer problem(Call const& call, Error const& error);

/// 400 where the query holds more than these: an argument that is passed over in silence (a past moment, a
/// supposition) would be answered with something else than was asked.
std::optional<Answer> refuse_other_arguments(Call const& call,
                                             std::initializer_list<std::string_view> known);

/// Title of a problem; both languages for every name, checked in tests/server/problem_test.cc.
std::string_view title_of(std::string_view name, Language language);

}  // namespace fenghuo::server
