#include "checks.h"

#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace interop {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(5);

std::vector<std::pair<std::string, std::function<void()>>> registered;
std::map<std::string, std::string> values;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out + '"';
}

void tell(const std::string& name, bool ok, const std::string& detail) {
  std::cout << "{\"check\": " << quoted(name) << ", \"ok\": " << (ok ? "true" : "false")
            << ", \"detail\": " << quoted(detail) << "}" << std::endl;
}

}  // namespace

void add(std::string name, std::function<void()> body) {
  registered.emplace_back(std::move(name), std::move(body));
}

void run_all() {
  for (const auto& [name, body] : registered) {
    try {
      body();
      tell(name, true, "");
    } catch (const std::exception& problem) {
      tell(name, false, problem.what());
    }
  }
}

void read_world(const char* path) {
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    size_t space = line.find(' ');
    values[line.substr(0, space)] = line.substr(space + 1);
  }
}

const std::string& world(const std::string& key) {
  return values.at(key);
}

void ask(const std::string& request) {
  std::cout << "{\"do\": " << quoted(request) << "}" << std::endl;
  std::string reply;
  std::getline(std::cin, reply);
  need(reply.rfind("ok", 0) == 0, "driver: " + reply);
}

void until(const std::function<bool()>& condition, const std::string& what) {
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kDeadlineMs);
  while (!condition()) {
    need(std::chrono::steady_clock::now() < end, what + ": not in time");
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace interop
