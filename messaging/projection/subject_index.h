#pragma once

#include <memory>

#include "messaging/projection/projection.h"

namespace fenghuo::messaging {

/// Which events speak of which object: the index behind timelines.
/// Threads: sequences from any.
/// Checked: tests/messaging/subject_index_test.cc.
class SubjectIndex final : public Projection {
 public:
  static Result<std::unique_ptr<SubjectIndex>> open(std::filesystem::path const& file,
                                                    Disk& disk = system_disk());

  std::string_view name() const override { return "subject_index"; }

  /// Sequences of the events about an object ("I-2026-000042"), after one, ascending, at most `most`.
  Result<std::vector<Sequence>> sequences(std::string_view subject, Sequence after,
                                          std::size_t most);

 private:
  using Projection::Projection;
  Result<void> store(std::span<kernel::RecordedEvent const> events) override;
};

/// A record of master data as a subject: "person:P001".
template <class Tag>
std::string subject_of(Code<Tag> const& code) {
  return std::string{Tag::kName}.append(":").append(code.text);
}

/// The ids and codes that an event names, as text, and the digest of a file, without repeats.
std::vector<std::string> subjects_of(domain::Event const& event);

}  // namespace fenghuo::messaging
