"""A form sent without what it must have: which of a page's forms can be, and what is wrong with the page that answers.

Nothing is sent that could be accepted by a form that asks for something: what is visible is emptied and nothing is
chosen. Forms that ask for nothing are known by name and left alone; what is refused is judged as any page is.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, Response

FORMS = """
() => [...document.forms].map((form, place) => {
  const shown = [...form.elements].filter(each => each.matches("input, select, textarea") && each.type !== "hidden");
  const buttons = [...form.querySelectorAll("button, input[type=submit]")];
  const asks = shown.some(each => each.type !== "submit");
  const elsewhere = buttons.find(each => each.hasAttribute("formaction"));
  const to = (elsewhere ?? form).getAttribute(elsewhere ? "formaction" : "action") ?? "";
  return { place, asks, method: form.getAttribute("method"), path: new URL(to, location.href).pathname };
})
"""
"""The forms of a page: where each leads, and whether it shows anything to fill in."""

EMPTIED = """
place => {
  const form = document.forms[place];
  for (const each of form.elements) {
    if (each.type === "hidden" || each.type === "submit") continue;
    if (each.type === "checkbox" || each.type === "radio") each.checked = false;
    else if (each.matches("select")) each.selectedIndex = -1;
    else if (each.matches("input, textarea")) each.value = "";
  }
  const button = form.querySelector("button[name], input[type=submit][name]");
  if (button) {
    const pressed = document.createElement("input");
    Object.assign(pressed, { type: "hidden", name: button.name, value: button.value });
    form.append(pressed);
  }
  window.addEventListener("beforeunload", leaving => leaving.stopImmediatePropagation(), true);
  HTMLFormElement.prototype.submit.call(form);
}
"""
"""Sends a form with nothing filled in and nothing chosen, past what a browser would check."""

ANSWER = """
() => {
  const faults = [];
  if (!document.title.startsWith("Error: ")) faults.push(`the title is ${document.title}, without "Error: "`);
  const summary = document.querySelector(".govuk-error-summary");
  if (!summary) return [...faults, "no summary of errors is on top"];
  if (!summary.querySelector("[role=alert]")) faults.push("the summary is no alert");
  if (document.activeElement !== summary) faults.push("the summary has not the focus");
  const links = [...summary.querySelectorAll("a")];
  if (!links.length) faults.push("the summary leads nowhere");
  for (const link of links) {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const said = link.textContent.trim();
    if (!field) { faults.push(`“${said}” leads to ${link.hash}, which is not there`); continue; }
    link.click();
    if (document.activeElement !== field) faults.push(`“${said}” does not bring the focus to ${link.hash}`);
    const message = field.closest(".govuk-form-group")?.querySelector(".govuk-error-message");
    if (!message) { faults.push(`“${said}” is not said at ${link.hash}`); continue; }
    const described = [field, field.closest("fieldset")].map(each => each?.getAttribute("aria-describedby") ?? "");
    const told = described.join(" ").split(" ");
    if (!message.id || !told.includes(message.id)) faults.push(`what is said at ${link.hash} does not describe it`);
  }
  return faults;
}
"""
"""What is wrong with the answer to a form, by GOV.UK's pattern."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page that is open.

    Args:
        place: among the page's forms, from 0.
        path: where it is sent.
        asks: whether it shows anything to fill in.
    """

    place: int
    path: str
    asks: bool


def forms_of(page: Page) -> list[Form]:
    """The forms of the page that send something."""
    found = page.evaluate(FORMS)
    return [Form(each["place"], each["path"], each["asks"]) for each in found if each["method"] == "post"]


def emptied(page: Page, form: Form) -> Response:
    """Send the form with nothing in it; the page that answers is open afterwards."""
    with page.expect_navigation() as answered:
        page.evaluate(EMPTIED, form.place)
    response = answered.value
    assert response is not None
    return response


def was_refused(page: Page, response: Response) -> bool:
    """Whether the page that is open refuses the form: by its status, or by a summary of errors."""
    if response.request.redirected_from is not None:
        return False
    return not response.ok or page.locator(".govuk-error-summary").count() > 0


def faults_of_a_refusal(page: Page) -> list[str]:
    """What is wrong with the answer that is open, beside what would be wrong with any page."""
    return [f"{page.url}: {fault}" for fault in page.evaluate(ANSWER)]
