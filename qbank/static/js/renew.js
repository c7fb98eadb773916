// Puts newer parts in the place of older ones while somebody looks at a page. Without this script one looks again.
const EVERY = 5000;
const UNTOUCHED = 15 * 60 * 1000; // nobody is kept signed in by a screen that was left alone
const standing = document.querySelector("[data-renewed]");
let touched = Date.now();
let waiting = false;

async function look() {
  waiting = false;
  if (document.hidden || Date.now() - touched > UNTOUCHED) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.redirected) return; // signed out: the next press says so
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[data-renewed]");
    if (found.dataset.renewed === "no") return location.reload(); // it has ended: nothing of it changes any more
    found.querySelectorAll("[data-part]").forEach(show);
  }
  later();
}

// What is read with the keyboard or marked with the mouse stays as it is until it is left.
function show(newer) {
  const part = standing.querySelector(`[data-part="${newer.dataset.part}"]`);
  const marked = getSelection();
  const used = part.contains(document.activeElement) || (!marked.isCollapsed && marked.containsNode(part, true));
  if (!used && words(part) !== words(newer)) part.replaceChildren(...newer.childNodes);
}

function words(part) {
  return part.textContent.replace(/\s+/g, " ");
}

function later() {
  if (waiting) return;
  waiting = true;
  setTimeout(look, EVERY);
}

for (const sign of ["keydown", "pointerdown", "pointermove", "wheel"]) {
  document.addEventListener(sign, () => {
    touched = Date.now();
    later();
  }, { passive: true });
}
document.addEventListener("visibilitychange", later);
later();
