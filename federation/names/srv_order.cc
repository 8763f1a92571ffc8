#include "federation/names/srv_order.h"

#include <algorithm>

namespace antiphon::federation {
namespace {

using Record = std::vector<SrvRecord>::iterator;

// The next of those with one priority. Those without weight come first in the row, so that they have
// a small chance beside others.
Record pick(Record begin, Record end, Random& random) {
  std::stable_partition(begin, end, [](const SrvRecord& one) { return one.weight == 0; });
  uint64_t sum = 0;
  for (Record one = begin; one != end; ++one) sum += one->weight;
  const uint64_t mark = random.below(sum + 1);
  uint64_t passed = 0;
  for (Record one = begin; one != end; ++one) {
    passed += one->weight;
    if (passed >= mark) return one;
  }
  return begin;
}

}  // namespace

void put_in_order(std::vector<SrvRecord>& records, Random& random) {
  std::stable_sort(records.begin(), records.end(), [](const SrvRecord& a, const SrvRecord& b) {
    return a.priority < b.priority;
  });
  for (Record begin = records.begin(); begin != records.end(); ++begin) {
    const Record end = std::find_if(begin, records.end(), [&](const SrvRecord& one) {
      return one.priority != begin->priority;
    });
    std::iter_swap(begin, pick(begin, end, random));
  }
}

}  // namespace antiphon::federation
