// Shows the print button, which only a script can serve; without one the page says which keys to press.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
