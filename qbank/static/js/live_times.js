// The times of a sitting, folded from its entries as the server folds them, and what the page says of them.
const stopwatch = (milliseconds) => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};
const share = (part, whole) => `${(whole > 0 ? (100 * part) / whole : 0).toFixed(1)}%`;

// `now` holds entries by kind: those that stand, and every one of questioning and of beginning.
export function timesOf(now, at) {
  const begins = now.everBegan ?? [];
  const goneOn = new Set(begins.map((each) => each.follows));
  const ends = (now.ended ?? []).filter((each) => !goneOn.has(each.entry));
  const began = begins[0]?.at ?? null;
  const ended = began !== null && ends.length ? Math.max(...ends.map((each) => each.at)) : null;
  const says = now.questioning ?? [];
  const firstEnd = new Map();
  for (const each of says.filter((one) => !one.said?.on)) {
    const named = each.follows ? [each.follows] : says.filter((one) => one.at <= each.at).map((one) => one.entry);
    for (const entry of named) if (!firstEnd.has(entry)) firstEnd.set(entry, each.at);
  }
  const starts = says.filter((each) => each.said?.on);
  let questioned = 0;
  let until = -Infinity;
  for (const each of starts) {
    const end = firstEnd.has(each.entry) ? Math.max(firstEnd.get(each.entry), each.at) : (ended ?? at);
    questioned += Math.max(0, end - Math.max(each.at, until));
    until = Math.max(until, end);
  }
  return {
    began: began !== null,
    ended: ended !== null,
    running: began !== null && ended === null,
    elapsed: began === null ? 0 : Math.max(0, (ended ?? at) - began),
    ends,
    on: starts.filter((each) => !firstEnd.has(each.entry)),
    questioned,
  };
}

// What the marks say; `bands` in seconds, `explained(about)` whether a reason was given.
export function wordsOf(times, bands, explained) {
  const length = lengthMark(times, bands, explained);
  const questioning = questioningMark(times, bands, explained);
  return {
    elapsed: stopwatch(times.elapsed),
    questioned: stopwatch(times.questioned),
    shares: [
      `${share(times.questioned, bands.allowed * 1000)} of the time allowed`,
      `${share(times.questioned, times.elapsed)} of the time elapsed`,
    ].join(", "),
    length,
    questioning,
    announce: [length, questioning].map((each) => each.said ?? each.words).join(" ").trim(),
  };
}

function lengthMark({ began, ended, elapsed }, { shortest, longest }, explained) {
  const outside = elapsed < shortest * 1000 ? "shorter" : elapsed > longest * 1000 ? "longer" : "";
  if (!began) return { words: "Not begun." };
  if (ended) {
    if (!outside) return { words: "Ended within the lawful length." };
    const words = `Ended, ${outside} than lawful.`;
    return explained("length") ? { words: `${words} The reason is noted.` } : { words, warm: true, why: true };
  }
  if (outside === "shorter") {
    const left = stopwatch(shortest * 1000 - elapsed + 999);
    return { words: `${left} until it may lawfully end.`, said: "Begun." };
  }
  if (outside === "longer") {
    const words = `Longer than ${stopwatch(longest * 1000)}. Nothing stops.`;
    return { words, warm: true, why: !explained("length") };
  }
  return { words: `May lawfully end now, until ${stopwatch(longest * 1000)}.` };
}

function questioningMark({ questioned }, { questioning, amber, allowed }, explained) {
  if (!(questioning > 0)) return { words: "" };
  const rate = share(questioning, allowed).replace(".0", "");
  if (questioned > questioning * 1000) {
    const words = `More than ${rate} is spent. Nothing stops.`;
    return explained("questioning") ? { words: `${words} The reason is noted.` } : { words, warm: true, why: true };
  }
  if (questioned < amber * 1000) return { words: "" };
  const left = stopwatch(questioning * 1000 - questioned + 999);
  return { words: `${left} of questioning left.`, said: "Questioning nears its end.", warm: true };
}
