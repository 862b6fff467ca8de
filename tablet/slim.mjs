// Leaves out of the CEL engine the functions that are no part of the rule language (src/grammar.js refuses them): of texts,
// bytes, times and durations. A tablet would fetch them, and prepare them at each start, for nothing.
import { readFileSync } from "node:fs";

const FROM = "  functionOverload('bytes(string)"; // all before it (dyn, type, bool, size) stays
const INSTEAD = `  registry.registerType('google.protobuf.Timestamp', Date) // its operators name them
  registry.registerType('google.protobuf.Duration', Duration)
  registerOptional(registry)
}
function leftOut() {
`;

export const slim = { name: "slim", setup: ({ onLoad }) => onLoad({ filter: /cel-js\/lib\/functions\.js$/ }, ({ path }) => {
  const whole = readFileSync(path, "utf8");
  if (whole.split(FROM).length !== 2) throw new Error("the CEL engine changed: see what it registers");
  return { contents: whole.replace(FROM, INSTEAD + FROM) };
}) };
