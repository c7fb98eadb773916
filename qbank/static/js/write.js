// Saves a draft while it is written, quietly, and shows it as an assessor will see it; filters long lists of choices.
// Without this script the buttons and boxes do the same.
import "./onward.js";

const PAUSE = 1500;
const form = document.querySelector("[data-draft]");
const standing = document.querySelector("[data-standing]");
const SHOWN = ["[data-preview]", "[data-lacks]"];
let waiting = 0;
const SIGNED_OUT = "You are signed out; what you typed is still here: sign in in another tab, then save.";
let saving = null;
let again = false;
let met = false;
let unsaved = false;
let unanswered = false;

function save() {
  if (met) return saving;
  if (saving) {
    again = true;
    return saving;
  }
  saving = send();
  return saving;
}

async function send() {
  if (unanswered) await renewed();
  unsaved = false;
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new FormData(form),
  }).catch(() => null);
  const said = answer?.headers.get("Content-Type")?.includes("json") ? await answer.json().catch(() => null) : null;
  saving = null;
  show(answer, said);
  if (again) {
    again = false;
    await save();
  }
}

function show(answer, said) {
  unanswered = !said;
  unsaved ||= !answer?.ok || !said;
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
  } else if (said?.refused) {
    standing.textContent = `${said.refused} Not saved: what you typed is still here.`;
  } else if (answer && answer.status < 500) {
    standing.textContent = SIGNED_OUT;
  } else {
    standing.textContent = "Not saved yet: the server did not answer. Your words are still here.";
  }
}

function later() {
  unsaved = true;
  clearTimeout(waiting);
  waiting = setTimeout(save, PAUSE);
}

// A press saves what is not saved yet, waiting for a save that is under way: else the author's own save would be
// "somebody else's", and a press after the sign-in ended would lose what was typed.
async function leave(event) {
  clearTimeout(waiting);
  again = false;
  if (!saving && !unsaved) return;
  event.preventDefault();
  const button = event.submitter;
  const earlier = saving;
  if (earlier) await earlier;
  if (!earlier || unanswered) await save(); // who pressed may have signed in anew since the earlier one was sent
  if (unanswered) return;
  unsaved = false;
  setTimeout(() => form.requestSubmit(button)); // a form ignores a second submission while its first is being told of
}

// After a new sign-in in another tab the form's token is another one.
async function renewed() {
  const answer = await fetch(form.action).catch(() => null);
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  const token = page.querySelector("[data-draft] [name=csrf_token]");
  if (token) form.elements.csrf_token.value = token.value;
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
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    if (field.value.trim()) select(field, kind);
  });
}

// Selects the first that the filter shows and that is not selected yet; what was typed is replaced by the next word.
function select(field, kind) {
  const shown = [...document.querySelectorAll(`[data-choice="${kind}"]:not([hidden])`)];
  const wanted = field.value.trim().toLowerCase();
  const first = shown.find((choice) => !choice.querySelector("input").checked && choice.textContent.toLowerCase().includes(wanted));
  if (!first) return;
  first.querySelector("input").click();
  standing.textContent = `${first.textContent.trim()} is selected.`;
  field.select();
}

if (form) {
  for (const box of document.querySelectorAll("[data-filter]")) filter(box);
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", leave);
}
