#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace fenghuo::messaging {

/// A second place for anchors: a file on another disk, a network mount, a printer's device. Each anchor is
/// appended as a line and synced. A place that hangs or is full holds nobody up: lines wait (the last
/// 10,000) and are tried again.
///
/// Threads: any; writing happens on a thread of its own, or on the caller's with `threads` off.
/// Checked: tests/messaging/anchor_test.cc.
class AnchorMirror {
 public:
  AnchorMirror(std::filesystem::path file, bool threads);
  ~AnchorMirror();  ///< waits at most two seconds for lines that are still to be written
  AnchorMirror(AnchorMirror const&) = delete;
  AnchorMirror& operator=(AnchorMirror const&) = delete;

  void append(std::string line);
  std::string trouble() const;  ///< empty while all lines get there

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;  ///< outlives this where a write hangs for ever
  bool threads_;
};

}  // namespace fenghuo::messaging
