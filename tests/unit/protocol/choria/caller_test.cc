#include "protocol/choria/caller.h"

#include <gtest/gtest.h>

#include "protocol/choria/digest.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

TEST(ChoriaCaller, GivesTheCertnameTheReferenceGives) {
  for (const auto& [caller_id, certname] : vectors::kCallers) {
    EXPECT_EQ(certname_of_caller(caller_id).value_or(""), certname) << caller_id;
  }
}

TEST(ChoriaCaller, HashesAsTheReferenceDoes) {
  struct Case {
    std::string_view name, md5, sha256;
  };
  const Case cases[] = {
      {"up=ginkgo", "e33bf0376d4accbb4a8fd24b2f840b2e",
       "f76b6d2a7755caf66ca1908e16dd59f01a466a1615e5273df535df56f471386d"},
      {"choria=rip.mcollective", "37bdf08389145a56c13096c178802d3b",
       "a8d26d6b19525a023b576468d70dd050cdace101bf8d438a58f071913d559a95"},
      {"ginkgo.example.net", "3f7c3a791b0eb10da51dca4cdedb9418",
       "d20fc1727ae10ccda51352aef09b2ffcbacb1a8a29236eac3eb7e1f66bfd8c57"},
  };
  for (const auto& [name, md5, sha256] : cases) {
    EXPECT_EQ(md5_hex(name), md5);
    EXPECT_EQ(sha256_hex(name), sha256);
    EXPECT_EQ(subject_hash(name), md5);
  }
}

TEST(ChoriaDigest, AReusedHashGivesTheSameAsAFreshOne) {
  Sha256 hash;
  (void)hash.of("something else");
  EXPECT_EQ(hash.of("abc"), Sha256().of("abc"));
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace antiphon::choria
