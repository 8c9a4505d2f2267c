// MathML, which browsers typeset themselves: numbers, rows, and the names of symbols as LaTeX writes them.

const LETTERS = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ϵ", varepsilon: "ε", zeta: "ζ", eta: "η", theta: "θ",
  kappa: "κ", lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "ϕ", varphi: "φ",
  chi: "χ", psi: "ψ", omega: "ω", Gamma: "Γ", Delta: "Δ", Theta: "Θ", Lambda: "Λ", Sigma: "Σ", Phi: "Φ", Psi: "Ψ",
  Omega: "Ω", ell: "ℓ", partial: "∂", nabla: "∇", infty: "∞",
};
const SIGNS = {
  cdot: "⋅", times: "×", mid: "∣", top: "⊤", "|": "‖", le: "≤", ge: "≥", ne: "≠", in: "∈", notin: "∉", sum: "∑",
  prod: "∏", leftarrow: "←", approx: "≈",
};
const ACCENTS = { hat: "^", bar: "¯", tilde: "~", vec: "→", dot: "˙" };
const UPRIGHT = ["mathrm", "text", "operatorname", "mathbf", "mathbb", "mathcal", "boldsymbol"];
const SPACES = [",", ";", "!", " ", "quad", "qquad", "left", "right", "bigl", "bigr", "big", "displaystyle"];

const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt()};`);
const element = (name, inside) => `<${name}>${inside}</${name}>`;

export const identifier = name => element("mi", escaped(name));
export const sign = text => element("mo", escaped(text));
export const row = (...parts) => element("mrow", parts.join(""));
export const fraction = (above, below) => `<mfrac>${row(above)}${row(below)}</mfrac>`;
export const raised = (base, exponent) => `<msup>${row(base)}${row(exponent)}</msup>`;
export const lowered = (base, index) => `<msub>${row(base)}${row(index)}</msub>`;
export const squareRoot = inside => element("msqrt", inside);
export const between = (open, inside, close) => row(sign(open), inside, sign(close));
export const listed = parts => parts.join(sign(","));
export const negative = inside => row(sign("−"), inside);
export const isNegative = inside => inside.startsWith("<mrow><mo>−");
export const math = inside => `<math>${inside}</math>`;

// A number with a few digits, as a reader would write it.
export function number(x) {
  if (Number.isNaN(x)) return element("mtext", "no value");
  if (x < 0) return negative(number(-x));
  if (x === Infinity) return sign("∞");
  const [mantissa, exponent] = x.toExponential(3).split("e").map(Number);
  const isPlain = !x || (exponent > -5 && exponent < 7);
  if (isPlain) return element("mn", String(Number(x.toPrecision(Math.max(4, exponent + 1)))));
  return row(element("mn", String(mantissa)), sign("⋅"), raised(element("mn", "10"), number(exponent)));
}

// The name of a symbol, or of a left side, from its LaTeX.
export function tex(latex) {
  const tokens = latex.match(/\\[A-Za-z]+|\\.|[0-9.]+|[^\s&]/g) ?? [];
  return sequence(tokens, null);
}

function sequence(tokens, end) {
  let found = "";
  while (tokens.length && tokens[0] !== end) found += scripted(tokens);
  tokens.shift();
  return found;
}

function scripted(tokens) {
  let base = atom(tokens);
  const scripts = {};
  while (tokens[0] === "_" || tokens[0] === "^" || tokens[0] === "'") {
    const mark = tokens.shift();
    if (mark === "'") scripts["^"] = (scripts["^"] ?? "") + sign("′");
    else scripts[mark] = (scripts[mark] ?? "") + atom(tokens);
  }
  const { _: below, "^": above } = scripts;
  if (below && above) return `<msubsup>${row(base)}${row(below)}${row(above)}</msubsup>`;
  return below ? lowered(base, below) : above ? raised(base, above) : base;
}

function atom(tokens) {
  const token = tokens.shift() ?? "";
  if (token === "{") return sequence(tokens, "}");
  if (/^[0-9.]/.test(token)) return element("mn", token);
  if (/^[A-Za-z]$/.test(token)) return identifier(token);
  if (/^[()[\]]$/.test(token)) return `<mo stretchy="false">${token}</mo>`;
  return token.startsWith("\\") ? command(token.slice(1), tokens) : sign(token === "-" ? "−" : token);
}

function command(name, tokens) {
  if (SPACES.includes(name)) return "";
  if (name === "frac") return fraction(atom(tokens), atom(tokens));
  if (name === "sqrt") return squareRoot(atom(tokens));
  if (name in ACCENTS) return `<mover accent="true">${row(atom(tokens))}${sign(ACCENTS[name])}</mover>`;
  if (UPRIGHT.includes(name)) return element("mi", upright(tokens));
  return name in LETTERS ? identifier(LETTERS[name]) : name in SIGNS ? sign(SIGNS[name]) : identifier(name);
}

// The letters of a group as one name.
function upright(tokens) {
  if (tokens[0] !== "{") return escaped(tokens.shift() ?? "");
  return escaped(tokens.splice(0, tokens.indexOf("}") + 1).slice(1, -1).join(""));
}
