// Points that are dragged, and the lines that three losses fit to them.

import { formulas, number, plot, shown, stage, swatch, values } from "../play.js";

const POINTS = [[-2.8, -2.2], [-2.1, -1.9], [-1.4, -0.7], [-0.7, -1.1], [0, 0.3], [0.7, 0.2], [1.4, 1.5], [2.1, -4], [2.8, 2.1]];
const ENDS = [-3, 3], HEIGHTS = [-5, 5];
const NAMES = ["½ squared", "absolute", "Huber"];
const DASHES = [undefined, "6 2", "7 2 1.5 2"];
const ROUNDS = 200, STILL = 1e-7; // how often Huber's line is fitted again at most, and when it stays
const FIELDS = {
  threshold: number(1, 0.1, 5, 0.1),
  ...Object.fromEntries(POINTS.flatMap(([x, y], n) => [[`x${n}`, number(x, ...ENDS, 0.05)], [`y${n}`, number(y, ...HEIGHTS, 0.05)]])),
};

export default async function regressionLosses(host) {
  const fits = fitted(await formulas());
  const figure = stage(host, "regression-losses", FIELDS, state => {
    const points = POINTS.map((_, n) => [state[`x${n}`], state[`y${n}`]]);
    const lines = fits.map(fit => fit(points, state.threshold));
    draw({ lines: lines.map(drawn), handles: points.map((point, n) => handle(point, n, figure.set)) });
    table.show(lines.map(line => line.map(value => shown(value))));
    return lines.map(([, slope], n) => `${NAMES[n]}: slope ${shown(slope)}.`).join(" ");
  });
  const { svg, draw } = plot({ label: "Points, and lines through them", x: { label: "feature", range: ENDS }, y: { label: "label", range: HEIGHTS, ticks: [-4, -2, 0, 2, 4] }, height: 300, gutter: 66 });
  const table = values("The lines that they fit", ["loss", "intercept", "slope"], NAMES.map((name, n) => swatch(n + 1, name)));
  figure.add(svg, figure.slider("threshold", "Huber’s threshold", value => shown(value, 1)), table.table);
  figure.draw();
}

const drawn = ([intercept, slope], n) => (
  { points: ENDS.map(x => [x, intercept + slope * x]), label: NAMES[n], colour: n + 1, dashes: DASHES[n] });

const handle = ([x, y], n, set) => ({
  name: `point ${n + 1}`, at: [x, y], along: "xy", step: [0.05, 0.05], value: x, range: ENDS, text: `feature ${shown(x, 2)}, label ${shown(y, 2)}`,
  colour: 5, move: ([x, y]) => set({ [`x${n}`]: x, [`y${n}`]: y }),
});

// The three fits, each a function from points to a line: its intercept and its slope.
function fitted(formula) {
  const [intercept, slope, weight, cost] = ["weighted-intercept", "weighted-slope", "huber-weight", "laplace-likelihood"].map(formula);
  const weighted = (points, v) => {
    const data = { N: points.length, x: points.map(([x]) => x), y: points.map(([, y]) => y), v };
    return [intercept.value(data), slope.value(data)];
  };
  const even = points => weighted(points, points.map(() => 1));
  const absolute = points => least(pairs(points), ([theta_0, theta_1]) => (
    cost.value({ N: points.length, x: points.map(([x]) => x), y: points.map(([, y]) => y), theta_0, theta_1 })));
  const reweighted = (points, delta) => {
    let line = even(points);
    for (let round = 0; round < ROUNDS; round++) {
      const before = line;
      line = weighted(points, points.map(([x, y]) => weight.value({ r: y - before[0] - before[1] * x, delta })));
      if (line.every((value, n) => Math.abs(value - before[n]) < STILL)) break;
    }
    return line;
  };
  return [even, absolute, reweighted];
}

// The lines through two of the points.
const pairs = points => points.flatMap(([x, y], n) => points.slice(n + 1).filter(([other]) => other !== x).map(([other, height]) => {
  const slope = (height - y) / (other - x);
  return [y - slope * x, slope];
}));

function least(candidates, cost) {
  const costs = candidates.map(cost);
  return candidates[costs.indexOf(Math.min(...costs))] ?? [NaN, NaN]; // all features are equal
}
