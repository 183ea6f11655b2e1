// The porch with real sockets, before a reception that answers with what it got.
#include "server/http/porch.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>

namespace fenghuo::server {
namespace {

namespace fs = std::filesystem;

/// A caller, with a socket that waits at most a minute.
class Caller {
 public:
  /// `buffer`: how much the system may take in for a caller that does not read; 0: as it likes.
  explicit Caller(std::uint16_t port, int buffer = 0) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    timeval const patience{60, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0;
  }
  ~Caller() { ::close(socket_); }
  Caller(Caller const&) = delete;
  Caller& operator=(Caller const&) = delete;

  bool connected() const { return connected_; }
  Caller& say(std::string_view text) {
    while (!text.empty()) {
      ssize_t const sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        break;
      }
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }
  Caller& end() {
    ::shutdown(socket_, SHUT_WR);
    return *this;
  }
  /// Reads until this was seen `times`; all that came. Less where the line ends before.
  std::string hear(std::string_view what, int times = 1) {
    while (count(heard_, what) < times) {
      char piece[65'536];
      ssize_t const got = ::recv(socket_, piece, sizeof piece, 0);
      if (got <= 0) {
        break;
      }
      heard_.append(piece, static_cast<std::size_t>(got));
    }
    return heard_;
  }
  /// Reads until the other side ends.
  std::string hear_all() { return hear("there is no such text"); }
  static int count(std::string_view text, std::string_view what) {
    int found = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
      ++found;
    }
    return found;
  }

 private:
  int socket_;
  bool connected_ = false;
  std::string heard_;
};

/// /echo answers with the body; /file with what is in the file; /wait waits for the gate; /large with 16 MiB; others
/// are refused at once.
class Mirror final : public Reception {
 public:
  Admission admit(Arrived& arrived) override {
    Admission admission;
    admission.work = WorkClass::Vital;
    admission.body_limit = 1'000'000;
    if (arrived.head.path == "/file") {
      admission.body_in = BodyIn::File;
      admission.body_limit = 8'000'000;
    } else if (arrived.head.path != "/echo" && arrived.head.path != "/wait" &&
               arrived.head.path != "/large" && arrived.head.path != "/leave") {
      admission.refused = text("404", "", arrived.keep_alive);
    }
    return admission;
  }
  Outgoing serve(Arrived& arrived) override {
    ++served;
    if (arrived.refusal) {
      return text(std::to_string(arrived.refusal->status), arrived.body, false);
    }
    if (arrived.head.path == "/wait") {
      std::unique_lock lock{mutex};
      ++waiting;
      changed.notify_all();
      changed.wait(lock, [&] { return open; });
    }
    if (arrived.head.path == "/large") {
      return text("200", std::string(16U << 20U, 'x'), arrived.keep_alive);
    }
    if (arrived.head.path == "/leave") {
      return {"", [this](std::shared_ptr<Wire> wire, std::shared_ptr<void>) {
                left_with = std::move(wire);
                left = true;
              }};
    }
    if (arrived.file != nullptr) {
      last_file = arrived.file->path();
      std::ostringstream content;
      content << std::ifstream{last_file}.rdbuf();
      return text("200", std::to_string(content.str().size()) + content.str().substr(0, 3),
                  arrived.keep_alive);
    }
    return text("200", arrived.body, arrived.keep_alive);
  }
  Outgoing refuse(Arrived& /*arrived*/, BadForm const& why) override {
    return text(std::to_string(why.status), "", false);
  }

  void let_go() {
    std::scoped_lock const lock{mutex};
    open = true;
    changed.notify_all();
  }
  void wait_for(int callers) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return waiting >= callers; });
  }

  std::atomic<int> served{0};
  std::shared_ptr<Wire> left_with;
  std::atomic<bool> left{false};
  fs::path last_file;
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  bool open = false;

 private:
  static Outgoing text(std::string const& status, std::string const& body, bool keep_alive) {
    return {"HTTP/1.1 " + status + " X\r\nContent-Length: " + std::to_string(body.size()) +
                (keep_alive ? "" : "\r\nConnection: close") + "\r\n\r\n" + body + "|",
            {}};
  }
};

class PorchTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path{testing::TempDir()} / ("porch-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    std::ofstream{folder_ / "upload-left-by-a-crash"} << "x";
    options_.address = {"127.0.0.1", 0};
    options_.lanes.fill({2, 100, 0});
    auto spool = Spool::open(folder_, 9'000'000);
    ASSERT_TRUE(spool) << spool.error().message;
    options_.spool = *spool;
    options_.trusted = *AddressSet::parse("127.0.0.0/8");
  }
  void TearDown() override {
    mirror_.let_go();
    porch_.reset();
    fs::remove_all(folder_);
  }
  std::uint16_t open() {
    auto opened = Porch::open(options_, mirror_, counts_);
    EXPECT_TRUE(opened) << opened.error().message;
    porch_ = std::move(opened).value();
    return porch_->port();
  }
  std::uint64_t turned_away(TurnedAway why) const {
    return counts_.turned_away[static_cast<std::size_t>(why)];
  }
  static std::string echo(std::string const& body) {
    return "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

  fs::path folder_;
  Porch::Options options_;
  HttpCounts counts_;
  Mirror mirror_;
  std::unique_ptr<Porch> porch_;
};

TEST_F(PorchTest, PipelinedRequestsAreAnsweredInTheirOrder) {
  Caller caller{open()};
  std::string all, expected;
  for (int i = 0; i < 300; ++i) {
    all += echo("body " + std::to_string(i));
    all += i % 3 == 0 ? "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n" : "";
  }
  std::string const heard = caller.say(all).hear("|", 400);
  std::size_t at = 0;
  for (int i = 0; i < 300; ++i) {
    at = heard.find("\r\n\r\nbody " + std::to_string(i) + "|", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_EQ(Caller::count(heard, "404 X"), 100);
}

TEST_F(PorchTest, ARequestInSinglePiecesAndAHalfClosedLine) {
  Caller caller{open()};
  for (char const c : echo("drop by drop")) {
    caller.say({&c, 1});
  }
  EXPECT_NE(caller.end().hear_all().find("\r\n\r\ndrop by drop|"), std::string::npos);
  Caller half{porch_->port()};
  EXPECT_NE(half.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
                .end()
                .hear_all()
                .find("400 X"),
            std::string::npos);
}

TEST_F(PorchTest, ContinueIsSaidOnlyWhereTheBodyIsWanted) {
  Caller caller{open()};
  caller.say("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(caller.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_NE(caller.say("ok").hear("ok|").find("200 X"), std::string::npos);
  Caller unwanted{porch_->port()};
  std::string const heard =
      unwanted
          .say("POST /no HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
          .hear_all();
  EXPECT_EQ(heard.find("100 Continue"), std::string::npos);
  EXPECT_NE(heard.find("404 X"), std::string::npos);
}

TEST_F(PorchTest, ALargeBodyGoesIntoAFileThatIsGoneAfterwards) {
  std::uint16_t const port = open();
  EXPECT_TRUE(fs::is_empty(folder_)) << "what a crash left is swept out";
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
  Caller caller{port};
  std::string const body = "abc" + std::string(5'000'000, 'x');
  caller.say("PUT /file HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
             "\r\n\r\n" + body);
  EXPECT_NE(caller.hear("|").find("5000003abc|"), std::string::npos);
  caller.say("PUT /file HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
             std::string{"3\r\nxyz\r\n2\r\n12\r\n0\r\n\r\n"});
  EXPECT_NE(caller.hear("|", 2).find("5xyz|"), std::string::npos);
  EXPECT_EQ(mirror_.last_file.parent_path(), folder_);
  // A third request on the line is answered after what belonged to the second was let go.
  caller.say(echo("")).hear("|", 3);
  EXPECT_TRUE(fs::is_empty(folder_));
  Caller over{port};
  over.say("PUT /file HTTP/1.1\r\nHost: x\r\nContent-Length: 8000001\r\n\r\n");
  EXPECT_NE(over.hear_all().find("413 X"), std::string::npos);
}

TEST_F(PorchTest, FilesOnTheirWayInDoNotFillTheDisk) {
  std::uint16_t const port = open();
  std::string const head = "PUT /file HTTP/1.1\r\nHost: x\r\nContent-Length: 6000000\r\n\r\n";
  auto first = std::make_unique<Caller>(port);
  first->say(head + std::string(5'000'000, 'x'));
  auto const spooled = [&] {
    auto const file = fs::directory_iterator{folder_};
    return file != fs::directory_iterator{} && fs::file_size(file->path()) == 5'000'000;
  };
  while (!spooled()) {
    std::this_thread::yield();
  }
  Caller second{port};
  EXPECT_NE(second.say(head + std::string(6'000'000, 'x')).hear_all().find("503 X"),
            std::string::npos);
  EXPECT_NE(first->say(std::string(1'000'000, 'x')).hear("|").find("6000000xxx|"),
            std::string::npos);
  Caller third{port};  // the room was given back
  EXPECT_NE(third.say(head + std::string(6'000'000, 'x')).hear("|").find("6000000xxx|"),
            std::string::npos);
}

TEST_F(PorchTest, WhoeverWaitsForNothingHoldsNoWorker) {
  std::uint16_t const port = open();
  std::vector<std::unique_ptr<Caller>> crowd;
  for (int i = 0; i < 200; ++i) {
    crowd.push_back(std::make_unique<Caller>(port));
    crowd.back()->say(i % 2 == 0 ? "" : "POST /echo HTTP/1.1\r\nHost:");
  }
  for (int i = 0; i < 8; ++i) {
    crowd.push_back(std::make_unique<Caller>(port, 4'096));
    crowd.back()->say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");  // and never reads
  }
  Caller caller{port};
  EXPECT_NE(caller.say(echo("through")).hear("|").find("through"), std::string::npos)
      << caller.hear("|");
}

TEST_F(PorchTest, TheOneThatAskedForNothingGoesFirst) {
  options_.limits.connections = 10;
  std::uint16_t const port = open();
  Caller busy{port}, regular{port};
  busy.say("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  mirror_.wait_for(1);
  regular.say(echo("first")).hear("|");
  std::vector<std::unique_ptr<Caller>> crowd;
  for (int i = 0; i < 40; ++i) {
    crowd.push_back(std::make_unique<Caller>(port));
    crowd.back()->say("POST /echo HTTP/1.1\r\nHost:");
  }
  EXPECT_EQ(crowd.front()->hear_all(), "") << "the oldest of them was dropped";
  EXPECT_NE(regular.say(echo("again")).hear("|", 2).find("again"), std::string::npos);
  mirror_.let_go();
  EXPECT_NE(busy.hear("|").find("200 X"), std::string::npos);
  EXPECT_GE(turned_away(TurnedAway::Connections), 30U);
}

TEST_F(PorchTest, UnfinishedRequestsDoNotFillTheMemory) {
  options_.limits.request_bytes = 3'000'000;
  std::uint16_t const port = open();
  std::vector<std::unique_ptr<Caller>> crowd;
  std::string const most = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" +
                           std::string(999'999, 'x');
  for (int i = 0; i < 8; ++i) {
    crowd.push_back(std::make_unique<Caller>(port));
    crowd.back()->say(most);
  }
  EXPECT_NE(crowd.back()->say("x").hear("|").find("200 X"), std::string::npos)
      << "the newest is not the one that goes";
  EXPECT_GE(turned_away(TurnedAway::Memory), 5U);
  Caller caller{port};
  EXPECT_NE(caller.say(echo("through")).hear("|").find("through"), std::string::npos);
}

TEST_F(PorchTest, AnswersThatNobodyReadsDoNotFillTheMemory) {
  options_.limits.answer_bytes = 20U << 20U;
  std::uint16_t const port = open();
  std::vector<std::unique_ptr<Caller>> crowd;
  for (int i = 0; i < 12; ++i) {
    crowd.push_back(std::make_unique<Caller>(port, 4'096));
    crowd.back()->say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  while (turned_away(TurnedAway::Memory) < 5) {
    std::this_thread::yield();
  }
  Caller caller{port};
  EXPECT_NE(caller.say(echo("through")).hear("|").find("through"), std::string::npos);
}

TEST_F(PorchTest, OneAddressCannotTakeAllAndASeatGoesAlongWithTheLine) {
  options_.trusted = AddressSet{};
  options_.limits.per_address = 3;
  std::uint16_t const port = open();
  auto first = std::make_unique<Caller>(port);
  first->say("GET /leave HTTP/1.1\r\nHost: x\r\n\r\n");
  while (!mirror_.left) {
    std::this_thread::yield();
  }
  auto second = std::make_unique<Caller>(port);
  EXPECT_NE(second->say(echo("second")).hear("|").find("second"), std::string::npos);
  mirror_.left_with.reset();  // the reception let the seat go when it did not keep it
  Caller third{port}, fourth{port};
  third.say(echo("third")).hear("|");
  fourth.say(echo("fourth")).hear("|");
  Caller fifth{port};
  EXPECT_EQ(fifth.say(echo("fifth")).hear_all(), "");
  EXPECT_EQ(turned_away(TurnedAway::Address), 1U);
  second.reset();
  while (true) {  // the porch hears of it when it looks
    Caller again{port};
    if (again.say(echo("again")).hear("|").find("again") != std::string::npos) {
      break;
    }
  }
}

TEST_F(PorchTest, DeadlinesEndThoseWhoAreTooSlow) {
  options_.limits.header = options_.limits.request = options_.limits.idle = options_.limits.answer =
      std::chrono::milliseconds{300};
  std::uint16_t const port = open();
  Caller silent{port}, header{port}, body{port}, idle{port}, deaf{port, 4'096};
  header.say("POST /echo HTTP/1.1\r\nHost:");
  body.say("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx");
  deaf.say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.say(echo("once"));
  EXPECT_EQ(silent.hear_all(), "");
  EXPECT_NE(header.hear_all().find("408 X"), std::string::npos);
  EXPECT_NE(body.hear_all().find("408 X"), std::string::npos);
  EXPECT_EQ(Caller::count(idle.hear_all(), "200 X"), 1);
  while (turned_away(TurnedAway::AnswerTime) == 0) {
    std::this_thread::yield();
  }
  EXPECT_LT(deaf.hear_all().size(), 16U << 20U);
}

TEST_F(PorchTest, StoppingLetsWhatIsBeingDoneBeAnswered) {
  Caller caller{open()};
  caller.say("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  mirror_.wait_for(1);
  std::thread stopping{[&] { porch_->stop(); }};
  mirror_.let_go();
  EXPECT_NE(caller.hear("|").find("200 X"), std::string::npos);
  stopping.join();
}

}  // namespace
}  // namespace fenghuo::server
