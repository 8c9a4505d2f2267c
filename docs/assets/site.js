// What is far from the screen is laid out when a reader comes near (see site.css). A screen reader knows only the formulas
// that are laid out: once a page has been there for a while, and has nothing else to do, they all are, piece by piece.
function layOut(pieces) {
  const piece = pieces.shift();
  if (!piece) return;
  piece.style.contentVisibility = "visible";
  requestIdleCallback(() => layOut(pieces));
}

if (self.requestIdleCallback) setTimeout(() => {
  const pieces = document.querySelectorAll(".md-typeset > *, .doc-children > *");
  layOut([...pieces].filter(piece => getComputedStyle(piece).contentVisibility === "auto"));
}, 5000);

// A formula is copied as its LaTeX: within a selection, or alone with the focus on it or on its mark.
const inDollars = formula => formula.tagName === "DIV" ? `$$${formula.dataset.latex}$$` : `$${formula.dataset.latex}$`;

function formulaOf(element) {
  return (element.matches(".check-mark") ? element.previousElementSibling : element).closest("[data-latex]");
}

function selectedText(range) {
  const copy = document.createElement("div");
  copy.append(range.cloneContents());
  copy.querySelectorAll(".check-mark, .try-it, .headerlink, noscript, [popover]").forEach(extra => extra.remove());
  copy.querySelectorAll("[data-latex]").forEach(formula => formula.replaceChildren(inDollars(formula)));
  document.body.append(copy); // line breaks are where it would be shown with them
  const text = copy.innerText;
  copy.remove();
  return text;
}

document.addEventListener("copy", event => {
  const selection = getSelection();
  const range = selection.isCollapsed ? null : selection.getRangeAt(0);
  const place = range?.commonAncestorContainer ?? document.activeElement;
  const alone = formulaOf(place.closest ? place : place.parentElement);
  if (!alone && !range?.cloneContents().querySelector("[data-latex]")) return;
  event.clipboardData.setData("text/plain", alone ? inDollars(alone) : selectedText(range));
  event.preventDefault();
});

// What a mark opens is text until the mark is pressed, and no part of what is laid out; the browser opens it then.
const copyAs = (kind, name) => `<button class="chip" data-copy="${kind}">${name}</button>`;
const TRY = '<button class="chip" data-try>Try it</button>', LATEX = "Copy as " + copyAs("latex", "LaTeX");
const CODE = copyAs("python", "Python") + copyAs("numpy", "NumPy") + copyAs("torch", "PyTorch");

document.addEventListener("click", event => {
  const mark = event.target.closest(".check-mark"), text = mark?.nextElementSibling;
  if (!text?.matches("noscript")) return;
  text.outerHTML = text.textContent;
  const actions = formulaOf(mark).dataset.program ? TRY + LATEX + CODE : LATEX;
  mark.nextElementSibling.insertAdjacentHTML("beforeend", `<span class="chips">${actions}<span role="status"></span></span>`);
}, true);

// It stands at its mark. Browsers that know no anchors are told where that is.
function putAtItsMark({ target: note, newState }) {
  if (newState !== "open" || !note.matches(".check")) return;
  const mark = note.previousElementSibling.getBoundingClientRect(), { width, height } = note.getBoundingClientRect();
  const left = Math.min(mark.left + mark.width / 2 - width / 2, document.documentElement.clientWidth - width - 16);
  const top = mark.bottom + height < innerHeight ? mark.bottom : mark.top - height;
  const inset = `${top + scrollY}px auto auto ${Math.max(left, 16) + scrollX}px`;
  Object.assign(note.style, { position: "absolute", translate: "none", inset });
}

if (!CSS.supports("position-area: block-end")) document.addEventListener("toggle", putAtItsMark, true);

// A formula is run below it, and copied as code, by a module that is loaded when somebody asks for it.
for (const formula of document.querySelectorAll(".equation > [data-program]"))
  formula.parentElement.insertAdjacentHTML("beforeend", '<button class="try-it" data-try title="Try it" aria-expanded="false"></button>');

document.addEventListener("click", async ({ target }) => {
  const pressed = target.closest(":is(.check, .equation) :is([data-try], [data-copy])"), note = pressed?.closest(".check");
  if (!pressed) return;
  const { copy, open, toggle } = await import("./tryit.js");
  if (!note) return toggle(pressed.parentElement.querySelector("[data-program]"));
  const formula = formulaOf(note.previousElementSibling);
  if (pressed.dataset.copy) return copy(formula, pressed);
  note.hidePopover();
  open(formula);
});

const openLink = async () => location.hash.startsWith("#try=") && (await import("./tryit.js")).openLink();
addEventListener("hashchange", openLink);
openLink();

// Paper is white, also when the page is dark.
let scheme;
addEventListener("beforeprint", () => {
  scheme = document.body.dataset.mdColorScheme;
  document.body.dataset.mdColorScheme = "default";
});
addEventListener("afterprint", () => document.body.dataset.mdColorScheme = scheme);

// The menu of a phone by keyboard: Space presses what Enter presses, and Escape goes back.
addEventListener("keydown", event => {
  const pressed = event.key === " " && document.activeElement.closest("label[role=button]");
  if (pressed) event.preventDefault(), pressed.click();
  const open = event.key === "Escape" && document.querySelector("#__toc:checked, #__drawer:checked");
  if (open) open.checked = false;
});

// A figure is played with below it: the script that lets it move is loaded when somebody asks for it, or a link does.
const started = {}, players = [...document.querySelectorAll("[data-play]")];
players.forEach(button => button.addEventListener("click", () => play(button, button.ariaExpanded !== "true")));

async function play(button, opens) {
  const host = button.nextElementSibling ?? button.parentElement.appendChild(document.createElement("div"));
  Object.assign(host, { className: "play", hidden: !opens });
  button.ariaExpanded = opens;
  const { play: name } = button.dataset;
  await (started[name] ??= import(`./figures/${name}.js`).then(figure => figure.default(host)).catch(problem => {
    delete started[name]; // another try may have a network
    host.textContent = `This could not be loaded: ${problem.message}`;
  }));
}

async function playLinked() {
  const name = new URLSearchParams(location.hash.slice(1)).get("play");
  const button = players.find(player => player.dataset.play === name);
  if (!button) return;
  await play(button, true);
  button.scrollIntoView();
}

addEventListener("hashchange", playLinked);
playLinked();

// A number of the text can be dragged; the module that computes what depends on it is loaded by who goes there.
for (const number of document.querySelectorAll("[data-drag]")) {
  const [, ariaValueMin, ariaValueMax, , ...name] = number.dataset.drag.split(" ");
  const { latex: ariaValueNow } = number.dataset;
  Object.assign(number, { tabIndex: 0, role: "slider", ariaLabel: name.join(" "), ariaValueMin, ariaValueMax, ariaValueNow });
  const load = async () => (await import("./drag.js")).ready(number);
  for (const comes of ["focus", "pointerenter"]) number.addEventListener(comes, load);
  number.addEventListener("pointerdown", ({ pointerId }) => number.setPointerCapture(pointerId));
}
