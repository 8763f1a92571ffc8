#include "protocol/choria/ksuid.h"

#include <gtest/gtest.h>

#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::choria {
namespace {

TEST(Ksuid, TellsTheSecondItWasMadeIn) {
  EXPECT_EQ(ksuid_time(vectors::kIssuerId), vectors::kIssuerIssuedAt);
  EXPECT_EQ(ksuid_time(vectors::kChainedId), vectors::kChainedIssuedAt);
  EXPECT_EQ(ksuid_time("3MUah56X82HvGcAFQzORDMi3S7f"), vectors::kTokensIssuedAt);
  EXPECT_EQ(ksuid_time("000000000000000000000000000"), kKsuidEpoch);
  EXPECT_EQ(ksuid_time("aWgEPTl1tmebfsQzFP4bxwgy80V"), kKsuidEpoch + 0xFFFFFFFFll);
}

TEST(Ksuid, IsWrittenAsTheLibraryWritesIt) {
  EXPECT_EQ(make_ksuid(kKsuidEpoch, std::string(16, '\0')), "000000000000000000000000000");
  EXPECT_EQ(make_ksuid(kKsuidEpoch + 0xFFFFFFFFll, std::string(16, '\xff')),
            "aWgEPTl1tmebfsQzFP4bxwgy80V");
  const auto made = make_random_ksuid(1'750'000'000);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(ksuid_time(*made), 1'750'000'000);
  EXPECT_NE(made, make_random_ksuid(1'750'000'000));
}

TEST(Ksuid, RefusesOtherLengthsLettersAndNumbersThatAreTooLarge) {
  const std::string longer = std::string(vectors::kIssuerId) + std::string(vectors::kIssuerId);
  for (size_t length = 0; length <= longer.size(); ++length) {
    EXPECT_EQ(ksuid_time(longer.substr(0, length)).has_value(), length == kKsuidLetters);
  }
  EXPECT_FALSE(ksuid_time("aWgEPTl1tmebfsQzFP4bxwgy80W"));  // one more than 20 bytes hold
  EXPECT_FALSE(ksuid_time("zzzzzzzzzzzzzzzzzzzzzzzzzzz"));
  EXPECT_FALSE(ksuid_time("2yY8AFfwLaFzDRj2ZLc2k20y21-"));
  EXPECT_FALSE(make_ksuid(kKsuidEpoch - 1, std::string(16, 'x')));
  EXPECT_FALSE(make_ksuid(kKsuidEpoch + 0x100000000ll, std::string(16, 'x')));
  EXPECT_FALSE(make_ksuid(kKsuidEpoch, std::string(15, 'x')));
}

}  // namespace
}  // namespace antiphon::choria
