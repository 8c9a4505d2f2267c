// Lay out what is far from the screen (see site.css) piece by piece, while the browser has nothing else to do.
const pieces = [...document.querySelectorAll(".md-typeset > *, .doc-children > *")]
  .filter(piece => getComputedStyle(piece).contentVisibility === "auto");

function layOut() {
  const piece = pieces.shift();
  if (!piece) return;
  piece.style.contentVisibility = "visible";
  requestIdleCallback(layOut);
}

if (self.requestIdleCallback) requestIdleCallback(layOut);

// A formula is copied as its LaTeX: within a selection, or alone with the focus on it or on its mark.
const inDollars = formula => formula.tagName === "DIV" ? `$$${formula.dataset.latex}$$` : `$${formula.dataset.latex}$`;

function formulaOf(element) {
  return (element.matches(".check-mark") ? element.previousElementSibling : element).closest("[data-latex]");
}

function selectedText(range) {
  const copy = document.createElement("div");
  copy.append(range.cloneContents());
  copy.querySelectorAll(".check-mark, .headerlink, [popover]").forEach(extra => extra.remove());
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
