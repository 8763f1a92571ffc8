// Permissions against a naive oracle: for random rules, subscriptions and publishes, nothing that
// is denied is delivered, and nothing that is allowed is kept back.
#include <gtest/gtest.h>

#include "tests/model/model_seed.h"
#include "tests/model/permissions_oracle.h"

namespace antiphon {
namespace {

class PermissionsModel {
 public:
  explicit PermissionsModel(uint64_t seed) : make_(seed) {}

  // One set: a user's rules, and subscriptions and publishes of that user.
  void judge_set() {
    const PermissionSettings settings = make_.user();
    const Permissions permissions(settings);
    const PermissionsOracle oracle{settings};
    for (size_t i = 0; i < kSubscriptions; ++i) {
      judge(permissions, oracle, make_.subject(true), make_.below(2) == 0 ? "" : make_.queue(false));
    }
  }
  size_t delivered() const { return delivered_; }
  size_t kept_back() const { return kept_back_; }

 private:
  static constexpr size_t kSubscriptions = 2;
  static constexpr size_t kPublishes = 2;

  void judge(const Permissions& permissions, const PermissionsOracle& oracle,
             const std::string& wanted, const std::string& queue) {
    const bool accepted = permissions.may_subscribe(wanted, queue);
    ASSERT_EQ(accepted, oracle.subscribe(wanted, queue)) << wanted << " in " << queue;
    const bool filtered = permissions.must_filter(wanted, queue);
    for (size_t i = 0; i < kPublishes; ++i) {
      const std::string published = make_.subject(false);
      ASSERT_EQ(permissions.may_publish(published), oracle.publish(published)) << published;
      if (!accepted || !pattern_matches(wanted, published)) continue;
      const bool got = !filtered || permissions.may_deliver(published, queue);
      ASSERT_EQ(got, oracle.deliver(published, queue))
          << published << " to " << wanted << " in " << queue;
      ++(got ? delivered_ : kept_back_);
    }
  }

  PermissionsGenerator make_;
  size_t delivered_ = 0;
  size_t kept_back_ = 0;
};

TEST(PermissionsModel, DeliversWhatIsAllowedAndNothingElse) {
  const uint64_t seed = model_seed();
  SCOPED_TRACE(replay_text(seed));
  constexpr size_t kSets = 1'000'000;
  PermissionsModel model(seed);
  for (size_t set = 0; set < kSets; ++set) {
    model.judge_set();
    if (HasFailure()) return;
  }
  EXPECT_GT(model.delivered(), kSets / 25);
  EXPECT_GT(model.kept_back(), kSets / 250) << "filters must have had something to do";
}

}  // namespace
}  // namespace antiphon
