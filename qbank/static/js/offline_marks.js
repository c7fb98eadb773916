// The second half of an offline copy's one script: own questions, marks by criterion, and what became of the set after it was made.
// The file puts it after offline.js, whose names it uses.

// One criterion: met or not, and where the evidence came from; the same entry as the live session's.
function evidenceOf(criterion, position, source) {
  const all = standing("evidence", position, (about) => about.criterion === criterion.code);
  let row = all.at(-1);
  const now = { criterion: criterion.code, mark: "", source, text: "", ...row?.data.said };
  const put = () => now.mark && (row = say(row, "evidence", position, { ...now }));
  const choice = pack.marks.map((mark) => {
    const input = made("input", { type: "radio", name: `mark-${position}-${criterion.code}`, checked: now.mark === mark });
    input.addEventListener("change", () => { now.mark = mark; put(); });
    return made("label", { className: "choice" }, input, ` ${mark[0].toUpperCase()}${mark.slice(1)}`);
  });
  const from = made("select", { id: `field-${(fields += 1)}` }, ...pack.sources.map((one) => made("option", { value: one, selected: one === now.source }, one)));
  from.addEventListener("change", () => { now.source = from.value; put(); });
  return made(
    "fieldset", {}, made("legend", {}, `${criterion.code}, ${criterion.level}: ${criterion.words}`), ...choice,
    made("div", { className: "field" }, made("label", { htmlFor: from.id }, `Where the evidence for ${criterion.code} came from`), from),
    elsewhere(all.slice(0, -1), (one) => `${one.mark}, ${one.source}`),
  );
}
function supplementaryOf(position) {
  const pairs = [...standing("supplementary", position), undefined].map((first, at) => {
    let row = first;
    const now = { text: "", answer: "", ...row?.data.said };
    const typed = () => (row = say(row, "supplementary", position, { ...now }));
    return made(
      "div", { className: "pair" },
      field(`Your own question ${at + 1}`, now.text, (text) => { now.text = text; typed(); }),
      field(`What was answered to it`, now.answer, (text) => { now.answer = text; typed(); }, 2),
    );
  });
  const more = made("button", { type: "button" }, "Another of your own questions");
  more.addEventListener("click", show);
  return made("section", {}, made("h3", {}, "Supplementary questions"), ...pairs, more);
}

// What became of the set after this copy was made: asked where there is a network, and told from then on.
let changed = [];
function heard(told) {
  if (!Array.isArray(told)) return;
  changed = told;
  try {
    localStorage.setItem(`${PREFIX}changed`, JSON.stringify(changed));
  } catch {
    cannotKeep();
  }
  tellChanges();
}
function tellChanges() {
  $("changed").hidden = !changed.length;
  $("changed").replaceChildren(...changed.map((one) => made("p", {}, one.words)));
}
async function ask() {
  try {
    changed = JSON.parse(localStorage.getItem(`${PREFIX}changed`) ?? "[]");
  } catch {
    cannotKeep();
  }
  tellChanges();
  if (!navigator.onLine) return;
  const headers = { Authorization: `Bearer ${pack.token}`, "Content-Type": "application/json" };
  const answer = await fetch(pack.server, { method: "POST", headers, body: '{"entries": []}', credentials: "omit" }).catch(() => null);
  if (answer?.ok) heard((await answer.json()).changed);
}
