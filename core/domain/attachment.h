#pragma once

#include <optional>
#include <string>

#include "core/domain/vocabulary.h"

/// An attachment 附件: a file that belongs to an incident or a report. The kernel knows its digest, size, name
/// and media type; the bytes lie in the attachment store, which made them durable before the command came.
///
/// Who may attach: whoever may add a note to the incident, or take reports in. Also after the end: pictures
/// arrive late. A file is never taken away from an object; the same one is not attached to it twice.
namespace fenghuo::domain {

struct State;
struct Context;
struct Decision;
struct Stamp;

/// What is said of a file. `digest` names its algorithm: "sha256:" and 64 hexadecimal digits.
struct FileFacts {
  std::string digest, name, media_type, note;
  std::int64_t size = 0;  ///< bytes
  bool operator==(FileFacts const&) const = default;
  static void fields(auto& f, auto& self) {
    f("digest", self.digest);
    f("name", self.name);
    f("media_type", self.media_type);
    f("note", self.note);
    f("size", self.size);
  }
};

/// A file as its object lists it.
struct Attachment {
  FileFacts file;
  Time attached_at;
  std::string attached_by;
  static void fields(auto& f, auto& self) {
    FileFacts::fields(f, self.file);
    f("attached_at", self.attached_at);
    f("attached_by", self.attached_by);
  }
};

inline constexpr std::size_t kMaxAttachments = 200;  ///< of one object

/// Names an incident, a report, or both.
struct AttachFile {
  static constexpr std::string_view kName = "attach_file";
  std::optional<IncidentId> incident;
  std::optional<ReportId> report;
  FileFacts file;
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("report", self.report);
    FileFacts::fields(f, self.file);
  }
};

struct FileAttached {
  static constexpr std::string_view kName = "file_attached";
  static constexpr int kVersion = 1;
  std::optional<IncidentId> incident;
  std::optional<ReportId> report;
  FileFacts file;
  std::string
      area;  ///< of the object then: decides who may read the file once the object is archived
  static void fields(auto& f, auto& self) {
    f("incident", self.incident);
    f("report", self.report);
    FileFacts::fields(f, self.file);
    f("area", self.area);
  }
};

Decision decide(State const& state, Context const& context, AttachFile const& command);
void apply(State& state, Stamp const& stamp, FileAttached const& event);

}  // namespace fenghuo::domain
