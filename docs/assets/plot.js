// Plots that a reader moves: a scene, which is a value, is drawn as SVG in the colours of the page. What is
// kept here is what has been drawn, and the handles. A scene has bars, rules, lines, points, words and handles, each in any number.

const NAMESPACE = "http://www.w3.org/2000/svg";
const WIDTH = 340; // units: as many pixels on a phone
const NEAR = 0.2; // units that a line may be away from what it stands for
const FAR = 1e4; // units: what is farther outside is drawn no farther
const HALVINGS = 10;
const LEADING = 12; // units from one name of a line to the next

/** Add a style sheet that lies beside this module, and wait until it is there. */
export const styled = name => new Promise(done => {
  const href = new URL(name, import.meta.url);
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: done }));
});

await styled("plot.css");

const between = (value, [low, high]) => Math.min(Math.max(value, low), high);

/** The number as a reader sees it: with this many decimals, or as a power of ten where these would all be zero. */
export function shown(value, decimals = 4) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "undefined" : value > 0 ? "∞" : "−∞";
  const small = value !== 0 && Math.abs(value) < 10 ** -decimals;
  const [digits, power] = small ? value.toExponential(2).split("e") : [value.toFixed(decimals)];
  const written = power ? `${digits} · 10${[...power].map(sign => sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]).join("")}` : digits;
  return written.replace(/^-(?=[0.]*$)/, "").replace("-", "−");
}

/** An element of SVG. What is undefined is no attribute; a colour is the number of one of the site's cycle. */
export function svg(name, { colour, text, ...attributes } = {}, ...children) {
  const element = document.createElementNS(NAMESPACE, name);
  set(element, attributes);
  if (colour) element.style.setProperty("--colour", `var(--figure-${colour})`);
  element.append(...children, ...(text === undefined ? [] : [text]));
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}

/** Round numbers from one number to another, about so many. */
export function ticks([from, to], about = 6) {
  const rough = (to - from) / about;
  const power = Number(`1e${rough.toExponential().split("e")[1]}`);
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough * 0.99);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, n) => Number(((first + n) * step).toPrecision(12)));
}

/** The places where a function jumps. Those where its slope does are the kinks of what it is the slope of. */
export function jumps(f, [from, to], height = 1) {
  const unit = (to - from) / WIDTH;
  const pieces = traced(x => [x / unit, f(x) * WIDTH / height], [from, to]);
  return pieces.slice(1).map(([[start]]) => Number((start * unit).toPrecision(6)));
}

// The pieces of a line, as lists of points in units: closer where it bends, and apart where it jumps.
function traced(at, [from, to]) {
  const pieces = [[]];
  const point = x => Object.assign(at(x), { x });
  const halve = (a, b, left) => {
    const middle = point((a.x + b.x) / 2);
    if (isStraight(a, middle, b)) return pieces.at(-1).push(b);
    if (!left) return pieces.push([b]);
    halve(a, middle, left - 1);
    halve(middle, b, left - 1);
  };
  const grid = Array.from({ length: 61 }, (_, n) => point(from + (to - from) * n / 60));
  pieces[0].push(grid[0]);
  grid.slice(1).forEach((b, n) => halve(grid[n], b, HALVINGS));
  return pieces.map(piece => piece.filter(([, y]) => Number.isFinite(y))).filter(piece => piece.length);
}

function isStraight([, a], [, middle], [, b]) {
  if ([a, middle, b].every(y => !Number.isFinite(y) || Math.abs(y) > FAR)) return true;
  return Math.abs(middle - (a + b) / 2) < NEAR && Math.abs(a - b) < 60;
}

const path = pieces => pieces
  .map(piece => `M${piece.map(([x, y]) => `${x.toFixed(2)} ${between(y, [-FAR, FAR]).toFixed(2)}`).join("L")}`).join("");

/**
 * A plot. `x` and `y` are axes: {label, range: [from, to], ticks: [numbers], bare: neither numbers nor a line}. The
 * names of lines stand at the side that `names` says, "right" or "left"; the numbers of `y` at the other. Returns {svg, draw(scene)}. A scene may bring other axes, as {x, y}.
 */
export function plot({ label, x, y, height = 220, gutter = 12, names = "right" }) {
  const box = boxed({ bare: [x.bare, y.bare], height, gutter, isRight: names === "right" });
  const [ground, inside, over, held] = [svg("g", { class: "plot-axes", "aria-hidden": true }), within(box), svg("g"), svg("g")];
  const root = svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": label }, ground, inside, over, held);
  const handles = new Map();
  let frame = {};
  const draw = scene => {
    const ranged = { x: scene.x ?? x, y: scene.y ?? y };
    if (frame.x !== ranged.x || frame.y !== ranged.y) {
      frame = { ...ranged, root, box, scale: scales(ranged, box), drawn: new WeakMap(), traces: new WeakMap() };
      ground.replaceChildren(...axes(frame));
    }
    inside.replaceChildren(...drawn(scene, frame, { bars: bar, rules: rule, lines: curve }));
    over.replaceChildren(...drawn(scene, frame, { points: dot, words: word }), ...endLabels(scene.lines ?? [], frame));
    for (const handle of scene.handles ?? []) {
      if (!handles.has(handle.name)) handles.set(handle.name, grip(handle, held));
      handles.get(handle.name)(handle, frame);
    }
  };
  return { svg: root, draw };
}

function boxed({ bare: [across, up], height, gutter, isRight }) {
  const [names, numbers] = [gutter, up ? 8 : 40];
  const [left, right] = isRight ? [numbers, WIDTH - names] : [names, WIDTH - numbers];
  return { left, right, top: 12, bottom: height - (across ? 8 : 34), isRight };
}

// A part that is the object that it was is not drawn again.
const drawn = (scene, frame, parts) => Object.entries(parts).flatMap(([name, draw]) => (scene[name] ?? []).map(part => {
  if (!frame.drawn.has(part)) frame.drawn.set(part, draw(part, frame));
  return frame.drawn.get(part);
}));

// What is cut off where the plot ends, but for half of a line along its edge.
function within({ left, right, top, bottom }) {
  const [x, y, width, height] = [left, top - 2, right - left, bottom - top + 4];
  return svg("svg", { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}` });
}

function scales({ x, y }, { left, right, top, bottom }) {
  const linear = ([from, to], start, end) => value => start + (value - from) / (to - from) * (end - start);
  return {
    x: linear(x.range, left, right), y: linear(y.range, bottom, top),
    back: (across, up) => [linear([left, right], ...x.range)(across), linear([bottom, top], ...y.range)(up)],
  };
}

function axes({ x, y, box, scale }) {
  const { left, right, top, bottom, isRight } = box;
  const [edge, out, anchor] = isRight ? [left, -1, "end"] : [right, 1, "start"];
  const across = x.bare ? [] : [line(`M${left} ${bottom}H${right}`), ...(x.ticks ?? ticks(x.range)).flatMap(value => [
    line(`M${scale.x(value)} ${bottom}v4`), letters(x.names?.[value] ?? plain(value), scale.x(value), bottom + 15),
  ])];
  const up = y.bare ? [] : [line(`M${edge} ${top}V${bottom}`), ...(y.ticks ?? ticks(y.range, 4)).flatMap(value => [
    line(`M${edge} ${scale.y(value)}h${4 * out}`), letters(plain(value), edge + 7 * out, scale.y(value) + 3.5, anchor),
  ])];
  const beside = letters(y.label ?? "", 0, 0);
  set(beside, { transform: `translate(${isRight ? 9 : WIDTH - 2} ${(top + bottom) / 2}) rotate(-90)` });
  return [...across, ...up, letters(x.label ?? "", (left + right) / 2, bottom + 30), beside];
}

const line = d => svg("path", { d });
const letters = (text, x, y, anchor = "middle") => svg("text", { x, y, "text-anchor": anchor, text });
const plain = value => String(value).replace("-", "−");

// {name, x: [from, to], y: [from, to], colour, faint}
function bar({ x, y, colour, faint }, { scale }) {
  const [top, bottom] = [scale.y(y[1]), scale.y(y[0])];
  const width = scale.x(x[1]) - scale.x(x[0]);
  return svg("rect", { class: faint ? "plot-bar plot-faint" : "plot-bar", x: scale.x(x[0]), y: top, width, height: Math.max(bottom - top, 0), colour });
}

// {x} or {y}: a line through the whole plot
function rule({ x, y, colour }, { box, scale }) {
  const d = x === undefined ? `M${box.left} ${scale.y(y)}H${box.right}` : `M${scale.x(x)} ${box.top}V${box.bottom}`;
  return svg("path", { class: "plot-rule", d, colour });
}

// {f or points: [[x, y]], range, label, colour, dashes, faint, area: how dense its inside is}; a function is traced once
function curve(line, frame) {
  const named = ["plot-line", line.faint && "plot-faint", line.area && "plot-area"].filter(Boolean).join(" ");
  return svg("path", { class: named, d: path(piecesOf(line, frame)), "stroke-dasharray": line.dashes, "fill-opacity": line.area, colour: line.colour });
}

function piecesOf({ f, points, range }, { traces, scale, x }) {
  if (points) return [points.map(([a, b]) => [scale.x(a), scale.y(b)])];
  if (!traces.has(f)) traces.set(f, traced(a => [scale.x(a), scale.y(f(a))], range ?? x.range));
  return traces.get(f);
}

// {at: [x, y], colour, hollow, shape: "square", size}
function dot({ at, colour, hollow, square, size = 4 }, { scale }) {
  const [x, y] = [scale.x(at[0]), scale.y(at[1])];
  const named = hollow ? "plot-point plot-hollow" : "plot-point";
  if (square) return svg("rect", { class: named, x: x - size, y: y - size, width: 2 * size, height: 2 * size, colour });
  return svg("circle", { class: named, cx: x, cy: y, r: size, colour });
}

// {text, at: [x, y], colour, anchor, shift: [dx, dy] in units}
function word({ text, at, colour, anchor = "middle", shift = [0, 0] }, { scale }) {
  const [x, y] = [scale.x(at[0]) + shift[0], scale.y(at[1]) + shift[1]];
  return svg("text", { class: "plot-word", x, y, "text-anchor": anchor, colour, text });
}

// The names of lines beside the plot, in the order in which they end there or leave it before.
function endLabels(lines, frame) {
  const { left, right, top, bottom, isRight } = frame.box;
  const ends = lines.filter(({ label }) => label).map(line => ({ ...line, ...seenEnd(piecesOf(line, frame), frame.box) }));
  ends.sort((a, b) => a.y - b.y || (isRight ? a.x - b.x : b.x - a.x));
  const heights = spread(ends.map(({ y }) => y), [top + 2, bottom]);
  const place = isRight ? { x: right + 5 } : { x: left - 5, "text-anchor": "end" };
  return ends.map(({ label, colour, faint }, n) =>
    svg("text", { class: faint ? "plot-word plot-faint" : "plot-word", ...place, y: heights[n] + 3.5, colour, text: label }));
}

function seenEnd(pieces, { top, bottom, isRight }) {
  const points = isRight ? pieces.flat().reverse() : pieces.flat();
  const [x, y] = points.find(([, y]) => y >= top - 1 && y <= bottom + 1) ?? points[0] ?? [0, bottom];
  return { x, y: between(y, [top, bottom]) };
}

// Heights, in order, moved as little as it takes to be a line apart.
function spread(heights, [top, bottom]) {
  const down = heights.reduce((places, y) => [...places, Math.max(y, (places.at(-1) ?? top - LEADING) + LEADING)], []);
  return down.reduceRight((places, y) => [Math.min(y, (places[0] ?? bottom + LEADING) - LEADING), ...places], []);
}

/*
 * {name, at: [x, y], along: "x" | "y" | "xy", step: [x, y], value, range: [from, to], text, colour, move([x, y])}
 * A handle stays the same element while it moves: it has the focus, or a finger on it. Gives what moves it.
 */
function grip({ name, along }, held) {
  const reach = svg("path", { class: "plot-reach" });
  const parts = [reach, svg("circle", { class: "plot-ring", r: 12 }), svg("circle", { class: "plot-grip", r: 7 })];
  const orientation = along === "y" ? "vertical" : "horizontal";
  const element = svg("g", { class: `plot-handle plot-${along}`, role: "slider", tabindex: 0, "aria-label": name, "aria-orientation": orientation }, ...parts);
  let now = {};
  element.addEventListener("keydown", event => moveByKey(event, now.handle));
  element.addEventListener("pointerdown", event => hold(event, element, place => now.handle.move(place), now.frame));
  held.append(element);
  return (handle, frame) => {
    now = { handle, frame };
    place(element, handle, frame);
    set(reach, { d: reached(handle, frame) });
  };
}

function place(element, { at, value, range: [low, high], text, colour = "ink" }, { scale }) {
  element.setAttribute("transform", `translate(${scale.x(at[0])} ${scale.y(at[1])})`);
  element.style.setProperty("--colour", `var(--figure-${colour})`);
  set(element, { "aria-valuenow": value, "aria-valuemin": low, "aria-valuemax": high, "aria-valuetext": text });
}

// A finger's width about a handle; one that moves along the plot is held anywhere above and below it.
function reached({ at, along }, { box, scale }) {
  const [top, bottom] = along === "x" ? [box.top - scale.y(at[1]), box.bottom - scale.y(at[1]) + 14] : [-14, 14];
  return `M-14 ${top}H14V${bottom}H-14Z`;
}

function hold(event, element, move, { root, scale }) {
  event.preventDefault();
  element.focus({ preventScroll: true });
  element.setPointerCapture(event.pointerId);
  const follow = ({ clientX, clientY }) => {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(root.getScreenCTM().inverse());
    move(scale.back(x, y));
  };
  element.addEventListener("pointermove", follow);
  element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", follow), { once: true });
}

const KEYS = {
  ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [10, 10], PageDown: [-10, -10],
  Home: [-Infinity, -Infinity], End: [Infinity, Infinity],
};

// Along one axis each pair of arrows moves a handle, as it does a slider of the browser's own.
function moveByKey(event, { at, along, step, move }) {
  const [across, up] = KEYS[event.key] ?? [0, 0];
  if (!across && !up) return;
  event.preventDefault();
  const [dx, dy] = along !== "xy" ? [across || up, across || up] : [across, across && up ? 0 : up];
  move([at[0] + (dx && dx * step[0]), at[1] + (dy && dy * step[1])]);
}
