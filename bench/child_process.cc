#include "bench/child_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace fenghuo::bench {

namespace {

void write_all(int file, std::string const& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    auto const written = ::write(file, text.data() + at, text.size() - at);
    if (written <= 0) {
      return;
    }
    at += static_cast<std::size_t>(written);
  }
}

std::string read_all(int file) {
  std::string out;
  std::array<char, 4'096> piece{};
  ssize_t got = 0;
  while ((got = ::read(file, piece.data(), piece.size())) > 0) {
    out.append(piece.data(), static_cast<std::size_t>(got));
  }
  return out;
}

}  // namespace

Result<messaging::Json> in_child(std::function<Result<messaging::Json>()> const& work) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    return Error{ErrorCode::Unavailable, "no pipe to a child process"};
  }
  std::fflush(nullptr);
  pid_t const child = ::fork();
  if (child < 0) {
    return Error{ErrorCode::Unavailable, "no child process can be started"};
  }
  if (child == 0) {
    ::close(ends[0]);
    auto const found = work();
    write_all(ends[1], found ? found->text() : "!" + found.error().message);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string const text = read_all(ends[0]);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (text.empty() || status != 0) {
    return Error{ErrorCode::Unavailable, "a measuring process died"};
  }
  if (text.front() == '!') {
    return Error{ErrorCode::Unavailable, text.substr(1)};
  }
  return messaging::parse_json(text);
}

Memory memory() {
  Memory out;
  std::ifstream status{"/proc/self/status"};
  std::string line;
  while (std::getline(status, line)) {
    std::istringstream words{line};
    std::string name;
    std::int64_t value = 0;
    words >> name >> value;
    if (name == "VmRSS:") {
      out.now_kib = value;
    } else if (name == "VmHWM:") {
      out.peak_kib = value;
    }
  }
  return out;
}

}  // namespace fenghuo::bench
