// Points of two classes that are dragged: the line with an L2 term, and the one at which the hinge alone stops.

import { formulas, html, number, plot, shown, stage, swatch, values } from "../play.js";

const POINTS = [[-2.4, 1.2], [-1, 2.4], [1, 1.4], [2.4, 2.6], [-2.4, -2.2], [-0.8, -1], [0.8, -2.4], [2.6, -1]];
const LABELS = [1, 1, 1, 1, -1, -1, -1, -1];
const ALL = { N: LABELS.length, y: LABELS };
const ENDS = [-4, 4], FAR = 12; // half of a line that crosses the whole plot
const ROUNDS = 1000, BALANCED = 1e-8; // how many pairs move at most, and what is no imbalance
const ROUGH = 1e-6; // what is below is what these rounds have left
const STEPS = 100, RATE = 0.05, LENGTH = 3; // of descent on the hinge alone: at most so many, and the weights before them
const FIELDS = {
  strength: number(-1.5, -1.5, 0.5, 0.1), angle: number(30, 0, 350, 10),
  ...Object.fromEntries(POINTS.flatMap(([x, y], n) => [[`x${n}`, number(x, ...ENDS, 0.1)], [`y${n}`, number(y, ...ENDS, 0.1)]])),
};
const ROWS = ["geometric margin, γ", "smallest margin, μ", "hinge, J", "objective, R"];

export default async function margin(host) {
  const formula = await formulas();
  const [fit, descend, measure] = [fitted, descended, measured].map(of => of(formula));
  const figure = stage(host, "margin", FIELDS, state => {
    const x = POINTS.map((_, n) => [state[`x${n}`], state[`y${n}`]]);
    const lambda_ = 10 ** state.strength, start = begun(state.angle);
    const widest = fit(x, lambda_), alone = descend(x, start);
    draw({ ...scene(x, widest, alone, start), handles: x.map((point, n) => handle(point, n, figure.set)) });
    const columns = [widest, alone].map(line => measure(x, line, lambda_));
    table.show(ROWS.map((_, n) => columns.map(column => shown(Math.abs(column[n]) < ROUGH ? 0 : column[n]))));
    return told(widest, alone, columns.map(([distance]) => shown(distance)));
  });
  const axis = { range: ENDS, ticks: [-4, -2, 0, 2, 4] };
  const { svg, draw } = plot({ label: "Two classes, and lines between them", x: { ...axis, label: "first feature" }, y: { ...axis, label: "second feature" }, height: 334 });
  const table = values("The two lines", ["quantity", "with the L2 term", "hinge alone"], ROWS);
  const notes = ["ringed: support vectors", "dotted: where descent on the hinge alone begins"].map(note => html("span", {}, note));
  const legend = html("p", { className: "play-legend" }, swatch(3, "with the L2 term"), swatch(4, "hinge alone"), ...notes);
  figure.add(svg, legend, figure.slider("strength", "strength λ", value => shown(10 ** value, 3)));
  figure.add(figure.slider("angle", "start angle", value => `${value}°`), table.table);
  figure.draw();
}

function told({ support }, { steps }, [widest, alone]) {
  const stops = steps < STEPS ? "stops" : `has not stopped after ${STEPS} steps,`;
  const held = support.map(n => n + 1).join(", ");
  return `With the L2 term the geometric margin is ${widest}; support vectors: ${held}. The hinge alone ${stops} at ${alone}.`;
}

// The line with the least objective: weight moves between two examples at a time, as the page has it.
function fitted(formula) {
  const [score, sum, move] = ["score", "weighted-points", "pair-step"].map(formula);
  const weighted = (x, v) => {
    const w = sum.value({ ...ALL, D: 2, x, v });
    return { v, w, slack: score.value({ ...ALL, D: 2, x, w, b: 0 }).map((s, n) => LABELS[n] - s) };
  };
  return (x, strength) => {
    const most = 1 / (strength * ALL.N);
    let line = weighted(x, LABELS.map(() => 0));
    for (let round = 0; round < ROUNDS; round++) {
      const pair = steepest(x, line.slack, rooms(line.v, most));
      if (!pair) break;
      const moved = move.value({ D: 2, ...pair });
      line = weighted(x, line.v.map((weight, n) => weight + moved * ((n === pair.up) - (n === pair.down))));
    }
    return { ...line, b: middle(line.slack, rooms(line.v, most)), support: indices(line.v.map(weight => Math.abs(weight) > ROUGH * most)) };
  };
}

const indices = flags => flags.flatMap((flag, n) => flag ? [n] : []);

// How far the weight of each example may go up and down; a rest that rounding leaves is none.
function rooms(v, most) {
  const room = (from, to) => to - from > 1e-9 * most ? to - from : 0;
  return v.map((weight, n) => LABELS[n] > 0 ? { up: room(weight, most), down: room(0, weight) } : { up: room(weight, 0), down: room(-most, weight) });
}

// Of all pairs that are off balance and have room, the one that is most so for its distance.
function steepest(x, slack, rooms) {
  const pairs = x.flatMap((q, up) => x.map((r, down) => (
    { up, down, q, r, g: slack[up] - slack[down], c: Math.min(rooms[up].up, rooms[down].down) })));
  const slope = ({ q, r, g }) => g / Math.hypot(q[0] - r[0], q[1] - r[1]);
  return pairs.filter(({ g, c }) => g > BALANCED && c).sort((a, b) => slope(b) - slope(a))[0];
}

// The bias may be anything between what the two sides ask for.
function middle(slack, rooms) {
  const [up, down] = ["up", "down"].map(way => slack.filter((_, n) => rooms[n][way]));
  return (Math.max(...up) + Math.min(...down)) / 2;
}

const begun = angle => [Math.cos(angle * Math.PI / 180), Math.sin(angle * Math.PI / 180), 0].map(share => LENGTH * share);

// Where descent on the hinge alone stops, if it does; the bias is the weight of a feature that is always one.
function descended(formula) {
  const step = formula("hinge-step");
  return (points, start) => {
    const x = points.map(point => [...point, 1]);
    let w = start, steps = 0;
    for (let before; steps < STEPS; steps++) {
      [before, w] = [w, step.value({ ...ALL, D: 3, x, w, eta: RATE })];
      if (w.every((weight, j) => weight === before[j])) break;
    }
    return { w: w.slice(0, 2), b: w[2], steps };
  };
}

function measured(formula) {
  const [distance, smallest, hinge, objective, score] = ["geometric-margin", "smallest-margin", "hinge", "objective", "score"].map(formula);
  return (x, { w, b }, lambda_) => {
    const inputs = { ...ALL, D: 2, x, w, b, lambda_ };
    return [distance.value(inputs), smallest.value(inputs), hinge.value({ ...ALL, s: score.value(inputs) }), objective.value(inputs)];
  };
}

function scene(x, widest, alone, [w1, w2, b]) {
  const [upper, lower] = [1, -1].map(score => along(widest, score));
  return {
    lines: [
      { points: [...upper, ...lower.toReversed()], colour: 3, area: 0.1 },
      { points: along(widest, 0), colour: 3 }, { points: upper, colour: 3, dashes: "6 3" }, { points: lower, colour: 3, dashes: "6 3" },
      { points: along({ w: [w1, w2], b }, 0), colour: 4, dashes: "1 4" }, { points: along(alone, 0), colour: 4, dashes: "8 2" },
    ].filter(({ points }) => points.length),
    points: widest.support.map(n => ({ at: x[n], colour: 3, hollow: true, size: 11 })),
    words: x.map((at, n) => ({ text: LABELS[n] > 0 ? "+1" : "−1", at, colour: colour(n), shift: [0, -14] })),
  };
}

// Where the score is so much; without weights it is nowhere.
function along({ w: [w1, w2], b }, score) {
  const length = Math.hypot(w1, w2), near = (score - b) / length;
  if (!Number.isFinite(near)) return [];
  return [-FAR, FAR].map(far => [(near * w1 - far * w2) / length, (near * w2 + far * w1) / length]);
}

const colour = n => LABELS[n] > 0 ? 1 : 2;

const handle = ([x, y], n, set) => ({
  name: `point ${n + 1}, label ${LABELS[n] > 0 ? "+1" : "−1"}`, at: [x, y], along: "xy", step: [0.1, 0.1], value: x, range: ENDS,
  text: `features ${shown(x, 1)} and ${shown(y, 1)}`, colour: colour(n), move: ([x, y]) => set({ [`x${n}`]: x, [`y${n}`]: y }),
});
