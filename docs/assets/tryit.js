// A formula of the page as a reader runs it, in a panel below it: what is typed for its symbols, its value step by step,
// and its slope and its picture along one of them. All that is computed is computed by the tree that was checked.

import { script } from "./copies.js";
import { at, fromLink, isRead, linked, places, put, read, sized, toLink, written } from "./entries.js";
import { derivative, evaluate, example } from "./evaluate.js";
import { allowed, isReal, wrong } from "./inputs.js";
import { math, tex } from "./mathml.js";
import { button, html, teller } from "./play.js";
import { jumps, plot, shown, styled, ticks } from "./plot.js";
import { programs } from "./programs.js";
import { explain } from "./steps.js";

await styled("tryit.css");

const PATIENCE = 1000; // milliseconds for a picture: what is not computed by then is not drawn
const LINES = 6; // as many as there are colours
const LANGUAGES = { latex: "LaTeX", python: "Python", numpy: "NumPy", torch: "PyTorch" };

const opened = new WeakMap(); // promises of the panels, by their formulas

let count = 0;
const fresh = () => `tryit-${++count}`; // a name that nothing on the page has: it needs no secure context, as random ones do

/** Open the panel of a formula; or go to it, if it is open. */
export async function open(formula) {
  (await begun(formula)).focus();
}

/** Open the panel of a formula, or close it. */
export async function toggle(formula) {
  opened.has(formula) ? (await opened.get(formula)).close() : await open(formula);
}

/** Open the formula that the address of the page is about, with its values if they are allowed. */
export async function openLink() {
  const formula = [...document.querySelectorAll("[data-program]")].find(({ dataset }) => dataset.program === linked(location.hash));
  if (!formula) return;
  (await begun(formula)).follow(location.hash);
  formula.scrollIntoView();
}

/** Copy a formula as what a button says: with the values that are shown, or with those of its example. */
export async function copy(formula, pressed) {
  const text = copied(formula, pressed.dataset.copy);
  const status = pressed.parentElement.querySelector("[role=status]");
  try {
    // A browser lets a page copy while a button is being pressed, and not when all is loaded.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text.then(text => new Blob([text], { type: "text/plain" })) })]);
    status.textContent = "Copied";
  } catch (error) {
    status.textContent = `Not copied: ${error.message}`;
  }
}

async function copied(formula, kind) {
  if (kind === "latex") return formula.dataset.latex;
  const program = (await programs())[formula.dataset.program];
  const text = script(program, (await opened.get(formula))?.inputs() ?? example(program), kind);
  if (text === null) throw new Error(`this formula has no ${LANGUAGES[kind]} code`);
  return text;
}

// A formula has one panel, however often it is asked for while it is loaded.
function begun(formula) {
  if (!opened.has(formula)) opened.set(formula, begin(formula));
  return opened.get(formula);
}

async function begin(formula) {
  const place = formula.closest(".equation") ?? formula, pressed = place.querySelector(".try-it");
  const close = () => {
    opened.delete(formula);
    element.remove();
    pressed?.setAttribute("aria-expanded", false);
    pressed?.focus();
    if (linked(location.hash) === formula.dataset.program) history.replaceState(null, "", location.pathname + location.search);
  };
  const element = html("section", { className: "play tryit", ariaLabel: "Try the formula" });
  place.after(element);
  pressed?.setAttribute("aria-expanded", true);
  try {
    const id = formula.dataset.program, program = (await programs())[id];
    return { close, ...panel(element, { formula, program, id, close }) };
  } catch (error) {
    element.replaceChildren(html("p", {}, `This formula could not be loaded: ${error.message}`), button("Close", close));
    const nothing = () => undefined;
    return { close, focus: nothing, follow: nothing, inputs: nothing };
  }
}

// A panel has a state, {inputs, along}, which is good at any time: each part of the panel shows it, or asks for another.
function panel(element, { formula, program, id, close }) {
  const first = start(program), told = teller();
  let state = first;
  const set = changes => {
    state = { ...state, ...changes };
    told.tell(parts.map(part => part.show(state)).filter(text => typeof text === "string").join("; "));
  };
  const notice = html("p", { className: "tryit-wrong", role: "alert" });
  const fields = entries(program, inputs => set({ inputs }));
  const middle = [total(program), ...first.along ? [slope(program, set)] : [], steps(program)], parts = [fields, ...middle];
  const follow = hash => {
    const { inputs, faults, along } = stateOf(program, hash);
    notice.textContent = faults ? "The link has values that are not allowed. These are the example's." : "";
    set({ inputs, along: along ?? first.along });
  };
  const reset = button("Reset", () => (notice.textContent = "", set(first)));
  const share = button("Share", () => {
    history.replaceState(null, "", toLink(program, id, state));
    navigator.clipboard?.writeText(location.href);
    said.textContent = "The address of this page is the link now";
  });
  const said = html("span", { role: "status" });
  element.replaceChildren(
    notice, ...parts.map(part => part.element), copies(formula, program), html("div", { className: "play-shelf" }, reset, share, button("Close", close), said), told.element,
  );
  set(first);
  return { inputs: () => state.inputs, follow, focus: () => element.querySelector("input, textarea").focus() };
}

function start(program) {
  const inputs = example(program), along = program.inputs.find(isReal);
  return { inputs, along: along && { name: along.name, place: places(inputs[along.name])[0] } };
}

// The state that a link has: the example's where there are values that are not allowed.
function stateOf(program, hash) {
  const said = fromLink(program, hash), inputs = sized(program, { ...example(program), ...said.inputs });
  const faults = Object.keys(wrong(program, inputs)).length > 0, good = faults ? example(program) : inputs;
  const along = program.inputs.find(input => isReal(input) && input.name === said.along.name);
  const isPlace = along && places(good[along.name]).some(place => String(place) === String(said.along.place));
  return { inputs: good, faults, along: isPlace ? said.along : null };
}

const mathml = markup => html("span", { innerHTML: markup }).firstElementChild;
const symbol = ({ latex }) => mathml(math(tex(latex)));

// The name of a number of an input: that of the input, with the number's place for its index.
function named(input, place) {
  const name = symbol(input), index = mathml(`<math><mn>${place.map(n => n + 1).join(",")}</mn></math>`).firstElementChild;
  if (place.length) name.querySelector("msub, msubsup")?.children[1].replaceWith(index);
  return name;
}

const spoken = ({ name }, place) => [name, ...place.map(n => n + 1)].join(" ");

// --- what is typed ---------------------------------------------------------------------------------------------------

function entries(program, changed) {
  const fields = program.inputs.filter(input => !isRead(program, input)).map(input => field(program, input, () => take()));
  const sizes = program.inputs.filter(input => isRead(program, input)).map(size);
  const take = () => {
    const inputs = sized(program, Object.fromEntries(fields.map(({ input, value }) => [input.name, value()])));
    const faults = wrong(program, inputs);
    fields.forEach(({ input, blame }) => blame(faults[input.name] ?? sizeFault(input, faults)));
    if (!Object.keys(faults).length) changed(inputs);
  };
  const element = html("div", { className: "tryit-entries" }, ...fields.map(({ element }) => element), ...sizes.map(({ element }) => element));
  return { element, show: ({ inputs }) => [...fields, ...sizes].forEach(part => part.show(inputs)) };
}

const sizeFault = ({ shape }, faults) => faults[shape.find(size => size in faults)];

const isBounded = ({ low, high, choices }) => low !== null || high !== null || choices.length > 0;
const trueMinus = text => text.replace(/-(?=\d)/g, "−");

function field(program, input, changed) {
  const id = fresh(), fault = html("span", { className: "tryit-wrong", id: `${id}-wrong`, role: "alert" });
  const about = html("span", { id: `${id}-about` }, [input.meaning, isBounded(input) && trueMinus(allowed(input, example(program)))].filter(Boolean).join(": "));
  const entry = html(input.shape.length > 1 ? "textarea" : "input", {
    id, autocomplete: "off", spellcheck: false, oninput: changed, ariaLabel: input.meaning ? `${input.name}, ${input.meaning}` : input.name,
    "aria-describedby": `${id}-about ${id}-wrong`, inputMode: input.shape.length ? "text" : "decimal",
  });
  const blame = text => {
    fault.textContent = trueMinus(text ?? "");
    entry.setAttribute("aria-invalid", Boolean(text));
  };
  const show = inputs => {
    blame();
    const value = inputs[input.name];
    if (written(read(input, entry.value)) !== written(value)) entry.value = written(value);
    entry.rows = value.length;
  };
  const label = html("label", { htmlFor: id }, symbol(input));
  return { input, value: () => read(input, entry.value), blame, show, element: html("div", { className: "tryit-field" }, label, entry, about, fault) };
}

function size(input) {
  const output = html("output");
  const element = html("div", { className: "tryit-field" }, html("span", {}, symbol(input)), output, html("span", {}, input.meaning));
  return { element, show: inputs => { output.textContent = inputs[input.name]; } };
}

// --- what comes of it ------------------------------------------------------------------------------------------------

function stepOf({ kind, index, at, mathml: markup }) {
  const which = kind === "term" ? [mathml(math(`${tex(index)}<mo>=</mo><mn>${at}</mn><mo>:</mo>`))] : [];
  return html("li", {}, ...[...which, ...breakable(mathml(markup))].flatMap(part => [part, " "]));
}

// Formulas that stand side by side, or below one another where there is no room: a browser breaks none by itself.
function breakable(whole) {
  const rows = [];
  for (const part of [...whole.childNodes]) {
    if (!rows.length || part.textContent === "=") rows.push(whole.cloneNode(false));
    rows.at(-1).append(part);
  }
  return rows;
}

const plainly = x => Number.isFinite(x) ? String(Number(x.toPrecision(4))).replace("-", "−") : shown(x);
const texts = value => places(value).map(place => plainly(at(value, place))).join(", ");

function total(program) {
  const element = html("div", { className: "tryit-total", tabIndex: 0 });
  const show = ({ inputs }) => {
    const { mathml: markup, value } = explain(program, inputs).at(-1);
    element.replaceChildren(mathml(markup));
    return `The value is ${texts(value)}`;
  };
  return { element, show };
}

function steps(program) {
  const list = html("ol", { className: "tryit-steps", tabIndex: 0 });
  const element = html("div", {}, html("p", { className: "tryit-title" }, "Step by step"), list);
  const show = ({ inputs }) => list.replaceChildren(...explain(program, inputs).slice(0, -1).map(stepOf));
  return { element, show };
}

// --- its slope, and its picture --------------------------------------------------------------------------------------

function slope(program, set) {
  const group = fresh(), output = html("output"), picture = html("div");
  const choice = html("fieldset", { className: "play-choice" });
  const element = html("div", { className: "tryit-slope" }, html("div", {}, choice, html("p", {}, "Slope: ", output)), picture);
  let drawing = null, offered = "";
  const offer = inputs => {
    const all = program.inputs.filter(isReal).flatMap(input => places(inputs[input.name]).map(place => ({ input, place })));
    choice.replaceChildren(html("legend", {}, "Along"), ...all.map(({ input, place }) => {
      const along = { name: input.name, place }, radio = html("input", { type: "radio", name: group, value: spoken(input, place) });
      radio.setAttribute("aria-label", spoken(input, place));
      radio.onchange = () => set({ along });
      return html("label", {}, radio, named(input, place));
    }));
  };
  const show = ({ inputs, along }) => {
    const shape = program.inputs.filter(isReal).map(({ name }) => places(inputs[name]).length).join();
    if (shape !== offered) offer(inputs), offered = shape;
    const input = program.inputs.find(({ name }) => name === along.name);
    // A list may have become shorter.
    const place = places(inputs[along.name]).find(place => String(place) === String(along.place)) ?? places(inputs[along.name])[0];
    [...choice.querySelectorAll("input")].forEach(radio => radio.checked = radio.value === spoken(input, place));
    const gradient = derivative(program, inputs, along.name, place);
    output.textContent = flat(gradient).some(Number.isNaN) ? `${texts(gradient)}: there is a kink, or no value` : texts(gradient);
    drawing = drawn(drawing, program, { inputs, input, place, gradient }, set);
    if (picture.firstChild !== drawing.svg) picture.replaceChildren(drawing.svg);
    return `the slope along ${spoken(input, place)} is ${texts(gradient)}`;
  };
  return { element, show };
}

const flat = value => places(value).map(place => at(value, place));

// The picture along an input: kept while nothing but the number that it is along has changed, and that is within it.
function drawn(before, program, { inputs, input, place, gradient }, set) {
  const x = at(inputs[input.name], place), values = flat(evaluate(program, inputs));
  const rest = JSON.stringify([input.name, place, { ...inputs, [input.name]: put(inputs[input.name], place, null) }]);
  const kept = before?.rest === rest && x >= before.range[0] && x <= before.range[1];
  const picture = kept ? before : pictured(program, { inputs, input, place, value: x, rest });
  const points = values.slice(0, LINES).map((y, n) => ({ at: [x, y], colour: n + 1 }));
  const move = to => {
    const moved = { ...inputs, [input.name]: put(inputs[input.name], place, rounded(to, picture)) };
    if (!Object.keys(wrong(program, moved)).length) set({ inputs: moved });
  };
  const { kinks, lines } = picture;
  picture.draw({
    lines: values.length === 1 && Number.isFinite(gradient) ? [...lines, tangent(picture, [x, values[0]], gradient)] : lines,
    points: [...kinks.map(at => ({ at, colour: 2, hollow: true, size: 5 })), ...points],
    words: kinks.map(at => ({ text: "kink", at, colour: 2, shift: [0, -9] })),
    // No number of a distribution can be moved alone.
    handles: input.kind === "distribution" ? [] : [grip(picture, { name: spoken(input, place), x, values, move })],
  });
  return picture;
}

function tangent({ range }, [x, y], gradient) {
  const reach = span(range) / 8;
  return { points: [[x - reach, y - reach * gradient], [x + reach, y + reach * gradient]], dashes: "4 3" };
}

function grip({ range, height: [low, high], step }, { name, x, values, move }) {
  const y = Math.min(Math.max(values[0] || 0, low), high), text = `${plainly(x)}, value ${texts(values)}`;
  return { name, at: [x, y], along: "x", step: [step, step], value: x, range, text, colour: 1, move: ([to]) => move(to) };
}

function rounded(x, { step, range: [low, high] }) {
  return Number((Math.round(Math.min(Math.max(x, low), high) / step) * step).toPrecision(12));
}

function pictured(program, { inputs, input, place, value, rest }) {
  const until = performance.now() + PATIENCE, range = reachOf(input, value), [first, second] = ticks(range, 100);
  const moved = x => ({ ...inputs, [input.name]: put(inputs[input.name], place, x) });
  const along = compute => n => x => performance.now() < until ? flat(compute(moved(x)))[n] : NaN;
  const f = along(moved => evaluate(program, moved)), slopes = along(moved => derivative(program, moved, input.name, place));
  const each = flat(evaluate(program, inputs)).map((_, n) => n).slice(0, LINES);
  const grid = Array.from({ length: 101 }, (_, n) => range[0] + (range[1] - range[0]) * n / 100);
  const height = heightOf(each.flatMap(n => grid.map(f(n))));
  const lines = each.map(n => ({ f: f(n), colour: n + 1, label: each.length > 1 ? String(n + 1) : undefined }));
  const kinks = each.flatMap(n => jumps(slopes(n), range, span(heightOf(grid.map(slopes(n))))).map(x => [x, f(n)(x)]));
  const label = `along ${spoken(input, place)}`;
  const { svg, draw } = plot({ label: `The value ${label}`, x: { label: spoken(input, place), range }, y: { range: height }, height: 200 });
  return { rest, range, height, step: second - first, lines, kinks: kinks.filter(([, y]) => Number.isFinite(y)), svg, draw };
}

const span = ([from, to]) => to - from;

// What an input is seen over: all that it may be, or some way to both sides of nought.
function reachOf({ low, high }, value) {
  const wide = Math.max(4, Math.ceil(2 * Math.abs(value)));
  if (typeof low === "number") return [low, typeof high === "number" ? high : low + wide];
  return [typeof high === "number" ? high - wide : -wide, typeof high === "number" ? high : wide];
}

// Most of some values, with room: not the far end of what goes to infinity.
function heightOf(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(sorted.length * 0.02)] ?? 0, sorted[Math.ceil(sorted.length * 0.98) - 1] ?? 0];
  const room = (high - low) * 0.12 || 1;
  return [low - room, high + room];
}

// --- taking it away --------------------------------------------------------------------------------------------------

function copies(formula, program) {
  const chips = ["latex", ...Object.keys(program.copies)].map(kind => {
    const chip = html("button", { type: "button", className: "chip", onclick: () => copy(formula, chip) }, LANGUAGES[kind]);
    chip.dataset.copy = kind;
    return chip;
  });
  return html("div", { className: "chips" }, "Copy as", ...chips, html("span", { role: "status" }));
}
