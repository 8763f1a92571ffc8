// Works through what nats.js offers of the core protocol.
// Arguments: the directory with node_modules, the package's name, the driver's world file.
import { runAll } from "./checks.mjs";
import "./messaging.mjs";
import "./requests.mjs";
import "./lifecycle.mjs";
import "./security.mjs";

await runAll();
process.exit(0);
