// One subscription of one session, and everyone on this shard who subscribed to the same subject.
//
// SHARD: home. MEMORY: a fleet has hundreds of thousands of these, so a subscription is one
// 64-byte object and a short sid lives inside it.
#pragma once

#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

struct Session;        // broker/session; only its address matters here
struct SubjectEntry;
struct QueueGroup;
struct FanoutPlan;

// The subscription id a client chose: any token, nearly always a short number.
class Sid {
 public:
  explicit Sid(std::string_view text) {
    if (text.size() <= kInlineBytes) {
      inline_bytes_ = static_cast<uint8_t>(text.size());
      std::memcpy(inline_, text.data(), text.size());
      return;
    }
    inline_bytes_ = kOnHeap;
    const auto bytes = static_cast<uint32_t>(text.size());
    char* heap = new char[bytes];
    std::memcpy(heap, text.data(), bytes);
    std::memcpy(inline_, &heap, sizeof heap);
    std::memcpy(inline_ + sizeof heap, &bytes, sizeof bytes);
  }
  ~Sid() {
    if (inline_bytes_ == kOnHeap) delete[] heap();
  }
  Sid(const Sid&) = delete;
  Sid& operator=(const Sid&) = delete;

  std::string_view text() const {
    if (inline_bytes_ != kOnHeap) return {inline_, inline_bytes_};
    uint32_t bytes;
    std::memcpy(&bytes, inline_ + sizeof(char*), sizeof bytes);
    return {heap(), bytes};
  }

 private:
  static constexpr size_t kInlineBytes = 15;
  static constexpr uint8_t kOnHeap = 0xFF;

  char* heap() const {
    char* heap;
    std::memcpy(&heap, inline_, sizeof heap);
    return heap;
  }

  char inline_[kInlineBytes];
  uint8_t inline_bytes_;
};

// A maximum that means none, for a subscription whose deliveries are looked at one by one all the
// same, because not all of them are allowed.
inline constexpr uint64_t kNeverReached = UINT64_MAX;

struct Subscription {
  Subscription(Session* owner, std::string_view sid_text) : session(owner), sid(sid_text) {}

  Session* const session;
  SubjectEntry* entry = nullptr;  // set by Sublist::insert
  QueueGroup* queue = nullptr;    // null for a plain subscription
  uint64_t delivered = 0;         // messages since the subscription began
  uint64_t max_messages = 0;      // removed when `delivered` reaches it; 0: never
  uint32_t position = 0;          // index in the entry's plain list or in the group's members
  bool is_shadow = false;         // stands for one of another account (broker/session/shadow.h)
  Sid sid;
};
static_assert(sizeof(Subscription) == 64);

// Members of one queue group on one subject of one shard.
struct QueueGroup {
  std::string name;
  std::vector<Subscription*> members;
};

struct SubjectEntry {
  std::string_view subject() const {
    return {reinterpret_cast<const char*>(this + 1), subject_bytes};
  }

  absl::InlinedVector<Subscription*, 2> plain;
  std::unique_ptr<std::vector<std::unique_ptr<QueueGroup>>> queues;  // null when there are none
  std::unique_ptr<FanoutPlan> plan;  // see fanout_plan.h; made when first needed
  uint32_t version = 0;              // counts changes of `plain`; a plan is for one version
  uint32_t limited = 0;              // plain subscriptions that have max_messages
  uint32_t subject_bytes = 0;        // the text follows the struct

  size_t queue_count() const { return queues == nullptr ? 0 : queues->size(); }
  bool unused() const { return plain.empty() && queues == nullptr; }

  static SubjectEntry* create(std::string_view subject);
  static void destroy(SubjectEntry* entry);
};

}  // namespace antiphon
