// The least a broker can do on this machine: one thread, epoll, hardly more than literal subjects.
//
// WHY: what a broker reaches can be told from what the kernel allows only beside a loop that moves
// the same bytes between the same sockets. It checks nothing, limits nothing and forgets nothing
// it should, so it is a yardstick and never a server. Takes the flags that `antiphon bench` gives
// to servers, so that it is measured like one: --vs-server build/bench/bench/ap_bare_loop
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/bare_loop/connection.h"
#include "bench/bare_loop/readers.h"
#include "broker/buffer/buffer_limits.h"
#include "fleet/emulator/descriptor_limit.h"

namespace antiphon::bench {
namespace {

constexpr size_t kFrameBytesMax = 2 * 1024 * 1024;
constexpr int kEventsMax = 512;
constexpr int kBacklog = 4096;
constexpr std::string_view kInfo =
    "INFO {\"server_id\":\"BARE\",\"server_name\":\"bare\",\"version\":\"0.0.0\",\"proto\":1,"
    "\"max_payload\":1048576,\"headers\":true}\r\n";
constexpr std::string_view kPong = "PONG\r\n";

std::string_view take_word(std::string_view& line) {
  const size_t end = line.find(' ');
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return word;
}

size_t last_number(std::string_view line) {
  size_t value = 0;
  for (const char c : line.substr(line.rfind(' ') + 1)) {
    value = value * 10 + static_cast<size_t>(c - '0');
  }
  return value;
}

class Loop {
 public:
  explicit Loop(UniqueDescriptor listener)
      : listener_(std::move(listener)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        scratch_(kFrameBytesMax) {
    watch(listener_.get(), nullptr);
  }

  [[noreturn]] void run() {
    std::vector<epoll_event> events(kEventsMax);
    while (true) {
      const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsMax, -1);
      for (int i = 0; i < count; ++i) serve(events[i]);
      readers_.flush();
    }
  }

 private:
  void watch(int descriptor, Connection* connection) {
    epoll_event event{};
    event.events = connection == nullptr ? EPOLLIN : EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = connection;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
  }

  void serve(const epoll_event& event) {
    if (event.data.ptr == nullptr) return accept_all();
    auto& connection = *static_cast<Connection*>(event.data.ptr);
    if ((event.events & EPOLLOUT) != 0 && connection.wants_to_write()) connection.flush();
    if ((event.events & EPOLLIN) != 0 && !read(connection)) {
      readers_.forget(connection);
      delete &connection;
    }
  }

  void accept_all() {
    while (true) {
      UniqueDescriptor descriptor(
          ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (descriptor.get() < 0) return;
      const int on = 1;
      ::setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      auto* connection = new Connection(std::move(descriptor));
      watch(connection->descriptor(), connection);
      connection->append(kInfo);
      connection->flush();
    }
  }

  // Edge-triggered: until the socket is empty. False: it has ended.
  bool read(Connection& connection) {
    while (true) {
      const size_t kept = connection.tail.size();
      std::memcpy(scratch_.data(), connection.tail.data(), kept);
      const size_t room = std::min(kReadBytesMax, scratch_.size() - kept);
      const ssize_t got = ::recv(connection.descriptor(), scratch_.data() + kept, room, 0);
      if (got < 0) return errno == EAGAIN;
      if (got == 0) return false;
      const std::string_view all(scratch_.data(), kept + static_cast<size_t>(got));
      connection.tail.assign(all.substr(take_frames(connection, all)));
      readers_.deliver();
      if (static_cast<size_t>(got) < room) return true;
    }
  }

  // How many bytes were whole frames.
  size_t take_frames(Connection& connection, std::string_view all) {
    size_t done = 0;
    while (true) {
      const size_t end = all.find('\n', done);
      if (end == std::string_view::npos) return done;
      std::string_view line = all.substr(done, end - 1 - done);
      if (line.starts_with("PUB ")) {
        const size_t payload = last_number(line) + 2;
        if (all.size() - end - 1 < payload) return done;
        line.remove_prefix(4);
        const std::string_view subject = take_word(line);
        const std::string_view size_line(line.data(), line.size() + 2);
        readers_.publish(subject, size_line, all.substr(end + 1, payload));
        done = end + 1 + payload;
        continue;
      }
      if (line.starts_with("SUB ")) {
        line.remove_prefix(4);
        const std::string_view subject = take_word(line);
        readers_.subscribe(connection, subject, line.substr(line.rfind(' ') + 1));
      } else if (line.starts_with("PING")) {
        connection.append(kPong);
        connection.flush();
      }
      done = end + 1;
    }
  }

  UniqueDescriptor listener_;
  UniqueDescriptor epoll_;
  std::vector<char> scratch_;
  Readers readers_;
};

UniqueDescriptor listen_on_loopback() {
  UniqueDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (listener.get() < 0 || ::bind(listener.get(), generic, sizeof(address)) != 0 ||
      ::listen(listener.get(), kBacklog) != 0) {
    std::perror("bare loop: cannot listen");
    std::exit(1);
  }
  return listener;
}

uint16_t port_of(const UniqueDescriptor& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void write_file(const std::string& path, const std::string& text) {
  const std::string unfinished = path + ".new";
  std::ofstream(unfinished) << text;
  std::rename(unfinished.c_str(), path.c_str());
}

int bare_loop(int argc, char** argv) {
  std::string ports_directory;
  std::string pid_file;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (flag == "--ports_file_dir") ports_directory = argv[i + 1];
    if (flag == "-P") pid_file = argv[i + 1];
    if (flag.starts_with("--tls")) {
      std::fputs("bare loop: it knows no TLS\n", stderr);
      return 1;
    }
  }
  if (ports_directory.empty() || pid_file.empty()) {
    std::fputs("Usage: ap_bare_loop --ports_file_dir DIRECTORY -P PID_FILE\n", stderr);
    return 2;
  }
  fleet::raise_descriptor_limit();
  UniqueDescriptor listener = listen_on_loopback();
  const std::string pid = std::to_string(::getpid());
  write_file(pid_file, pid);
  write_file(ports_directory + "/bare_" + pid + ".ports",
             "{\"nats\":[\"nats://127.0.0.1:" + std::to_string(port_of(listener)) + "\"]}");
  Loop(std::move(listener)).run();
}

}  // namespace
}  // namespace antiphon::bench

int main(int argc, char** argv) {
  return antiphon::bench::bare_loop(argc, argv);
}
