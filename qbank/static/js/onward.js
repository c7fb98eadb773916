// Ctrl and Enter press the button that leads on, from wherever one types. Without this script it is pressed.
document.addEventListener("keydown", (event) => {
  const button = document.querySelector("[data-onward]");
  if (!button || event.key !== "Enter" || !event.ctrlKey || event.repeat) return;
  event.preventDefault();
  button.click();
});

for (const words of document.querySelectorAll("[data-keys]")) words.hidden = false;
