// Three scores that a reader sets: what softmax makes of them, and what three losses charge for each right class.

import { button, formulas, html, number, plot, shown, stage, swatch, values } from "../play.js";

const CLASSES = ["first", "second", "third"];
const SCORES = ["a", "b", "c"];
const LOSSES = [["cross-entropy", "Cross-entropy"], ["multiclass-hinge", "Hinge, all rivals"], ["crammer-singer", "Hinge, strongest rival"]];
const EXAMPLES = [[10, 9, 9], [10, -10, -10]]; // those of the post
const HEIGHTS = [1, 2, 5, 10, 25, 50];
const FIELDS = { a: number(10, -10, 12, 0.1), b: number(9, -10, 12, 0.1), c: number(9, -10, 12, 0.1) };

export default async function scores(host) {
  const formula = await formulas();
  const probability = formula("softmax"), losses = LOSSES.map(([id]) => formula(id));
  const x = { range: [0.5, 3.5], ticks: [1, 2, 3], names: ["", ...CLASSES] };
  const probabilities = plot({ label: "Probabilities", x: { ...x, label: "class" }, y: { label: "probability", range: [0, 1.12], ticks: [0, 0.5, 1] }, height: 140 });
  const axes = HEIGHTS.map(top => ({ label: "loss", range: [0, top * 1.12] }));
  const charged = plot({ label: "Losses", x: { ...x, label: "right class" }, y: axes.at(-1), height: 190 });
  const legend = html("p", { className: "play-legend" }, ...LOSSES.map(([, name], n) => swatch(n + 1, name)));
  const table = values("If this class is right", ["class", "softmax", ...LOSSES.map(([, name]) => name)], CLASSES);
  const figure = stage(host, "scores", FIELDS, state => {
    const f = SCORES.map(key => state[key]);
    const p = probability.value({ K: 3, f });
    const cost = CLASSES.map((_, n) => losses.map(loss => loss.value({ K: 3, t: n + 1, f })));
    probabilities.draw(tops(p.map((value, n) => ({ value, x: n + 1, width: 0.5, colour: 4 }))));
    const top = HEIGHTS.findIndex(height => height >= Math.max(...cost.flat()));
    charged.draw({ y: axes.at(top), ...tops(cost.flatMap((row, n) => row.map((value, m) => ({ value, x: n + 0.73 + 0.27 * m, width: 0.25, colour: m + 1 })))) });
    table.show(cost.map((row, n) => [p[n], ...row].map(value => shown(value))));
    return cost.map(([entropy, hinge], n) => `If the ${CLASSES[n]} class is right, cross-entropy is ${shown(entropy)} and the hinge ${shown(hinge)}.`).join(" ");
  });
  figure.add(...SCORES.map((key, n) => figure.slider(key, `${CLASSES[n]} score`, value => shown(value, 1))));
  figure.add(html("div", { className: "play-shelf" }, ...EXAMPLES.map(example => button(
    example.map(score => shown(score, 0)).join(", "), () => figure.set(Object.fromEntries(SCORES.map((key, n) => [key, example[n]]))),
  ))));
  figure.add(probabilities.svg, legend, charged.svg, table.table);
  figure.draw();
}

// Bars with their values above them.
function tops(bars) {
  return {
    bars: bars.map(({ x, width, value, colour }) => ({ x: [x - width / 2, x + width / 2], y: [0, value], colour })),
    words: bars.map(({ x, value, colour }) => ({ text: short(value), at: [x, value], colour, shift: [0, -4] })),
  };
}

const short = value => shown(value, value < 10 ? 2 : 1).replace(/.*10⁻.*/, "0");
