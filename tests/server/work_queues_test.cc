#include "server/http/work_queues.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace fenghuo::server {
namespace {

WorkQueues::Lanes lanes(std::size_t workers, std::size_t queue) {
  WorkQueues::Lanes out;
  out.fill({workers, queue, 0});
  return out;
}

TEST(WorkQueues, AFullClassRefusesAndKeepsNoOtherFromWorking) {
  WorkQueues queues{lanes(1, 2)};
  std::promise<void> open;
  auto const gate = open.get_future().share();
  std::promise<void> begun;
  std::atomic<int> done{0};
  ASSERT_TRUE(queues.put(WorkClass::Bulk, [&, gate] {
    begun.set_value();
    gate.wait();
    ++done;
  }));
  begun.get_future().wait();
  auto const wait = [&, gate] {
    gate.wait();
    ++done;
  };
  EXPECT_TRUE(queues.put(WorkClass::Bulk, wait));
  EXPECT_TRUE(queues.put(WorkClass::Bulk, wait));
  EXPECT_FALSE(queues.put(WorkClass::Bulk, wait)) << "two may wait";
  EXPECT_EQ(queues.waiting(WorkClass::Bulk), 2U);
  for (auto const work :
       {WorkClass::Vital, WorkClass::SignIn, WorkClass::Status, WorkClass::Query}) {
    std::promise<void> ran;
    ASSERT_TRUE(queues.put(work, [&] { ran.set_value(); }));
    ran.get_future().wait();  // would wait for ever behind the others
  }
  EXPECT_EQ(done, 0);
  open.set_value();
  std::promise<void> last;
  while (!queues.put(WorkClass::Bulk, [&] { last.set_value(); })) {
    std::this_thread::yield();
  }
  last.get_future().wait();
  EXPECT_EQ(done, 3);
}

TEST(WorkQueues, StoppingEndsAfterWhatIsBeingDoneAndDropsTheRest) {
  WorkQueues queues{lanes(1, 10)};
  std::promise<void> begun, open;
  auto const gate = open.get_future().share();
  std::atomic<int> done{0};
  queues.put(WorkClass::Vital, [&, gate] {
    begun.set_value();
    gate.wait();
    ++done;
  });
  begun.get_future().wait();
  auto const token = std::make_shared<int>(0);
  queues.put(WorkClass::Vital, [&, token] { ++done; });
  auto stopping = std::async(std::launch::async, [&] { queues.stop(); });
  while (queues.waiting(WorkClass::Vital) > 0) {  // until what waited was dropped
    std::this_thread::yield();
  }
  EXPECT_FALSE(queues.put(WorkClass::Vital, [] {}));
  open.set_value();
  stopping.wait();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(token.use_count(), 1) << "what was dropped is let go";
}

TEST(WorkQueues, TheOldestIsToldOfWhileItWaits) {
  WorkQueues queues{lanes(1, 10)};
  EXPECT_EQ(queues.oldest(WorkClass::Query).count(), 0);
  std::promise<void> begun, open;
  queues.put(WorkClass::Query, [&] {
    begun.set_value();
    open.get_future().wait();
  });
  begun.get_future().wait();
  std::promise<void> ran;
  queues.put(WorkClass::Query, [&] { ran.set_value(); });
  while (queues.oldest(WorkClass::Query).count() == 0) {
    std::this_thread::yield();
  }
  open.set_value();
  ran.get_future().wait();
  EXPECT_EQ(queues.waiting(WorkClass::Query), 0U);
}

}  // namespace
}  // namespace fenghuo::server
