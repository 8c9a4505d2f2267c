// Runs Lighthouse's mobile preset on pages: node lighthouse.mjs RUNS URL...; CHROME_PATH names the browser.
// Writes a JSON list: for each page the median run's scores, in per cent, and what its readers wait for.
import lighthouse from 'lighthouse';
import {computeMedianRun} from 'lighthouse/core/lib/median-run.js';
import {launch} from 'chrome-launcher';

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const METRICS = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'];

function summary({categories, audits, requestedUrl}) {
  const scores = CATEGORIES.map(name => [name, Math.round(100 * categories[name].score)]);
  const metrics = METRICS.map(name => [name, audits[name].numericValue]);
  const weighty = CATEGORIES.flatMap(name => categories[name].auditRefs).filter(ref => ref.weight).map(ref => ref.id);
  const lost = weighty.filter(id => audits[id].score !== null && audits[id].score < 0.9);
  return {url: requestedUrl, scores: Object.fromEntries(scores), metrics: Object.fromEntries(metrics), lost};
}

const [runs, ...urls] = process.argv.slice(2);
const chrome = await launch({chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'], logLevel: 'error'});
const pages = [];
for (const url of urls) {
  const results = [];
  while (results.length < Number(runs)) {
    const {lhr} = await lighthouse(url, {port: chrome.port, logLevel: 'error', onlyCategories: CATEGORIES});
    results.push(lhr);
  }
  pages.push(summary(computeMedianRun(results)));
}
chrome.kill();
console.log(JSON.stringify(pages));
