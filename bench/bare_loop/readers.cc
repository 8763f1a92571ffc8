#include "bench/bare_loop/readers.h"

#include <algorithm>

#include "broker/buffer/buffer_limits.h"
#include "protocol/bytes/text.h"

namespace antiphon::bench {
namespace {

// From this many on, collecting is cheaper than copying.
constexpr size_t kSharingReadersMin = 8;

void append_message(std::string_view subject, std::string_view sid, std::string_view size_line,
                    std::string_view payload, std::string& out) {
  out.append("MSG ").append(subject).append(" ").append(sid).append(" ");
  out.append(size_line).append(payload);
}

}  // namespace

void Readers::subscribe(Connection& reader, std::string_view subject, std::string_view sid) {
  std::unique_ptr<Subject>& found = subjects_[std::string(subject)];
  if (found == nullptr) {
    found = std::make_unique<Subject>();
    found->name = subject;
  }
  ++found->readers;
  for (Group& group : found->groups) {
    if (group.sid != sid) continue;
    group.readers.push_back(&reader);
    return;
  }
  found->groups.push_back({std::string(sid), {&reader}, {}});
}

void Readers::forget(const Connection& reader) {
  deliver();
  std::erase(dirty_, &reader);
  for (auto& [name, subject] : subjects_) {
    for (Group& group : subject->groups) {
      subject->readers -= std::erase(group.readers, &reader);
    }
  }
}

void Readers::publish(std::string_view subject, std::string_view size_line,
                      std::string_view payload) {
  auto found = subjects_.find(to_absl(subject));
  if (found == subjects_.end()) {
    last_token_.assign(subject.substr(0, subject.rfind('.') + 1)).append("*");
    found = subjects_.find(last_token_);
  }
  if (found == subjects_.end()) return;
  Subject& readers = *found->second;
  if (readers.readers < kSharingReadersMin) {
    for (Group& group : readers.groups) {
      encoded_.clear();
      append_message(subject, group.sid, size_line, payload, encoded_);
      for (Connection* reader : group.readers) copy_to(*reader);
    }
    return;
  }
  if (!readers.collects) collecting_.push_back(&readers);
  readers.collects = true;
  size_t most = 0;
  for (Group& group : readers.groups) {
    append_message(subject, group.sid, size_line, payload, group.collected);
    most = std::max(most, group.collected.size());
  }
  if (most >= kFlushBytes) deliver(readers);
}

void Readers::copy_to(Connection& reader) {
  if (reader.append(encoded_)) dirty_.push_back(&reader);
}

void Readers::deliver(Subject& subject) {
  for (Group& group : subject.groups) {
    if (group.collected.empty()) continue;
    const auto block = std::make_shared<const std::string>(std::move(group.collected));
    group.collected.clear();
    for (Connection* reader : group.readers) reader->give(block);
  }
}

void Readers::deliver() {
  for (Subject* subject : collecting_) {
    deliver(*subject);
    subject->collects = false;
  }
  collecting_.clear();
}

void Readers::flush() {
  for (Connection* reader : dirty_) reader->flush();
  dirty_.clear();
}

}  // namespace antiphon::bench
