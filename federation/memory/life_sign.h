// What a node does by itself that shows whether it is at a site.
//
// WHY: a node that nobody asks answers nothing, so the first request to it would have to find out
// where it is. Choria's nodes say that they start, once in half an hour that they live, every few
// minutes what they are (registration), and mostly that they end. SOURCE: go-choria 0.29.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace antiphon::federation {

enum class LifeSign : uint8_t { kStartup, kAlive, kRegistration, kShutdown };
inline constexpr size_t kLifeSigns = 4;

constexpr std::string_view life_sign_name(LifeSign sign) {
  constexpr std::string_view kNames[kLifeSigns] = {"startup", "alive", "registration", "shutdown"};
  return kNames[static_cast<size_t>(sign)];
}

}  // namespace antiphon::federation
