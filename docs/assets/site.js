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
