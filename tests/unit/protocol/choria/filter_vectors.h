// Identity, class and agent filters and what they match.
// Made by go-choria itself; see README.md in this folder.
#pragma once

#include <string_view>

namespace antiphon::vectors {

struct MatchRow {
  std::string_view filter;
  std::string_view results;  // one letter per candidate
};

inline constexpr std::string_view kIdentities[] = {"web1.example.net", "db12.example.net", "a+b",
                                                   "["};
inline constexpr MatchRow kIdentityRows[] = {
    {"web1.example.net", "tfff"},
    {"WEB1.example.net", "ffff"},
    {"/web\\d/", "tfff"},
    {"/WEB/", "ffff"},
    {"/", "tttt"},
    {"//", "tttt"},
    {"/[/", "ffft"},
    {"/a+b/", "fftf"},
    {"a+b", "fftf"},
    {"/^db\\d+\\./", "ftff"},
    {"web", "ffff"},
    {"/example/", "ttff"},
    {"", "ffff"},
    {"/(\077i)WEB/", "tfff"},
    {"web1", "ffff"},
    {"///", "ffff"},
};

inline constexpr std::string_view kClasses[] = {"role::web", "Apache", "apache", "["};
inline constexpr MatchRow kClassRows[] = {
    {"role::web", "tfff"}, {"ROLE::WEB", "tfff"}, {"Apache", "fftf"}, {"apache", "fftf"},
    {"/APACHE/", "fttf"},  {"/^role/", "tfff"},   {"/", "tttt"},      {"/[/", "ffff"},
    {"[", "ffft"},         {"web", "ffff"},
};

inline constexpr std::string_view kAgents[] = {"rpcutil", "package", "["};
inline constexpr MatchRow kAgentRows[] = {
    {"rpcutil", "tff"}, {"RPCUTIL", "fff"}, {"/rpc/", "tff"}, {"/RPC/", "fff"},
    {"/", "ttt"},       {"/[/", "fff"},     {"[", "fft"},
};

}  // namespace antiphon::vectors
