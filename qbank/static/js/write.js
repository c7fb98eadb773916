// Saves a draft while it is written, quietly, and shows it as an assessor will see it; filters long lists of choices.
// Without this script the buttons do the same.
const PAUSE = 1500;
const form = document.querySelector("[data-draft]");
const standing = document.querySelector("[data-standing]");
const SHOWN = ["[data-preview]", "[data-lacks]"];
let waiting = 0;
let saving = false;
let again = false;
let met = false;

async function save() {
  if (met) return;
  if (saving) return void (again = true);
  saving = true;
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new FormData(form),
  }).catch(() => null);
  const said = answer?.headers.get("Content-Type")?.includes("json") ? await answer.json().catch(() => null) : null;
  saving = false;
  show(answer, said);
  if (again) {
    again = false;
    save();
  }
}

function show(answer, said) {
  if (answer?.ok && said) {
    form.elements.revision.value = said.revision;
    standing.textContent = said.said;
    const page = new DOMParser().parseFromString(said.shown, "text/html");
    for (const part of SHOWN) document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  } else if (said?.conflict) {
    met = true;
    standing.textContent = `${said.conflict} Press “Save the draft” to compare both texts.`;
  } else if (said?.faults) {
    standing.textContent = said.faults.join(". ");
  } else {
    standing.textContent = "Not saved yet: the server did not answer. Your words are still here.";
  }
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(save, PAUSE);
}

function filter(box) {
  const kind = box.dataset.filter;
  const field = box.querySelector("input");
  box.hidden = false;
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = field.value.trim().toLowerCase();
    for (const choice of document.querySelectorAll(`[data-choice="${kind}"]`)) {
      choice.hidden = !choice.textContent.toLowerCase().includes(wanted) && !choice.querySelector("input").checked;
    }
    for (const group of document.querySelectorAll(`[data-group="${kind}"]`)) {
      group.hidden = !group.querySelector(`[data-choice="${kind}"]:not([hidden])`);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

if (form) {
  for (const box of document.querySelectorAll("[data-filter]")) filter(box);
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(waiting));
}
