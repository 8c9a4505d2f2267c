// Both losses for several classes: of a prediction over three, which is dragged, and with the rest spread over many.

import { formulas, html, number, plot, shown, stage, swatch, values } from "../play.js";

const HEIGHT = 0.75 ** 0.5; // of a triangle with sides of one
const LEAST = 0.01, CELLS = 16;
const CLASSES = [2, 3, 10, 100];
const FIELDS = { right: number(0.5, LEAST, 0.98, 0.01), second: number(0.25, LEAST, 0.98, 0.01), alone: number(0.5, 0.01, 0.99, 0.01), classes: number(2, 0, 4, 1) };
const LABEL = [1, 0, 0];
const DARKEST = 4; // nats
const X = { label: "probability of the right class", range: [0.01, 0.99], ticks: [0.2, 0.4, 0.6, 0.8] };
const Y = { label: "loss (nats)", range: [0, 7] };
const POST = { label: "loss (nats)", range: [0, 62] };

export default async function lossVariants(host) {
  const formula = await formulas();
  const losses = ["categorical", "one-vs-rest", "gap"].map(id => (t, q) => formula(id).value({ K: t.length, t, q }));
  const modes = [...CLASSES.map(classes => even(classes, losses)), post(losses)];
  const cells = shaded(losses[1]);
  const figure = stage(host, "loss-variants", FIELDS, state => {
    const q = distribution(state), here = losses.map(loss => loss(LABEL, q));
    triangle.draw({ lines: cells, words: CORNERS, handles: [handle(q, figure.set)] });
    mine.show([...q, ...here].map(value => [shown(value)]));
    const { lines, nearest } = modes[state.classes], at = nearest(state.alone), there = lines.map(({ value }) => value(at));
    many.draw(spread(lines, at, there, figure.set));
    other.show([...there, there[1] - there[0]].map(value => [shown(value)]));
    return `First variant ${shown(here[0])}, second ${shown(here[1])}, gap ${shown(here[2])}.`;
  });
  const triangle = plot({ label: "All predictions for three classes", x: { range: [-0.1, 1.1], bare: true }, y: { range: [-0.09, 0.95], bare: true }, height: 300 });
  const many = plot({ label: "The rest spread over many classes", x: X, y: Y, height: 210, gutter: 56 });
  const variants = [swatch(1, "first variant"), swatch(2, "second variant")];
  const mine = values("At the point", ["quantity", "value"], ["right class", "second class", "third class", "first variant", "second variant", "gap"]);
  const other = values("At the line", ["quantity", "nats"], [...variants, "difference"]);
  figure.add(html("p", {}, "Each point is a prediction for three classes. The darker it is, the more the second variant costs."), triangle.svg, mine.table);
  figure.add(figure.choice("classes", "rest spread over", [...CLASSES.map(classes => `${classes} classes`), "the post’s fifty numbers"]), many.svg, other.table);
  figure.draw();
}

const spread = (lines, at, values, set) => ({
  y: lines[0].top === POST.range[1] ? POST : Y, lines, rules: [{ x: at }], handles: [along(at, lines[0].top, set)],
  points: lines.map(({ colour }, n) => ({ at: [at, values[n]], colour })),
});

function distribution({ right, second }) {
  const rival = Math.min(second, 1 - LEAST - right);
  return [right, rival, 1 - right - rival];
}

const corner = ([right, , third]) => [right / 2 + third, right * HEIGHT];
const CORNERS = [
  { text: "right class", at: corner([1, 0, 0]), shift: [0, -6] },
  { text: "second", at: corner([0, 1, 0]), shift: [0, 14] },
  { text: "third", at: corner([0, 0, 1]), shift: [0, 14] },
];

// The triangle in small ones, each as dark as the loss at its middle.
function shaded(loss) {
  const rows = Array.from({ length: CELLS }, (_, row) => Array.from({ length: 2 * (CELLS - row) - 1 }, (_, n) => cell(row, n, loss)));
  return rows.flat();
}

function cell(row, n, loss) {
  const [column, isDown] = [Math.floor(n / 2), n % 2];
  const ends = isDown ? [[row + 1, column], [row, column + 1], [row + 1, column + 1]] : [[row, column], [row, column + 1], [row + 1, column]];
  const shares = ends.map(([right, third]) => [right, CELLS - right - third, third].map(share => share / CELLS));
  const middle = shares[0].map((_, k) => (shares[0][k] + shares[1][k] + shares[2][k]) / 3);
  return { points: shares.map(corner), colour: 2, area: (Math.min(loss(LABEL, middle) / DARKEST, 1) * 0.75).toFixed(3) };
}

function handle(q, set) {
  const [right, second, third] = q.map(share => shown(share, 2));
  const back = ([x, y]) => ({ right: y / HEIGHT, second: 1 - x - y / HEIGHT / 2 });
  return {
    name: "prediction", at: corner(q), along: "xy", step: [0.02, 0.02 * HEIGHT], value: Number(q[0].toFixed(2)), range: [LEAST, 0.98],
    text: `right ${right}, second ${second}, third ${third}`,
    move: place => {
      const { right, second } = back(place);
      const kept = Math.min(Math.max(right, LEAST), 1 - 2 * LEAST);
      set({ right: kept, second: Math.min(Math.max(second, LEAST), 1 - LEAST - kept) });
    },
  };
}

const along = (at, top, set) => ({
  name: "probability of the right class", at: [at, top], along: "x", step: [0.01, 0], value: at, range: X.range, text: shown(at, 2),
  move: ([place]) => set({ alone: place }),
});

const series = (of, top) => [
  { ...of(0), label: "first", colour: 1, top }, { ...of(1), label: "second", colour: 2, dashes: "6 2", top },
];

// Both losses if all classes but the right one share the rest.
function even(classes, losses) {
  const t = Array.from({ length: classes }, (_, k) => Number(k === 0));
  const lines = series(n => {
    const value = right => losses[n](t, t.map(isRight => isRight ? right : (1 - right) / (classes - 1)));
    return { value, f: value };
  }, Y.range[1]);
  return { lines, nearest: right => right };
}

// What the post plotted: fifty numbers that are no distribution, each in turn that of the right class.
function post(losses) {
  const numbers = Array.from({ length: 50 }, (_, k) => (2 * k + 1) / 100);
  const nearest = right => numbers[Math.round((100 * right - 1) / 2)];
  const lines = series(n => {
    const found = numbers.map((_, right) => losses[n](numbers.map((_, k) => Number(k === right)), numbers));
    return { value: right => found[numbers.indexOf(right)], points: numbers.map((right, k) => [right, found[k]]) };
  }, POST.range[1]);
  return { lines, nearest };
}
