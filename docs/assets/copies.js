// A formula as code to take away: what its page has made of it, with the inputs of a reader put in.
const CREATED = {
  python: list => `np.array(${list})`,
  numpy: list => `np.array(${list})`,
  torch: (list, kind) => WHOLE.includes(kind) ? `torch.tensor(${list})` : `torch.tensor(${list}, dtype=torch.float64)`,
};
const WHOLE = ["size", "class", "integer", "label", "sign", "one-hot"];

// A script in "python" (a call of the module), "numpy" or "torch" that prints the value; null, where there is none.
export function script(program, inputs, language) {
  const texts = program.copies[language];
  if (!texts) return null;
  const [imports, body] = texts;
  const given = program.inputs.map(input => `${input.name} = ${created(input, inputs[input.name], language)}`);
  return `${imports}\n\n${given.join("\n")}\n${body}\n`;
}

function created({ kind, low, shape }, value, language) {
  const isCounted = kind === "class" && language === "python"; // Python counts classes from 0
  const entries = JSON.stringify(isCounted ? from0(value, low) : value).replaceAll(",", ", ");
  const isPlain = !shape.length && (language !== "torch" || ["size", "class"].includes(kind));
  return isPlain ? entries : CREATED[language](entries, kind);
}

const from0 = (value, low) => Array.isArray(value) ? value.map(one => from0(one, low)) : value - low;
