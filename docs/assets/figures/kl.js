// A truth and a prediction over three classes, or a smoothed label for the truth: entropy and divergence add up.

import { formulas, html, number, plot, shown, stage, swatch, values } from "../play.js";

const CLASSES = ["first", "second", "third"];
const LIMITS = [0.01, 0.98];
const share = start => number(start, ...LIMITS, 0.001);
const FIELDS = {
  p1: share(0.3), p2: share(0.5), p3: share(0.2), q1: share(0.6), q2: share(0.2), q3: share(0.2),
  smoothing: number(0, 0, 0.9, 0.01),
};

export default async function kl(host) {
  const formula = await formulas();
  const [entropy, crossEntropy, divergence, smoothing] = ["entropy", "cross-entropy", "kl", "smoothing"].map(formula);
  const figure = stage(host, "kl", FIELDS, state => {
    const label = smoothing.value({ K: 3, t: [1, 0, 0], epsilon: state.smoothing });
    const p = state.smoothing ? label : distribution(state, "p"), q = distribution(state, "q");
    shares.draw(bars(p, q, figure.set));
    const nats = [entropy.value({ K: 3, p }), divergence.value({ K: 3, p, q }), crossEntropy.value({ K: 3, p, q })];
    sum.draw(stacked(nats));
    table.show([...nats, divergence.value({ K: 3, p: q, q: p })].map(value => [shown(value)]));
    return `Entropy ${shown(nats[0])} and divergence ${shown(nats[1])} make cross-entropy ${shown(nats[2])}.`;
  });
  const x = { label: "class", range: [0.5, 3.5], ticks: [1, 2, 3], names: ["", ...CLASSES] };
  const shares = plot({ label: "The truth and the prediction", x, y: { label: "probability", range: [0, 1.15], ticks: [0, 0.5, 1] } });
  const sum = plot({ label: "Entropy and divergence", x: { label: "nats", range: [0, 3] }, y: { range: [0, 1], bare: true }, height: 76 });
  const table = values("They add up", ["quantity", "nats"], [
    swatch(1, "entropy H(p)"), swatch(6, "divergence KL(p, q)"), "cross-entropy H(p, q)", "the other way round, KL(q, p)",
  ]);
  figure.add(html("p", { className: "play-legend" }, swatch(1, "the truth p"), swatch(2, "the prediction q")), shares.svg);
  figure.add(figure.slider("smoothing", "smooth the label (1, 0, 0)", value => value ? shown(value, 2) : "off"));
  figure.add(sum.svg, table.table);
  figure.draw();
}

// Rounding leaves a sum that is not quite one.
function distribution(state, name) {
  const shares = [1, 2, 3].map(n => state[name + n]);
  const whole = shares.reduce((sum, value) => sum + value, 0);
  return shares.map(value => value / whole);
}

// Two distributions side by side, as bars that are dragged at their tops.
function bars(p, q, set) {
  const tops = [...p.map((value, n) => top(p, n, "p", 1, -0.2)), ...q.map((value, n) => top(q, n, "q", 2, 0.2))];
  return {
    bars: tops.map(({ at: [x, y], colour }) => ({ x: [x - 0.17, x + 0.17], y: [0, y], colour })),
    words: tops.map(({ at, text, colour }) => ({ text, at, colour, shift: [0, -12] })),
    handles: tops.map(handle => ({ ...handle, move: ([, y]) => set({ ...moved(handle, y), ...(handle.of === "p" && { smoothing: 0 }) }) })),
  };
}

function top(shares, n, of, colour, shift) {
  const value = shares[n];
  const name = `${of === "p" ? "truth" : "prediction"}, ${CLASSES[n]} class`;
  return { name, of, n, shares, at: [n + 1 + shift, value], along: "y", step: [0, 0.01], value: Number(value.toFixed(2)), range: LIMITS, text: shown(value, 2), colour };
}

// One share is set; the others keep their proportion.
function moved({ shares, n, of }, y) {
  const value = Math.min(Math.max(y, LIMITS[0]), LIMITS[1]);
  const left = (1 - value) / (1 - shares[n]);
  return Object.fromEntries(shares.map((share, m) => [`${of}${m + 1}`, m === n ? value : share * left]));
}

// Entropy and divergence, one behind the other: together they are as long as the cross-entropy.
const stacked = ([entropy, divergence, whole]) => ({
  bars: [{ x: [0, entropy], y: [0.1, 0.6], colour: 1 }, { x: [entropy, entropy + divergence], y: [0.1, 0.6], colour: 6 }],
  words: [{ text: `H(p, q) = ${shown(whole, 3)}`, at: [Math.min(whole, 2.2), 0.72], anchor: "start", shift: [-2, 0] }],
});
