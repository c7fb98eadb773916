// One question in view at a time: by its link in the list, by "next" and "previous", by arrow keys outside of fields.
const FIELDS = "input, textarea, select, [contenteditable]";

// Calls `before` whenever another question is about to be shown.
export function keepInView(root, before) {
  const panels = [...root.querySelectorAll("[data-panel]")];
  const inView = () => panels.find((panel) => !panel.hidden);
  const rest = () => inView().querySelector("h2").focus({ preventScroll: true });

  function turnTo(name) {
    before();
    for (const panel of panels) panel.hidden = panel.dataset.panel !== name;
    for (const link of root.querySelectorAll(".ask-list__link")) {
      if (link.dataset.to === name) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    history.replaceState(null, "", `?q=${name}`);
    rest();
    root.scrollIntoView({ block: "start" });
  }

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-to]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turnTo(link.dataset.to);
  });

  // Keys belong to the field that is written in: there, only Escape is ours, and it leaves the field.
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.(FIELDS);
    if (event.key === "Escape" && field && root.contains(field)) return rest();
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || field || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = panels[panels.indexOf(inView()) + by];
    if (!next) return;
    event.preventDefault();
    turnTo(next.dataset.panel);
  });
}
