// Numbers for people: three digits that matter, and a unit near their size.
#pragma once

#include <cstdint>
#include <string>

namespace antiphon::fleet::plan {

std::string bytes_text(double bytes);      // "22.1 KB", "2.24 GB"; of 1,024
std::string seconds_text(double seconds);  // "13.1 us", "2.57 ms", "1.4 s", "12.5 min"
std::string count_text(double count);      // "100,000"
std::string number_text(double number);    // "1.77"

}  // namespace antiphon::fleet::plan
