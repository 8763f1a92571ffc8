// Random subjects that collide: few tokens, shared beginnings, wildcards, now and then a deep or an
// invalid one.
#pragma once

#include <string>

#include "broker/runtime/random.h"

namespace antiphon {

class SubjectVocabulary {
 public:
  // `token_kinds`: how many different tokens there are (at most 26).
  SubjectVocabulary(Random& random, uint64_t token_kinds)
      : random_(random), token_kinds_(token_kinds) {}

  // Valid, without wildcards.
  std::string literal() {
    std::string subject = token();
    for (uint64_t more = depth(); more > 0; --more) subject += "." + token();
    return subject;
  }
  // Valid, with wildcards more often than not.
  std::string pattern() {
    if (random_.below(4) == 0) return literal();
    std::string subject;
    for (uint64_t more = depth() + 1; more > 0; --more) {
      if (!subject.empty()) subject += '.';
      const uint64_t kind = random_.below(8);
      if (more == 1 && kind < 3) return subject + ">";
      subject += kind < 5 ? "*" : token();
    }
    return subject;
  }
  // What a client may publish to: mostly literals, but any text is possible.
  std::string published() {
    switch (random_.below(40)) {
      case 0: return pattern();
      case 1: return literal() + ".";
      case 2: return "." + literal();
      case 3: return literal() + ".." + literal();
      case 4: return "";
      default: return literal();
    }
  }

 private:
  std::string token() {
    // Some tokens look like wildcards and are none.
    switch (random_.below(60)) {
      case 0: return "*a";
      case 1: return "a>";
      default: return std::string(1, static_cast<char>('a' + random_.below(token_kinds_)));
    }
  }
  uint64_t depth() {
    if (random_.below(300) == 0) return 40 + random_.below(20);
    return random_.below(4);
  }

  Random& random_;
  const uint64_t token_kinds_;
};

}  // namespace antiphon
