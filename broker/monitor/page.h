// One answer of the monitoring server: what goes out over HTTP, whatever it was made from.
#pragma once

#include <string>
#include <utility>

namespace antiphon {

struct Page {
  unsigned status = 200;
  std::string content_type;
  bool any_origin = false;  // scripts of other web sites may read it (CORS)
  std::string body;
};

inline Page json_page(std::string body, unsigned status = 200) {
  return {status, "application/json", true, std::move(body)};
}
inline Page text_page(unsigned status, std::string text) {
  return {status, "text/plain; charset=utf-8", false, std::move(text)};
}
inline Page bad_request(std::string text) {
  return text_page(400, std::move(text));
}

}  // namespace antiphon
