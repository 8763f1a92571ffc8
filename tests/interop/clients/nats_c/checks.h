// The frame of the nats.c program: a check is a function that fails by throwing; results go to the
// driver line by line.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace interop {

inline constexpr int kDeadlineMs = 20'000;

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void add(std::string name, std::function<void()> body);
void run_all();

void read_world(const char* path);
const std::string& world(const std::string& key);

// Has the driver do something with a server.
void ask(const std::string& request);

inline void need(bool ok, const std::string& detail) {
  if (!ok) throw Failure(detail);
}

// Polls what the library offers no event for.
void until(const std::function<bool()>& condition, const std::string& what);

// One per area; each registers its checks.
void add_messaging();
void add_requests();
void add_lifecycle();
void add_security();

}  // namespace interop
