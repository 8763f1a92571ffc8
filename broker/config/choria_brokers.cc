#include "broker/config/choria_brokers.h"

#include "broker/config/choria_files.h"
#include "broker/config/choria_values.h"

namespace antiphon {

ChoriaBrokers choria_brokers(const std::string& path, const ConfigInputs& inputs) {
  ChoriaBrokers brokers;
  const absl::StatusOr<std::string> text = inputs.read_file(path);
  if (!text.ok() || !looks_like_choria_conf(*text)) return brokers;
  Diagnostics unused;  // the loader has them again
  for (const ChoriaSetting& setting : read_choria_files(path, *text, inputs, unused)) {
    const bool on = parse_choria_bool(setting.value).value_or(false);
    if (setting.key == "plugin.choria.broker_network") brokers.network_broker = on;
    if (setting.key == "plugin.choria.broker_federation") brokers.federation_broker = on;
  }
  return brokers;
}

}  // namespace antiphon
