// Fuzzes nkeys: what is accepted must be the one text of what it says.
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/bytes/check.h"
#include "protocol/nats/nkey.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace antiphon;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Nkey nkey;
  if (decode_nkey(text, nkey) == NkeyFault::kNone) {
    AP_CHECK(encode_nkey(nkey.prefix, nkey.key) == text);
    AP_CHECK(!nkey_verify_nonce(nkey, "nonce", text));
  }
  std::optional<NkeySeed> seed;
  if (decode_nkey_seed(text, seed) == NkeyFault::kNone) {
    AP_CHECK(encode_nkey_seed(seed->prefix, seed->seed).view() == text);
  }
  // Any 32 bytes make a key, and its text is read again.
  if (size == kEd25519KeyBytes) {
    Ed25519PublicKey key{};
    for (size_t i = 0; i < size; ++i) key[i] = data[i];
    Nkey again;
    AP_CHECK(decode_nkey(encode_nkey(NkeyPrefix::kUser, key), again) == NkeyFault::kNone);
    AP_CHECK(again.key == key);
  }
  return 0;
}
