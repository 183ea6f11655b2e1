#include <algorithm>

#include "tests/simulation/simulation.h"

namespace fenghuo::tests {

namespace {

/// A sentence without the numbers and names in it: "lost: …" stays "lost".
std::string kind_of(std::string const& violation) {
  return violation.substr(0, std::min(violation.find_first_of(":0123456789"), violation.size()));
}

}  // namespace

std::vector<bool> shrink(Plan const& plan, std::string const& violation, int runs) {
  std::vector<bool> out(plan.actions.size(), false);
  auto const still_fails = [&](std::vector<bool> const& left_out) {
    --runs;
    return kind_of(simulate(plan, left_out).violation) == kind_of(violation);
  };
  for (std::size_t piece = plan.actions.size() / 2; piece > 0 && runs > 0; piece /= 2) {
    for (std::size_t from = 0; from < out.size() && runs > 0; from += piece) {
      std::vector<bool> fewer = out;
      std::fill(fewer.begin() + static_cast<std::ptrdiff_t>(from),
                fewer.begin() + static_cast<std::ptrdiff_t>(std::min(from + piece, out.size())),
                true);
      if (fewer != out && still_fails(fewer)) {
        out = std::move(fewer);
      }
    }
  }
  return out;
}

}  // namespace fenghuo::tests
