// The seed of a model test, and how to run it again: every failure says both.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace antiphon {

// From AP_SEED, or a new one for each run.
inline uint64_t model_seed() {
  if (const char* given = std::getenv("AP_SEED")) return std::strtoull(given, nullptr, 10);
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

inline std::string replay_text(uint64_t seed, const std::string& program = "ap_model_tests") {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  return "replay: AP_SEED=" + std::to_string(seed) + " " + program + " --gtest_filter=" +
         info->test_suite_name() + "." + info->name();
}

}  // namespace antiphon
