// Tokens made by the reference's own `choria jwt`, version 0.29.4, with the organization's seed of
// 32 bytes 01; see README.md in this folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace antiphon::vectors {

// Seeds are 32 times this byte.
inline constexpr char kOrganizationSeedByte = 1;
inline constexpr char kIssuerSeedByte = 2;
inline constexpr char kUserSeedByte = 3;
inline constexpr std::string_view kOrganizationKey =
    "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
inline constexpr std::string_view kIssuerKey =
    "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394";
inline constexpr std::string_view kUserKey =
    "ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1";

// A chain issuer appointed by the organization, and a user it signed for.
inline constexpr int64_t kIssuerIssuedAt = 1'750'000'000;
inline constexpr int64_t kChainedIssuedAt = 1'750'000'010;
inline constexpr std::string_view kIssuerId = "2yY8AFfwLaFzDRj2ZLc2k20y214";
inline constexpr std::string_view kChainedId = "2yY8BW6nNCiEuCJ7rbWbTmSW74d";
inline constexpr std::string_view kIssuerTcs =
    "76f736198b24b59a8b81aedaad8a06d906e1f4a744810a37bc6d4bd02b903017"
    "aa0d55af1564a754fd82f88a65671b1b7a4169770357c325df2d76dbf744c506";
inline constexpr std::string_view kChainedTcs =
    "76f736198b24b59a8b81aedaad8a06d906e1f4a744810a37bc6d4bd02b903017"
    "aa0d55af1564a754fd82f88a65671b1b7a4169770357c325df2d76dbf744c506."
    "bbfe45771f1c741ca23c87153a5ea33bf1461c603cc3ca268343c6924355a7c6"
    "222634df52050b51a2344bf18e402d49888652cae2bcbfc30820865329eff10c";
inline constexpr std::string_view kChainedIssuer =
    "C-2yY8AFfwLaFzDRj2ZLc2k20y214."
    "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394";

inline constexpr int64_t kTokensIssuedAt = 1'795'407'715;
inline constexpr int64_t kTokensExpireAt = 4'949'007'715;
inline constexpr std::string_view kClientToken =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJjYWxsZXJpZCI6InVwPWFsaWNlIiwiYWdlbnRzIjpbInJwY3V"
    "0aWwuKiIsInB1cHBldCJdLCJvdSI6ImNob3JpYSIsIm9wYV9wb2xpY3kiOiJwYWNrYWdlIHggXHUwMDNjXHUwMDI"
    "2XHUwMDNlIiwicGVybWlzc2lvbnMiOnsic3RyZWFtc191c2VyIjp0cnVlLCJldmVudHNfdmlld2VyIjp0cnVlLCJ"
    "mbGVldF9tYW5hZ2VtZW50Ijp0cnVlfSwicHViX3N1YmplY3RzIjpbImEuXHUwMDNlIl0sInN1Yl9zdWJqZWN0cyI"
    "6WyJiLioiXSwicHVycG9zZSI6ImNob3JpYV9jbGllbnRfaWQiLCJwdWJsaWNfa2V5IjoiZWQ0OTI4YzYyOGQxYzJ"
    "jNmVhZTkwMzM4OTA1OTk1NjEyOTU5MjczYTVjNjNmOTM2MzZjMTQ2MTRhYzg3MzdkMSIsImlzcyI6IkNob3JpYSB"
    "Ub2tlbnMgUGFja2FnZSIsImV4cCI6NDk0OTAwNzcxNSwibmJmIjoxNzk1NDA3NzE1LCJpYXQiOjE3OTU0MDc3MTU"
    "sImp0aSI6IjNNVWFoNTZYODJIdkdjQUZRek9SRE1pM1M3ZiJ9.ZkzRAT6dUvNJBB1vzCfi-"
    "4vip1__Q6NRv5igG5IDNir4w1RFgwWHRU3E7xa-eQtyj4E8PFhlGy1FQEuu2CU-AQ";
inline constexpr std::string_view kClientTokenClaims =
    R"({"callerid":"up=alice","agents":["rpcutil.*","puppet"],"ou":"choria","opa_policy":"package x \u003c\u0026\u003e","permissions":{"streams_user":true,"events_viewer":true,"fleet_management":true},"pub_subjects":["a.\u003e"],"sub_subjects":["b.*"],"purpose":"choria_client_id","public_key":"ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1","iss":"Choria Tokens Package","exp":4949007715,"nbf":1795407715,"iat":1795407715,"jti":"3MUah56X82HvGcAFQzORDMi3S7f"})";
inline constexpr std::string_view kServerToken =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJpZGVudGl0eSI6Im4xLmV4YW1wbGUubmV0IiwiY29sbGVjdGl"
    "2ZXMiOlsibWNvbGxlY3RpdmUiLCJldSJdLCJwZXJtaXNzaW9ucyI6eyJzdWJtaXNzaW9uIjp0cnVlfSwib3UiOiJ"
    "jaG9yaWEiLCJwdXJwb3NlIjoiY2hvcmlhX3NlcnZlciIsInB1YmxpY19rZXkiOiJlZDQ5MjhjNjI4ZDFjMmM2ZWF"
    "lOTAzMzg5MDU5OTU2MTI5NTkyNzNhNWM2M2Y5MzYzNmMxNDYxNGFjODczN2QxIiwiaXNzIjoiQ2hvcmlhIFRva2V"
    "ucyBQYWNrYWdlIiwiZXhwIjo0OTQ5MDA3NzE1LCJuYmYiOjE3OTU0MDc3MTUsImlhdCI6MTc5NTQwNzcxNSwianR"
    "pIjoiM01VYWgwY21jaVprWDlKQVBqanRRVTA5YWMwIn0.07W6_iJ9kI32FTzQODMyWm1gzTioLllYyGK4cExGByn"
    "pnKBpQl2AykxmsrQhs1k1VL5Ur1CksBrj0G1lDfrXAQ";
inline constexpr std::string_view kServerTokenClaims =
    R"({"identity":"n1.example.net","collectives":["mcollective","eu"],"permissions":{"submission":true},"ou":"choria","purpose":"choria_server","public_key":"ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1","iss":"Choria Tokens Package","exp":4949007715,"nbf":1795407715,"iat":1795407715,"jti":"3MUah0cmciZkX9JAPjjtQU09ac0"})";
inline constexpr std::string_view kProvisioningToken =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJjaHQiOiJzM2NyZXQiLCJjaHMiOmZhbHNlLCJjaHUiOiJuYXR"
    "zOi8vcDE6NDIyMixuYXRzOi8vcDI6NDIyMiIsImNocGQiOnRydWUsImNodXNyIjoidSIsImNocHdkIjoicCIsImV"
    "4dGVuc2lvbnMiOnsiYSI6W3RydWUsbnVsbF0sImIiOjF9LCJvdSI6ImNob3JpYSIsInYyIjp0cnVlLCJwdXJwb3N"
    "lIjoiY2hvcmlhX3Byb3Zpc2lvbmluZyIsImlzcyI6IkNob3JpYSBUb2tlbnMgUGFja2FnZSIsInN1YiI6ImNob3J"
    "pYV9wcm92aXNpb25pbmciLCJleHAiOjQ5NDkwMDc3MTUsIm5iZiI6MTc5NTQwNzcxNSwiaWF0IjoxNzk1NDA3NzE"
    "1LCJqdGkiOiIzTVVhaDdaT1VEM04xR2RTQ25wbUczUFB1bm0ifQ.QVnRA-C47g4yy-"
    "_4DT8gNxtFkHOcl7hMELbLtkhWj0157cQSSnOG5YX3aqCCTvsf_xFPzApqns7i5g3D5BpyBg";
inline constexpr std::string_view kProvisioningTokenClaims =
    R"({"cht":"s3cret","chs":false,"chu":"nats://p1:4222,nats://p2:4222","chpd":true,"chusr":"u","chpwd":"p","extensions":{"a":[true,null],"b":1},"ou":"choria","v2":true,"purpose":"choria_provisioning","iss":"Choria Tokens Package","sub":"choria_provisioning","exp":4949007715,"nbf":1795407715,"iat":1795407715,"jti":"3MUah7ZOUD3N1GdSCnpmG3PPunm"})";
inline constexpr std::string_view kChainIssuerToken =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJjYWxsZXJpZCI6InVwPWxvZ2luIiwib3UiOiJjaG9yaWEiLCJ"
    "wZXJtaXNzaW9ucyI6e30sInB1cnBvc2UiOiJjaG9yaWFfY2xpZW50X2lkIiwidGNzIjoiYTQ5N2I5OWJjODgxMjJ"
    "lZDA4YmYzMWEwZWIwZDZlMDVhOTU1NmVmMzRlZTRkM2RmZWYwZGJiNjA3Yzk1YjUwY2YyODljMjdiOGMzOGZhYjU"
    "4NTg3YzRmM2E3NDZhNGIxNjY2YTBhODA2OGRhYmJmOTFjM2Q2NDA5MjRjOGJlMDciLCJwdWJsaWNfa2V5IjoiODE"
    "zOTc3MGVhODdkMTc1ZjU2YTM1NDY2YzM0YzdlY2NjYjhkOGE5MWI0ZWUzN2EyNWRmNjBmNWI4ZmM5YjM5NCIsIml"
    "zcyI6IkktOGE4OGUzZGQ3NDA5ZjE5NWZkNTJkYjJkM2NiYTVkNzJjYTY3MDliZjFkOTQxMjFiZjM3NDg4MDFiNDB"
    "mNmY1YyIsImV4cCI6NDk0OTAwNzcxNSwibmJmIjoxNzk1NDA3NzE1LCJpYXQiOjE3OTU0MDc3MTUsImp0aSI6IjN"
    "NVWFoMXJRTlk0VTROMFhocmlySmg2TkVYbCJ9.y3WoSqjXqjfADfm_c-ivzlpsvlJOcz5RGQ-"
    "edRPLE6Hvi4SIB6z3-b6JIlLV1ZfE4hgxsh6UUVltW1Kwwd6cDg";
inline constexpr std::string_view kChainIssuerTokenClaims =
    R"({"callerid":"up=login","ou":"choria","permissions":{},"purpose":"choria_client_id","tcs":"a497b99bc88122ed08bf31a0eb0d6e05a9556ef34ee4d3dfef0dbb607c95b50cf289c27b8c38fab58587c4f3a746a4b1666a0a8068dabbf91c3d640924c8be07","public_key":"8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394","iss":"I-8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c","exp":4949007715,"nbf":1795407715,"iat":1795407715,"jti":"3MUah1rQNY4U4N0XhrirJh6NEXl"})";

}  // namespace antiphon::vectors
