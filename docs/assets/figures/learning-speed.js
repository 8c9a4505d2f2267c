// One neuron learns twice from the same start: under half the squared error, and under cross-entropy.

import { button, formulas, html, number, plot, shown, stage, swatch, values } from "../play.js";

const STEPS = 300;
const DURATION = 5000; // milliseconds of a race
const LOSSES = [
  { name: "cross-entropy", colour: 1, step: "cross-entropy-step", loss: "cross-entropy", gradient: "cross-entropy-gradient" },
  { name: "½ squared error", colour: 2, step: "squared-error-step", loss: "half-squared-error", gradient: "squared-error-gradient", dashes: "6 2" },
];
const FIELDS = {
  w: number(2, -3, 3, 0.1), b: number(2, -3, 3, 0.1), rate: number(0.15, 0.05, 2, 0.05), target: number(0, 0, 1, 1),
  step: number(0, 0, STEPS, 1),
};

export default async function learningSpeed(host) {
  const racers = LOSSES.map(racer(await formulas()));
  const figure = stage(host, "learning-speed", FIELDS, state => {
    const courses = racers.map(({ course }) => course(state));
    const now = racers.map((racer, n) => racer.at(courses[n].places[state.step], state.target));
    race.draw(raced(courses, state.step, figure.set));
    factors.draw(factored(now));
    table.show(ROWS.map(([, of]) => now.map(values => shown(of(values)))));
    return `After ${state.step} steps ${now.map(({ output }, n) => `${LOSSES[n].name} answers ${shown(output)}`).join(", ")}.`;
  });
  const race = plot({ label: "The race", x: { label: "step", range: [0, STEPS] }, y: { label: "output", range: [0, 1.08], ticks: [0, 0.5, 1] }, gutter: 92 });
  const x = { range: [0.5, 3.5], ticks: [1, 2, 3], names: ["", "error", "slope σ′(z)", "gradient"] };
  const factors = plot({ label: "The factors of the gradient", x, y: { label: "size", range: [0, 1.12], ticks: [0, 0.5, 1] }, height: 170 });
  const table = values("At this step", ["quantity", ...LOSSES.map(({ name }) => name)], ROWS.map(([name]) => name));
  figure.add(figure.slider("w", "first weight", value => shown(value, 1)), figure.slider("b", "first bias", value => shown(value, 1)));
  figure.add(figure.slider("rate", "learning rate"), figure.choice("target", "right answer", ["0", "1"]));
  figure.add(html("div", { className: "play-shelf" }, runner(figure)));
  figure.add(race.svg, html("p", { className: "play-legend" }, ...LOSSES.map(({ name, colour }) => swatch(colour, name))), factors.svg, table.table);
  figure.draw();
}

const ROWS = [
  ["output", ({ output }) => output],
  ["error, output − answer", ({ error }) => error],
  ["slope of the sigmoid", ({ slope }) => slope],
  ["gradient", ({ gradient }) => gradient],
  ["loss", ({ loss }) => loss],
];

// What the formulas of the page say of a neuron with the input 1. A course is computed again only from another start.
const racer = formula => description => {
  const [step, loss, gradient] = [description.step, description.loss, description.gradient].map(formula);
  const [sigmoid, slope, error] = ["sigmoid", "sigmoid-derivative", "cross-entropy-gradient"].map(formula);
  const { name, colour, dashes } = description;
  let key, course;
  return {
    ...description,
    course({ w, b, rate, target }) {
      if (key === (key = [w, b, rate, target].join())) return course;
      const places = [[w, b]];
      for (let [w, b] = places[0]; places.length <= STEPS; places.push([w, b])) {
        [w, b] = step.value({ w, b, x: 1, y: target, eta: rate });
      }
      const points = places.map(([w, b], n) => [n, sigmoid.value({ z: w + b })]);
      return course = { places, line: { points, label: name, colour, dashes } };
    },
    at([w, b], y) {
      const z = w + b;
      const output = sigmoid.value({ z });
      return { output, error: error.value({ y, z }), slope: slope.value({ z }), gradient: gradient.value({ y, z }), loss: loss.value({ y, z }) };
    },
  };
};

function raced(courses, step, set) {
  return {
    rules: [{ x: step }],
    lines: courses.map(({ line }) => line),
    points: courses.map(({ line: { points, colour } }) => ({ at: points[step], colour })),
    handles: [{
      name: "step", at: [step, 1.08], along: "x", step: [1, 0], value: step, range: [0, STEPS], text: `step ${step}`, move: ([x]) => set({ step: x }),
    }],
  };
}

// The sizes of both factors and of their product. Under cross-entropy the slope is no factor.
function factored([entropy, squared]) {
  const parts = [["error", 1], ["slope", 2], ["gradient", 3]];
  const sizes = parts.flatMap(([part, x]) => [
    { x: x - 0.2, value: entropy[part], colour: 1, faint: part === "slope" }, { x: x + 0.2, value: squared[part], colour: 2 },
  ]);
  return {
    bars: sizes.map(({ x, value, ...look }) => ({ x: [x - 0.18, x + 0.18], y: [0, Math.abs(value)], ...look })),
    words: sizes.map(({ x, value, colour, faint }) => ({ text: faint ? "cancels" : shown(Math.abs(value), 3), at: [x, Math.abs(value)], colour, shift: [0, -4] })),
  };
}

// A race from the first step to the last; without motion, where a reader asks for none, it is over at once.
function runner({ set }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let running = 0;
  const stop = () => { running = 0; run.textContent = "Run"; };
  const frame = start => now => {
    if (running !== start) return;
    const done = still.matches ? 1 : Math.min((now - start) / DURATION, 1);
    set({ step: done * STEPS });
    if (done < 1) requestAnimationFrame(frame(start));
    else stop();
  };
  const run = button("Run", () => {
    if (running) return stop();
    running = performance.now();
    run.textContent = "Stop";
    requestAnimationFrame(frame(running));
  });
  return run;
}
