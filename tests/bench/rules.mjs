// Reads {blueprint, answers, change: [key, values], names, runs} and writes medians in milliseconds on this engine:
// everything judged anew, and one changed answer followed.
import { readFileSync } from "node:fs";
import { judge, rulesOf } from "../../tablet/src/rules.js";

const { blueprint, answers, change: [key, values], names, runs } = JSON.parse(readFileSync(0, "utf8"));
const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
const timed = (function_) => {
  const times = [];
  for (let n = 0; n < runs; n += 1) {
    const from = performance.now();
    function_(n);
    times.push(performance.now() - from);
  }
  return median(times);
};

const rules = rulesOf(blueprint);
const all = timed(() => judge(rules, answers, names));
const now = judge(rules, answers, names);
const before = now.runs;
now.change(key, values[1]);
const changedRuns = now.runs - before;
const change = timed((n) => now.change(key, values[n % 2]));
process.stdout.write(JSON.stringify({ all, change, runs: before, changedRuns }));
