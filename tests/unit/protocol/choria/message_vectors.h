// Choria messages of protocol version 1, byte for byte as the reference writes them.
// Made by go-choria itself; see README.md in this folder.
#pragma once

#include <string_view>

namespace antiphon::vectors {

inline constexpr std::string_view kPlainRequest =
    "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
    "ion\\\":\\\"ping\\\",\\\"data\\\":{}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8"
    "a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcol"
    "lective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750"
    "000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound"
    "\":[]}}}";

inline constexpr std::string_view kFilteredRequestBody =
    "{\"agent\":\"rpcutil\",\"action\":\"ping\",\"data\":{\"note\":\"<b> & caf\303\251 \342"
    "\200\250 \177\"}}";

inline constexpr std::string_view kFilteredRequest =
    "{\"protocol\":\"choria:request:1\",\"message\":\"{\\\"agent\\\":\\\"rpcutil\\\",\\\"act"
    "ion\\\":\\\"ping\\\",\\\"data\\\":{\\\"note\\\":\\\"\\u003cb\\u003e \\u0026 caf\303\251"
    " \\u2028 \177\\\"}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\","
    "\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcollective\",\"collec"
    "tive\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"filter\":"
    "{\"fact\":[{\"fact\":\"os.family\",\"operator\":\"==\",\"value\":\"RedHat \\u0026 \\u00"
    "3cco\\u003e\"}],\"cf_class\":[\"/^role::/\"],\"agent\":[\"rpcutil\"],\"identity\":[\"we"
    "b1.example.net\",\"/^db\\\\d+/\"],\"compound\":[[{\"expr\":\"with('apache') \\u0026\\u0"
    "026 fact('cpus') \\u003e= 4\"}]]}}}";

inline constexpr std::string_view kSecureRequest =
    "{\"protocol\":\"choria:secure:request:1\",\"message\":\"{\\\"protocol\\\":\\\"choria:re"
    "quest:1\\\",\\\"message\\\":\\\"{\\\\\\\"agent\\\\\\\":\\\\\\\"rpcutil\\\\\\\",\\\\\\\""
    "action\\\\\\\":\\\\\\\"ping\\\\\\\",\\\\\\\"data\\\\\\\":{\\\\\\\"note\\\\\\\":\\\\\\\""
    "\\\\u003cb\\\\u003e \\\\u0026 caf\303\251 \\\\u2028 \177\\\\\\\"}}\\\",\\\"envelope\\\""
    ":{\\\"requestid\\\":\\\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\\\",\\\"senderid\\\":\\\"basti"
    "on.example.net\\\",\\\"callerid\\\":\\\"choria=alice.mcollective\\\",\\\"collective\\\""
    ":\\\"mcollective\\\",\\\"agent\\\":\\\"rpcutil\\\",\\\"ttl\\\":60,\\\"time\\\":17500000"
    "00,\\\"filter\\\":{\\\"fact\\\":[{\\\"fact\\\":\\\"os.family\\\",\\\"operator\\\":\\\"="
    "=\\\",\\\"value\\\":\\\"RedHat \\\\u0026 \\\\u003cco\\\\u003e\\\"}],\\\"cf_class\\\":["
    "\\\"/^role::/\\\"],\\\"agent\\\":[\\\"rpcutil\\\"],\\\"identity\\\":[\\\"web1.example.n"
    "et\\\",\\\"/^db\\\\\\\\d+/\\\"],\\\"compound\\\":[[{\\\"expr\\\":\\\"with('apache') \\"
    "\\u0026\\\\u0026 fact('cpus') \\\\u003e= 4\\\"}]]}}}\",\"signature\":\"WWM9g+2z7FTrpJfj"
    "AnhDxnAH6bDMrMY13CgOgU43pTIx9DSQYS8qVnHpwRDOLK+ukcHh4jhVCsGh/ZumMFb7ZjtahcWqIo3uEL8a5i5"
    "jLwYngXVPw1tTbzB8FRBYmwKgfdBPyuBeAa4fn4IxdPdPdPbX0s5VIT9xjcc8u2oFE63ensIbGRvak+Ja6xSEGo"
    "GndpuMf4SOGFzsPlzab36AJrsHuQYytmsIvHcbKE5sddEHM6vyGEYabp6xOLu+CRv9P9/QLZryd3O38DfNH4kb8"
    "3JEyD3TXyf+3rvgcogdHB8MT72yXA/Jm/kARslM7RZFQvRbwXxN7R4vv4gawaV4pA==\",\"pubcert\":\"---"
    "--BEGIN CERTIFICATE-----\\nMIIDUzCCAjugAwIBAgIUZedGCAhCNG6Q1wn/OP0MYic0+rQwDQYJKoZIhvcN"
    "AQEL\\nBQAwGzEZMBcGA1UEAwwQQW50aXBob24gVGVzdCBDQTAgFw0yNjExMjIxMzMyNDda\\nGA8yMTI2MTAyO"
    "TEzMzI0N1owHDEaMBgGA1UEAwwRYWxpY2UubWNvbGxlY3RpdmUw\\nggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwg"
    "gEKAoIBAQCSPiJLaH0Tzmre0EMrmR0D\\n3e0O7dPRs9cnTmSG6+cNbGC58B+XhoOGSlu7l8qtA4rV0b6N4maG2"
    "2WqhoWYRFNO\\n6dZ+murVJnM91gwf7fk5jMKGg2UgGJsvhOJth2YjvAxeIJqVXPRURpHOAHo+wnBF\\nYq1GyQ"
    "hjmZ0+nayGfiIcwnIguA3rMm9pbGOfolHFwYltKIw9hw03JIsDlNevEAAK\\nCARTZD2rvlOsfNo0xfKqhs6hRo"
    "QPBTXpglU/e+OqMMuXKdE6QU5mEtLMk93/dFHQ\\nblaCuT06Vtr3eygN2ptlJZdz2CxgLup3sNPxYjYn/uSqIF"
    "MsCqIGN0cFzHiE8k9D\\nAgMBAAGjgYswgYgwCQYDVR0TBAIwADAcBgNVHREEFTATghFhbGljZS5tY29sbGVj\\"
    "ndGl2ZTAdBgNVHSUEFjAUBggrBgEFBQcDAgYIKwYBBQUHAwEwHQYDVR0OBBYEFHVC\\n6rZXt6uVLiR1dS040kv"
    "lBf2bMB8GA1UdIwQYMBaAFPvhu1QuiTJG7l8VShcLivld\\nWf3BMA0GCSqGSIb3DQEBCwUAA4IBAQAGCz477Zq"
    "GUbOBdSMUFJlecpV5tgh4Xlfa\\nTThPtfRX4kwhwPhMbs+p0b2vRuDYQGGq0tO0/V+Kf42SwPPVxHft/lbI1EN"
    "azk3b\\n0pwAvtltq7BcvANEXcYpSeNBYGnz9YfqOHUgXXtcDrp0IY35L5Xlq+q+aAQwx6+6\\n/veoW16FW5g7"
    "Y1KlZUfb/MMbnGVFhh2t1iQoklj1UuUIiCQg/8CMwvd5b8dY7IW4\\nceTq1nnUxrRSM3gwP5i/vp9NwNuAEWYP"
    "UJF/3OLSGQqdcKaS3pWtlJu1Wen7j3uA\\nMwbJkgpzlHIdZv+g/tRYQ5dTdFLombFMH3WX/55cJV05zB1cNnSP"
    "\\n-----END CERTIFICATE-----\\n\"}";

inline constexpr std::string_view kRequestTransport =
    "{\"protocol\":\"choria:transport:1\",\"data\":\"eyJwcm90b2NvbCI6ImNob3JpYTpzZWN1cmU6cmV"
    "xdWVzdDoxIiwibWVzc2FnZSI6IntcInByb3RvY29sXCI6XCJjaG9yaWE6cmVxdWVzdDoxXCIsXCJtZXNzYWdlXC"
    "I6XCJ7XFxcImFnZW50XFxcIjpcXFwicnBjdXRpbFxcXCIsXFxcImFjdGlvblxcXCI6XFxcInBpbmdcXFwiLFxcX"
    "CJkYXRhXFxcIjp7XFxcIm5vdGVcXFwiOlxcXCJcXHUwMDNjYlxcdTAwM2UgXFx1MDAyNiBjYWbDqSBcXHUyMDI4"
    "IH9cXFwifX1cIixcImVudmVsb3BlXCI6e1wicmVxdWVzdGlkXCI6XCI4YjJjNmQ2ZTlhOWE0YTBiOGE3N2QxZjB"
    "jMzZkN2MxMVwiLFwic2VuZGVyaWRcIjpcImJhc3Rpb24uZXhhbXBsZS5uZXRcIixcImNhbGxlcmlkXCI6XCJjaG"
    "9yaWE9YWxpY2UubWNvbGxlY3RpdmVcIixcImNvbGxlY3RpdmVcIjpcIm1jb2xsZWN0aXZlXCIsXCJhZ2VudFwiO"
    "lwicnBjdXRpbFwiLFwidHRsXCI6NjAsXCJ0aW1lXCI6MTc1MDAwMDAwMCxcImZpbHRlclwiOntcImZhY3RcIjpb"
    "e1wiZmFjdFwiOlwib3MuZmFtaWx5XCIsXCJvcGVyYXRvclwiOlwiPT1cIixcInZhbHVlXCI6XCJSZWRIYXQgXFx"
    "1MDAyNiBcXHUwMDNjY29cXHUwMDNlXCJ9XSxcImNmX2NsYXNzXCI6W1wiL15yb2xlOjovXCJdLFwiYWdlbnRcIj"
    "pbXCJycGN1dGlsXCJdLFwiaWRlbnRpdHlcIjpbXCJ3ZWIxLmV4YW1wbGUubmV0XCIsXCIvXmRiXFxcXGQrL1wiX"
    "SxcImNvbXBvdW5kXCI6W1t7XCJleHByXCI6XCJ3aXRoKCdhcGFjaGUnKSBcXHUwMDI2XFx1MDAyNiBmYWN0KCdj"
    "cHVzJykgXFx1MDAzZT0gNFwifV1dfX19Iiwic2lnbmF0dXJlIjoiV1dNOWcrMno3RlRycEpmakFuaER4bkFINmJ"
    "ETXJNWTEzQ2dPZ1U0M3BUSXg5RFNRWVM4cVZuSHB3UkRPTEsrdWtjSGg0amhWQ3NHaC9adW1NRmI3Wmp0YWhjV3"
    "FJbzN1RUw4YTVpNWpMd1luZ1hWUHcxdFRiekI4RlJCWW13S2dmZEJQeXVCZUFhNGZuNEl4ZFBkUGRQYlgwczVWS"
    "VQ5eGpjYzh1Mm9GRTYzZW5zSWJHUnZhaytKYTZ4U0VHb0duZHB1TWY0U09HRnpzUGx6YWIzNkFKcnNIdVFZeXRt"
    "c0l2SGNiS0U1c2RkRUhNNnZ5R0VZYWJwNnhPTHUrQ1J2OVA5L1FMWnJ5ZDNPMzhEZk5INGtiODNKRXlEM1RYeWY"
    "rM3J2Z2NvZ2RIQjhNVDcyeVhBL0ptL2tBUnNsTTdSWkZRdlJid1h4TjdSNHZ2NGdhd2FWNHBBPT0iLCJwdWJjZX"
    "J0IjoiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlEVXpDQ0FqdWdBd0lCQWdJVVplZEdDQWhDTkc2U"
    "TF3bi9PUDBNWWljMCtyUXdEUVlKS29aSWh2Y05BUUVMXG5CUUF3R3pFWk1CY0dBMVVFQXd3UVFXNTBhWEJvYjI0"
    "Z1ZHVnpkQ0JEUVRBZ0Z3MHlOakV4TWpJeE16TXlORGRhXG5HQTh5TVRJMk1UQXlPVEV6TXpJME4xb3dIREVhTUJ"
    "nR0ExVUVBd3dSWVd4cFkyVXViV052Ykd4bFkzUnBkbVV3XG5nZ0VpTUEwR0NTcUdTSWIzRFFFQkFRVUFBNElCRH"
    "dBd2dnRUtBb0lCQVFDU1BpSkxhSDBUem1yZTBFTXJtUjBEXG4zZTBPN2RQUnM5Y25UbVNHNitjTmJHQzU4QitYa"
    "G9PR1NsdTdsOHF0QTRyVjBiNk40bWFHMjJXcWhvV1lSRk5PXG42ZForbXVyVkpuTTkxZ3dmN2ZrNWpNS0dnMlVn"
    "R0pzdmhPSnRoMllqdkF4ZUlKcVZYUFJVUnBIT0FIbyt3bkJGXG5ZcTFHeVFoam1aMCtuYXlHZmlJY3duSWd1QTN"
    "yTW05cGJHT2ZvbEhGd1lsdEtJdzlodzAzSklzRGxOZXZFQUFLXG5DQVJUWkQycnZsT3NmTm8weGZLcWhzNmhSb1"
    "FQQlRYcGdsVS9lK09xTU11WEtkRTZRVTVtRXRMTWs5My9kRkhRXG5ibGFDdVQwNlZ0cjNleWdOMnB0bEpaZHoyQ"
    "3hnTHVwM3NOUHhZalluL3VTcUlGTXNDcUlHTjBjRnpIaUU4azlEXG5BZ01CQUFHamdZc3dnWWd3Q1FZRFZSMFRC"
    "QUl3QURBY0JnTlZIUkVFRlRBVGdoRmhiR2xqWlM1dFkyOXNiR1ZqXG5kR2wyWlRBZEJnTlZIU1VFRmpBVUJnZ3J"
    "CZ0VGQlFjREFnWUlLd1lCQlFVSEF3RXdIUVlEVlIwT0JCWUVGSFZDXG42clpYdDZ1VkxpUjFkUzA0MGt2bEJmMm"
    "JNQjhHQTFVZEl3UVlNQmFBRlB2aHUxUXVpVEpHN2w4VlNoY0xpdmxkXG5XZjNCTUEwR0NTcUdTSWIzRFFFQkN3V"
    "UFBNElCQVFBR0N6NDc3WnFHVWJPQmRTTVVGSmxlY3BWNXRnaDRYbGZhXG5UVGhQdGZSWDRrd2h3UGhNYnMrcDBi"
    "MnZSdURZUUdHcTB0TzAvVitLZjQyU3dQUFZ4SGZ0L2xiSTFFTmF6azNiXG4wcHdBdnRsdHE3QmN2QU5FWGNZcFN"
    "lTkJZR256OVlmcU9IVWdYWHRjRHJwMElZMzVMNVhscStxK2FBUXd4Nis2XG4vdmVvVzE2Rlc1ZzdZMUtsWlVmYi"
    "9NTWJuR1ZGaGgydDFpUW9rbGoxVXVVSWlDUWcvOENNd3ZkNWI4ZFk3SVc0XG5jZVRxMW5uVXhyUlNNM2d3UDVpL"
    "3ZwOU53TnVBRVdZUFVKRi8zT0xTR1FxZGNLYVMzcFd0bEp1MVdlbjdqM3VBXG5Nd2JKa2dwemxISWRaditnL3RS"
    "WVE1ZFRkRkxvbWJGTUgzV1gvNTVjSlYwNXpCMWNOblNQXG4tLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tXG4ifQ="
    "=\",\"headers\":{\"reply-to\":\"mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c"
    "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"mc_sender\":\"bastion.example.net\",\"seen-by\":[[\"na"
    "ts://broker1:4222\",\"bastion.example.net\",\"nats://broker1:4222\"]]}}";

inline constexpr std::string_view kFederatedRequestTransport =
    "{\"protocol\":\"choria:transport:1\",\"data\":\"eyJwcm90b2NvbCI6ImNob3JpYTpzZWN1cmU6cmV"
    "xdWVzdDoxIiwibWVzc2FnZSI6IntcInByb3RvY29sXCI6XCJjaG9yaWE6cmVxdWVzdDoxXCIsXCJtZXNzYWdlXC"
    "I6XCJ7XFxcImFnZW50XFxcIjpcXFwicnBjdXRpbFxcXCIsXFxcImFjdGlvblxcXCI6XFxcInBpbmdcXFwiLFxcX"
    "CJkYXRhXFxcIjp7XFxcIm5vdGVcXFwiOlxcXCJcXHUwMDNjYlxcdTAwM2UgXFx1MDAyNiBjYWbDqSBcXHUyMDI4"
    "IH9cXFwifX1cIixcImVudmVsb3BlXCI6e1wicmVxdWVzdGlkXCI6XCI4YjJjNmQ2ZTlhOWE0YTBiOGE3N2QxZjB"
    "jMzZkN2MxMVwiLFwic2VuZGVyaWRcIjpcImJhc3Rpb24uZXhhbXBsZS5uZXRcIixcImNhbGxlcmlkXCI6XCJjaG"
    "9yaWE9YWxpY2UubWNvbGxlY3RpdmVcIixcImNvbGxlY3RpdmVcIjpcIm1jb2xsZWN0aXZlXCIsXCJhZ2VudFwiO"
    "lwicnBjdXRpbFwiLFwidHRsXCI6NjAsXCJ0aW1lXCI6MTc1MDAwMDAwMCxcImZpbHRlclwiOntcImZhY3RcIjpb"
    "e1wiZmFjdFwiOlwib3MuZmFtaWx5XCIsXCJvcGVyYXRvclwiOlwiPT1cIixcInZhbHVlXCI6XCJSZWRIYXQgXFx"
    "1MDAyNiBcXHUwMDNjY29cXHUwMDNlXCJ9XSxcImNmX2NsYXNzXCI6W1wiL15yb2xlOjovXCJdLFwiYWdlbnRcIj"
    "pbXCJycGN1dGlsXCJdLFwiaWRlbnRpdHlcIjpbXCJ3ZWIxLmV4YW1wbGUubmV0XCIsXCIvXmRiXFxcXGQrL1wiX"
    "SxcImNvbXBvdW5kXCI6W1t7XCJleHByXCI6XCJ3aXRoKCdhcGFjaGUnKSBcXHUwMDI2XFx1MDAyNiBmYWN0KCdj"
    "cHVzJykgXFx1MDAzZT0gNFwifV1dfX19Iiwic2lnbmF0dXJlIjoiV1dNOWcrMno3RlRycEpmakFuaER4bkFINmJ"
    "ETXJNWTEzQ2dPZ1U0M3BUSXg5RFNRWVM4cVZuSHB3UkRPTEsrdWtjSGg0amhWQ3NHaC9adW1NRmI3Wmp0YWhjV3"
    "FJbzN1RUw4YTVpNWpMd1luZ1hWUHcxdFRiekI4RlJCWW13S2dmZEJQeXVCZUFhNGZuNEl4ZFBkUGRQYlgwczVWS"
    "VQ5eGpjYzh1Mm9GRTYzZW5zSWJHUnZhaytKYTZ4U0VHb0duZHB1TWY0U09HRnpzUGx6YWIzNkFKcnNIdVFZeXRt"
    "c0l2SGNiS0U1c2RkRUhNNnZ5R0VZYWJwNnhPTHUrQ1J2OVA5L1FMWnJ5ZDNPMzhEZk5INGtiODNKRXlEM1RYeWY"
    "rM3J2Z2NvZ2RIQjhNVDcyeVhBL0ptL2tBUnNsTTdSWkZRdlJid1h4TjdSNHZ2NGdhd2FWNHBBPT0iLCJwdWJjZX"
    "J0IjoiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlEVXpDQ0FqdWdBd0lCQWdJVVplZEdDQWhDTkc2U"
    "TF3bi9PUDBNWWljMCtyUXdEUVlKS29aSWh2Y05BUUVMXG5CUUF3R3pFWk1CY0dBMVVFQXd3UVFXNTBhWEJvYjI0"
    "Z1ZHVnpkQ0JEUVRBZ0Z3MHlOakV4TWpJeE16TXlORGRhXG5HQTh5TVRJMk1UQXlPVEV6TXpJME4xb3dIREVhTUJ"
    "nR0ExVUVBd3dSWVd4cFkyVXViV052Ykd4bFkzUnBkbVV3XG5nZ0VpTUEwR0NTcUdTSWIzRFFFQkFRVUFBNElCRH"
    "dBd2dnRUtBb0lCQVFDU1BpSkxhSDBUem1yZTBFTXJtUjBEXG4zZTBPN2RQUnM5Y25UbVNHNitjTmJHQzU4QitYa"
    "G9PR1NsdTdsOHF0QTRyVjBiNk40bWFHMjJXcWhvV1lSRk5PXG42ZForbXVyVkpuTTkxZ3dmN2ZrNWpNS0dnMlVn"
    "R0pzdmhPSnRoMllqdkF4ZUlKcVZYUFJVUnBIT0FIbyt3bkJGXG5ZcTFHeVFoam1aMCtuYXlHZmlJY3duSWd1QTN"
    "yTW05cGJHT2ZvbEhGd1lsdEtJdzlodzAzSklzRGxOZXZFQUFLXG5DQVJUWkQycnZsT3NmTm8weGZLcWhzNmhSb1"
    "FQQlRYcGdsVS9lK09xTU11WEtkRTZRVTVtRXRMTWs5My9kRkhRXG5ibGFDdVQwNlZ0cjNleWdOMnB0bEpaZHoyQ"
    "3hnTHVwM3NOUHhZalluL3VTcUlGTXNDcUlHTjBjRnpIaUU4azlEXG5BZ01CQUFHamdZc3dnWWd3Q1FZRFZSMFRC"
    "QUl3QURBY0JnTlZIUkVFRlRBVGdoRmhiR2xqWlM1dFkyOXNiR1ZqXG5kR2wyWlRBZEJnTlZIU1VFRmpBVUJnZ3J"
    "CZ0VGQlFjREFnWUlLd1lCQlFVSEF3RXdIUVlEVlIwT0JCWUVGSFZDXG42clpYdDZ1VkxpUjFkUzA0MGt2bEJmMm"
    "JNQjhHQTFVZEl3UVlNQmFBRlB2aHUxUXVpVEpHN2w4VlNoY0xpdmxkXG5XZjNCTUEwR0NTcUdTSWIzRFFFQkN3V"
    "UFBNElCQVFBR0N6NDc3WnFHVWJPQmRTTVVGSmxlY3BWNXRnaDRYbGZhXG5UVGhQdGZSWDRrd2h3UGhNYnMrcDBi"
    "MnZSdURZUUdHcTB0TzAvVitLZjQyU3dQUFZ4SGZ0L2xiSTFFTmF6azNiXG4wcHdBdnRsdHE3QmN2QU5FWGNZcFN"
    "lTkJZR256OVlmcU9IVWdYWHRjRHJwMElZMzVMNVhscStxK2FBUXd4Nis2XG4vdmVvVzE2Rlc1ZzdZMUtsWlVmYi"
    "9NTWJuR1ZGaGgydDFpUW9rbGoxVXVVSWlDUWcvOENNd3ZkNWI4ZFk3SVc0XG5jZVRxMW5uVXhyUlNNM2d3UDVpL"
    "3ZwOU53TnVBRVdZUFVKRi8zT0xTR1FxZGNLYVMzcFd0bEp1MVdlbjdqM3VBXG5Nd2JKa2dwemxISWRaditnL3RS"
    "WVE1ZFRkRkxvbWJGTUgzV1gvNTVjSlYwNXpCMWNOblNQXG4tLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tXG4ifQ="
    "=\",\"headers\":{\"reply-to\":\"mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c"
    "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"mc_sender\":\"bastion.example.net\",\"seen-by\":[[\"na"
    "ts://broker1:4222\",\"bastion.example.net\",\"nats://broker1:4222\"]],\"federation\":{"
    "\"req\":\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"target\":[\"mcollective.node.web1.exampl"
    "e.net\",\"mcollective.node.web2.example.net\"]}}}";

inline constexpr std::string_view kRelayedRequestTransport =
    "{\"protocol\":\"choria:transport:1\",\"data\":\"eyJwcm90b2NvbCI6ImNob3JpYTpzZWN1cmU6cmV"
    "xdWVzdDoxIiwibWVzc2FnZSI6IntcInByb3RvY29sXCI6XCJjaG9yaWE6cmVxdWVzdDoxXCIsXCJtZXNzYWdlXC"
    "I6XCJ7XFxcImFnZW50XFxcIjpcXFwicnBjdXRpbFxcXCIsXFxcImFjdGlvblxcXCI6XFxcInBpbmdcXFwiLFxcX"
    "CJkYXRhXFxcIjp7XFxcIm5vdGVcXFwiOlxcXCJcXHUwMDNjYlxcdTAwM2UgXFx1MDAyNiBjYWbDqSBcXHUyMDI4"
    "IH9cXFwifX1cIixcImVudmVsb3BlXCI6e1wicmVxdWVzdGlkXCI6XCI4YjJjNmQ2ZTlhOWE0YTBiOGE3N2QxZjB"
    "jMzZkN2MxMVwiLFwic2VuZGVyaWRcIjpcImJhc3Rpb24uZXhhbXBsZS5uZXRcIixcImNhbGxlcmlkXCI6XCJjaG"
    "9yaWE9YWxpY2UubWNvbGxlY3RpdmVcIixcImNvbGxlY3RpdmVcIjpcIm1jb2xsZWN0aXZlXCIsXCJhZ2VudFwiO"
    "lwicnBjdXRpbFwiLFwidHRsXCI6NjAsXCJ0aW1lXCI6MTc1MDAwMDAwMCxcImZpbHRlclwiOntcImZhY3RcIjpb"
    "e1wiZmFjdFwiOlwib3MuZmFtaWx5XCIsXCJvcGVyYXRvclwiOlwiPT1cIixcInZhbHVlXCI6XCJSZWRIYXQgXFx"
    "1MDAyNiBcXHUwMDNjY29cXHUwMDNlXCJ9XSxcImNmX2NsYXNzXCI6W1wiL15yb2xlOjovXCJdLFwiYWdlbnRcIj"
    "pbXCJycGN1dGlsXCJdLFwiaWRlbnRpdHlcIjpbXCJ3ZWIxLmV4YW1wbGUubmV0XCIsXCIvXmRiXFxcXGQrL1wiX"
    "SxcImNvbXBvdW5kXCI6W1t7XCJleHByXCI6XCJ3aXRoKCdhcGFjaGUnKSBcXHUwMDI2XFx1MDAyNiBmYWN0KCdj"
    "cHVzJykgXFx1MDAzZT0gNFwifV1dfX19Iiwic2lnbmF0dXJlIjoiV1dNOWcrMno3RlRycEpmakFuaER4bkFINmJ"
    "ETXJNWTEzQ2dPZ1U0M3BUSXg5RFNRWVM4cVZuSHB3UkRPTEsrdWtjSGg0amhWQ3NHaC9adW1NRmI3Wmp0YWhjV3"
    "FJbzN1RUw4YTVpNWpMd1luZ1hWUHcxdFRiekI4RlJCWW13S2dmZEJQeXVCZUFhNGZuNEl4ZFBkUGRQYlgwczVWS"
    "VQ5eGpjYzh1Mm9GRTYzZW5zSWJHUnZhaytKYTZ4U0VHb0duZHB1TWY0U09HRnpzUGx6YWIzNkFKcnNIdVFZeXRt"
    "c0l2SGNiS0U1c2RkRUhNNnZ5R0VZYWJwNnhPTHUrQ1J2OVA5L1FMWnJ5ZDNPMzhEZk5INGtiODNKRXlEM1RYeWY"
    "rM3J2Z2NvZ2RIQjhNVDcyeVhBL0ptL2tBUnNsTTdSWkZRdlJid1h4TjdSNHZ2NGdhd2FWNHBBPT0iLCJwdWJjZX"
    "J0IjoiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlEVXpDQ0FqdWdBd0lCQWdJVVplZEdDQWhDTkc2U"
    "TF3bi9PUDBNWWljMCtyUXdEUVlKS29aSWh2Y05BUUVMXG5CUUF3R3pFWk1CY0dBMVVFQXd3UVFXNTBhWEJvYjI0"
    "Z1ZHVnpkQ0JEUVRBZ0Z3MHlOakV4TWpJeE16TXlORGRhXG5HQTh5TVRJMk1UQXlPVEV6TXpJME4xb3dIREVhTUJ"
    "nR0ExVUVBd3dSWVd4cFkyVXViV052Ykd4bFkzUnBkbVV3XG5nZ0VpTUEwR0NTcUdTSWIzRFFFQkFRVUFBNElCRH"
    "dBd2dnRUtBb0lCQVFDU1BpSkxhSDBUem1yZTBFTXJtUjBEXG4zZTBPN2RQUnM5Y25UbVNHNitjTmJHQzU4QitYa"
    "G9PR1NsdTdsOHF0QTRyVjBiNk40bWFHMjJXcWhvV1lSRk5PXG42ZForbXVyVkpuTTkxZ3dmN2ZrNWpNS0dnMlVn"
    "R0pzdmhPSnRoMllqdkF4ZUlKcVZYUFJVUnBIT0FIbyt3bkJGXG5ZcTFHeVFoam1aMCtuYXlHZmlJY3duSWd1QTN"
    "yTW05cGJHT2ZvbEhGd1lsdEtJdzlodzAzSklzRGxOZXZFQUFLXG5DQVJUWkQycnZsT3NmTm8weGZLcWhzNmhSb1"
    "FQQlRYcGdsVS9lK09xTU11WEtkRTZRVTVtRXRMTWs5My9kRkhRXG5ibGFDdVQwNlZ0cjNleWdOMnB0bEpaZHoyQ"
    "3hnTHVwM3NOUHhZalluL3VTcUlGTXNDcUlHTjBjRnpIaUU4azlEXG5BZ01CQUFHamdZc3dnWWd3Q1FZRFZSMFRC"
    "QUl3QURBY0JnTlZIUkVFRlRBVGdoRmhiR2xqWlM1dFkyOXNiR1ZqXG5kR2wyWlRBZEJnTlZIU1VFRmpBVUJnZ3J"
    "CZ0VGQlFjREFnWUlLd1lCQlFVSEF3RXdIUVlEVlIwT0JCWUVGSFZDXG42clpYdDZ1VkxpUjFkUzA0MGt2bEJmMm"
    "JNQjhHQTFVZEl3UVlNQmFBRlB2aHUxUXVpVEpHN2w4VlNoY0xpdmxkXG5XZjNCTUEwR0NTcUdTSWIzRFFFQkN3V"
    "UFBNElCQVFBR0N6NDc3WnFHVWJPQmRTTVVGSmxlY3BWNXRnaDRYbGZhXG5UVGhQdGZSWDRrd2h3UGhNYnMrcDBi"
    "MnZSdURZUUdHcTB0TzAvVitLZjQyU3dQUFZ4SGZ0L2xiSTFFTmF6azNiXG4wcHdBdnRsdHE3QmN2QU5FWGNZcFN"
    "lTkJZR256OVlmcU9IVWdYWHRjRHJwMElZMzVMNVhscStxK2FBUXd4Nis2XG4vdmVvVzE2Rlc1ZzdZMUtsWlVmYi"
    "9NTWJuR1ZGaGgydDFpUW9rbGoxVXVVSWlDUWcvOENNd3ZkNWI4ZFk3SVc0XG5jZVRxMW5uVXhyUlNNM2d3UDVpL"
    "3ZwOU53TnVBRVdZUFVKRi8zT0xTR1FxZGNLYVMzcFd0bEp1MVdlbjdqM3VBXG5Nd2JKa2dwemxISWRaditnL3RS"
    "WVE1ZFRkRkxvbWJGTUgzV1gvNTVjSlYwNXpCMWNOblNQXG4tLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tXG4ifQ="
    "=\",\"headers\":{\"reply-to\":\"mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c"
    "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"mc_sender\":\"bastion.example.net\",\"seen-by\":[[\"na"
    "ts://broker1:4222\",\"bastion.example.net\",\"nats://broker1:4222\"],[\"nats://fed1:422"
    "2\",\"fedbroker1 (a, b, c)\",\"nats://dc1:4222\"]],\"federation\":{\"req\":\"8b2c6d6e9a"
    "9a4a0b8a77d1f0c36d7c11\",\"reply-to\":\"mcollective.reply.x.y\"}}}";

inline constexpr std::string_view kBareTransport =
    "{\"protocol\":\"choria:transport:1\",\"data\":\"eyJwcm90b2NvbCI6ImNob3JpYTpzZWN1cmU6cmV"
    "wbHk6MSIsIm1lc3NhZ2UiOiJ7XCJwcm90b2NvbFwiOlwiY2hvcmlhOnJlcGx5OjFcIixcIm1lc3NhZ2VcIjpcIn"
    "BvbmdcIixcImVudmVsb3BlXCI6e1wicmVxdWVzdGlkXCI6XCI4YjJjNmQ2ZTlhOWE0YTBiOGE3N2QxZjBjMzZkN"
    "2MxMVwiLFwic2VuZGVyaWRcIjpcIm5cIixcImFnZW50XCI6XCJkaXNjb3ZlcnlcIixcInRpbWVcIjoxNzUwMDAw"
    "MDAwfX0iLCJoYXNoIjoiQXlnNXhRMjlHVVRLVUJLaldDOEpvMmxYMFpTZkovcFZZc0pzU01KTDkwYz0ifQ==\","
    "\"headers\":{\"federation\":{}}}";

inline constexpr std::string_view kRpcReply =
    "{\"action\":\"ping\",\"statuscode\":0,\"statusmsg\":\"OK\",\"data\":{\"html\":\"\\u003c"
    "\\u0026\\u003e\",\"pong\":1750000000}}";

inline constexpr std::string_view kReply =
    "{\"protocol\":\"choria:reply:1\",\"message\":\"{\\\"action\\\":\\\"ping\\\",\\\"statusc"
    "ode\\\":0,\\\"statusmsg\\\":\\\"OK\\\",\\\"data\\\":{\\\"html\\\":\\\"\\\\u003c\\\\u002"
    "6\\\\u003e\\\",\\\"pong\\\":1750000000}}\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a"
    "0b8a77d1f0c36d7c11\",\"senderid\":\"web1.example.net\",\"agent\":\"rpcutil\",\"time\":1"
    "750000001}}";

inline constexpr std::string_view kSecureReply =
    "{\"protocol\":\"choria:secure:reply:1\",\"message\":\"{\\\"protocol\\\":\\\"choria:repl"
    "y:1\\\",\\\"message\\\":\\\"{\\\\\\\"action\\\\\\\":\\\\\\\"ping\\\\\\\",\\\\\\\"status"
    "code\\\\\\\":0,\\\\\\\"statusmsg\\\\\\\":\\\\\\\"OK\\\\\\\",\\\\\\\"data\\\\\\\":{\\\\"
    "\\\"html\\\\\\\":\\\\\\\"\\\\\\\\u003c\\\\\\\\u0026\\\\\\\\u003e\\\\\\\",\\\\\\\"pong\\"
    "\\\\\":1750000000}}\\\",\\\"envelope\\\":{\\\"requestid\\\":\\\"8b2c6d6e9a9a4a0b8a77d1f"
    "0c36d7c11\\\",\\\"senderid\\\":\\\"web1.example.net\\\",\\\"agent\\\":\\\"rpcutil\\\","
    "\\\"time\\\":1750000001}}\",\"hash\":\"BpcXc0Tgr6B6gqXVz7y+J4FexC/X5zYIRQPedAZ7Zp0=\"}";

inline constexpr std::string_view kReplyTransport =
    "{\"protocol\":\"choria:transport:1\",\"data\":\"eyJwcm90b2NvbCI6ImNob3JpYTpzZWN1cmU6cmV"
    "wbHk6MSIsIm1lc3NhZ2UiOiJ7XCJwcm90b2NvbFwiOlwiY2hvcmlhOnJlcGx5OjFcIixcIm1lc3NhZ2VcIjpcIn"
    "tcXFwiYWN0aW9uXFxcIjpcXFwicGluZ1xcXCIsXFxcInN0YXR1c2NvZGVcXFwiOjAsXFxcInN0YXR1c21zZ1xcX"
    "CI6XFxcIk9LXFxcIixcXFwiZGF0YVxcXCI6e1xcXCJodG1sXFxcIjpcXFwiXFxcXHUwMDNjXFxcXHUwMDI2XFxc"
    "XHUwMDNlXFxcIixcXFwicG9uZ1xcXCI6MTc1MDAwMDAwMH19XCIsXCJlbnZlbG9wZVwiOntcInJlcXVlc3RpZFw"
    "iOlwiOGIyYzZkNmU5YTlhNGEwYjhhNzdkMWYwYzM2ZDdjMTFcIixcInNlbmRlcmlkXCI6XCJ3ZWIxLmV4YW1wbG"
    "UubmV0XCIsXCJhZ2VudFwiOlwicnBjdXRpbFwiLFwidGltZVwiOjE3NTAwMDAwMDF9fSIsImhhc2giOiJCcGNYY"
    "zBUZ3I2QjZncVhWejd5K0o0RmV4Qy9YNXpZSVJRUGVkQVo3WnAwPSJ9\",\"headers\":{\"mc_sender\":\""
    "web1.example.net\",\"seen-by\":[[\"nats://broker1:4222\",\"bastion.example.net\",\"nats"
    "://broker1:4222\"],[\"nats://fed1:4222\",\"fedbroker1 (a, b, c)\",\"nats://dc1:4222\"],"
    "[\"nats://dc1:4222\",\"web1.example.net\",\"nats://dc1:4222\"]],\"federation\":{\"req\""
    ":\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"reply-to\":\"mcollective.reply.x.y\"}}}";

inline constexpr std::string_view kInsecureSecureRequest =
    "{\"protocol\":\"choria:secure:request:1\",\"message\":\"{\\\"protocol\\\":\\\"choria:re"
    "quest:1\\\",\\\"message\\\":\\\"{\\\\\\\"agent\\\\\\\":\\\\\\\"aaa_signer\\\\\\\",\\\\"
    "\\\"action\\\\\\\":\\\\\\\"sign\\\\\\\",\\\\\\\"data\\\\\\\":{}}\\\",\\\"envelope\\\":{"
    "\\\"requestid\\\":\\\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\\\",\\\"senderid\\\":\\\"bastion"
    ".example.net\\\",\\\"callerid\\\":\\\"choria=alice.mcollective\\\",\\\"collective\\\":"
    "\\\"mcollective\\\",\\\"agent\\\":\\\"aaa_signer\\\",\\\"ttl\\\":60,\\\"time\\\":175000"
    "0000,\\\"filter\\\":{\\\"fact\\\":[],\\\"cf_class\\\":[],\\\"agent\\\":[],\\\"identity"
    "\\\":[],\\\"compound\\\":[]}}}\",\"signature\":\"insecure\",\"pubcert\":\"insecure\"}";

inline constexpr std::string_view kInsecureRegistration =
    "{\"protocol\":\"choria:secure:request:1\",\"message\":\"{\\\"protocol\\\":\\\"choria:re"
    "quest:1\\\",\\\"message\\\":\\\"{\\\\\\\"x\\\\\\\":1}\\\",\\\"envelope\\\":{\\\"request"
    "id\\\":\\\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\\\",\\\"senderid\\\":\\\"bastion.example.ne"
    "t\\\",\\\"callerid\\\":\\\"choria=alice.mcollective\\\",\\\"collective\\\":\\\"mcollect"
    "ive\\\",\\\"agent\\\":\\\"registration\\\",\\\"ttl\\\":60,\\\"time\\\":1750000000,\\\"f"
    "ilter\\\":{\\\"fact\\\":[],\\\"cf_class\\\":[],\\\"agent\\\":[],\\\"identity\\\":[],\\"
    "\"compound\\\":[]}}}\",\"signature\":\"aW5zZWN1cmUgcmVnaXN0cmF0aW9u\",\"pubcert\":\"ins"
    "ecure registration\"}";

inline constexpr std::string_view kRpcRequest =
    "{\"agent\":\"package\",\"action\":\"install\",\"data\":{\"package\":\"\\u003czsh\\u003e"
    "\",\"n\":[1,2.50,true]}}";

struct StringCase {
  std::string_view text;
  std::string_view encoded;
};
inline constexpr StringCase kStrings[] = {
    {"", "\"\""},
    {"plain", "\"plain\""},
    {"quote\" back\\slash /", "\"quote\\\" back\\\\slash /\""},
    {"\001\002\037\177", "\"\\u0001\\u0002\\u001f\177\""},
    {"\010\014\n\015\011", "\"\\b\\f\\n\\r\\t\""},
    {"<>&", "\"\\u003c\\u003e\\u0026\""},
    {"\342\200\250\342\200\251\342\200\247", "\"\\u2028\\u2029\342\200\247\""},
    {"caf\303\251 \360\237\230\200", "\"caf\303\251 \360\237\230\200\""},
    {"bad\377\303(\342\202", "\"bad\\ufffd\\ufffd(\\ufffd\\ufffd\""},
    {"\355\240\200", "\"\\ufffd\\ufffd\\ufffd\""},
    {"\300\257", "\"\\ufffd\\ufffd\""},
    {"\364\220\200\200", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
    {"\342\200\250x", "\"\\u2028x\""},
};

struct BodyCase {
  std::string_view message;
  std::string_view body;
};
inline constexpr BodyCase kBodies[] = {
    {"cGluZw==", {"ping", 4}},
    {"ping", {"\246)\340", 3}},
    {"pong", {"\246\211\340", 3}},
    {"{}", {"{}", 2}},
    {"", {"", 0}},
    {"cGlu\nZw==\015\n", {"ping", 4}},
    {"cGluZw=", {"cGluZw=", 7}},
    {"cGluZw", {"cGluZw", 6}},
    {"cGluZx==", {"ping", 4}},
    {"====", {"====", 4}},
    {"AAAA====", {"AAAA====", 8}},
    {"AA=A", {"AA=A", 4}},
    {"AAA=", {"\000\000", 2}},
    {"AAB=", {"\000\000", 2}},
    {"AA==\n", {"\000", 1}},
    {"AA=\n=", {"\000", 1}},
    {"A", {"A", 1}},
    {"AAAAA", {"AAAAA", 5}},
    {"-_-_", {"-_-_", 4}},
    {"cGlu Zw==", {"cGlu Zw==", 9}},
    {"\n", {"", 0}},
    {"AA==AA==", {"AA==AA==", 8}},
    {"AA==x", {"AA==x", 5}},
};

struct CallerCase {
  std::string_view caller_id;
  std::string_view certname;  // empty: refused
};
inline constexpr CallerCase kCallers[] = {
    {"choria=rip.mcollective", "rip.mcollective"},
    {"up=ginkgo", "ginkgo"},
    {"choria=", ""},
    {"=x", ""},
    {"x", ""},
    {"Choria=x", ""},
    {"a1=x", ""},
    {"choria=a b", "a"},
    {"choria=a=b", "a"},
    {"choria=caf\303\251", "caf"},
    {"user=foo-bar_1.2", "foo-bar_1.2"},
    {"choria=\303\251", ""},
    {" choria=x", ""},
    {"up=a@b.c", "a"},
    {"", ""},
};

}  // namespace antiphon::vectors
