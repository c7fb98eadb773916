// The live session. Every word goes to this device's own store at once, then to the server in batches until it has
// them: a reload, a crash, a lost network or a lost server loses nothing, and sending again doubles nothing. An entry
// never changes; what replaces it names it in `follows`. The server folds entries in the same way.
import { keepInView } from "./live_panels.js";
import * as store from "./live_store.js";
import { timesOf, wordsOf } from "./live_times.js";

const root = document.querySelector("[data-live]");
const { session, writer, set, entries: address } = root.dataset;
const OWNER = set === "1" ? `${session} ${writer}` : `${session} ${writer} ${set}`; // what was written over a voided set stays with it
const PAUSE = 1200; // after the last key, until what was typed becomes an entry
const LONGEST_PAUSE = 8000;
const POLL = 15000; // brings what other devices wrote, and keeps the sign-in alive
const PATIENCE = 15000;
const BATCH = 50;
const KEYED = ["criterion", "ksb", "about"];

const all = (selector, within = root) => [...within.querySelectorAll(selector)];
const one = (selector, within = root) => within.querySelector(selector);
const random = (bytes) =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (each) => each.toString(16).padStart(2, "0")).join("");
const byTime = (a, b) => a.at - b.at || (a.entry < b.entry ? -1 : 1);
const say = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

// Entries -------------------------------------------------------------------------------------------------------------
const known = new Map(); // identity → { entry, seq, state: waiting | sent | refused, because, data }
const channel = new BroadcastChannel(`qbank-live ${OWNER}`);
let counter = 0;
let device = "browser";
let now = {}; // kind → entries that stand, by time

function stand() {
  const kinds = {};
  for (const { data } of known.values()) (kinds[data.kind] ??= []).push(data);
  now = {};
  for (const [kind, found] of Object.entries(kinds)) {
    const replaced = new Set(kind === "questioning" ? [] : found.map((each) => each.follows));
    now[kind] = found.filter((each) => !replaced.has(each.entry)).sort(byTime);
    if (kind === "began") now.everBegan = found.sort(byTime);
  }
}

function write(kind, position, follows, said, draft = null) {
  const data = { entry: random(16), kind, position, follows, device, at: Date.now(), said };
  const row = { entry: data.entry, seq: data.at * 1000 + (counter++ % 1000), state: "waiting", data };
  known.set(row.entry, row);
  store.keepRows([row], draft).then(() => channel.postMessage(row));
  refresh();
  soon(1500);
  return row.entry;
}

function settle(rows) {
  for (const row of rows) known.set(row.entry, row);
  return store.keepRows(rows);
}

// Fields --------------------------------------------------------------------------------------------------------------
const groups = all("[data-group]").map((element) => ({
  element,
  name: element.dataset.group,
  kind: element.dataset.kind,
  position: element.dataset.position ? Number(element.dataset.position) : null,
  base: JSON.parse(element.dataset.base),
  parts: all("[data-part]", element),
  head: one("input[type=hidden]", element).value || null,
  dirty: false,
}));

function said(group) {
  const says = { ...group.base };
  for (const part of group.parts) {
    if (part.type === "checkbox") says[part.dataset.part] = part.checked;
    else if (part.type !== "radio") says[part.dataset.part] = part.value;
    else if (part.checked) says[part.dataset.part] = part.value;
  }
  return says;
}

function fill(group, says) {
  for (const part of group.parts) {
    const value = says[part.dataset.part];
    if (part.type === "checkbox") part.checked = Boolean(value);
    else if (part.type === "radio") part.checked = part.value === value;
    else if (part.value !== (value ?? "")) part.value = value ?? "";
  }
}

const same = (a, b) => Object.keys({ ...a, ...b }).every((key) => (a[key] ?? "") === (b[key] ?? ""));
const belongs = (group, each) =>
  each.position === group.position && each.said && KEYED.every((key) => each.said[key] === group.base[key]);
const standing = (group) => (now[group.kind] ?? []).filter((each) => belongs(group, each));
const inWords = (each) =>
  Object.entries(each.said)
    .filter(([key, value]) => value !== "" && !KEYED.includes(key) && key !== "source")
    .map(([key, value]) => (key === "open" ? (value ? "open" : "closed") : value))
    .join(": ");

function touched(group) {
  if (!group.dirty) group.since = Date.now();
  group.dirty = true;
  store.keepDraft(group.name, group.head, said(group));
  clearTimeout(group.timer);
  group.timer = setTimeout(commit, Math.min(PAUSE, Math.max(0, group.since + LONGEST_PAUSE - Date.now())), group);
}

function commit(group) {
  clearTimeout(group.timer);
  const says = said(group);
  if (!group.dirty || ("how" in says ? false : group.kind === "asked")) return;
  group.dirty = false;
  const before = known.get(group.head)?.data.said ?? { ...group.base };
  if (same(before, says)) store.dropDraft(group.name);
  else group.head = write(group.kind, group.position, group.head, says, group.name);
}

const commitAll = () => groups.forEach(commit);

function show(group) {
  const found = standing(group);
  const mine = found.find((each) => each.entry === group.head);
  if (group.kind !== "supplementary" && !group.dirty && !mine && found.length) {
    group.head = found[0].entry;
    fill(group, found[0].said);
  }
  if (group.kind === "asked") group.element.dataset.how = said(group).how ?? "";
  if (group.kind === "supplementary") return listed(group, found);
  const others = found.filter((each) => each.entry !== group.head).map(inWords).filter(Boolean);
  const list = one("[data-others]", group.element);
  list.hidden = !others.length;
  if (list.dataset.said !== JSON.stringify(others)) {
    list.dataset.said = JSON.stringify(others);
    list.replaceChildren(...others.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  }
}

// The supplementary questions of one question: those that are not in the fields, each with a way to change it.
function listed(group, found) {
  const list = one(`[data-supplementary="${group.position}"]`);
  const rest = found.filter((each) => each.entry !== group.head && (each.said.text + (each.said.answer ?? "")).trim());
  list.hidden = !rest.length;
  if (list.dataset.said === JSON.stringify(rest)) return;
  list.dataset.said = JSON.stringify(rest);
  list.replaceChildren(...rest.map((each) => {
    const line = document.createElement("li");
    const asked = Object.assign(document.createElement("span"), { textContent: each.said.text });
    const change = Object.assign(document.createElement("button"), { type: "button", textContent: "Change" });
    asked.className = "supplementary__asked";
    change.className = "link-button";
    change.setAttribute("aria-label", `Change the supplementary question ${each.said.text}`);
    change.addEventListener("click", () => another(group, each));
    line.append(asked, ` ${each.said.answer ?? ""} `, change);
    return line;
  }));
}

function another(group, entry = null) {
  commit(group);
  group.head = entry?.entry ?? null;
  fill(group, entry?.said ?? {});
  refresh();
  group.parts[0].focus();
}

function refresh() {
  stand();
  groups.forEach(show);
  const how = Object.fromEntries((now.asked ?? []).map((each) => [each.position, each.said?.how ?? ""]));
  for (const state of all("[data-state]")) say(state, how[state.dataset.state] ?? "");
  const marks = (now.evidence ?? []).map((each) => each.said);
  const met = new Set(marks.filter((each) => each?.mark === "met").map((each) => each.criterion));
  const lines = all("[data-unmet]");
  for (const line of lines) line.hidden = met.has(line.dataset.unmet);
  const count = one("[data-unmet-count]");
  say(count, count.textContent.replace(/^\d+/, lines.filter((line) => !line.hidden).length));
  tick();
  shown();
}

// Sending -------------------------------------------------------------------------------------------------------------
let token = root.dataset.token;
let last = 0;
let saved = "";
let trouble = ""; // "" | "network" | "signed out" | "another person" | "closed"
let failures = 0;
let planned = null;
let busy = false;
const waiting = () => [...known.values()].filter((row) => row.state === "waiting").sort((a, b) => a.seq - b.seq);

function soon(milliseconds) {
  clearTimeout(planned);
  planned = setTimeout(exchange, milliseconds);
}

async function ask(path, options = {}) {
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(path, { redirect: "manual", cache: "no-store", signal: stop.signal, ...options });
    if (answer.type === "opaqueredirect") trouble = "signed out";
    else if (answer.status === 404 || answer.status === 403) trouble = "another person";
    else if (answer.status === 409) trouble = "closed";
    else if (!answer.ok) trouble = answer.status === 400 ? "stale" : "network";
    else {
      const read = await answer.json();
      trouble = "";
      return read;
    }
  } catch {
    trouble = "network";
  } finally {
    clearTimeout(patience);
  }
  return null;
}

const asSent = (data) => ({ entry: data.entry, seq: data.at * 1000, state: "sent", data });

async function fetchOthers() {
  const answer = await ask(`${address}?after=${last}`);
  if (!answer) return false;
  token = answer.token;
  last = answer.last ?? last;
  const news = answer.entries.filter((data) => known.get(data.entry)?.state !== "sent");
  const rows = news.map(asSent);
  if (rows.length) await settle(rows);
  if (rows.length) refresh();
  return true;
}

async function sendBatch() {
  const batch = waiting().slice(0, BATCH);
  const answer = await ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ set, entries: batch.map((row) => row.data) }),
  });
  if (!answer) return false;
  const kept = new Set(answer.kept);
  const early = (row) => answer.refused[row.entry]?.startsWith("What it follows") && known.has(row.data.follows);
  const rows = batch.filter((row) => kept.has(row.entry)).map((row) => ({ ...row, state: "sent" }));
  for (const row of batch.filter((each) => answer.refused[each.entry] && !early(each))) {
    rows.push({ ...row, state: "refused", because: answer.refused[row.entry] });
  }
  await settle(rows);
  rows.forEach((row) => channel.postMessage(row));
  saved = answer.saved;
  return rows.length > 0;
}

async function exchange() {
  if (busy) return soon(500);
  busy = true;
  let well = await fetchOthers();
  while (well && waiting().length) well = await sendBatch();
  if (trouble === "stale") trouble = "network"; // another sign-in: the next exchange brings a new token first
  failures = trouble ? failures + 1 : 0;
  busy = false;
  shown();
  soon(trouble ? Math.min(30000, 1000 * 2 ** Math.min(failures, 5)) : waiting().length ? 2000 : POLL);
}

function line(left) {
  const late = left.length && Date.now() - left[0].data.at > 5000;
  const here = store.keepsHere() ? "Kept on this device" : "Kept in this tab only";
  if (left.length && (trouble || late)) return `${here}, ${left.length} to send`;
  if (trouble) return `No connection. ${here} until there is one`;
  return saved ? `Saved ${saved}` : "Everything you write is saved";
}

function shown() {
  const refused = [...known.values()].filter((row) => row.state === "refused");
  const more = [
    {
      "signed out": "You are signed out. Sign in again in another tab; what you write is sent then.",
      "another person": "Somebody else is signed in. Sign in as yourself in another tab; what you write is sent then.",
      closed: "The server takes nothing more for this session.",
    }[trouble],
    store.keepsHere() ? "" : "This browser keeps nothing itself: do not close this tab before all is sent.",
    ...refused.map((row) => `Not taken: ${inWords(row.data)} (${row.because})`),
  ];
  say(one("[data-saved-more]"), more.filter(Boolean).join(" "));
  one("[data-sign-in]").hidden = trouble !== "signed out" && trouble !== "another person";
  const left = waiting();
  say(one("[data-saved]"), line(left));
  one("[data-saved]").dataset.toSend = left.length + groups.filter((group) => group.dirty).length;
}

// Times ---------------------------------------------------------------------------------------------------------------
const bands = Object.fromEntries(
  ["shortest", "longest", "allowed", "questioning", "amber"].map((name) => [name, Number(root.dataset[name])]),
);
const explained = (about) => (now.reason ?? []).some((each) => each.said?.about === about && each.said.text.trim());
let announced = null;

function tick() {
  const times = timesOf(now, Date.now());
  const words = wordsOf(times, bands, explained);
  say(one("[data-elapsed]"), words.elapsed);
  mark(one("[data-length-mark]"), words.length);
  const presses = { begin: !times.began, end: times.running, resume: times.ended };
  if (one("[data-questioning-clock]")) {
    say(one("[data-questioned]"), words.questioned);
    say(one("[data-questioning-shares]"), words.shares);
    mark(one("[data-questioning-mark]"), words.questioning);
    Object.assign(presses, { question: times.running && !times.on.length, observe: times.running && times.on.length });
  }
  for (const press of all("[data-press]")) press.hidden = !presses[press.dataset.press];
  if (announced !== null && words.announce !== announced) say(one("[data-announced]"), words.announce);
  announced = words.announce;
}

function mark(element, { words, warm = false, why = false }) {
  say(one("[data-words]", element), words);
  element.classList.toggle("clock__mark--warm", warm);
  one("[data-why]", element).hidden = !why;
}

const PRESSES = {
  begin: () => write("began", null, null, {}),
  end: () => write("ended", null, null, {}),
  resume: () => timesOf(now, Date.now()).ends.forEach((each) => write("began", null, each.entry, {})),
  question: () => write("questioning", null, null, { on: true }),
  observe: () => timesOf(now, Date.now()).on.forEach((each) => write("questioning", null, each.entry, { on: false })),
};

// Begin ---------------------------------------------------------------------------------------------------------------
// What was typed goes to the server before a link leads away: the next page may draw from it.
async function leave(event) {
  const away = event.target.closest("a[href]:not([data-to], [target])");
  if (!away || event.ctrlKey || event.metaKey || event.shiftKey) return;
  commitAll();
  if (!waiting().length) return;
  event.preventDefault();
  const latest = Date.now() + 3000;
  while (waiting().length && Date.now() < latest) {
    if (!busy) await exchange();
    await new Promise((done) => setTimeout(done, 100));
  }
  if (!trouble) location.href = away.href;
}

function listen() {
  root.addEventListener("click", leave);
  for (const group of groups) {
    group.element.addEventListener("input", () => touched(group));
    group.element.addEventListener("change", () => (touched(group), commit(group)));
  }
  for (const button of all("[data-another]")) {
    const group = groups.find((each) => each.name === button.dataset.another);
    button.addEventListener("click", () => another(group));
  }
  for (const form of all("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      commitAll();
      PRESSES[form.dataset.press]?.();
    });
  }
  keepInView(root, commitAll);
  channel.addEventListener("message", ({ data: row }) => (known.set(row.entry, row), refresh()));
  for (const moment of ["online", "focus", "pageshow"]) window.addEventListener(moment, () => soon(0));
  window.addEventListener("pagehide", commitAll);
  document.addEventListener("freeze", commitAll); // a lid that is closed
  document.addEventListener("visibilitychange", () => (document.hidden ? commitAll() : soon(0)));
}

async function begin() {
  listen();
  for (const element of all("[data-without-script]")) element.hidden = true;
  for (const element of all("[data-with-script]")) element.hidden = false;
  await store.open(OWNER, shown);
  device = localStorage.getItem("qbank-device") ?? `browser ${random(4)}`;
  localStorage.setItem("qbank-device", device);
  const kept = JSON.parse(one("[data-kept]").textContent);
  last = kept.last ?? 0;
  for (const data of kept.entries) known.set(data.entry, asSent(data));
  // What the server lacks is sent to it, also what it had before: it may have been restored from an older copy.
  for (const row of await store.keptRows()) {
    if (!known.has(row.entry)) known.set(row.entry, row.state === "sent" ? { ...row, state: "waiting" } : row);
  }
  await settle([...known.values()]);
  refresh();
  for (const draft of await store.orphanedDrafts()) {
    const group = groups.find((each) => each.name === draft.group);
    if (!group || group.dirty) continue;
    fill(group, draft.says);
    Object.assign(group, { head: draft.follows, dirty: true, since: Date.now() });
    commit(group);
  }
  refresh();
  store.forgetOld();
  setInterval(tick, 1000);
  soon(0);
}

begin();
