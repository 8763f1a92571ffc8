// Compares facts with the values a caller asked for.
//
// WHY: nodes of one fleet must agree on which of them are meant, whatever they run. So the
// comparison follows the reference into its corners: text compares without case, numbers compare as
// whole numbers unless the wanted value has a point, `>` with a point is `>=`, and `!=` on a false
// fact is the same as `==`.
// ERRORS: whatever the reference reports as an evaluation error does not match.
// Deviations: ordering (`<` and its kin) folds only ASCII letters; hexadecimal floats are no
// numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/choria/fact_path.h"
#include "protocol/choria/filter.h"
#include "protocol/choria/pattern.h"

namespace antiphon::choria {

// One fact filter, prepared for many nodes.
class FactMatcher {
 public:
  explicit FactMatcher(const FactFilter& filter);
  bool matches(std::string_view facts_json) const;

 private:
  bool matches_text(std::string_view fact) const;
  bool matches_number(std::string_view fact) const;
  bool matches_true() const;
  bool matches_false() const;

  FactPath path_;
  FactOperator op_;
  std::string value_;
  bool has_point_;
  std::optional<Pattern> pattern_;  // for =~
};

}  // namespace antiphon::choria
