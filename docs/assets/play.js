// What the figures that a reader plays with have in common: a state of numbers that a link can carry, controls that
// change it, a sentence for who listens, and the formulas of the page, which compute all that is shown.

import { derivative, evaluate } from "./evaluate.js";
import { plot, shown, styled } from "./plot.js";
import { programs } from "./programs.js";

await styled("play.css");

const QUIET = 500; // milliseconds without a change, until it is told what has changed

/** An element of HTML; what it has as a property is set as one, `onclick` or `className` say. */
export function html(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** What tells a text to who listens, as soon as nothing has changed for a while. */
export function teller() {
  const element = html("p", { className: "play-told", role: "status" });
  let quiet;
  const tell = text => {
    clearTimeout(quiet);
    quiet = setTimeout(() => element.textContent = text, QUIET);
  };
  return { element, tell };
}

/** The formulas of the page, by the `id` of their fences: value(inputs), and slope(inputs, name). */
export async function formulas() {
  const all = await programs();
  return id => {
    if (!all[id]) throw new Error(`the page has no formula "${id}" that can run`);
    const program = all[id];
    return {
      inputs: program.inputs.map(({ name }) => name),
      value: inputs => evaluate(program, inputs),
      slope: (inputs, name) => derivative(program, inputs, name),
    };
  };
}

/** A field of a state: a number between two others, a step at a time. */
export const number = (start, from, to, step) => ({ start, from, to, step });

/** The nearest value that a field can have. */
export function fitting({ from, to, step }, value) {
  const steps = Math.round((Math.min(Math.max(value, from), to) - from) / step);
  return Number((from + steps * step).toPrecision(12));
}

const isLink = (hash, name) => new URLSearchParams(hash.slice(1)).get("play") === name;

/** What a link says of a state: a number is fitted to its field, and anything else is as at the start. */
export function fromLink(hash, name, fields) {
  const said = isLink(hash, name) ? new URLSearchParams(hash.slice(1)) : new URLSearchParams();
  return mapped(fields, (field, key) => {
    const text = said.get(key) ?? "";
    return /^-?\d{1,9}(\.\d{1,12})?$/.test(text) ? fitting(field, Number(text)) : field.start;
  });
}

/** The hash of a link to a state; what is as at the start need not be said. */
export function toLink(name, fields, state) {
  const changed = Object.entries(state).filter(([key, value]) => value !== fields[key].start);
  return `#${new URLSearchParams([["play", name], ...changed])}`;
}

export const mapped = (object, f) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));

/**
 * Where a figure is played with. `fields` are the numbers of its state; `render(state)` shows one, and returns the
 * sentence that tells it. Each change is shown once, with the next frame.
 */
export function stage(host, name, fields, render) {
  let state = fromLink(location.hash, name, fields), frame;
  const updates = [], parts = html("div"), told = teller();
  const draw = () => {
    frame = void cancelAnimationFrame(frame);
    updates.forEach(update => update(state));
    told.tell(render(state));
  };
  const set = changes => {
    state = { ...state, ...mapped(changes, (value, key) => fitting(fields[key], value)) };
    frame ??= requestAnimationFrame(draw);
  };
  const control = (element, update) => (updates.push(update), element);
  const reset = button("Reset", () => set(mapped(fields, field => field.start)));
  const share = button("Share", async () => said(share, await copied(toLink(name, fields, state))));
  addEventListener("hashchange", () => isLink(location.hash, name) && set(fromLink(location.hash, name, fields)));
  // A key moves a handle from where it is: what waits for the next frame is drawn first, and no press is lost.
  host.addEventListener("keydown", () => frame && draw(), { capture: true });
  host.replaceChildren(parts, html("div", { className: "play-shelf" }, reset, share), told.element);
  return {
    set, draw,
    add: (...elements) => parts.append(...elements),
    slider: (key, label, text) => control(...slider(fields[key], label, text, value => set({ [key]: value }), key)),
    choice: (key, label, names) => control(...choice(label, names, value => set({ [key]: value }), `${name}-${key}`, key)),
    box: (key, label) => control(...box(label, value => set({ [key]: value }), key)),
  };
}

export const button = (text, onclick) => html("button", { type: "button", className: "play-button", onclick }, text);

// The address of the page becomes the link, whether or not it can be copied.
async function copied(hash) {
  history.replaceState(null, "", hash);
  return await navigator.clipboard?.writeText(location.href).then(() => true, () => false) ? "Link copied" : "Link in address";
}

function said(pressed, text) {
  const before = pressed.textContent;
  pressed.textContent = text;
  setTimeout(() => pressed.textContent = before, 2000);
}

// Each control is an element, and a function that shows a state in it.

function slider({ from, to, step }, label, text = value => shown(value, 2), change, key) {
  const output = html("output");
  const input = html("input", { type: "range", min: from, max: to, step, oninput: () => change(input.valueAsNumber) });
  const show = state => {
    input.value = state[key];
    input.setAttribute("aria-valuetext", output.textContent = text(state[key]));
  };
  return [html("label", { className: "play-slider" }, html("span", {}, label), input, output), show];
}

function choice(label, names, change, group, key) {
  const inputs = names.map((_, n) => html("input", { type: "radio", name: group, onchange: () => change(n) }));
  const labels = names.map((name, n) => html("label", {}, inputs[n], name));
  const element = html("fieldset", { className: "play-choice" }, html("legend", {}, label), ...labels);
  return [element, state => inputs[state[key]].checked = true];
}

function box(label, change, key) {
  const input = html("input", { type: "checkbox", onchange: () => change(Number(input.checked)) });
  return [html("label", { className: "play-box" }, input, label), state => input.checked = Boolean(state[key])];
}

/** A table of numbers: the names of its columns, and of its rows; `show(rows of texts)` fills it. */
export function values(caption, columns, rows) {
  const cells = rows.map(() => columns.slice(1).map(() => html("td")));
  const head = html("tr", {}, ...columns.map(column => html("th", { scope: "col" }, column)));
  const body = rows.map((row, n) => html("tr", {}, html("th", { scope: "row" }, row), ...cells[n]));
  const table = html("table", { className: "play-values" }, html("caption", {}, caption), html("thead", {}, head), html("tbody", {}, ...body));
  const show = texts => texts.forEach((row, n) => row.forEach((text, m) => cells[n][m].textContent = text));
  return { table, show };
}

/** A name behind the colour that it has in the plot. */
export function swatch(colour, name) {
  const line = html("span", { className: "play-swatch", ariaHidden: "true" });
  line.style.setProperty("--colour", `var(--figure-${colour})`);
  return html("span", { className: "play-row" }, line, name);
}

export { plot, shown };
