// What may be put into a program, by the kinds that its page declares: the same for a field and for a link.
const LARGEST = 1e12, LONGEST = 100, NEAR_1 = 1e-6;
const WHOLE = ["size", "integer", "class"];

// Whether there is a derivative by it.
export const isReal = ({ kind }) => ["real", "probability", "distribution"].includes(kind);

// What is wrong with inputs, by name: what is allowed there. Nothing, where all is well.
export function wrong(program, inputs) {
  const given = inputs !== null && typeof inputs === "object" ? inputs : {};
  const own = name => Object.hasOwn(given, name) ? given[name] : undefined;
  const known = Object.fromEntries(program.inputs.map(({ name }) => [name, own(name)]));
  const refused = program.inputs.filter(input => !isAllowed(input, known[input.name], known));
  return Object.fromEntries(refused.map(input => [input.name, allowed(input, known)]));
}

// What an input may be, in words.
export function allowed(input, inputs) {
  const one = WHOLE.includes(input.kind) ? "whole number" : "number", each = within(input, inputs);
  const counts = input.shape.map(size => sizeOf(size, inputs) ?? size);
  if (!counts.length) return `a ${one}, ${each}`;
  return `${counts.join(" × ")} ${one}s, each ${each}${RULES[input.kind]?.said ?? (input.not_all_0 ? ", not all 0" : "")}`;
}

function within(input, inputs) {
  if (input.choices.length) return input.choices.join(" or ");
  const [low, high] = endsOf(input, inputs).map(end => Math.abs(end) === LARGEST ? end < 0 ? "−10¹²" : "10¹²" : end);
  return `${input.low_open ? "above" : "from"} ${low} ${input.high_open ? "and below" : "to"} ${high}`;
}

function endsOf(input, inputs) {
  const most = input.kind === "size" ? LONGEST : LARGEST;
  return [sizeOf(input.low, inputs) ?? -LARGEST, sizeOf(input.high, inputs) ?? most];
}

// A number, or that of a size by its name.
const sizeOf = (size, inputs) => typeof size === "string" ? inputs[size] ?? null : size;

// What the numbers along the last axis must be together.
const RULES = {
  distribution: { holds: row => Math.abs(row.reduce((a, b) => a + b, 0) - 1) < NEAR_1, said: ", whose sum is 1" },
  "one-hot": { holds: row => row.filter(one => one === 1).length === 1, said: ", one of them 1 and the others 0" },
};

function isAllowed(input, value, inputs) {
  const counts = input.shape.map(size => sizeOf(size, inputs));
  if (!counts.every(isCount) || !hasShape(value, counts)) return false;
  const numbers = [value].flat(Infinity);
  const { holds } = RULES[input.kind] ?? {};
  const rows = counts.length > 1 ? value.flat(counts.length - 2) : [value];
  return numbers.every(one => isOne(input, one, inputs))
    && (!holds || rows.every(holds))
    && (!input.not_all_0 || numbers.some(Boolean));
}

const isCount = count => Number.isInteger(count) && count >= 0 && count <= LONGEST;

function hasShape(value, [count, ...rest]) {
  if (count === undefined) return typeof value === "number";
  return Array.isArray(value) && value.length === count && value.every(one => hasShape(one, rest));
}

function isOne(input, one, inputs) {
  if (!Number.isFinite(one) || (WHOLE.includes(input.kind) && !Number.isInteger(one))) return false;
  if (input.choices.length) return input.choices.includes(one);
  if (input.kind === "one-hot") return one === 0 || one === 1;
  const [low, high] = endsOf(input, inputs);
  return (input.low_open ? one > low : one >= low) && (input.high_open ? one < high : one <= high);
}
