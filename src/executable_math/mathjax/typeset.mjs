// Sets LaTeX as HTML: reads a JSON list of [latex, display] pairs. Writes a line when it is ready, and then for each
// pair a line of JSON, {html, rules}, as soon as it is set. `rules` are the style rules that this formula needs; an error
// in a formula is {error}.
import {readFileSync, writeSync} from 'node:fs';
import {mathjax} from '@mathjax/src/js/mathjax.js';
import {TeX} from '@mathjax/src/js/input/tex.js';
import {CHTML} from '@mathjax/src/js/output/chtml.js';
import {liteAdaptor} from '@mathjax/src/js/adaptors/liteAdaptor.js';
import {RegisterHTMLHandler} from '@mathjax/src/js/handlers/html.js';
import {AssistiveMmlHandler} from '@mathjax/src/js/a11y/assistive-mml.js';
import {MathJaxNewcmFont} from '@mathjax/mathjax-newcm-font/js/chtml.js';
import '@mathjax/src/js/util/asyncLoad/esm.js';
import '@mathjax/src/js/input/tex/base/BaseConfiguration.js';
import '@mathjax/src/js/input/tex/ams/AmsConfiguration.js';

const adaptor = liteAdaptor();
AssistiveMmlHandler(RegisterHTMLHandler(adaptor));
const output = new CHTML({fontData: MathJaxNewcmFont, fontURL: 'fonts', displayOverflow: 'overflow'});

// Of some a hundred times as long MathJax takes minutes.
const LONGEST = 10000;
const REFUSED = [
  // Gives a formula an address, a style and a class of an author's choice. MathJax's own macros, such as \pmod, need it.
  [/\\mmlToken(?![a-z])/i, 'Undefined control sequence \\mmlToken'],
  [/\\(?:label|ref|eqref)(?![a-z])/i, '\\label and \\ref, of one formula and another\n' +
    '    write: ```math id="name", and [the equation](#eq-name) in the text'],
];

// Reads a formula as if there were no other: what one defines and numbers no other sees.
function alone() {
  const input = new TeX({packages: ['base', 'ams'], formatError: (_, error) => { throw error; }});
  // Two formulas of a page may have the same tag: it names nothing.
  input.postFilters.add(({data}) => data.root.walkTree(node => node.attributes?.unset('id')));
  return mathjax.document('', {InputJax: input, OutputJax: output});
}

async function typeset([latex, display]) {
  output.clearCache();
  if (latex.length > LONGEST) return {error: `${latex.length} characters\n    write: at most ${LONGEST} in one formula`};
  const refused = REFUSED.find(([command]) => command.test(latex));
  if (refused) return {error: refused[1]};
  try {
    const page = alone();
    const node = await page.convertPromise(latex, {display, em: 16, ex: 8, containerWidth: 80 * 16});
    // An empty line stands between two rules and nowhere else.
    const rules = adaptor.cssText(output.styleSheet(page)).split(/\n\n/).map(rule => rule.replace(/\s+/g, ' ').trim());
    return {html: adaptor.outerHTML(node), rules: rules.filter(Boolean)};
  } catch (error) {
    return {error: error.message};
  }
}

function write(answer) {
  const line = Buffer.from(JSON.stringify(answer) + '\n');
  for (let sent = 0; sent < line.length;) sent += writeSync(1, line, sent);
}

write('ready');
for (const formula of JSON.parse(readFileSync(0, 'utf8'))) write(await typeset(formula));
