// Any bytes as a Choria configuration, main file and drop-in: read, applied and described.
#include "broker/config/choria_conf.h"
#include "broker/config/choria_files.h"
#include "broker/config/choria_options.h"
#include "broker/config/load_config.h"
#include "tests/fuzz/config_fuzz_inputs.h"

using namespace antiphon;

namespace {

void check_settings(std::string_view text) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"fuzz.conf", 0});
  Diagnostics diagnostics;
  for (const ChoriaSetting& setting : parse_choria_conf(file, text, "", diagnostics)) {
    AP_CHECK(!setting.key.empty() && !setting.value.empty());
    AP_CHECK(setting.key_place.column < setting.value_place.column);
    AP_CHECK(setting.key.find('\n') == std::string::npos);
    AP_CHECK(setting.value.find('\n') == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_settings(text);

  // The drop-in choria.cfg is the second half of the text.
  ConfigInputs inputs = fuzz_config_inputs(text);
  inputs.read_file = [text](const std::string& path) -> absl::StatusOr<std::string> {
    if (path.ends_with("choria.cfg")) return std::string(text.substr(text.size() / 2));
    if (path.ends_with(".cfg")) return std::string("a = 1\nprovider = file\n");
    return absl::NotFoundError("no such file");
  };
  if (looks_like_choria_conf(text)) {
    const LoadedConfig loaded = load_config_text("broker.conf", text, inputs);
    AP_CHECK(loaded.dialect == ConfigDialect::kChoria);
    return 0;
  }
  // In this dialect all the same.
  Diagnostics diagnostics;
  const auto settings = read_choria_files("broker.conf", text, inputs, diagnostics);
  AP_CHECK(last_of_each(settings).size() <= settings.size());
  BrokerOptions options;
  OptionWriter writer(options, diagnostics);
  (void)apply_choria_settings(settings, {}, inputs, writer);
  return 0;
}
