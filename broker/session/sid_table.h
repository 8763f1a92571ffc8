// A session's subscriptions by sid.
//
// WHY: nearly every session has a handful; those are kept in one small array and searched one by
// one. Only a session with many gets an index.
// LIFETIME: owns the subscriptions; they must have left the sublist before they are erased.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "broker/routing/split_table.h"
#include "broker/routing/subscription.h"
#include "protocol/bytes/check.h"
#include "protocol/bytes/text.h"

namespace antiphon {

class SidTable {
 public:
  static constexpr size_t kSearchedMax = 24;  // above this, an index pays

  size_t size() const { return all_.size(); }
  bool empty() const { return all_.empty(); }
  auto begin() const { return all_.begin(); }
  auto end() const { return all_.end(); }

  Subscription* find(std::string_view sid) const {
    const size_t position = position_of(sid);
    return position == kNowhere ? nullptr : all_[position].get();
  }

  // REQUIRES: find(sid) == nullptr.
  Subscription& add(Session* session, std::string_view sid) {
    all_.push_back(std::make_unique<Subscription>(session, sid));
    if (index_ != nullptr) {
      remember(all_.size() - 1);
    } else if (all_.size() > kSearchedMax) {
      index_ = std::make_unique<Index>();
      for (size_t i = 0; i < all_.size(); ++i) remember(i);
    }
    return *all_.back();
  }

  // REQUIRES: the subscription is in this table. It is destroyed.
  void erase(const Subscription& subscription) {
    const size_t position = position_of(subscription.sid.text());
    AP_CHECK(position != kNowhere);
    if (index_ != nullptr) index_->erase(to_absl(subscription.sid.text()));
    std::swap(all_[position], all_.back());
    all_.pop_back();
    if (index_ != nullptr && position < all_.size()) remember(position);
  }

  void clear() {
    index_ = nullptr;
    all_.clear();
    all_.shrink_to_fit();
  }

 private:
  // sid -> place in all_. Split, so that no SUB of a client with very many moves all of them at once.
  using Index = SplitTable<absl::flat_hash_map<absl::string_view, size_t>, 8, 1024>;
  static constexpr size_t kNowhere = static_cast<size_t>(-1);

  size_t position_of(std::string_view sid) const {
    if (index_ != nullptr) {
      const auto* found = index_->find(to_absl(sid));
      return found == nullptr ? kNowhere : found->second;
    }
    for (size_t i = 0; i < all_.size(); ++i) {
      if (all_[i]->sid.text() == sid) return i;
    }
    return kNowhere;
  }
  void remember(size_t position) {
    const absl::string_view sid = to_absl(all_[position]->sid.text());
    if (auto* known = index_->find(sid)) {
      known->second = position;
    } else {
      index_->insert(sid, {sid, position});
    }
  }

  std::vector<std::unique_ptr<Subscription>> all_;
  std::unique_ptr<Index> index_;
};

}  // namespace antiphon
