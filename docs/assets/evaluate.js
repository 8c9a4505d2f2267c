// The value of a formula, by the tree that was checked: a program of the page (see programs.js), for a reader's inputs.
//
// Operations and binders are known by the names of their records; what a formula is about is in its tree alone.
// A value is a number, an array of them, or an array of such rows. Derivatives are exact: a dual number carries a value
// and its derivative, and where the two sides of a kink differ the derivative is NaN, as in Python.

const MOST_STEPS = 2_000_000, DEEPEST = 500, LONGEST_SUM = 10_000;

// --- dual numbers ---------------------------------------------------------------------------------------------------

class Dual {
  constructor(primal, tangent, tag) {
    this.primal = primal;
    this.tangent = tangent;
    this.tag = tag; // which derivative this belongs to; inner derivatives have larger tags
  }
}

const tagOf = x => x instanceof Dual ? x.tag : 0;
const valueFor = (x, tag) => tagOf(x) === tag ? x.primal : x;
const slopeFor = (x, tag) => tagOf(x) === tag ? x.tangent : 0;

export function primal(x) {
  while (x instanceof Dual) x = x.primal;
  return x;
}

// A function of two numbers, from what it is of plain ones and how its derivative comes of theirs.
const lifted = (plain, slope) => function both(a, b) {
  const tag = Math.max(tagOf(a), tagOf(b));
  if (!tag) return plain(a, b);
  const [x, y] = [valueFor(a, tag), valueFor(b, tag)];
  return new Dual(both(x, y), slope(x, y, slopeFor(a, tag), slopeFor(b, tag)), tag);
};

const add = lifted((a, b) => a + b, (a, b, da, db) => add(da, db));
const times = lifted((a, b) => a * b, (a, b, da, db) => add(times(da, b), times(a, db)));
const negated = x => times(-1, x);
const less = (a, b) => add(a, negated(b));
const square = x => times(x, x);

function reciprocal(x) {
  if (!(x instanceof Dual)) return 1 / x;
  const inverse = reciprocal(x.primal);
  return new Dual(inverse, times(times(times(-1, x.tangent), inverse), inverse), x.tag);
}

const over = (a, b) => tagOf(a) || tagOf(b) ? times(a, reciprocal(b)) : a / b;

// As in Python: one to any power is one, also to a power that is no number.
function plainPower(base, exponent) {
  return base === 1 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent;
}

function power(base, exponent) {
  const tag = Math.max(tagOf(base), tagOf(exponent));
  if (!tag) return plainPower(base, exponent);
  const [a, b] = [valueFor(base, tag), valueFor(exponent, tag)];
  let tangent = 0;
  if (tagOf(base) === tag) {
    const lower = choose(primal(b) === 0, 0, less(b, 1)); // the power 0 is constant, also at 0
    tangent = times(times(b, power(a, lower)), base.tangent);
  }
  if (tagOf(exponent) === tag) {
    const safe = choose(primal(a) === 0, 1, a);
    tangent = add(tangent, times(times(power(a, b), apply("log", safe)), exponent.tangent));
  }
  return new Dual(power(a, b), tangent, tag);
}

function choose(condition, yes, no) {
  const tag = Math.max(tagOf(yes), tagOf(no));
  if (!tag) return condition ? yes : no;
  const value = choose(condition, valueFor(yes, tag), valueFor(no, tag));
  return new Dual(value, choose(condition, slopeFor(yes, tag), slopeFor(no, tag)), tag);
}

function unlessKinked(chosen, one, other, tied) {
  const tag = Math.max(tagOf(one), tagOf(other));
  if (!tag || !tied || !(chosen instanceof Dual)) return chosen;
  const kinked = primal(slopeFor(one, tag)) !== primal(slopeFor(other, tag));
  return kinked ? new Dual(chosen.primal, NaN, chosen.tag) : chosen;
}

function largest(values) {
  return values.reduce((best, value) => {
    const chosen = choose(primal(best) >= primal(value), best, value);
    return unlessKinked(chosen, best, value, primal(best) === primal(value));
  });
}

const smallest = values => negated(largest(values.map(negated)));
const size = x => largest([x, negated(x)]);

// --- functions of one number ----------------------------------------------------------------------------------------

function apply(name, x) {
  const [value, slope] = FUNCTIONS[name];
  if (!(x instanceof Dual)) return value(x);
  return new Dual(apply(name, x.primal), times(slope(x.primal), x.tangent), x.tag);
}

// Its series near zero, a continued fraction far from it.
function erf(x) {
  if (Math.abs(x) > 2.5) return Math.sign(x) * (1 - erfc(Math.abs(x)));
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) sum += term *= 2 * x * x / (2 * n + 1);
  return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
}

function erfc(x) {
  let fraction = x;
  for (let n = 80; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

const whole = x => x === Math.floor(x);
const flat = turns => x => turns(primal(x)) ? NaN : 0;

// Each with its derivative.
export const FUNCTIONS = {
  exp: [Math.exp, x => apply("exp", x)],
  log: [Math.log, reciprocal],
  sqrt: [Math.sqrt, x => times(0.5, reciprocal(apply("sqrt", x)))],
  sin: [Math.sin, x => apply("cos", x)],
  cos: [Math.cos, x => negated(apply("sin", x))],
  tan: [Math.tan, x => add(1, square(apply("tan", x)))],
  cot: [x => 1 / Math.tan(x), x => less(-1, square(apply("cot", x)))],
  sec: [x => 1 / Math.cos(x), x => times(apply("sec", x), apply("tan", x))],
  csc: [x => 1 / Math.sin(x), x => negated(times(apply("csc", x), apply("cot", x)))],
  sinh: [Math.sinh, x => apply("cosh", x)],
  cosh: [Math.cosh, x => apply("sinh", x)],
  tanh: [Math.tanh, x => less(1, square(apply("tanh", x)))],
  coth: [x => 1 / Math.tanh(x), x => less(1, square(apply("coth", x)))],
  arcsin: [Math.asin, x => reciprocal(apply("sqrt", less(1, square(x))))],
  arccos: [Math.acos, x => negated(reciprocal(apply("sqrt", less(1, square(x)))))],
  arctan: [Math.atan, x => reciprocal(add(1, square(x)))],
  arsinh: [Math.asinh, x => reciprocal(apply("sqrt", add(1, square(x))))],
  arcosh: [Math.acosh, x => reciprocal(apply("sqrt", less(square(x), 1)))],
  artanh: [Math.atanh, x => reciprocal(less(1, square(x)))],
  erf: [erf, x => times(2 / Math.sqrt(Math.PI), apply("exp", negated(square(x))))],
  sign: [Math.sign, flat(x => x === 0)],
  floor: [Math.floor, flat(whole)],
  ceiling: [Math.ceil, flat(whole)],
};

// --- whole numbers --------------------------------------------------------------------------------------------------

function factorial(n) {
  let found = 1;
  for (let k = 2; k <= n; k++) found *= k;
  return found;
}

// Stirling's series, from where it has all digits of a double on.
function gamma(x) {
  if (!(x > 0)) return NaN;
  if (x >= 171) return Infinity;
  if (whole(x)) return factorial(x - 1);
  let below = 1;
  for (; x < 16; x++) below *= x;
  const series = 1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / x ** 2) / x ** 2) / x ** 2;
  return Math.sqrt(2 * Math.PI / x) * Math.pow(x / Math.E, x) * Math.exp(series / x) / below;
}

function everyOther(n) {
  if (!whole(n) || n < -1 || n >= 300) return NaN;
  let found = 1;
  for (; n > 0; n -= 2) found *= n;
  return found;
}

function binomial(n, k) {
  if (!whole(n) || !whole(k) || n < 0 || n >= 1000 || k < 0) return NaN;
  let found = k > n ? 0 : 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) found = Math.round(found * (n - i + 1) / i);
  return found;
}

const ofWholeNumbers = function_ => (node, env) => {
  const parts = node.parts.map(part => number(part, env));
  if (parts.some(part => part instanceof Dual)) throw new Error("a function of whole numbers has no derivative");
  return function_(...parts);
};

// --- vectors and matrices -------------------------------------------------------------------------------------------

export const isList = Array.isArray;
export const rank = value => isList(value) ? 1 + rank(value[0] ?? 0) : 0;
const asRow = (list, row) => row ? Object.assign(list, { row: true }) : list;
const counted = (low, high) => Array.from({ length: Math.max(0, Math.floor(high - low + 1)) }, (_, k) => low + k);

function mapped(function_, value) {
  return isList(value) ? asRow(value.map(one => mapped(function_, one)), value.row) : function_(value);
}

function paired(function_, a, b) {
  if (!isList(a) && !isList(b)) return function_(a, b);
  if (isList(a) && isList(b) && (a.length !== b.length || rank(a) !== rank(b))) refuseShapes(a, b);
  const one = (list, k) => isList(list) ? list[k] : list;
  const longer = isList(a) ? a : b;
  return asRow(longer.map((_, k) => paired(function_, one(a, k), one(b, k))), a.row);
}

function refuseShapes(a, b) {
  throw new Error(`${shown(a)} and ${shown(b)} do not fit: values of one shape are needed`);
}

const shown = value => ["a number", `${value.length} numbers`, "a matrix"][Math.min(rank(value), 2)];
const total = values => values.reduce((a, b) => paired(add, a, b), 0);
const dot = (a, b) => a.length === b.length ? total(a.map((one, k) => times(one, b[k]))) : refuseShapes(a, b);
const transposed = matrix => matrix[0].map((_, k) => matrix.map(row => row[k]));
const outer = (a, b) => a.map(one => b.map(other => times(one, other)));

function product(left, right, sign) {
  const [a, b] = [rank(left), rank(right)];
  if (!a || !b || sign === "\\odot" || sign === "\\circ") return asRow(paired(times, left, right), left.row || right.row);
  if (a === 1 && b === 1) return right.row && !left.row && sign !== "\\cdot" ? outer(left, right) : dot(left, right);
  if (b === 1) return left.map(row => dot(row, right));
  const columns = transposed(right);
  if (a === 1) return asRow(columns.map(column => dot(left, column)), true);
  return left.map(row => columns.map(column => dot(row, column)));
}

function determinant(matrix) {
  if (matrix.length === 1) return matrix[0][0];
  return total(matrix[0].map((entry, k) => {
    const minor = matrix.slice(1).map(row => row.filter((_, column) => column !== k));
    return times(times((-1) ** k, entry), determinant(minor));
  }));
}

function inverse(matrix) {
  const rows = matrix.map((row, k) => [...row, ...row.map((_, j) => Number(j === k))]);
  for (let k = 0; k < rows.length; k++) {
    const best = rows.slice(k).reduce((found, row, j) => Math.abs(row[k]) > Math.abs(rows[found][k]) ? k + j : found, k);
    [rows[k], rows[best]] = [rows[best], rows[k]];
    if (!rows[k][k]) return mapped(() => NaN, matrix);
    rows[k] = rows[k].map(one => one / rows[k][k]);
    rows.forEach((row, j) => { if (j !== k) rows[j] = row.map((one, column) => one - row[k] * rows[k][column]); });
  }
  return rows.map(row => row.slice(rows.length));
}

function norm(value, name, degree) {
  const flat = [value].flat(Infinity);
  if (!isList(value)) return size(value);
  if (rank(value) === 2 && name !== "F") throw new Error("this norm of a matrix is not worked out here");
  if (name === "2" || name === "F") return apply("sqrt", total(flat.map(square)));
  const sizes = flat.map(size);
  if (name === "\\infty") return largest(sizes);
  return name === "1" ? total(sizes) : power(total(sizes.map(one => power(one, degree))), reciprocal(degree));
}

const picked = (value, at) => at.reduce((list, k) => list?.[k] ?? NaN, value);

// --- what a node is worth -------------------------------------------------------------------------------------------
// Where it stands: `run` is the evaluation as a whole, `indices` and `args` are what has a value there.

export function worth(node, env) {
  const { run } = env;
  if (++run.steps > MOST_STEPS) throw new RangeError(`this takes more than ${MOST_STEPS} steps`);
  if (++run.depth > DEEPEST) throw new RangeError("this is nested too deeply");
  const found = rule(node)(node, env);
  run.depth--;
  return found;
}

function rule(node) {
  const table = { Apply: OPERATORS, Bind: BINDERS }[node.type];
  const found = table ? table[node.operator] : LEAVES[node.type];
  if (!found) throw new Error(`${node.operator ?? node.type} is not known here`);
  return found;
}

function number(node, env) {
  const found = worth(node, env);
  if (isList(found)) throw new Error(`${shown(found)} where one is needed`);
  return found;
}

export const position = (node, env) => primal(number(node, env));
const positions = (node, env) => node.indices.map((one, axis) => position(one, env) - node.low[axis]);

export function withIndex(env, name, value) {
  const { [name]: hidden, ...args } = env.args;
  return { run: env.run, indices: { ...env.indices, [name]: value }, args };
}

const outside = run => ({ run, indices: {}, args: {} });

// With the derivatives that are being taken by it.
function moving(key, value, at, run) {
  return (run.varied[key] ?? []).reduce((found, [tag, place]) => seeded(found, at, place, tag), value);
}

function seeded(value, at, place, tag) {
  if (isList(value)) return asRow(value.map((one, k) => seeded(one, [...at, k], place, tag)), value.row);
  return new Dual(value, Number(at.every((k, axis) => k === place[axis])), tag);
}

function sample(node, env) {
  const at = positions(node, env), { run } = env;
  return moving(node.input, picked(run.fixed[node.input] ?? run.inputs[node.input], at), at, run);
}

function argument(node, env) {
  const given = env.args[node.name];
  if (given) return picked(given(), positions(node, env));
  if (!node.otherwise) throw new Error(`${node.name} has no value here`);
  return worth(node.otherwise, env);
}

function once(function_) {
  let found;
  return () => found ??= function_();
}

function defined(node, env) {
  return atPlaces(node, node.indices.map(one => position(one, env)), env);
}

// What a definition gives; over all values of the indices that have none.
function atPlaces(node, given, env) {
  if (given.length < node.low.length) {
    const [low, high] = node.rest[given.length - node.indices.length].map(end => position(end, env));
    return counted(low, high).map(k => atPlaces(node, [...given, k], env));
  }
  const inner = opened(node, given, env);
  if (!inner) return NaN;
  return moving(node.key, worth(...inner), given.map((at, k) => at - node.low[k]), env.run);
}

// The right side of a definition, and where it stands; nothing, where it says nothing of these arguments.
export function opened(node, given, env) {
  const outer = node.outside ? outside(env.run) : env;
  const found = node.cases.find(one => one.where.every(sides => same(...sides.map(side => worth(side, outer)))));
  if (!found) return null;
  const args = {};
  for (const { name, value, same: itself } of found.bound) {
    if (!itself || name in outer.args) args[name] = once(() => worth(value, outer));
  }
  const unified = found.unified.map(([name, at]) => [name, position(at, outer)]);
  const own = found.indices.map((name, k) => [name, given[k]]);
  return [found.body, { run: env.run, indices: Object.fromEntries([...own, ...unified]), args }];
}

function same(a, b) {
  return isList(a) ? a.every((one, k) => same(one, b[k])) : primal(a) === primal(b);
}

function slope(node, env) {
  return mapped(at => slopeAt(node, at, node.order, env.run), worth(node.argument, env));
}

function slopeAt(node, at, order, run) {
  if (order) {
    const tag = ++run.tag;
    return slopeFor(slopeAt(node, new Dual(at, 1, tag), order - 1, run), tag);
  }
  if (!node.body) return apply(node.function, at);
  return worth(node.body, { run, indices: {}, args: { [node.parameter]: () => at } });
}

// Where the body of a value with an index stands for each of its elements.
export const elements = (node, env) => spanned(node, env).map(k => withIndex(env, node.index, k));

export const LEAVES = {
  Number: node => Number(node.text),
  Constant: node => Number(node.value),
  Index: (node, env) => env.indices[node.index],
  Argument: argument,
  Sample: sample,
  Defined: defined,
  Slope: slope,
  Element: (node, env) => picked(worth(node.base, env), positions(node, env)),
  Each: (node, env) => elements(node, env).map(inner => worth(node.body, inner)),
};

// --- conditions -----------------------------------------------------------------------------------------------------

export const COMPARISONS = {
  "=": (a, b) => a === b,
  "\\ne": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "\\le": (a, b) => a <= b,
  "\\ge": (a, b) => a >= b,
  "\\in": null,
  "\\notin": null,
};

// Conditions join others; a set or an interval is what something is in.
const CONDITIONS = {
  and: (node, env) => node.parts.every(part => holds(part, env)),
  or: (node, env) => node.parts.some(part => holds(part, env)),
};

export function holds(node, env) {
  if (node.type === "Chain") return node.relations.every(({ sign }, k) => related(node.sides[k], sign, node.sides[k + 1], env));
  if (node.type === "Index") return true;
  return CONDITIONS[node.operator](node, env);
}

function related(left, sign, right, env) {
  const a = worth(left, env);
  if (sign === "\\in") return belongs(a, right, env);
  if (sign === "\\notin") return !belongs(a, right, env);
  const found = paired((x, y) => COMPARISONS[sign](primal(x), primal(y)), a, worth(right, env));
  return [found].flat(Infinity).every(Boolean);
}

function belongs(value, set, env) {
  if (set.operator === "set" && isList(value)) return set.parts.some(part => same(value, worth(part, env)));
  return [value].flat(Infinity).every(one => inside(primal(one), set, env));
}

function inside(x, set, env) {
  if (set.operator === "set") return set.parts.some(part => x === position(part, env));
  if (set.operator === "interval") {
    const [low, high] = set.parts.map(part => position(part, env));
    return (set.marks[0] === "[" ? x >= low : x > low) && (set.marks[1] === "]" ? x <= high : x < high);
  }
  if (set.type !== "Symbol") return x === position(set, env);
  const [, base, bound] = /^\\mathbb\{([RQNZ])\}(?:_\{(.*)\})?$/.exec(set.name) ?? [];
  if (!base) throw new Error(`the set ${set.name} is not known here`);
  const [sign, end] = { "+": [">", 0], "-": ["<", 0] }[bound] ?? bound?.split(" ") ?? ["\\ge", -Infinity];
  const isOne = "NZ".includes(base) ? whole(x) && (base === "Z" || x >= 0) : Number.isFinite(x);
  return isOne && COMPARISONS[sign](x, Number(end));
}

// Where a change of what a derivative is taken by would tip a condition.
function tips(node, env) {
  if (node.type !== "Chain") return (node.parts ?? []).some(part => tips(part, env));
  return node.relations.some((_, k) => {
    const [left, right] = [node.sides[k], node.sides[k + 1]];
    if (["set", "interval", "vector"].includes(right.operator) || right.type === "Symbol") return false;
    const gap = paired(less, worth(left, env), worth(right, env));
    return gap instanceof Dual && primal(gap) === 0 && primal(gap.tangent) !== 0;
  });
}

const isNear = (a, b) => a === b || Math.abs(a - b) <= (a && b ? 0 : 1e-10) + 1e-7 * Math.max(Math.abs(a), Math.abs(b));

// The row whose condition holds; none, where no row's does, or where two differ.
function cases(node, env) {
  const rows = node.parts.map(({ value, condition }) => ({
    value: worth(value, env),
    rest: !condition,
    holds: !condition || holds(condition, env),
    tied: condition ? tips(condition, env) : false,
  }));
  const [first, ...others] = rows.filter(row => row.holds && !row.rest);
  const clash = others.some(row => paired((a, b) => !isNear(primal(a), primal(b)), first.value, row.value) === true);
  if (clash) return NaN;
  return rows.reduceRight((found, row) => {
    if (isList(row.value)) return row.holds ? row.value : found;
    return unlessKinked(choose(row.holds, row.value, found), row.value, found, row.tied);
  }, NaN);
}

// --- operations -----------------------------------------------------------------------------------------------------

const ofParts = function_ => (node, env) => function_(node.parts.map(part => worth(part, env)), node);
const elementwise = name => (node, env) => mapped(x => apply(name, x), worth(node.parts[0], env));
const extreme = function_ => ofParts(parts => {
  const values = parts.length === 1 ? parts.flat(Infinity) : parts;
  const longest = values.find(isList);
  return longest ? longest.map((_, k) => function_(values.map(one => isList(one) ? one[k] : one))) : function_(values);
});

// A power or product that is too small or too large for a number of its own still has a logarithm.
function logarithm(node, env) {
  const found = mapped(x => apply("log", x), worth(node, env));
  return isList(found) || Number.isFinite(primal(found)) ? found : logarithmOf(node, env);
}

function logarithmOf(node, env) {
  if (node.operator === "power") return times(number(node.parts[1], env), logarithmOf(node.parts[0], env));
  if (node.operator === "multiply") return node.parts.map(part => logarithmOf(part, env)).reduce(add);
  if (node.operator === "prod") {
    return number({ ...node, operator: "sum", body: { type: "Apply", operator: "log", parts: [node.body] } }, env);
  }
  return apply("log", number(node, env));
}

function log(node, env) {
  const found = logarithm(node.parts[0], env);
  return node.parts[1] ? paired(over, found, apply("log", number(node.parts[1], env))) : found;
}

function raised(node, env) {
  const base = worth(node.parts[0], env);
  if (!isList(base)) return power(base, number(node.parts[1], env));
  const isInverse = rank(base) === 2 && number(node.parts[1], env) === -1;
  if (!isInverse || tagOf(base[0][0])) throw new Error("a power of a vector");
  return inverse(base);
}

function root([body, degree = 2]) {
  if (primal(degree) === 2) return apply("sqrt", body);
  const odd = Math.abs(primal(degree) % 2) === 1; // an odd root of a negative number is negative
  const negative = odd && primal(body) < 0;
  return negative ? negated(power(negated(body), over(1, degree))) : power(body, over(1, degree));
}

function turned([value, exponent]) {
  if (!isList(value)) return exponent === undefined ? value : power(value, exponent); // T is a number then
  return rank(value) === 1 ? asRow([...value], !value.row) : transposed(value);
}

function blocks(a, b) {
  if (rank(a) === 1) return outer(a, b);
  return a.flatMap(row => b.map(other => row.flatMap(one => other.map(entry => times(one, entry)))));
}

export const OPERATORS = {
  add: ofParts(parts => parts.reduce((a, b) => paired(add, a, b))),
  negate: ofParts(([x]) => mapped(negated, x)),
  multiply: ofParts((parts, { marks }) => parts.reduce((a, b, k) => product(a, b, marks[k - 1]))),
  divide: ofParts(([a, b]) => paired(over, a, b)),
  percent: ofParts(([x]) => over(x, 100)),
  power: raised,
  root: ofParts(root),
  factorial: ofWholeNumbers(n => gamma(n + 1)),
  "double factorial": ofWholeNumbers(everyOther),
  gamma: ofWholeNumbers(gamma),
  binomial: ofWholeNumbers(binomial),
  ...Object.fromEntries(Object.keys(FUNCTIONS).map(name => [name, elementwise(name)])),
  log,
  "decimal logarithm": (node, env) => mapped(x => over(x, Math.LN10), logarithm(node.parts[0], env)),
  mean: ofParts(([x]) => over(total(x.flat(Infinity)), x.flat(Infinity).length)),
  total: ofParts(([x]) => total(x.flat(Infinity))),
  indicator: (node, env) => Number(holds(node.parts[0], env)),
  cases,
  largest: extreme(largest),
  smallest: extreme(smallest),
  vector: ofParts(parts => parts),
  set: ofParts(parts => parts),
  matrix: (node, env) => {
    const rows = node.parts.map(row => row.parts.map(part => worth(part, env)));
    if (rows[0].length === 1) return rows.flat();
    return rows.length === 1 ? asRow(rows[0], true) : rows;
  },
  determinant: ofParts(([matrix]) => determinant(matrix)),
  trace: ofParts(([matrix]) => total(matrix.map((row, k) => row[k]))),
  transpose: ofParts(turned),
  outer: ofParts(([a, b]) => blocks(a, b)),
  inner: ofParts(([a, b]) => product(a, b, "\\cdot")),
  absolute: ofParts(([x], { parts }) => {
    if (parts[0].operator === "matrix" && rank(x) === 2) return determinant(x);
    return norm(x, "2");
  }),
  norm: ofParts(([x, degree], { marks }) => norm(x, marks[0], degree)),
  kronecker: ofParts(([a, b]) => Number(primal(a) === primal(b))),
};

// --- what runs over an index ----------------------------------------------------------------------------------------

function spanned({ lower, upper }, env) {
  const [low, high] = [position(lower, env), position(upper, env)];
  if (!(high - low < LONGEST_SUM)) throw new RangeError(`a sum over ${high - low + 1} values: at most ${LONGEST_SUM}`);
  return counted(low, high);
}

// Without bounds: along the vector that the index points into, or over its range.
function range(node, env) {
  if (node.upper) return spanned(node, env);
  const [name] = node.variables;
  const along = insideOf(node.body).find(part => {
    return part.type === "Argument" && part.name in env.args && part.indices.some(one => one.index === name);
  });
  if (along) {
    const axis = along.indices.findIndex(one => one.index === name);
    let list = env.args[along.name]();
    for (let k = 0; k < axis; k++) list = list[0];
    return counted(along.low[axis], along.low[axis] + list.length - 1);
  }
  return spanned({ lower: node.range[0], upper: node.range[1] }, env);
}

const known = new WeakMap();

function insideOf(tree) {
  if (!known.has(tree)) {
    const parts = Object.values(tree).filter(one => one !== null && typeof one === "object");
    known.set(tree, [...(tree.type ? [tree] : []), ...parts.flatMap(insideOf)]);
  }
  return known.get(tree);
}

// Where a body stands for each value of an index for which its conditions hold.
export function terms(node, env) {
  const inner = range(node, env).map(k => withIndex(env, node.variables[0], k));
  return inner.filter(one => node.conditions.every(condition => holds(condition, one)));
}

const overIndex = reduce => (node, env) => {
  const inner = terms(node, env);
  return reduce(inner.map(one => worth(node.body, one)), inner.map(one => one.indices[node.variables[0]]));
};

function placeOf(values) {
  const plain = values.map(primal);
  const absent = plain.findIndex(Number.isNaN);
  return absent < 0 ? plain.indexOf(Math.max(...plain)) : absent;
}

// --- derivatives and values at a place ------------------------------------------------------------------------------

function differentiated(body, variables, env) {
  if (!variables.length) return worth(body, env);
  let [variable, ...others] = variables;
  if (variable.type === "Argument") {
    if (variable.name in env.args) return byArgument(variable, body, others, env);
    variable = variable.otherwise;
  }
  const at = positions(variable, env), { run } = env;
  const key = variable.input ?? variable.key;
  return collected(at, sizesOf(variable, env).slice(at.length), place => {
    const tag = ++run.tag;
    (run.varied[key] ??= []).push([tag, place]);
    try {
      return sloped(body, others, differentiated(body, others, env), tag);
    } finally {
      run.varied[key].pop();
    }
  });
}

function sizesOf(variable, env) {
  if (variable.type === "Sample") return shape(env.run.inputs[variable.input]);
  const rest = variable.rest.map(ends => spanned({ lower: ends[0], upper: ends[1] }, env).length);
  return [...variable.indices.map(() => 1), ...rest];
}

const shape = value => isList(value) ? [value.length, ...shape(value[0] ?? 0)] : [];

// The derivative of what is worth something, which is none where that has no value: outside of its domain.
function sloped(body, others, value, tag) {
  const isOuter = others.length > 0 || differentiates(body);
  return mapped(x => !isOuter && Number.isNaN(primal(x)) ? NaN : slopeFor(x, tag), value);
}

const differentiates = body => insideOf(body).some(part => part.type === "Slope" || part.operator === "derivative");

// The derivatives by all elements of an array, its axes behind those of the value.
function collected(at, sizes, by) {
  if (!sizes.length) return by(at);
  return behind(counted(0, sizes[0] - 1).map(k => collected([...at, k], sizes.slice(1), by)), sizes.length - 1);
}

function behind(values, own) {
  if (!values.length || rank(values[0]) <= own) return values;
  return values[0].map((_, k) => behind(values.map(value => value[k]), own));
}

function byArgument(variable, body, others, env) {
  const tag = ++env.run.tag;
  const seed = new Dual(env.args[variable.name](), 1, tag);
  const inner = { ...env, args: { ...env.args, [variable.name]: () => seed } };
  return sloped(body, others, differentiated(body, others, inner), tag);
}

function at(node, env) {
  const { run } = env, before = run.fixed;
  const settings = node.conditions.map(({ sides: [symbol, value] }) => [symbol, worth(value, env)]);
  let args = env.args;
  run.fixed = { ...before };
  try {
    for (const [symbol, value] of settings) {
      const own = symbol.type === "Argument" && (symbol.name in args || !symbol.otherwise);
      const { input } = symbol.otherwise ?? symbol;
      if (own) args = { ...args, [symbol.name]: () => value };
      else run.fixed[input] = isList(value) ? value : mapped(() => value, run.inputs[input]);
    }
    return worth(node.body, { ...env, args });
  } finally {
    run.fixed = before;
  }
}

export const BINDERS = {
  sum: overIndex(total),
  prod: overIndex(values => values.reduce(times, 1)),
  max: overIndex(values => values.length ? largest(values) : -Infinity),
  min: overIndex(values => values.length ? smallest(values) : Infinity),
  argmax: overIndex((values, places) => values.length ? places[placeOf(values)] : -Infinity),
  argmin: overIndex((values, places) => values.length ? places[placeOf(values.map(negated))] : Infinity),
  derivative: (node, env) => differentiated(node.body, node.variables, env),
  at,
};

// --- programs -------------------------------------------------------------------------------------------------------

export const evaluation = inputs => outside({ inputs, fixed: {}, varied: {}, tag: 0, steps: 0, depth: 0 });

export const example = program => Object.fromEntries(program.inputs.map(input => [input.name, structuredClone(input.example)]));

// The value of a program: a number, or nested arrays.
export const evaluate = (program, inputs) => mapped(primal, worth(program.tree, evaluation(inputs)));

// Its derivative by an input, or by the element of it at a place, which counts from 0.
export function derivative(program, inputs, name, place = []) {
  const at = place.map(k => ({ type: "Number", text: String(k) }));
  const variable = { type: "Sample", input: name, indices: at, low: shape(inputs[name]).map(() => 0) };
  return mapped(primal, differentiated(program.tree, [variable], evaluation(inputs)));
}
