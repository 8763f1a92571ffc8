// Signed requests and whether the reference's `file` security provider accepts them.
// Made by go-choria itself; see README.md in this folder.
#pragma once

#include <string_view>

#include "tests/unit/protocol/choria/certificate_vectors.h"

namespace antiphon::vectors {

struct VerifyCase {
  std::string_view name;
  std::string_view pubcert;
  std::string_view message;
  std::string_view signature;
  bool accepted;
};
inline constexpr VerifyCase kVerifications[] = {
    {"the caller's own certificate", kAliceCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "Wth+IOUB1uAyUTBWPCgyE2ktki0motMk06I+bnf+uixRQ2AfmiCNG27VfOqZuvyCtdn2N/dXOSVh2vKtX/YgH2f"
     "+Nh/yjV7xo5kTGEA6Rz/OjzQGQw0CCaZw9gXOP66hPxJaO6+JLdCgmtRHlplqt0C/QnnEEVyliGk7+y4iXcyq1C"
     "OADZcFpzxiG5Zw9xo2OgSkToP5LWAquM4bSTMoaHYFoC1JsIFX/ePZWLwMOwwlZSxtcdjb6RyJM4W9d4EB5ctSO"
     "gFETjYdozAk9bt+WoeIembNrzDJLOFgO2O9+MSTb1VtqBEsefCtD1Gq4JbzT4HMEKbaJZi8ZXVH1eav8w==",
     true},
    {"a certificate with only a common name", kBobCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=cn.only.mc"
     "ollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":17"
     "50000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compoun"
     "d\":[]}}}",
     "u3ktq8bqcIQlIQSLuQ1mo5PDbBxN4O/xM6N2sfBnFmU3A5rmZhGFB+WW0Ez9v7tWH2ecytPbi3omwVN3TmrO5rM"
     "qRBAahWuE48WvpwvjpUY2f4DgNfFzjTsfWzunH5fGewkmhFI0h5ZnyvrJXebnJHXfsbQQgC8oiPhxqPk20udCdy"
     "UZvX9IX7xjrUd/aRkIb0WL0uEpvD48rg+CqiomJRHX/+1HQOIQcKifiaDKoG2l/uXh+Vr2Wnp+g041L6htQ3e87"
     "PBV58EQbOsh2+bkSGKZg9KDaOrwkQH3fCDpqfTQ5ctmUtGFIxc3qm3RZgbbXN99Hp8jLvIx4bsZDnPkog==",
     true},
    {"a second name of the certificate outside the allow list", kSanCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=other.exam"
     "ple.net\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "JH8LU92IVTx+BtZ9pVeQR1hbi4czhbKsnsxP9zkW7kUIPerplxgHNHpalkSH7/FEUl2yFZwGpIgFS+bVdGzlkiz"
     "3zrdaszDs9QnNsaQJQrsuc9hy5313qfezysUYlIowgiR2Q8zlum024HwfufpE9QgISfXe5sTF8WA3hpOOofQohG"
     "FkpHssIlJLtktoI6kNOw1MlHoofMpzyo84zvt6Di/toJ22NdJmjmgcKvNe+xB3XuQkGspqw0/tlbJKC7QNcQkSu"
     "Qsgk8+QRTmJiEhv7zUvdEnQbmPy6ZgjHTDnf/whgJAfqmqZBS3MYQdkbVbgCL9z5fGPza8TGNvoNv2wLQ==",
     false},
    {"an alternative name in the allow list", kSanCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=carol.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "TPnp9909yc+d0vxQHkVU7hoEvKPbWTSAYh7NPWHD/ro9am8rNKIPXhujUo6xzPVGv78sxtKzXcecBRMEGTfjPbf"
     "hskPUZxp2FK3E5Ss/kgmB80/2Alb8yHe+MbTZH2iFjXvH6+e7zybw+T9wwvwBjiSNkae6BRcNdYOuuq7eOgsCvT"
     "MO/2psI6N420JBz1KVLNcA6epNs0frLj6NG3r3J9qMVnDxbKDY3qiHOWLS+ZbqemKLwZiN7J2cgxC/BAlNtNtYO"
     "bQicMEbOhpIXJtTtfFLrfnONqeK6sqNnQr9dRH1jQHD4Sy5kAY+vmBPz4/IIPC5JB7wgfN6rf80VJF0ig==",
     true},
    {"the common name outside the allow list", kSanCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=carol\",\""
     "collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"fil"
     "ter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     "aqg66Rgk479u75DXVYMNzjeZdBHfmMBUgKXm/sQDZpVzbQ3KsopBCEJVazPSK2cqRXw4FreTlR4bkupuchuev94"
     "13uSm1Ru6jHyzzU0CbbI6FHC5EptPrKFdwhylNRDMB0ZPyED2rZ4mTzo1t78IF56Punt9Yf15MdGg2nK8n4p2FN"
     "ZqszAFC6+KlwjrvIU9d1ZNnaWPuQlgqi1nzdoTD1WXSwz6BY45+2PlZGz9oB4CozBzb3VO3ocV/MaqUQPWkx9Zd"
     "XxiBrkAX0y9HRqkwrrVOBMHTFYuJFw3ccAqsjDy8FBq5yiUGHHsIAa6A9MmQ/B/rxO9Gh06bciU0o233g==",
     false},
    {"somebody else's name", kAliceCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=bob.mcolle"
     "ctive\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":175000"
     "0000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":"
     "[]}}}",
     "jgz0yddPIypO7RlSkgz73ONbRei4m2Q17GQ4juUGSySQFYDYQQsgMQEJBMRExowoMp4mIFSYOeGLE8JNdo8ZYKU"
     "nXthdY7fKwL0JM9IXQh2IB8AFn8EnTPMhPwQKLp7xRVk6TvhSBFuf0CCTPyKzKbnKYzf/408pNLYWVtQcEho+hh"
     "cUEqwrOLKBb4+rQW3Skn8DJdCgC6kdDoJX1X19Vw/XJg/nyuo4q/qcOarV0xsmIlsrK17L72E444tb7F4W3QDx2"
     "cutJZWtASQSvuNIhqXcdp6Mk4KINxfsiYVm1TQ+hEYFxDdo4+nrrmgi4C93Go0cS04jnc7WJG0h595kPA==",
     false},
    {"a node's certificate", kWebCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=web1.examp"
     "le.net\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":17500"
     "00000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\""
     ":[]}}}",
     "nS69MVSKkIGU4mqAhmJZj/+sJsG81fSRvEQTPK/uDxZRJbMFNa2iwuh50LpOE5lOsvBfkTQtmxDP6XnoQJZ7hrs"
     "yCclAqBlD4yy/2BeFBEbNqwU4y8KGJdaRmczb2nwaiglj3hMai0tV/Cv23GqwlBJP2leuZJF5Hmlw0EftT52QIr"
     "FElCi1+uHIvQIR2qibKUajfLmJ1wgFPlw//XbJPP46Ha2F1MWcQAEEtzZpwIOtiXZt8HSLzatlC68qgndBGX8lH"
     "+nCW35OA/CkkVwgfVUGpMhl8ntV3ZkVg5Nlo6EYWxsDcgBlchtfB53+WzxbRLMJ4O2sFaFvKdgpO5HukQ==",
     false},
    {"a privileged certificate for anybody", kPrivCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=whoever.ex"
     "ample.net\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":17"
     "50000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compoun"
     "d\":[]}}}",
     "W96fcjfyLw8ySKkE5gRgZVvZ0H3ApeExifpgnycHyY2RUqwLXrzBritzP9nYUxIr8FFH321b+LNsxvWwK2hUeSv"
     "NLL/yoewTDId4CY2n/lVVltkiTe2sFd3GOKIm0KiXtfdN+0oef80/p+rG79viKu++mri/ZyXHRhlCGsH7hlrDG+"
     "HMt9YpD2ki3gCFg39/oCHkTtp9tej79XU0b6DrwL5sDquBfgW2PW3fI0tpLJThrEczQtal77WyT7b0Shr5fW8+u"
     "qCCl6CSP2zvCCKaf1XCm36wQV7UqyKAaNktMa+ino01T9d/tsdnPcOY+kfHepeL4h1WtA5ksssR6bFqMQ==",
     true},
    {"a privileged certificate without a certname", kPrivCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"nothing\",\"colle"
     "ctive\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"filter\""
     ":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     "F2ypojkEFv/sTWpyJPISK3IkLYqqRZdEwVfgpXdFe88S/FMVZKKcFPMVoI/XMclVARClTKP4tvuNAUahLJcxC60"
     "p7q9xS/Spoji2CYhbOrC+ea4k2Mjk+ZUalJNV7rjKn8GXA5ORzuVmgT8twiD/vChSZnDQEk0LL7OoghMHBiMSgB"
     "PAK4deVNM+1YrBPIhznp8t+jRyDaUQ3l/XwN9tnetovx7ST4GOvmE+qD4m3ATZLHED92kYWgBxkTDZpBqBBZzNv"
     "EAI7fFgqChera9yj73TAtErYNtOzQ1wTghtqtq/gXa3R9NR8w+zcHkBBkrERNGD+XbLfYZkPX6nDHuHmw==",
     false},
    {"a certificate for servers only", kSrvonlyCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=dave.mcoll"
     "ective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":17500"
     "00000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\""
     ":[]}}}",
     "PVqUxm6c+FWfOITTZB80YQbQTYgWP3n9WEG4OBFBkbhRB2lEgSArkpg4w/UlDrMRB6QZoAOhFBj5VzJlRSeaUd+"
     "lbCdY2BqJeOZgf6iE0Delyd7naPf322NwlIVxmmN92T0I7l5+Dwmv/MGv+hN2dVBS9kjxpblL7tfOMvDtTh/3Q5"
     "M54YAdLi6J+Vxvb/QN/Rn2jQFG9Xuutnc1N21qJjP1Sm5MSgx0BA5I1xUGmlGcyaQin5h4IIdO0Lc+YnDqfDHrL"
     "CN/k9Mk5swipIZNMCi09gW4VRRy3vcOlkcl5iNayRddoJwdJ1F86LxbhxyVe/8y5WUwaGQmeoMyQLsRUQ==",
     false},
    {"a certificate of another authority", kForeignCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "ZTNFPuF/qF1qV+wuHcQNcgl5zhRUY44GiPZuddJcQXZKtVHgHsRs/VzwKuqUR6AXneRXtss2DN2wZEmHsRRC7nw"
     "oyiDTaVvLahpfupk8Y4X/EfLvMFA2BEKgFLEVJfGtBe7RNhTL2e63k8IIod4ke/glrhN4FVxArmLkSqT+1OwAFe"
     "+MFk2vBQUjVrilZcGNP9ouoaMwikITCTJ+fg4EkObOUEC1ZFLWwshm2Mu/cqN9DFyVxPcWVLICAWeuYWPBc5Zrm"
     "lmCurckgqFAZepnIy+pmWvJDHRW5Rp6Bd5ZXCQeSDOPiuelo6CpntU26nHyC6Dc5gX8MnMDZL6dMBmiRw==",
     false},
    {"a certificate through an intermediate that is sent along", kChainedBundleCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=frank.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "nBYkhxZbIbMAXWRzBhzXTZC3pSbEJX1Uz+1bxpSsoe4cBMcvqiEizIzCd6DLrO44zzTWJHSe4B9jjfJjuIKeT/F"
     "FTl9QIlK6/+gqhBgoBCO9jLxD5nDzvklcPr6/OgY4ULV/+0Irkl5qHKhAT3vdFENd0QGJiY1U69s83K7mFIfrlw"
     "jObdSyKXSlyoT5xxNUPGuzOmH6NEcveG+Bl4xbamBbGXAku4h8cTxUJeAlCIEItvF/eNNapjDmCm/DUqQJC7o8u"
     "vuCgFQUmFMFkS38BZtjzlC08Gnvk6H4N4ZCp4Qmpt2f3LOWGhzU7RdqM6mEgAfKQjw/f93MSdJJmrTyvg==",
     true},
    {"a certificate whose intermediate is missing", kChainedCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=frank.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "nBYkhxZbIbMAXWRzBhzXTZC3pSbEJX1Uz+1bxpSsoe4cBMcvqiEizIzCd6DLrO44zzTWJHSe4B9jjfJjuIKeT/F"
     "FTl9QIlK6/+gqhBgoBCO9jLxD5nDzvklcPr6/OgY4ULV/+0Irkl5qHKhAT3vdFENd0QGJiY1U69s83K7mFIfrlw"
     "jObdSyKXSlyoT5xxNUPGuzOmH6NEcveG+Bl4xbamBbGXAku4h8cTxUJeAlCIEItvF/eNNapjDmCm/DUqQJC7o8u"
     "vuCgFQUmFMFkS38BZtjzlC08Gnvk6H4N4ZCp4Qmpt2f3LOWGhzU7RdqM6mEgAfKQjw/f93MSdJJmrTyvg==",
     false},
    {"a changed message", kAliceCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":61,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "Wth+IOUB1uAyUTBWPCgyE2ktki0motMk06I+bnf+uixRQ2AfmiCNG27VfOqZuvyCtdn2N/dXOSVh2vKtX/YgH2f"
     "+Nh/yjV7xo5kTGEA6Rz/OjzQGQw0CCaZw9gXOP66hPxJaO6+JLdCgmtRHlplqt0C/QnnEEVyliGk7+y4iXcyq1C"
     "OADZcFpzxiG5Zw9xo2OgSkToP5LWAquM4bSTMoaHYFoC1JsIFX/ePZWLwMOwwlZSxtcdjb6RyJM4W9d4EB5ctSO"
     "gFETjYdozAk9bt+WoeIembNrzDJLOFgO2O9+MSTb1VtqBEsefCtD1Gq4JbzT4HMEKbaJZi8ZXVH1eav8w==",
     false},
    {"a changed signature", kAliceCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "Wth+IOUA1uAyUTBWPCgyE2ktki0motMk06I+bnf+uixRQ2AfmiCNG27VfOqZuvyCtdn2N/dXOSVh2vKtX/YgH2f"
     "+Nh/yjV7xo5kTGEA6Rz/OjzQGQw0CCaZw9gXOP66hPxJaO6+JLdCgmtRHlplqt0C/QnnEEVyliGk7+y4iXcyq1C"
     "OADZcFpzxiG5Zw9xo2OgSkToP5LWAquM4bSTMoaHYFoC1JsIFX/ePZWLwMOwwlZSxtcdjb6RyJM4W9d4EB5ctSO"
     "gFETjYdozAk9bt+WoeIembNrzDJLOFgO2O9+MSTb1VtqBEsefCtD1Gq4JbzT4HMEKbaJZi8ZXVH1eav8w==",
     false},
    {"a signature that is not base64", kAliceCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "*th+IOUB1uAyUTBWPCgyE2ktki0motMk06I+bnf+uixRQ2AfmiCNG27VfOqZuvyCtdn2N/dXOSVh2vKtX/YgH2f"
     "+Nh/yjV7xo5kTGEA6Rz/OjzQGQw0CCaZw9gXOP66hPxJaO6+JLdCgmtRHlplqt0C/QnnEEVyliGk7+y4iXcyq1C"
     "OADZcFpzxiG5Zw9xo2OgSkToP5LWAquM4bSTMoaHYFoC1JsIFX/ePZWLwMOwwlZSxtcdjb6RyJM4W9d4EB5ctSO"
     "gFETjYdozAk9bt+WoeIembNrzDJLOFgO2O9+MSTb1VtqBEsefCtD1Gq4JbzT4HMEKbaJZi8ZXVH1eav8w==",
     false},
    {"another caller's certificate", kSanCertificate,
     "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
     "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
     "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcol"
     "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
     "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     "Wth+IOUB1uAyUTBWPCgyE2ktki0motMk06I+bnf+uixRQ2AfmiCNG27VfOqZuvyCtdn2N/dXOSVh2vKtX/YgH2f"
     "+Nh/yjV7xo5kTGEA6Rz/OjzQGQw0CCaZw9gXOP66hPxJaO6+JLdCgmtRHlplqt0C/QnnEEVyliGk7+y4iXcyq1C"
     "OADZcFpzxiG5Zw9xo2OgSkToP5LWAquM4bSTMoaHYFoC1JsIFX/ePZWLwMOwwlZSxtcdjb6RyJM4W9d4EB5ctSO"
     "gFETjYdozAk9bt+WoeIembNrzDJLOFgO2O9+MSTb1VtqBEsefCtD1Gq4JbzT4HMEKbaJZi8ZXVH1eav8w==",
     false},
};

}  // namespace antiphon::vectors
