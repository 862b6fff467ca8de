// The rule language: a stated subset of CEL, read token by token. Twin of checklists/expressions/grammar.py; both are
// judged by tests/contracts/expressions.json. `read` decides whether a text belongs to the language and writes it again
// for the engine: numbers become doubles, and nothing written out has a type before it runs (`dyn`), as in Python.

const MOST_CHARACTERS = 2_000;
const MOST_DEPTH = 12;
const MOST_MACROS = 4;
const MOST_ITEMS = 100;
const MOST_CHOICES = 10;

const FACTS = new Set(["workers", "women", "men", "migrants", "day"]);
const FUNCTIONS = new Map(Object.entries({ sum: 1, count: 1, size: 1, share: 2, days_between: 2, years_between: 2 }));
const COUNTING = new Set(["sum", "count", "size"]);
const MACROS = new Map(Object.entries({ filter: ".as_list()", map: ".as_list()", exists: "", all: "" }));
const WORDS = new Set(["true", "false", "in", "null", "answered", "has", "answers", "param", "facts", "value", "row", ...FUNCTIONS.keys()]);
const TOKEN = /(?<space>[ \t\r\n]+)|(?<number>[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.]))|(?<text>"[^"\\\x00-\x1f\x7f]*"|'[^'\\\x00-\x1f\x7f]*')|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>&&|\|\||==|!=|<=|>=|[<>+\-*/?:!()[\],.])/y;
const KEY = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const VARIABLE = /^[a-z][a-z0-9_]{0,19}$/;
const COMPARES = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);

/** The text is no rule. `position` counts from 0. What is wrong is said to editors by the server, not here. */
export class NoRule extends Error {
  constructor(position) {
    super(`no rule, from character ${position + 1}`);
    this.position = position;
  }
}

function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw new NoRule(at);
    const [kind] = Object.entries(found.groups).find(([, one]) => one !== undefined);
    if (kind === "number" && found[0].length > 20) throw new NoRule(at);
    if (kind !== "space") tokens.push({ kind, text: found[0], at });
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

const number = (digits) => `${digits}${digits.includes(".") ? "" : ".0"}`;
const quoted = (text) => `"${text.replaceAll('"', '\\"')}"`;
const frame = (closes, end = ")", wants = 0, macro = "") =>
  ({ closes, end, wants, macro, items: 1, asks: false, condition: false, compares: 0, adds: false, decides: false, divides: false });

/** {source, answers, params, facts, columns, names}: the text for the engine, and what it reads. Throws NoRule. */
export function read(text) {
  if (typeof text !== "string" || !text.trim()) throw new NoRule(0);
  if (text.length > MOST_CHARACTERS) throw new NoRule(MOST_CHARACTERS);
  const tokens = tokensOf(text);
  const frames = [frame("end")];
  const out = [];
  const reads = { answers: new Set(), params: new Set(), facts: new Set(), columns: new Set(), names: new Set() };
  let next = 0;
  let variable = "";
  let macros = 0;
  let maps = 0;
  let choices = 0;

  const refuse = (at = tokens[next].at) => { throw new NoRule(at); };
  const take = () => tokens[next++];
  const is = (...texts) => texts.every((wanted, i) => {
    const token = tokens[next + i];
    return token && (wanted.startsWith("<") && wanted.length > 2 ? `<${token.kind}>` === wanted : token.kind !== "text" && token.text === wanted);
  });
  const open = (one) => {
    frames.push(one);
    if (frames.length > MOST_DEPTH + 1) refuse(tokens[next - 1].at);
    return true;
  };
  const key = () => {
    const token = take();
    const found = token.text.slice(1, -1);
    if (!KEY.test(found)) refuse(token.at);
    return found;
  };
  const closeChoice = (token) => { if (frames.at(-1).asks) refuse(token?.at); };
  /** Conditions are joined, not counted with. */
  const counts = (one, token) => {
    if (one.compares > 1 || (one.decides && (one.compares || one.adds))) refuse(token.at);
  };

  /** What is divided by goes through a function to which zero is unknown. */
  function endDivisor() {
    if (frames.at(-1).divides) out.push(")");
    frames.at(-1).divides = false;
  }

  function operand() {
    const token = tokens[next];
    if (token.kind === "name") return named();
    take();
    if (token.kind === "number") {
      out.push(`dyn(${number(token.text)})`);
      return false;
    }
    if (token.kind === "text") {
      out.push(`dyn(${quoted(token.text.slice(1, -1))})`);
      return false;
    }
    if (token.text === "-") {
      if (tokens[next].kind !== "number") refuse(token.at);
      out.push(`dyn(-${number(take().text)})`);
      return false;
    }
    if (token.text === "!") {
      if (is("!")) refuse();
      frames.at(-1).decides = true;
      frames.at(-1).condition = true;
      out.push("!");
      return true;
    }
    if (token.text === "(") {
      out.push("(");
      return open(frame(")"));
    }
    if (token.text !== "[") refuse(token.at);
    out.push("dyn([");
    if (!is("]")) return open(frame("]", "])"));
    take();
    out.push("])");
    return false;
  }

  function named() {
    const token = take();
    const name = token.text;
    if (name === "true" || name === "false") out.push(`dyn(${name})`);
    else if (name === "answers" || name === "param") {
      if (!is("[", "<text>", "]")) refuse(token.at);
      take();
      const found = key();
      take();
      reads[name === "answers" ? "answers" : "params"].add(found);
      out.push(`${name}["${found}"]`);
    } else if (name === "facts") {
      if (!is(".", "<name>")) refuse(token.at);
      take();
      const fact = take();
      if (!FACTS.has(fact.text)) refuse(fact.at);
      reads.facts.add(fact.text);
      out.push(`facts["${fact.text}"]`);
    } else if (name === "value") {
      reads.names.add(name);
      out.push(name);
    } else if (name === "row") {
      if (!is(".", "<name>")) refuse(token.at);
      take();
      const column = take().text;
      reads.names.add(name);
      reads.columns.add(column);
      out.push(`row["${column}"]`);
    } else if (name === "answered") {
      if (!is("(", "<text>", ")")) refuse(token.at);
      take();
      const found = key();
      take();
      reads.answers.add(found);
      out.push(`answered["${found}"]`);
    } else if (name === "has") has(token);
    else if (FUNCTIONS.has(name)) {
      if (!is("(") || (variable && COUNTING.has(name))) refuse(token.at);
      take();
      out.push(`${name === "size" ? "count" : name}(`);
      return open(frame(")", ")", FUNCTIONS.get(name)));
    } else if (variable && name === variable) out.push("item");
    else refuse(token.at);
    return false;
  }

  function has(token) {
    if (!is("(", "<name>", ".", "<name>", ")")) refuse(token.at);
    const [, owner, , column] = [take(), take(), take(), take(), take()];
    if (owner.text === "row") {
      reads.names.add("row");
      reads.columns.add(column.text);
    } else if (!variable || owner.text !== variable) refuse(owner.at);
    out.push(`dyn("${column.text}" in ${owner.text === "row" ? "row" : "item"})`);
  }

  function operator() {
    const one = frames.at(-1);
    const token = take();
    const sign = token.text;
    if (sign !== "." && sign !== "[") endDivisor();
    if (token.kind === "number" || token.kind === "text" || (token.kind === "name" && sign !== "in")) refuse(token.at);
    if (sign === ".") return afterDot();
    if (sign === "[") {
      if (!is("<text>", "]")) refuse(token.at);
      out.push(`[${quoted(take().text.slice(1, -1))}]`);
      take();
      return false;
    }
    if (sign === ")" || sign === "]") return close(token);
    if (["&&", "||", "?", ":", ","].includes(sign)) return separate(one, token);
    if (sign === "!" || sign === "(") refuse(token.at);
    if (COMPARES.has(sign)) {
      one.compares += 1;
      one.condition = true;
    } else one.adds = true;
    counts(one, token);
    one.divides = sign === "/";
    out.push(one.divides ? " / divisor(" : ` ${sign} `);
    return true;
  }

  function separate(one, token) {
    const sign = token.text;
    if (sign === "&&" || sign === "||") one.condition = true;
    else if (sign === "?") {
      if (one.asks) refuse(token.at);
      one.asks = true;
      one.condition = false;
      choices += 1;
      if (choices > MOST_CHOICES) refuse(token.at);
    } else if (sign === ":") {
      if (!one.asks) refuse(token.at);
      one.asks = false;
    } else {
      closeChoice(token);
      one.items += 1;
      if (one.closes === "end" || (one.closes === ")" && one.items > Math.max(one.wants, 1)) || one.items > MOST_ITEMS) refuse(token.at);
    }
    Object.assign(one, { compares: 0, adds: false, decides: false });
    out.push(` ${sign} `);
    return true;
  }

  function close(token) {
    closeChoice(token);
    const one = frames.at(-1);
    if (one.closes !== token.text) refuse(token.at);
    frames.pop();
    if (one.wants && one.items !== one.wants) refuse(token.at);
    out.push(one.end);
    const outer = frames.at(-1);
    const decides = one.macro ? ["exists", "all"].includes(one.macro) : !one.wants && token.text === ")" && one.condition;
    if (one.macro) variable = "";
    if (decides) {
      outer.decides = true;
      outer.condition = true;
      counts(outer, token);
    }
    return false;
  }

  function afterDot() {
    const token = take();
    if (token.kind !== "name") refuse(token.at);
    const name = token.text;
    if (!is("(")) {
      out.push(`["${name}"]`);
      return false;
    }
    take();
    if (name === "size" || name === "count") {
      if (variable || !is(")")) refuse(token.at);
      take();
      out.push(".count()");
      return false;
    }
    if (!MACROS.has(name) || variable) refuse(token.at);
    macros += 1;
    maps += name === "map" ? 1 : 0;
    if (macros > MOST_MACROS || maps > 1 || !is("<name>", ",")) refuse(token.at);
    const chosen = take();
    take();
    if (!VARIABLE.test(chosen.text) || WORDS.has(chosen.text)) refuse(chosen.at);
    variable = chosen.text;
    out.push(`.${name}(item, `);
    return open(frame(")", `)${MACROS.get(name)}`, 0, name));
  }

  let wanted = true;
  while (tokens[next].kind !== "end") wanted = wanted ? operand() : operator();
  if (wanted || frames.length > 1) refuse();
  endDivisor();
  closeChoice();
  return { source: out.join(""), ...reads };
}
