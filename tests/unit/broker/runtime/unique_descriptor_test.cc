#include "broker/runtime/unique_descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

namespace antiphon {
namespace {

int new_descriptor() { return ::eventfd(0, EFD_CLOEXEC); }
bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) >= 0; }

TEST(UniqueDescriptor, ClosesWhatItOwns) {
  const int number = new_descriptor();
  { const UniqueDescriptor owner(number); }
  EXPECT_FALSE(is_open(number));
}

TEST(UniqueDescriptor, MovesOwnershipAndClosesWhatItHadBefore) {
  const int first = new_descriptor();
  const int second = new_descriptor();
  UniqueDescriptor a(first);
  UniqueDescriptor b(second);
  a = std::move(b);
  EXPECT_FALSE(is_open(first));
  EXPECT_EQ(a.get(), second);
  EXPECT_EQ(b.get(), -1);
  const UniqueDescriptor c(std::move(a));
  EXPECT_EQ(c.get(), second);
  EXPECT_TRUE(is_open(second));
}

TEST(UniqueDescriptor, StaysWholeWhenMovedToItself) {
  UniqueDescriptor a(new_descriptor());
  UniqueDescriptor& same = a;
  a = std::move(same);
  EXPECT_TRUE(is_open(a.get()));
}

TEST(UniqueDescriptor, GivesAwayWithoutClosing) {
  UniqueDescriptor a(new_descriptor());
  const int number = a.release();
  EXPECT_EQ(a.get(), -1);
  EXPECT_TRUE(is_open(number));
  a = UniqueDescriptor(number);
  a.reset();
  EXPECT_FALSE(is_open(number));
  a.reset();
}

}  // namespace
}  // namespace antiphon
