// How a value comes about: a formula with its numbers put in, term by term, and what a maximum or a case chose.
import { elements, evaluate, evaluation, holds, isList, opened, position, primal, terms, worth } from "./evaluate.js";
import {
  between, fraction, identifier, isNegative, listed, lowered, math, negative, number, raised, row, sign, squareRoot, tex,
} from "./mathml.js";

const MOST_TERMS = 20;

// The steps of an evaluation: each element or term with its numbers, what they are put into, and the value.
export function explain(program, inputs) {
  const value = evaluate(program, inputs);
  const [tree, env] = entered(program.tree, evaluation(inputs));
  const name = program.left ? tex(program.left) + sign("=") : "";
  return [...parts(tree, env), { kind: "total", mathml: math(name + shown(value)), value }];
}

// The right side of what is only a name.
function entered(node, env) {
  if (node.type !== "Defined" || node.indices.length < node.low.length) return [node, env];
  const inner = opened(node, node.indices.map(one => position(one, env)), env);
  return inner ? entered(...inner) : [node, env];
}

function parts(tree, env) {
  if (tree.type === "Each") return each(tree.body, tree.index, elements(tree, env));
  const whole = [{ kind: "whole", ...step(tree, env) }], over = joining(tree);
  return over ? [...each(over.body, over.variables[0], terms(over, env)), ...whole] : whole;
}

function each(body, index, places) {
  return places.slice(0, MOST_TERMS).map(env => ({ kind: "term", index, at: env.indices[index], ...step(body, env) }));
}

// The one sum, product or extremum over an index that a formula is made of, outside of all others.
function joining(tree) {
  if (tree.type === "Bind") return tree.operator in JOINED ? tree : null;
  const inside = (tree.type === "Apply" ? tree.parts : []).map(joining).filter(Boolean);
  return inside.length === 1 ? inside[0] : null;
}

// A part with its numbers, then with what its choices are between, then its value, and why a case was chosen.
function step(node, env) {
  const value = plain(worth(node, env)), chosen = choices(node, env);
  const sides = [put(node, env), ...chosen.map(one => one.between).filter(Boolean), shown(value)];
  const distinct = sides.filter((side, k) => side !== sides[k - 1]).join(sign("="));
  const why = chosen.filter(one => one.condition).map(one => reason(one.condition, env)).join("");
  return { mathml: math(distinct + why), value };
}

const reason = (condition, env) => `<mtext>,&#160;as&#160;</mtext>${put(condition, env)}`;

// Between what each maximum or absolute value chose, outermost first, and the conditions of the rows that cases chose.
function choices(node, env) {
  if (node.type !== "Apply") return [];
  if (node.operator === "cases") return [{ condition: chosenRow(node, env)?.condition }];
  const own = CHOSEN[node.operator]?.(node.parts.map(part => shown(plain(worth(part, env)))));
  return [...(own ? [{ between: own }] : []), ...node.parts.flatMap(part => choices(part, env))];
}

const CHOSEN = {
  largest: values => call("max", values),
  smallest: values => call("min", values),
  absolute: values => between("|", values.join(""), "|"),
};

const chosenRow = (node, env) => node.parts.find(({ condition }) => !condition || holds(condition, env));

// --- a tree with its numbers put in ---------------------------------------------------------------------------------

const plain = value => isList(value) ? value.map(plain) : primal(value);
const call = (name, values) => identifier(name) + between("(", listed(values), ")");
const bracketed = inside => between("(", inside, ")");
const shown = value => isList(value) ? bracketed(listed(value.map(shown))) : number(value);
const isLoose = (node, operators) => node.type === "Apply" && operators.includes(node.operator);

function put(node, env) {
  const table = { Apply: APPLIED, Bind: BOUND }[node.type];
  const rule = table ? table[node.operator] : LEAVES[node.type];
  return rule?.(node, env) ?? shown(plain(worth(node, env)));
}

// Within a product or a power: what is a sum, or begins with a sign, stands in brackets.
function enclosed(node, env, loose = ["add"]) {
  const inside = put(node, env);
  return isLoose(node, loose) || isNegative(inside) ? bracketed(inside) : inside;
}

function added({ parts }, env) {
  return parts.map((part, k) => {
    if (k && part.operator === "negate") return sign("−") + enclosed(part.parts[0], env);
    return k ? sign("+") + enclosed(part, env, []) : put(part, env);
  }).join("");
}

function multiplied({ parts, marks }, env) {
  const signs = marks.map(mark => sign(["\\times", "\\odot"].includes(mark) ? "×" : "⋅"));
  return parts.map((part, k) => k ? signs[k - 1] + enclosed(part, env) : enclosed(part, env)).join("");
}

function defined(node, env) {
  const { bound } = node.cases[0];
  if (!bound.length || node.outside) return undefined;
  const name = call(node.name, bound.map(({ value }) => put(value, env))).replace(identifier(node.name), tex(node.name));
  return node.indices.length ? lowered(name, listed(node.indices.map(one => put(one, env)))) : name;
}

const JOINED = {
  sum: values => values.map((value, k) => k && isNegative(value) ? bracketed(value) : value).join(sign("+")),
  prod: values => values.map(value => isNegative(value) ? bracketed(value) : value).join(sign("⋅")),
  max: values => call("max", values),
  min: values => call("min", values),
};

// All terms, each with its value.
const overAll = join => (node, env) => {
  const values = terms(node, env).map(inner => shown(plain(worth(node.body, inner))));
  if (!values.length || values.length > MOST_TERMS) return undefined;
  return values.length > 1 && ["sum", "prod"].includes(node.operator) ? bracketed(join(values)) : join(values);
};

const BOUND = Object.fromEntries(Object.entries(JOINED).map(([name, join]) => [name, overAll(join)]));

const RELATIONS = { "\\ne": "≠", "\\le": "≤", "\\ge": "≥", "\\in": "∈", "\\notin": "∉" };

const LEAVES = {
  Constant: ({ name }) => tex(name),
  Symbol: ({ name }) => tex(name),
  Defined: defined,
  Chain: ({ sides, relations }, env) => sides.map((side, k) => {
    const mark = relations[k - 1]?.sign;
    return (k ? sign(RELATIONS[mark] ?? mark) : "") + put(side, env);
  }).join(""),
};

const inside = (open, close) => ({ parts }, env) => between(open, listed(parts.map(part => put(part, env))), close);
const named = name => ({ parts }, env) => call(name, [put(parts[0], env)]);
const together = mark => ({ parts }, env) => parts.map(part => put(part, env)).join(sign(mark));
const NAMED = [
  "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin", "arccos", "arctan",
  "arsinh", "arcosh", "artanh", "erf",
];

// How operations are written; of all others the value is shown.
const APPLIED = {
  add: added,
  negate: ({ parts }, env) => negative(enclosed(parts[0], env)),
  multiply: multiplied,
  divide: ({ parts }, env) => fraction(...parts.map(part => put(part, env))),
  power: ({ parts }, env) => raised(enclosed(parts[0], env, ["add", "multiply", "divide", "power"]), put(parts[1], env)),
  root: ({ parts }, env) => {
    const [body, degree] = parts.map(part => put(part, env));
    return degree ? `<mroot>${row(body)}${row(degree)}</mroot>` : squareRoot(body);
  },
  sqrt: ({ parts }, env) => squareRoot(put(parts[0], env)),
  ...Object.fromEntries(NAMED.map(name => [name, named(name)])),
  log: ({ parts }, env) => {
    const [body, base] = parts.map(part => put(part, env));
    return base ? lowered(identifier("log"), base) + bracketed(body) : call("log", [body]);
  },
  largest: ({ parts }, env) => call("max", parts.map(part => put(part, env))),
  smallest: ({ parts }, env) => call("min", parts.map(part => put(part, env))),
  absolute: inside("|", "|"),
  norm: inside("‖", "‖"),
  indicator: inside("[", "]"),
  and: together("∧"),
  or: together("∨"),
  vector: inside("(", ")"),
  set: inside("{", "}"),
  inner: inside("⟨", "⟩"),
  transpose: ({ parts }, env) => raised(enclosed(parts[0], env), sign("⊤")),
  cases: (node, env) => {
    const chosen = chosenRow(node, env);
    return chosen && put(chosen.value, env);
  },
};
