// Whether other federation brokers share the work of this one's cluster.
//
// WHY: nobody says so, neither they nor the broker; but requests come twice to each of us, once by the
// queue group to whoever takes it, and once to all. More copies than requests of one's own mean others.
// MODEL: how far the copies are ahead, at the least within a while: the two of a request come close
// together, but in either order and with others between. More than the most that they were in the
// first while, in kWhiles of them that follow each other, makes it likely. It is certain when the broker
// has answered a PING after that and they are still ahead: a connection may stand still between the two of a
// request, but not between them and that answer. LIMITS: believed for kBelievedMs.
#pragma once

#include <cstdint>

namespace antiphon::federation {

class OtherMembers {
 public:
  static constexpr int64_t kWhileMs = 250;
  static constexpr int kWhiles = 2;
  static constexpr int64_t kBelievedMs = 24 * 3'600'000;

  // Both subscriptions count from here on; or there was a gap in what is read. Nothing that comes in the
  // first while is evidence.
  void begin(int64_t now_ms);
  // Requests come by the queue group no more, or not yet.
  void end() { counts_ = is_likely_ = is_asked_ = false; }
  void heard_copy(int64_t now_ms);
  void took_request(int64_t now_ms);
  // Whether the broker shall be asked for an answer, behind which nothing is on its way any more.
  bool wants_proof() const { return is_likely_ && !is_asked_; }
  void proof_asked() {
    is_asked_ = true;
    least_since_asked_ = ahead_;
  }
  // It has answered; or something else was, which is no proof.
  void proof_came(int64_t now_ms);
  // What an earlier memory of the same member knew.
  void take_over(const OtherMembers& earlier, int64_t now_ms);

  bool are_known(int64_t now_ms) const { return now_ms - known_ms_ < kBelievedMs; }

 private:
  void look(int64_t now_ms);

  bool counts_ = false;
  bool is_first_while_ = true;
  int whiles_ = 0;     // that were above the floor
  int64_t ahead_ = 0;  // copies, of requests taken
  int64_t least_ = 0;  // in this while
  int64_t floor_ = 0;
  bool is_likely_ = false;
  bool is_asked_ = false;
  int64_t least_since_asked_ = 0;
  int64_t while_begin_ms_ = 0;
  int64_t known_ms_ = INT64_MIN / 2;
};

}  // namespace antiphon::federation
