// Finds what is said about a subject among patterns, some of them with wildcards.
//
// MODEL: literal patterns are one hash lookup; the others are tried one by one, in their order. WHY: an account has
// few of them, and they change only on reload.
// SHARD: any, once filled. LIFETIME: the items outlive the index.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/text.h"
#include "protocol/subject/subject.h"

namespace antiphon {

template <typename Item>
class SubjectIndex {
 public:
  void add(std::string_view pattern, const Item* item) {
    if (has_wildcard(pattern)) {
      wildcards_.push_back({std::string(pattern), item});
    } else {
      literals_[std::string(pattern)].push_back(item);
    }
  }
  bool empty() const { return literals_.empty() && wildcards_.empty(); }

  // Calls visit(const Item&), first for what names the subject itself, until it returns false.
  template <typename Visit>
  void match(std::string_view subject, Visit&& visit) const {
    if (const auto found = literals_.find(subject); found != literals_.end()) {
      for (const Item* item : found->second) {
        if (!visit(*item)) return;
      }
    }
    for (const Wildcard& candidate : wildcards_) {
      if (subject_matches(candidate.pattern, subject) && !visit(*candidate.item)) return;
    }
  }

 private:
  struct Wildcard {
    std::string pattern;
    const Item* item;
  };
  TextMap<std::vector<const Item*>> literals_;
  std::vector<Wildcard> wildcards_;
};

}  // namespace antiphon
