// Every bound the Choria protocol room puts on what it reads, in one place.
//
// WHY: requests come from the network and are parsed before their signature is known to be good, so
// nothing in them may choose how deep, how long or how often we work. The reference bounds little
// of this; each number below is far above what its clients and nodes produce.
#pragma once

#include <cstddef>
#include <cstdint>

namespace antiphon::choria {

// The largest message NATS itself allows; a broker's max_payload is what bounds it in practice.
inline constexpr size_t kPayloadBytesMax = size_t{64} << 20;
inline constexpr int kJsonDepthMax = 100;

// Names: identities, callers, collectives, agents, actions.
inline constexpr size_t kNameBytesMax = 512;
inline constexpr size_t kRequestIdLetters = 32;
inline constexpr size_t kSubjectBytesMax = 4096;

// Trace hops and federation targets. Clients send at most 200 targets at once.
inline constexpr size_t kHopsMax = 64;
inline constexpr size_t kHopTextBytesMax = 1024;
inline constexpr size_t kFederationTargetsMax = 1024;

// Entries of one filter section, the text of one entry, and how many of all may be patterns.
inline constexpr size_t kFilterEntriesMax = 10'000;
inline constexpr size_t kFilterTextBytesMax = 8192;
inline constexpr size_t kFilterPatternsMax = 256;
inline constexpr size_t kCompoundTermsMax = 64;
inline constexpr int64_t kPatternMemoryBytesMax = 1 << 20;
inline constexpr size_t kFactPathPartsMax = 64;

// A request lives at least half a minute (the reference's schema) and at most a year.
inline constexpr int64_t kTtlSecondsMin = 30;
inline constexpr int64_t kTtlSecondsMax = 366 * 24 * 3600;
// Unix seconds of the years 0 and 9999: keeps every sum of times inside 64 bits.
inline constexpr int64_t kUnixSecondsMin = -62'167'219'200;
inline constexpr int64_t kUnixSecondsMax = 253'402'300'799;

// Certificates: PEM text of one bundle, certificates in it, key sizes, and chain length.
inline constexpr size_t kPemBytesMax = 64 << 10;
inline constexpr size_t kCertificatesMax = 16;
inline constexpr int kChainDepthMax = 8;
inline constexpr int kRsaBitsMin = 1024;
inline constexpr int kRsaBitsMax = 8192;
inline constexpr size_t kSignatureTextBytesMax = 2048;
inline constexpr size_t kHashTextBytesMax = 128;
inline constexpr size_t kCallerPatternsMax = 256;

inline constexpr size_t kStatusTextBytesMax = 64 << 10;

// Tokens: the compact text, entries of a list or map in the claims, and one text of them. A policy
// may fill the token.
inline constexpr size_t kTokenBytesMax = 64 << 10;
inline constexpr size_t kTokenEntriesMax = 1024;
inline constexpr size_t kTokenTextBytesMax = 4096;
// The least an RSA key must have to sign tokens.
inline constexpr int kTokenRsaBitsMin = 2048;

}  // namespace antiphon::choria
