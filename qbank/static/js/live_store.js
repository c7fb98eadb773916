// This device's own store of a live session: entries, and drafts of what is being typed. First of all on the disk.
const TAB = String(crypto.getRandomValues(new BigUint64Array(1))[0]);
const FORGET = 14 * 86400000; // what the server has is forgotten here after so long
const answered = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

let base = null;
let owner = "";
let failed = () => {};

export const keepsHere = () => base !== null;

// Opens the store of one session and writer; `whenItFails` is called should the disk be full or taken away.
export async function open(name, whenItFails) {
  owner = name;
  failed = whenItFails;
  try {
    const request = indexedDB.open("qbank-live", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: ["owner", "entry"] });
      request.result.createObjectStore("drafts", { keyPath: ["owner", "group", "tab"] });
    };
    base = await answered(request);
    navigator.storage?.persist?.().catch(() => {});
  } catch {
    base = null;
  }
}

// All of it or none.
function unit(work) {
  if (!base) return Promise.resolve();
  return new Promise((done) => {
    const writing = base.transaction(["entries", "drafts"], "readwrite", { durability: "strict" });
    writing.oncomplete = done;
    writing.onabort = () => {
      base = null;
      failed();
      done();
    };
    work(writing.objectStore("entries"), writing.objectStore("drafts"));
  });
}

// Keeps rows of entries, and lets go of the draft that became one of them.
export const keepRows = (rows, draft = null) =>
  unit((entries, drafts) => {
    for (const row of rows) entries.put({ ...row, owner });
    if (draft) forget(draft, drafts);
  });

export const dropDraft = (group) => unit((_, drafts) => forget(group, drafts));

// One write of drafts at a time is on its way to the disk, with the newest words of each: keys come faster than a slow
// disk takes them, and a queue of every one of them would keep the last ones from it for seconds.
const newest = new Map();
let drafting = false;

export async function keepDraft(group, follows, says) {
  newest.set(group, { owner, group, tab: TAB, follows, says });
  if (drafting) return;
  drafting = true;
  while (newest.size) {
    const batch = [...newest.values()];
    newest.clear();
    await unit((_, drafts) => batch.forEach((draft) => drafts.put(draft)));
  }
  drafting = false;
}

function forget(group, drafts) {
  newest.delete(group);
  drafts.delete([owner, group, TAB]);
}

const ours = () => IDBKeyRange.bound([owner], [owner, []]);

export async function keptRows() {
  if (!base) return [];
  const reading = base.transaction("entries", "readonly").objectStore("entries");
  return (await answered(reading.getAll(ours()))).map(({ owner: _, ...row }) => row);
}

// Drafts whose tab is gone: crashed, closed, reloaded. Each is given once, and is the caller's to keep.
export async function orphanedDrafts() {
  if (!base) return [];
  navigator.locks?.request(`qbank-live ${TAB}`, () => new Promise(() => {})); // held as long as this tab lives
  const held = navigator.locks ? (await navigator.locks.query()).held.map((lock) => lock.name) : [];
  const found = await answered(base.transaction("drafts", "readonly").objectStore("drafts").getAll(ours()));
  const orphans = found.filter((draft) => draft.tab !== TAB && !held.includes(`qbank-live ${draft.tab}`));
  await unit((_, drafts) => orphans.forEach((draft) => drafts.put({ ...draft, tab: TAB })));
  await unit((_, drafts) => orphans.forEach((draft) => drafts.delete([owner, draft.group, draft.tab])));
  return orphans;
}

// What the server has had for long need not lie on this device, whoever's session it was.
export const forgetOld = () =>
  unit((entries) => {
    entries.openCursor().onsuccess = (event) => {
      const cursor = event.target.result;
      if (!cursor) return;
      const { state, data } = cursor.value;
      if (state === "sent" && Date.now() - data.at > FORGET) cursor.delete();
      cursor.continue();
    };
  });
