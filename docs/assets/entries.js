// What a reader types for the symbols of a formula, and what a link says of them: text to values and back, without a DOM.

const LONGEST_LINK = 4000; // characters
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

const number = text => NUMBER.test(text) ? Number(text) : NaN;
const list = text => text.split(/[\s,;]+/).filter(Boolean).map(number);
const rows = text => text.split(/[\n;]/).filter(row => row.trim()).map(list);

/** The value that a text stands for, NaN where it is no number: a number, a list, or a line for each row. */
export function read({ shape }, text) {
  const plain = text.trim().replaceAll("−", "-");
  return [number, list, rows][shape.length](plain);
}

/** The text of a value, as a reader would type it. */
export function written(value) {
  if (!Array.isArray(value)) return String(value).replace("-", "−");
  return value.map(written).join(Array.isArray(value[0]) ? "\n" : ", ");
}

/** The sizes that can be read off a list or a matrix need no field: they are as long as it is. */
export const isRead = ({ inputs }, { name, kind }) => kind === "size" && inputs.some(({ shape }) => shape.includes(name));

/** The values with the sizes that they have, each read off the first that has it. */
export function sized({ inputs }, values) {
  const measured = inputs.flatMap(({ name, shape }) => shape.map((size, axis) => [size, lengths(values[name])[axis] ?? 0]));
  return { ...values, ...Object.fromEntries(measured.filter(([size]) => typeof size === "string").reverse()) };
}

const lengths = value => Array.isArray(value) ? [value.length, ...lengths(value[0])] : [];

/** The places of the numbers of a value, each counted from 0: [] for a number, [[0], [1]] for a list of two. */
export const places = value => Array.isArray(value) ? value.flatMap((part, n) => places(part).map(rest => [n, ...rest])) : [[]];

/** The number at a place. */
export const at = (value, place) => place.reduce((part, n) => part[n], value);

/** The value with another number at a place. */
export const put = (value, [first, ...rest], other) =>
  first === undefined ? other : value.map((part, n) => n === first ? put(part, rest, other) : part);

/** The hash of a link to a formula with these values, and with the input and the place that it is seen along. */
export function toLink(program, id, { inputs, along }) {
  const told = program.inputs.filter(input => !isRead(program, input)).map(({ name }) => [name, JSON.stringify(inputs[name])]);
  return `#${new URLSearchParams([["try", id], ...told, ...along ? [["with", [along.name, ...along.place].join(" ")]] : []])}`;
}

/** What a link says. Its values may be anything, and are to be held against what is allowed. */
export function fromLink(program, hash) {
  const said = new URLSearchParams(hash.slice(0, LONGEST_LINK).slice(1));
  const told = program.inputs.map(({ name }) => [name, said.get(name)]).filter(([, text]) => text !== null);
  const [name, ...place] = (said.get("with") ?? "").split(" ");
  return { inputs: Object.fromEntries(told.map(([name, text]) => [name, parsed(text)])), along: { name, place: place.map(Number) } };
}

/** The name of the formula that a link is about. */
export const linked = hash => new URLSearchParams(hash.slice(1)).get("try");

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return NaN;
  }
}
