// Numbers of the text that a reader drags, with what depends on them: all of it is computed by formulas of the page.
// `data-drag` has the input, its ends, a step, and what it is; `data-shows` has the formula of a result and the inputs
// that stay as they are, and `data-by` the input by which its slope is meant.

import { fitting, formulas } from "./play.js";
import { shown } from "./plot.js";

const STEP = 4; // pixels
const inputs = {};
const formula = await formulas();
const results = [...document.querySelectorAll("[data-shows]")].map(result);
const printed = new WeakMap();

/** Let a number be dragged from now on. */
export function ready(number) {
  if (printed.has(number)) return;
  const [input, from, to, step] = number.dataset.drag.split(" ");
  const field = { from: Number(from), to: Number(to), step: Number(step) };
  const start = Number(number.dataset.latex);
  let value = inputs[input] = start, held;
  const set = wanted => {
    value = inputs[input] = fitting(field, wanted);
    write(number, value, value === start);
    const changed = results.filter(({ formula }) => formula.inputs.includes(input));
    const texts = changed.map(result => write(result.element, worth(result), value === start));
    Object.assign(number, { ariaValueNow: value, ariaValueText: `${shown(value, 2)}: ${texts.join(", ")}` });
  };
  number.addEventListener("keydown", event => {
    const wanted = { ArrowRight: value + field.step, ArrowUp: value + field.step, ArrowLeft: value - field.step, ArrowDown: value - field.step, Home: field.from, End: field.to, Escape: start }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    set(wanted);
  });
  number.addEventListener("pointermove", ({ buttons, clientX }) => {
    if (!buttons) return held = undefined;
    held ??= { clientX, value };
    set(held.value + Math.round((clientX - held.clientX) / STEP) * field.step);
  });
  number.addEventListener("lostpointercapture", () => held = undefined);
  number.ariaValueText = shown(start, 2); // it listens
  keep(number);
  results.forEach(({ element }) => keep(element));
}

function result(element) {
  const [id, ...fixed] = element.dataset.shows.split(" ");
  const given = Object.fromEntries(fixed.map(text => text.split("=")).map(([name, value]) => [name, Number(value)]));
  return { element, formula: formula(id), given };
}

function worth({ element, formula, given }) {
  const all = { ...inputs, ...given };
  return element.dataset.by ? formula.slope(all, element.dataset.by) : formula.value(all);
}

// What is printed comes back with the number that it was computed from.
function keep(element) {
  if (!printed.has(element)) printed.set(element, { text: element.dataset.latex, nodes: [...element.childNodes] });
}

function write(element, value, isPrinted) {
  const { text, nodes } = printed.get(element);
  const written = shown(value, Math.max(text.split(".")[1]?.length ?? 0, 2));
  element.replaceChildren(...(isPrinted ? nodes : [written]));
  return written;
}
