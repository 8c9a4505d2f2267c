// Sets LaTeX as HTML: reads a JSON list of [latex, display] pairs, writes a JSON list of {html, rules}, one an entry.
// `rules` are the style rules that this formula needs; an error in a formula is {error}.
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
const input = new TeX({packages: ['base', 'ams'], formatError: (_, error) => { throw error; }});
const page = mathjax.document('', {InputJax: input, OutputJax: output});

// Gives a formula an address, a style and a class of an author's choice. MathJax's own macros, such as \pmod, need it.
const RAW = /\\mmlToken(?![a-z])/i;

async function typeset([latex, display]) {
  output.clearCache();
  if (RAW.test(latex)) return {error: 'Undefined control sequence \\mmlToken'};
  try {
    const node = await page.convertPromise(latex, {display, em: 16, ex: 8, containerWidth: 80 * 16});
    // An empty line stands between two rules and nowhere else.
    const rules = adaptor.cssText(output.styleSheet(page)).split(/\n\n/).map(rule => rule.replace(/\s+/g, ' ').trim());
    return {html: adaptor.outerHTML(node), rules: rules.filter(Boolean)};
  } catch (error) {
    return {error: error.message};
  }
}

const set = [];
for (const formula of JSON.parse(readFileSync(0, 'utf8'))) set.push(await typeset(formula));
const answer = Buffer.from(JSON.stringify(set));
for (let sent = 0; sent < answer.length;) sent += writeSync(1, answer, sent);
