// The programs of a page, by the names that its formulas have in `data-program`: asked for once, when one is opened.
const asked = new Map();

export function programs(page = location.href) {
  const address = new URL(page, location.href);
  address.pathname = address.pathname.replace(/(?:\/index\.html|\.html|\/)?$/, "/programs.json");
  address.hash = address.search = "";
  if (!asked.has(address.href)) asked.set(address.href, loaded(address.href));
  return asked.get(address.href);
}

async function loaded(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error("the formulas of this page cannot be loaded");
    return await answer.json();
  } catch (problem) {
    asked.delete(address); // another try may have a network
    throw problem;
  }
}
