#pragma once

#include "core/base/result.h"

namespace fenghuo::server {

/// What the program ends with; scripts rely on these numbers.
enum class ExitCode {
  Ok = 0,
  Failed = 1,
  Usage = 2,  ///< usage, configuration, or it cannot start
  NotFound = 3,
  Conflict = 4,
  NotAllowed = 5,
  Unreachable = 6,
  DrillMissed = 7,
  StoreFailed = 70,
  Interrupted = 130
};

constexpr ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return ExitCode::Usage;
    case ErrorCode::NotFound:
      return ExitCode::NotFound;
    case ErrorCode::Conflict:
      return ExitCode::Conflict;
    case ErrorCode::Unavailable:
    case ErrorCode::DataLoss:
      break;
  }
  return ExitCode::Failed;
}

/// A server that cannot start ends with 2, whatever kept it; a second one on a journal is a conflict.
constexpr ExitCode exit_code_of_start(ErrorCode code) {
  return code == ErrorCode::Conflict ? ExitCode::Conflict : ExitCode::Usage;
}

}  // namespace fenghuo::server
