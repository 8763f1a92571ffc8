#include "broker/runtime/strong_id.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace antiphon {
namespace {

static_assert(!std::is_convertible_v<ShardId, AccountId>);
static_assert(!std::is_convertible_v<uint16_t, ShardId>);

TEST(StrongId, ComparesByItsNumber) {
  EXPECT_EQ(ShardId{3}, ShardId{3});
  EXPECT_LT(ClientId{3}, ClientId{4});
  EXPECT_EQ(kGlobalAccount, AccountId{});
}

TEST(SessionId, SurvivesPackingWithEveryBit) {
  for (const SessionId id : {SessionId{0, 0}, SessionId{1, 0}, SessionId{0, 1},
                             SessionId{UINT32_MAX, UINT32_MAX}, SessionId{0x12345678, 0x9ABCDEF0}}) {
    EXPECT_EQ(SessionId::unpack(id.packed()), id);
  }
  EXPECT_NE((SessionId{1, 2}.packed()), (SessionId{2, 1}.packed()));
}

TEST(ShardMask, HasOneBitForEachShard) {
  ShardMask all = 0;
  for (uint16_t shard = 0; shard < kShardsMax; ++shard) {
    EXPECT_EQ(all & mask_of(ShardId{shard}), 0u);
    all |= mask_of(ShardId{shard});
  }
  EXPECT_EQ(all, ~ShardMask{0});
}

}  // namespace
}  // namespace antiphon
