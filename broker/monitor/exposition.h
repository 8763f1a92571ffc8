// Writes metrics in Prometheus' text format, version 0.0.4.
//
// USE: one family() for each name, followed by its sample()s. A counter's name ends in "_total".
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace antiphon {

inline constexpr char kExpositionContentType[] = "text/plain; version=0.0.4; charset=utf-8";

class Exposition {
 public:
  using Label = std::pair<std::string_view, std::string_view>;

  // Appends to `out`, which must outlive the writer.
  explicit Exposition(std::string& out) : out_(out) {}

  // The name must live until the next family.
  void counter(std::string_view name, std::string_view help) { family(name, "counter", help); }
  void gauge(std::string_view name, std::string_view help) { family(name, "gauge", help); }

  // Followed by summed().
  void summary(std::string_view name, std::string_view help) { family(name, "summary", help); }
  // A summary without quantiles: how often something happened, and the sum of what it took.
  void summed(uint64_t count, double sum, std::initializer_list<Label> labels = {});

  template <std::integral Number>
  void sample(Number value, std::initializer_list<Label> labels = {}) {
    write_sample(std::to_string(value), labels);
  }
  void sample(double value, std::initializer_list<Label> labels = {});

 private:
  void family(std::string_view name, std::string_view type, std::string_view help);
  void write_sample(std::string_view value, std::initializer_list<Label> labels,
                    std::string_view suffix = {});

  std::string& out_;
  std::string_view name_;
};

}  // namespace antiphon
