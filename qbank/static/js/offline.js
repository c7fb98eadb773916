// The first half of an offline copy's one script: opens the questions with the passphrase, keeps what is written sealed
// in this browser, and brings it back. An entry is kept under its own name, so that two windows lose nothing.
const copy = JSON.parse(document.getElementById("copy").textContent);
const $ = (id) => document.getElementById(id);
const TAB = String(crypto.getRandomValues(new Uint32Array(2)));
const PREFIX = `qbank-offline ${copy.mark} `;
const BATCH = { entries: 200, characters: 200000 };
const PAUSE = 300;

// Sealing: as qbank/services/sealing.py does it.
const encode = (text) => new TextEncoder().encode(text);
const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (one) => String.fromCharCode(one)).join(""));
let keys = null;

async function keysOf(passphrase) {
  const typed = await crypto.subtle.importKey("raw", encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(copy.salt), iterations: copy.rounds };
  const base = await crypto.subtle.importKey("raw", await crypto.subtle.deriveBits(how, typed, 256), "HKDF", false, ["deriveKey"]);
  const use = (info) => ({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encode(info) });
  const key = (info) => crypto.subtle.deriveKey(use(info), base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return { questions: await key("qbank offline questions 1"), notes: await key("qbank offline notes 1") };
}
const how = (nonce) => ({ name: "AES-GCM", iv: nonce, additionalData: encode(copy.mark) });
async function sealed(text) {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  return { nonce: base64(nonce), data: base64(await crypto.subtle.encrypt(how(nonce), keys.notes, encode(text))) };
}
const opened = async (box, key) => new TextDecoder().decode(await crypto.subtle.decrypt(how(bytes(box.nonce)), key, bytes(box.data)));

// What is written: a row is an entry, the window that wrote it, and whether it has left this window.
const rows = new Map();
const dirty = new Set();
let kept = new Set();
let writing = Promise.resolve();
let timer = null;
let keepsHere = true;

function cannotKeep() {
  if (keepsHere) $("not-kept").hidden = false;
  keepsHere = false;
}
async function keep(row) {
  const name = PREFIX + row.data.entry;
  const box = JSON.stringify(await sealed(JSON.stringify(row)));
  try {
    localStorage.setItem(name, box);
  } catch {
    cannotKeep();
  }
}
function flush() {
  clearTimeout(timer);
  for (const id of dirty) {
    const row = rows.get(id);
    writing = writing.then(() => keep(row));
  }
  dirty.clear();
  return writing.then(tell);
}
function touched(row) {
  dirty.add(row.data.entry);
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE);
  tell();
}
async function recall() {
  try {
    localStorage.setItem(`${PREFIX}try`, "1");
    localStorage.removeItem(`${PREFIX}try`);
    const names = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at));
    for (const name of names.filter((one) => one.startsWith(PREFIX) && one.length === PREFIX.length + 32)) {
      const row = JSON.parse(await opened(JSON.parse(localStorage.getItem(name)), keys.notes));
      rows.set(row.data.entry, row);
    }
    kept = new Set(JSON.parse(localStorage.getItem(`${PREFIX}kept`) ?? "[]"));
  } catch {
    cannotKeep();
  }
}

const identity = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
function add(kind, position, said, follows = null) {
  const entry = { entry: identity(), kind, position, follows, device: `offline ${copy.mark}`, at: Date.now(), said };
  const row = { data: entry, tab: TAB, issued: false };
  rows.set(entry.entry, row);
  touched(row);
  return row;
}
// Says something anew: in place while nobody else has seen it, else by an entry that follows.
function say(row, kind, position, said) {
  if (row && JSON.stringify(row.data.said) === JSON.stringify(said)) return row;
  if (!row || row.issued || row.tab !== TAB) return add(kind, position, said, row?.data.entry ?? null);
  Object.assign(row.data, { said, at: Date.now() });
  touched(row);
  return row;
}
const inOrder = () => [...rows.values()].sort((a, b) => a.data.at - b.data.at || (a.data.entry < b.data.entry ? -1 : 1));
// Before its followers: a copy sends what is followed first.
function chained() {
  const known = new Set();
  const found = [];
  const take = (row) => {
    if (!row || known.has(row.data.entry)) return;
    known.add(row.data.entry);
    take(rows.get(row.data.follows));
    found.push(row);
  };
  inOrder().forEach(take);
  return found;
}
function standing(kind, position, about = () => true) {
  const replaced = new Set([...rows.values()].map((row) => `${row.data.kind} ${row.data.follows}`));
  return inOrder().filter(
    ({ data }) => data.kind === kind && data.position === position && about(data.said) && !replaced.has(`${kind} ${data.entry}`),
  );
}

// Ways back.
async function issue() {
  for (const row of rows.values()) {
    if (!row.issued) {
      row.issued = true;
      dirty.add(row.data.entry);
    }
  }
  await flush();
}
// In parts that the server takes, what is followed first.
function batches(wanted) {
  const found = [];
  let size = 0;
  for (const { data } of chained().filter(wanted)) {
    const length = JSON.stringify(data).length;
    if (!found.length || found.at(-1).length === BATCH.entries || size + length > BATCH.characters) {
      found.push([]);
      size = 0;
    }
    size += length;
    found.at(-1).push(data);
  }
  return found;
}
async function save() {
  await issue();
  const parts = batches(() => true);
  for (const [at, entries] of parts.entries()) {
    const file = { format: "qbank-notes-1", mark: copy.mark, salt: copy.salt, rounds: copy.rounds, sealed: await sealed(JSON.stringify(entries)) };
    const href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
    made("a", { href, download: `${copy.reference}-notes-${copy.mark}-${at + 1}-of-${parts.length}.json` }).click();
  }
  said(parts.length ? "A copy of the notes was saved, sealed with your passphrase. Send it on the session's page." : "There are no notes yet.");
}
// One after the other: a press while the network returns sends nothing twice.
let sending = Promise.resolve();
const send = () => (sending = sending.then(sendAll, sendAll));
async function sendAll() {
  await issue();
  const refused = [];
  for (const entries of batches((row) => !kept.has(row.data.entry))) {
    let answer;
    try {
      const headers = { Authorization: `Bearer ${pack.token}`, "Content-Type": "application/json" };
      answer = await fetch(pack.server, { method: "POST", headers, body: JSON.stringify({ entries }), credentials: "omit" });
    } catch {
      return said("There is no way to the server now. Nothing is lost: the notes stay here. Try again, or save a copy.");
    }
    const told = await answer.json().catch(() => ({}));
    heard(told.changed);
    if (!answer.ok) return said(`The notes were not taken. ${told.because ?? ""} They stay here: save a copy and send it on the session's page.`);
    told.kept.forEach((id) => kept.add(id));
    refused.push(...Object.values(told.refused));
    try {
      localStorage.setItem(`${PREFIX}kept`, JSON.stringify([...kept]));
    } catch {
      cannotKeep();
    }
  }
  const words = refused.length ? `${refused.length} could not be kept: ${[...new Set(refused)].join(" ")}` : "All notes are with the server.";
  return said(words);
}

// What is shown.
function made(name, properties = {}, ...kids) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...kids.filter((one) => one !== null));
  return element;
}
const said = (words) => tell(($("said").textContent = words));
function tell() {
  const waiting = [...rows.keys()].filter((id) => !kept.has(id)).length;
  const where = keepsHere ? "kept in this browser" : "NOT kept by this browser";
  $("standing").textContent = `${rows.size} ${rows.size === 1 ? "entry" : "entries"}, ${where}${dirty.size ? " in a moment" : ""}; ${waiting} not sent yet.`;
}
const shownRun = (run) => {
  const words = run.text.split("\n").flatMap((line, at) => (at ? [made("br"), line] : [line]));
  const inner = run.emphasis ? [made("em", {}, ...words)] : words;
  return run.strong ? made("strong", {}, ...inner) : made("span", {}, ...inner);
};
const shownBlock = (block) =>
  block.runs.length
    ? made("p", {}, ...block.runs.map(shownRun))
    : made(block.numbered ? "ol" : "ul", {}, ...block.entries.map((entry) => made("li", {}, ...entry.map(shownBlock))));
const coded = (ones) => made("dl", {}, ...ones.flatMap((one) => [made("dt", {}, one.code), made("dd", {}, one.words + (one.level ? ` (${one.level})` : ""))]));
const part = (title, ...kids) => made("section", {}, made("h3", {}, title), ...kids);

let fields = 0;
function field(label, value, whenTyped, rows_ = 0) {
  const id = `field-${(fields += 1)}`;
  const input = made(rows_ ? "textarea" : "input", { id, value, maxLength: 20000 });
  if (rows_) input.rows = rows_;
  input.addEventListener("input", () => whenTyped(input.value));
  return made("div", { className: "field" }, made("label", { htmlFor: id }, label), input);
}
const elsewhere = (others, words) =>
  others.length ? made("div", { className: "beside" }, made("p", {}, "Also written in another window:"), ...others.map((row) => made("p", {}, words(row.data.said)))) : null;

function noteOf(position, label) {
  const all = standing("note", position);
  let row = all.at(-1);
  const typed = (text) => (row = say(row, "note", position, { text }));
  return made("div", {}, field(label, row?.data.said.text ?? "", typed, 8), elsewhere(all.slice(0, -1), (one) => one.text));
}
function askedOf(position) {
  const all = standing("asked", position);
  let row = all.at(-1);
  const now = { how: "", wording: "", because: "", ...row?.data.said };
  const tellHow = () => now.how && (row = say(row, "asked", position, { ...now }));
  const choice = ["as written", "rephrased", "not asked"].map((how) => {
    const input = made("input", { type: "radio", name: `how-${position}`, checked: now.how === how });
    input.addEventListener("change", () => { now.how = how; tellHow(); show(); $("sheet").querySelector("input:checked")?.focus(); });
    return made("label", { className: "choice" }, input, ` ${how}`);
  });
  return made(
    "fieldset", {}, made("legend", {}, "How was it asked?"), ...choice,
    now.how === "rephrased" ? field("The words you used", now.wording, (text) => { now.wording = text; tellHow(); }) : null,
    now.how === "not asked" ? field("Why it was not asked", now.because, (text) => { now.because = text; tellHow(); }) : null,
    elsewhere(all.slice(0, -1), (one) => one.how),
  );
}
// The sheets: one for each question, one for the sitting as a whole.
let pack = null;
let sheets = [];
let at = 0;

function questionSheet(question) {
  return {
    title: `Question ${question.number} of ${pack.questions.length}`,
    show: () => [
      made("p", { className: "soft" }, `Question ${question.number} of ${pack.questions.length}, ${question.length}, ${question.reference}`),
      made("h2", { tabIndex: -1 }, ...question.stem.map(shownRun)),
      question.probes.length ? part("Probes", made("ul", {}, ...question.probes.map((probe) => made("li", {}, ...probe.map(shownRun))))) : null,
      askedOf(question.position),
      noteOf(question.position, "Notes on this question"),
      supplementaryOf(question.position),
      question.criteria.length ? part("Mark while you listen", ...question.criteria.map((one) => evidenceOf(one, question.position, "question"))) : null,
      part("Listen for", ...question.guidance.map(shownBlock)),
      part("Evidence for a pass", ...question.pass_evidence.map(shownBlock)),
      part("Evidence for a distinction", ...question.distinction_evidence.map(shownBlock)),
      part("KSBs", coded(question.ksbs)),
    ],
  };
}
function gapOf(ksb) {
  let row = standing("gap", null, (about) => about.ksb === ksb.code).at(-1);
  const input = made("input", { type: "checkbox", checked: row?.data.said.open ?? false });
  input.addEventListener("change", () => { row = say(row, "gap", null, { ksb: ksb.code, open: input.checked }); });
  return made("label", { className: "choice" }, input, ` ${ksb.code}: ${ksb.words}`);
}
const sittingSheet = () => ({
  title: "The sitting as a whole",
  show: () => [
    made("h2", { tabIndex: -1 }, "The sitting as a whole"),
    noteOf(null, "Notes on the sitting"),
    pack.observed.length ? made("fieldset", {}, made("legend", {}, "Tick what was not evidenced"), ...pack.observed.map(gapOf)) : null,
    ...pack.probes.map((probe) =>
      part(`${probe.criterion.code}, ${probe.criterion.level}: the set does not open it`, made("p", {}, probe.criterion.words), made("p", {}, "Ask: ", made("strong", {}, probe.words)), coded(probe.about))),
    part("Evidence that no question brought", ...pack.marked.criteria.map((one) => evidenceOf(one, null, pack.marked.source))),
    part("What is booked", made("dl", { className: "facts" }, ...pack.facts.flatMap(([label, words]) => [made("dt", {}, label), made("dd", {}, words)]))),
    made("p", { className: "soft" }, pack.marking),
  ],
});
// After its time the copy shows what was written in it, and no question.
const notesSheet = () => ({
  title: "Notes",
  show: () => [
    made("h2", { tabIndex: -1 }, "The time of this copy has ended"),
    made("p", {}, `It showed its questions until ${pack.opens_until_said}. What you wrote in it is here: send it, or save a copy.`),
    ...inOrder().map(({ data }) => made("p", {}, `${data.position ? `Question ${data.position}, ` : ""}${data.kind}: ${Object.values(data.said).filter(Boolean).join(": ")}`)),
  ],
});

function show() {
  $("sheet").replaceChildren(...sheets[at].show().filter((one) => one !== null));
  $("sheet").querySelectorAll("section h3").forEach((heading) => heading.parentElement.setAttribute("aria-label", heading.textContent));
  [...$("list").children].forEach((entry, place) => (place === at ? entry.firstChild.setAttribute("aria-current", "true") : entry.firstChild.removeAttribute("aria-current")));
  $("previous").disabled = at === 0;
  $("next").disabled = at === sheets.length - 1;
}
function go(to) {
  at = Math.max(0, Math.min(sheets.length - 1, to));
  flush();
  show();
  $("sheet").querySelector("h2").focus();
}

// Times: bands are said, nothing is ever stopped.
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const of = (kind, about = () => true) => inOrder().filter(({ data }) => data.kind === kind && about(data.said)).map((row) => row.data);
function sitting() {
  const begins = of("began");
  const goneOn = new Set(begins.map((one) => one.follows));
  return { began: begins[0], ended: of("ended").filter((one) => !goneOn.has(one.entry)).at(-1) };
}
const asking = () => {
  const ended = new Set(of("questioning", (about) => !about.on).map((one) => one.follows));
  return of("questioning", (about) => about.on).filter((one) => !ended.has(one.entry)).at(-1);
};
function questioned(until) {
  const ends = new Map(of("questioning", (about) => !about.on).map((one) => [one.follows, one.at]));
  return of("questioning", (about) => about.on).reduce((sum, one) => sum + Math.max(0, (ends.get(one.entry) ?? until) - one.at), 0) / 1000;
}
function tick() {
  const { began, ended } = sitting();
  const until = ended?.at ?? Date.now();
  const { least, most, questioning } = pack.times;
  $("elapsed").textContent = began ? `${clock((until - began.at) / 1000)} of ${clock(least)} to ${clock(most)}` : `Not begun; ${clock(least)} to ${clock(most)}`;
  $("begin").textContent = !began ? "Begin the sitting" : ended ? "Go on with the sitting" : "End the sitting";
  if (questioning === null) return;
  $("questioning").textContent = `Questioning ${clock(questioned(until))} of ${clock(questioning)}`;
  $("ask").textContent = asking() ? "Questioning ends" : "Questioning begins";
}
function pressBegin() {
  const { began, ended } = sitting();
  add(...(began && !ended ? ["ended", null, {}, began.entry] : ["began", null, {}, ended?.entry ?? null]));
  tick();
}
function pressAsk() {
  add("questioning", null, { on: !asking() }, asking()?.entry ?? null);
  tick();
}

async function open(event) {
  event.preventDefault();
  $("refused").hidden = true;
  $("unlock").disabled = true;
  try {
    keys = await keysOf($("passphrase").value);
    pack = JSON.parse(await opened(copy.questions, keys.questions));
  } catch {
    $("refused").hidden = false;
    $("unlock").disabled = false;
    return $("passphrase").focus();
  }
  await recall();
  const over = Date.now() >= pack.opens_until;
  sheets = over ? [notesSheet()] : [...pack.questions.map(questionSheet), sittingSheet()];
  if (over) pack = { ...pack, questions: [], probes: [], observed: [] };
  $("list").append(...sheets.map((sheet, place) => {
    const press = made("button", { type: "button" }, sheet.title);
    press.addEventListener("click", () => go(place));
    return made("li", {}, press);
  }));
  $("locked").remove();
  $("inside").hidden = false;
  $("ask").hidden = $("questioning").hidden = pack.times.questioning === null;
  tick();
  setInterval(tick, 1000);
  tell();
  go(0);
  ask();
}

$("begin").addEventListener("click", pressBegin);
$("ask").addEventListener("click", pressAsk);
$("previous").addEventListener("click", () => go(at - 1));
$("next").addEventListener("click", () => go(at + 1));
$("send").addEventListener("click", send);
$("save").addEventListener("click", save);
addEventListener("online", () => $("locked") || send());
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", flush);
addEventListener("beforeunload", (event) => {
  if (keys && (dirty.size || (!keepsHere && rows.size > kept.size))) event.preventDefault();
});
if (!globalThis.crypto?.subtle) $("no-crypto").hidden = false;
else {
  $("form").addEventListener("submit", open);
  $("unlock").disabled = false;
}
