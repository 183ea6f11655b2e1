#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "center/center.h"
#include "core/domain/event.h"
#include "messaging/codec/fields_json.h"
#include "server/workbook/columns.h"

namespace fenghuo::server {

/// Whether a row's names and numbers are sealed to stay, or only to see what would change.
enum class Sealing { Trial, Kept };

/// Makes rows into commands: sealed, located, complete.
class RowCommands {
 public:
  RowCommands(center::Center& center, Sealing sealing) : center_{center}, sealing_{sealing} {}

  /// The command that a row's object asks for, or what is wrong by member.
  /// Checked: tests/outside/test_workbook.py.
  using Made = std::variant<domain::Command, std::vector<messaging::FieldError>>;
  Made command_for(SheetKind kind, messaging::Json object);

 private:
  template <class T>
  Made record(SheetKind kind, messaging::Json const& object);
  Made team(messaging::Json const& object);
  std::unique_ptr<messaging::PersonalSealer> sealer(SheetKind kind, std::string const& code);

  center::Center& center_;
  Sealing sealing_;
};

}  // namespace fenghuo::server
