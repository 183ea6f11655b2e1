#include "server/admin/admin_socket.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace fenghuo::server {

namespace {

constexpr std::size_t kWish = 65'536;
constexpr std::size_t kAnswer = 16U << 20U;  // the report on a workbook names thousands of cells

bool fill(sockaddr_un& address, std::filesystem::path const& path) {
  std::string const text = path.string();
  address.sun_family = AF_UNIX;
  if (text.size() >= sizeof address.sun_path) {
    return false;
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return true;
}

struct Line {
  std::string text;  ///< empty when none came
  bool late = false;
};

/// One line, with a limit and a deadline for each piece of it.
Line read_line(int socket, std::size_t most, std::chrono::milliseconds patience) {
  std::string line;
  std::array<char, 4'096> piece{};
  while (line.size() < most) {
    pollfd waiting{socket, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) {
      return {"", true};
    }
    ssize_t const got = ::read(socket, piece.data(), piece.size());
    if (got <= 0) {
      return {};
    }
    line.append(piece.data(), static_cast<std::size_t>(got));
    if (auto const end = line.find('\n'); end != std::string::npos) {
      return {line.substr(0, end)};
    }
  }
  return {};
}

void write_line(int socket, std::string line) {
  line += '\n';
  std::size_t sent = 0;
  while (sent < line.size()) {
    ssize_t const count = ::send(socket, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) {
      return;
    }
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace

Result<std::unique_ptr<AdminSocket>> AdminSocket::open(std::filesystem::path const& path,
                                                       Answer answer) {
  sockaddr_un address{};
  if (!fill(address, path)) {
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("the path of the data folder is too long for a socket: {}", path.string())};
  }
  int const listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::unlink(
      path.c_str());  // left by a process that was killed; the journal's lock says there is no other
  mode_t const before = ::umask(0077);
  bool const bound = listener >= 0 &&
                     ::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     ::listen(listener, 8) == 0;
  int const why = errno;
  ::umask(before);
  if (!bound) {
    if (listener >= 0) {
      ::close(listener);
    }
    return Error{ErrorCode::Unavailable,
                 fmt::format("cannot open {}: {}", path.string(), std::strerror(why))};
  }
  return std::unique_ptr<AdminSocket>{new AdminSocket{path, listener, std::move(answer)}};
}

AdminSocket::AdminSocket(std::filesystem::path path, int listener, Answer answer)
    : path_{std::move(path)}, listener_{listener}, answer_{std::move(answer)}, thread_{[this] {
        run();
      }} {}

AdminSocket::~AdminSocket() {
  stopping_ = true;
  thread_.join();
  ::close(listener_);
  ::unlink(path_.c_str());
}

void AdminSocket::run() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 200) <= 0) {
      continue;
    }
    int const socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
      serve(socket);
      ::close(socket);
    }
  }
}

void AdminSocket::serve(int socket) {
  auto const wish = messaging::parse_json(read_line(socket, kWish, std::chrono::seconds{10}).text);
  messaging::Json const answer =
      wish ? answer_(*wish)
           : messaging::Json::object(
                 {{"ok", false}, {"code", "malformed"}, {"detail", wish.error().message}});
  write_line(socket, answer.text());
}

std::optional<messaging::Json> ask_running(std::filesystem::path const& path,
                                           messaging::Json const& wish,
                                           std::chrono::seconds patience) {
  sockaddr_un address{};
  int const socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool const connected =
      socket >= 0 && fill(address, path) &&
      ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  std::optional<messaging::Json> out;
  if (connected) {
    write_line(socket, wish.text());
    Line const line = read_line(socket, kAnswer, patience);
    if (auto answer = messaging::parse_json(line.text, {.bytes = kAnswer, .depth = 32})) {
      out = std::move(answer).value();
    } else if (line.late) {
      out = messaging::Json::object(
          {{"ok", false},
           {"code", "unavailable"},
           {"detail",
            fmt::format("the running centre has not answered within {} s; it may still be "
                        "at it",
                        patience.count())}});
    }
  }
  if (socket >= 0) {
    ::close(socket);
  }
  return out;
}

}  // namespace fenghuo::server
