// Asks every second how far the work is, shows it, and follows to the answer. Without a script the page has a link.
const EVERY = 1000;
const standing = document.querySelector("#standing");

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.redirected) return location.replace(answer.url);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("#standing");
    if (!found) return location.reload();
    show(found);
  }
  if (standing.dataset.over === "no") setTimeout(look, EVERY);
}

// The bar moves in place, so that nothing is announced twice; only an end replaces the page's words.
function show(found) {
  standing.dataset.over = found.dataset.over;
  const bar = standing.querySelector("progress");
  const newer = found.querySelector("progress");
  if (bar && newer) {
    bar.value = newer.value;
    standing.querySelector("#step").textContent = found.querySelector("#step").textContent;
  } else {
    standing.setAttribute("role", "status");
    standing.replaceChildren(...found.childNodes);
  }
}

if (standing.dataset.over === "no") {
  standing.querySelector("[data-without-script]").hidden = true;
  setTimeout(look, EVERY);
}
