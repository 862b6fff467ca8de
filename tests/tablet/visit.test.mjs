// The plan of interviews comes to the same as on the server; the summary for both sides leaves out what it must.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { against, covered, interviewsIn, mayBeTold, planned, summaryOf, take } from "../../tablet/src/visit.js";

const cases = JSON.parse(readFileSync(new URL("../contracts/sampling.json", import.meta.url), "utf8"));

test("how many, and from which groups: as the server says", () => {
  for (const { bands, headcount, gives } of cases.take) assert.equal(take(bands, headcount), gives, `${headcount}`);
  for (const { total, groups, gives } of cases.planned) assert.deepEqual(planned(total, groups), gives, JSON.stringify([total, groups]));
});

test("planned against done; a group nobody planned stands last, an interview taken back does not count", () => {
  const fields = { "interview:1": { value: { sex: "men" } }, "interview:2": { value: null }, "interview:3": { value: { sex: "other" } }, held: { value: "x" } };
  assert.deepEqual(against({ women: 2, men: 1 }, interviewsIn(fields), "sex"), [
    { group: "women", planned: 2, done: 0 }, { group: "men", planned: 1, done: 1 }, { group: "other", planned: 0, done: 1 },
  ]);
});

test("of a virtual check only what it asks is there, without empty points and sections; of any other all", () => {
  const of = (...keys) => ({ questions: keys.map((key) => ({ key })) });
  const clusters = [{ key: "one", points: [of("a", "b"), of("c")] }, { key: "two", points: [of("d")] }, { key: "three", points: [of("e")] }];
  assert.equal(covered(clusters, undefined), clusters);
  assert.deepEqual(covered(clusters, ["b", "e"]), [{ key: "one", points: [of("b")] }, { key: "three", points: [of("e")] }]);
});

test("the summary leaves out what was only heard, zero tolerance, and a question that names no source", () => {
  const told = (sources, tags) => mayBeTold({ sources, tags });
  assert.deepEqual([told(["documents"]), told(["worker-interviews", "observation"], ["critical-public"])], [true, true]);
  assert.deepEqual([told(["worker-interviews"]), told(["union-interviews", "management-interviews"]), told([]), told(undefined), told(["documents"], ["zero-tolerance"])], [false, false, false, false, false]);
  const question = (key, more) => [key, { key, kind: "finding", issue: `${key}!`, sources: ["observation"], ...more }];
  const questions = new Map([question("a"), question("b", { sources: ["worker-interviews"] }), question("c"), question("d", { tags: ["zero-tolerance"] })]);
  const clusters = [{ title: "One", points: [{ questions: [{ key: "a" }, { key: "b" }, { key: "d" }] }] }, { title: "Two", points: [{ questions: [{ key: "c" }] }] }];
  const summary = summaryOf(clusters, questions, ({ key }) => ({ state: key === "c" ? "compliant" : "non_compliant", extent: null }));
  assert.deepEqual(summary.map(({ title, found }) => [title, found.map(({ issue }) => issue)]), [["One", ["a!"]]]);
});
