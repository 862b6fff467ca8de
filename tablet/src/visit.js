// What of a visit is no question: interviews as counts, the two meetings, the summary for both sides. Pure. The forms are
// operations like any answer; their keys and what may stand in them: compliance/visit_forms.py. The plan of interviews is
// the twin of checklists/rules/sampling.py; both are judged by tests/contracts/sampling.json.

export const INTERVIEWS = "@interviews";
export const OPENING = "@opening";
export const CLOSING = "@closing";
export const FORMS = [INTERVIEWS, OPENING, CLOSING];
export const SIDES = ["management", "workers", "union"];
export const SEXES = ["women", "men", "other"];
export const CONTRACTS = ["permanent", "fixed-term", "seasonal", "casual", "apprentice", "agency", "home"];

/** How many to take in a factory of so many people: never more than there are. */
export function take(bands, headcount) {
  const band = bands.findLast((one) => headcount >= one.from);
  return Math.max(0, Math.min(band?.take ?? 0, headcount));
}

/** How a number is spread over groups by their size: each at least one, what is left over to the largest remainders. */
export function planned(number, groups) {
  const here = Object.keys(groups).filter((name) => groups[name] > 0);
  const people = here.reduce((sum, name) => sum + groups[name], 0);
  const total = Math.min(number, people);
  const byName = (a, b) => (a < b ? -1 : 1);
  if (total <= here.length) {
    const bySize = [...here].sort((a, b) => groups[b] - groups[a] || byName(a, b));
    return Object.fromEntries(here.map((name) => [name, bySize.indexOf(name) < total ? 1 : 0]));
  }
  const shares = Object.fromEntries(here.map((name) => [name, Math.max(1, Math.floor((total * groups[name]) / people))]));
  const order = [...here].sort((a, b) => ((total * groups[b]) % people) - ((total * groups[a]) % people) || groups[b] - groups[a] || byName(a, b));
  const sum = () => Object.values(shares).reduce((all, one) => all + one, 0);
  while (sum() < total) for (const name of order) if (sum() < total && shares[name] < groups[name]) shares[name] += 1;
  while (sum() > total) shares[[...here].sort((a, b) => shares[b] - shares[a] || byName(b, a))[0]] -= 1;
  return shares;
}

/** Planned against done in one dimension: [{group, planned, done}]; groups nobody planned come last. */
export function against(plan, interviews, dimension) {
  const done = {};
  for (const one of interviews) if (one[dimension]) done[one[dimension]] = (done[one[dimension]] ?? 0) + 1;
  const names = [...Object.keys(plan), ...Object.keys(done).filter((name) => !(name in plan)).sort()];
  return names.map((group) => ({ group, planned: plan[group] ?? 0, done: done[group] ?? 0 }));
}

/** The interviews that stand: values of the form's fields, without those taken back. */
export const interviewsIn = (fields) => Object.entries(fields ?? {}).filter(([name, one]) => name.startsWith("interview:") && one.value).map(([, one]) => one.value);

/** Of the clusters, what a virtual check asks: its questions by their keys, and no point or cluster without any. All, where no keys are given. */
export const covered = (clusters, keys) => (!keys ? clusters : clusters
  .map((cluster) => ({ ...cluster, points: cluster.points
    .map((point) => ({ ...point, questions: point.questions.filter((one) => keys.includes(one.key)) }))
    .filter((point) => point.questions.length) }))
  .filter((cluster) => cluster.points.length));

const heard = (source) => source.endsWith("-interviews");

/**
 * May a finding stand in the summary that both sides read in the factory? Only when its question names a source that is no
 * interview, so that nobody is asked who said it; and never a suspected zero-tolerance matter, which has its own way.
 */
export const mayBeTold = (question) => !question.tags?.includes("zero-tolerance") && Boolean(question.sources?.some((source) => !heard(source)));

/** [{title, found: [{issue, extent}]}] by cluster: what does not keep the rule, of what may be told. `read` gives {state, extent}. */
export function summaryOf(clusters, questions, read) {
  return clusters.map((cluster) => ({
    title: cluster.title,
    found: cluster.points.flatMap((point) => point.questions)
      .map(({ key }) => questions.get(key))
      .filter((question) => question.kind === "finding" && mayBeTold(question) && read(question).state === "non_compliant")
      .map((question) => ({ key: question.key, issue: question.issue || question.text, extent: read(question).extent, question })),
  })).filter(({ found }) => found.length);
}
