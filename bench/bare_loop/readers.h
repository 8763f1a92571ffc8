// Who reads which subject in the bare loop, and messages on their way to them.
//
// MODEL: literal subjects, and those that end in ".*" (an asker's inbox). Few readers get their own
// copies; of many, those with the same sid share one encoding, collected until a read of a
// publisher is over.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/bare_loop/connection.h"

namespace antiphon::bench {

class Readers {
 public:
  void subscribe(Connection& reader, std::string_view subject, std::string_view sid);
  void forget(const Connection& reader);

  // `tail` is "[reply] size\r\n" with its line end.
  void publish(std::string_view subject, std::string_view size_line, std::string_view payload);
  // Hands over what was collected.
  void deliver();
  // Writes what was copied.
  void flush();

 private:
  struct Group {
    std::string sid;
    std::vector<Connection*> readers;
    std::string collected;
  };
  struct Subject {
    std::string name;
    std::vector<Group> groups;
    size_t readers = 0;
    bool collects = false;
  };

  static void deliver(Subject& subject);
  void copy_to(Connection& reader);

  absl::flat_hash_map<std::string, std::unique_ptr<Subject>> subjects_;
  std::vector<Subject*> collecting_;
  std::vector<Connection*> dirty_;
  std::string encoded_;
  std::string last_token_;
};

}  // namespace antiphon::bench
