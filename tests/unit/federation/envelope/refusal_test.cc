#include "federation/envelope/refusal.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace antiphon::federation {
namespace {

TEST(Refusal, EachHasANameOfItsOwnThatMayBeALabel) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kRefusals; ++i) {
    const std::string_view name = refusal_name(static_cast<Refusal>(i));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace antiphon::federation
