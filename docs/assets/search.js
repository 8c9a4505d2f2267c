// Material loads its search, as heavy as a page, on every visit. This worker stands in for it, and loads both the
// real worker and the index when somebody looks for the first word.
const SETUP = 0, READY = 1, RESULT = 3; // the types of Material's messages
const NOTHING = { type: RESULT, data: { items: [] } };

let search;

async function start() {
  const worker = new Worker(new URLSearchParams(location.search).get("worker"));
  const index = await fetch("../search/index.json");
  const ready = new Promise(resolve => worker.addEventListener("message", resolve, { once: true }));
  worker.postMessage({ type: SETUP, data: { ...await index.json(), options: {} } });
  await ready;
  worker.addEventListener("message", answer => postMessage(answer.data));
  return worker;
}

addEventListener("message", async ({ data: message }) => {
  if (message.type === SETUP) postMessage({ type: READY });
  else if (!message.data) postMessage(NOTHING);
  else (await (search ??= start())).postMessage(message);
});
