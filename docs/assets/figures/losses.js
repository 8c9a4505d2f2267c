// One prediction under all losses: the residual and the margin are dragged, and the table of the page answers.

import { formulas, html, number, plot, shown, stage, swatch, values } from "../play.js";

const DASHES = [undefined, "6 2", "7 2 1.5 2", "1.5 1.8", "4 1 1 1 1 1", "10 3"]; // as in the still figure
const NUMBERS = { squared: "squared", absolute: "absolute", huber: "Huber", "log-cosh": "log-cosh", quantile: "quantile 0.2" };
const CLASSES = { "zero-one": "zero-one", hinge: "hinge", "squared-hinge": "squared hinge", logistic: "logistic", focal: "focal", brier: "Brier" };
// The loss of each row of the table "Which one?".
const ADVISED = ["squared", "huber", "quantile", "logistic", "logistic", "logistic", "hinge"];
const SWITCHES = Object.fromEntries([...Object.keys(NUMBERS), ...Object.keys(CLASSES)].map(id => [id, number(1, 0, 1, 1)]));
const FIELDS = { residual: number(2, -3, 3, 0.05), margin: number(-2, -3, 3, 0.05), ...SWITCHES };

export default async function losses(host) {
  const formula = await formulas();
  const figure = stage(host, "losses", FIELDS, state => {
    const found = { ...numbers.show(state, state.residual), ...classes.show(state, state.margin) };
    answers.show(ADVISED.map(id => found[id]));
    return `${numbers.told(state, found)} ${classes.told(state, found)}`;
  });
  const numbers = panel(formula, figure, { variable: "r", key: "residual", losses: NUMBERS, label: "residual: truth − prediction" });
  const classes = panel(formula, figure, { variable: "u", key: "margin", losses: CLASSES, label: "margin: label × score", names: "left" });
  const answers = whichOne();
  figure.add(numbers.svg, numbers.table, classes.svg, classes.table, answers.table);
  figure.draw();
}

// The curves of some losses, a handle at one of their arguments, and their values and slopes there.
function panel(formula, figure, { variable, key, losses, label, names }) {
  const series = Object.entries(losses).map(([id, name], n) => ({ id, name, label: name, colour: n + 1, ...curve(formula(id), variable), dashes: DASHES[n] }));
  const { svg, draw } = plot({ label: `Losses against the ${key}`, x: { label, range: [-3, 3] }, y: { label: "loss", range: [0, 4] }, height: 230, gutter: 84, names });
  const rows = series.map(({ id, name, colour }) => swatch(colour, figure.box(id, name)));
  const { table, show } = values(`Here the ${key} is`, ["loss", "value", "slope"], rows);
  const at = html("output");
  table.caption.append(" ", at);
  return {
    svg, table,
    show(state, place) {
      const found = series.map(({ id, value, slope }) => [id, { value: value(place), slope: slope(place) }]);
      const seen = series.filter(({ id }) => state[id]);
      const points = seen.map(({ value, colour }) => ({ at: [place, value(place)], colour }));
      draw({ lines: seen, points, rules: [{ x: place }], handles: [handle(key, place, figure)] });
      at.textContent = shown(place, 2);
      show(found.map(([, { value, slope }]) => [shown(value), pull(slope)]));
      return Object.fromEntries(found);
    },
    told: (state, found) => `At the ${key} ${shown(state[key], 2)}: ${
      series.filter(({ id }) => state[id]).map(({ id, name }) => `${name} ${shown(found[id].value)}`).join(", ")}.`,
  };
}

function curve(formula, variable) {
  const value = place => formula.value({ [variable]: place });
  return { value, f: value, slope: place => formula.slope({ [variable]: place }, variable) };
}

// It stands above the curves, and is held anywhere below.
const handle = (key, place, figure) => ({
  name: key, at: [place, 4], along: "x", step: [0.05, 0], value: place, range: [-3, 3], text: `${key} ${shown(place, 2)}`,
  move: ([x]) => figure.set({ [key]: x }),
});

const pull = slope => Number.isNaN(slope) ? "kink" : shown(slope);

// The table "Which one?" of the page, with what the loss of each row says here.
function whichOne() {
  const table = document.querySelector("#which-one ~ :is(table, .md-typeset__scrollwrap)").cloneNode(true);
  const rows = [...table.querySelectorAll("tr")];
  rows.forEach(row => row.lastElementChild.remove());
  rows[0].append(...["costs here", "slope"].map(name => html("th", { scope: "col" }, name)));
  const cells = rows.slice(1).map(row => [html("td", { className: "play-share" }), html("td")]);
  cells.forEach((pair, n) => rows[n + 1].append(...pair));
  const show = found => found.forEach(({ value, slope }, n) => {
    cells[n][0].textContent = shown(value);
    cells[n][0].style.setProperty("--share", `${Math.min(value / 4, 1) * 100}%`);
    cells[n][1].textContent = pull(slope);
  });
  const own = table.matches("table") ? table : table.querySelector("table");
  own.className = "play-values play-answers";
  own.prepend(html("caption", {}, "Which one? It depends on what a mistake should cost"));
  return { table: own, show };
}
