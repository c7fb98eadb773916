"""What a panel does in a browser, from the call of a review to its certificate, and what then proves it: the steps."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from qbank.documents.minutes import minutes_of, pdf
from qbank.domain.access import Role
from qbank.domain.people import COMMAND_LINE
from qbank.services import passwords, people
from qbank.storage import db, units
from tests.journeys.a_browser import barriers, overflow
from tests.journeys.a_live_session import MortalDemo
from tests.services.a_bank import NOW

METHOD = "customer-service-specialist-3/discussion"
REVIEW = "/reviews/RV-0003"
DECIDED = {
    "Q-2031": "Keep it as it is",
    "Q-2032": "Have it revised; it stays in use meanwhile",
    "Q-2033": "Let it rest until a day",
    "Q-2034": "Retire it: it is never drawn again",
}
SOON = (date.today() + timedelta(days=60)).isoformat()  # noqa: DTZ011 - a day of this machine's calendar
SEVERAL = {"third": "Demo third panel member", "outsider": "Demo employer on the panel"}
PASSWORD = "a password of the journey"  # noqa: S105 - of people who do not exist
TABS = 60


def seat(own: MortalDemo) -> None:
    """Two more panel members, who may sign in as the command would let them."""
    engine, kept = db.engine(own.url), passwords.hashed(PASSWORD)
    for first_part, name in SEVERAL.items():
        email = f"{first_part}@example.org"
        facts = {"name": name, "email": email, "password": kept, "roles": [Role.PANEL_MEMBER]}
        units.in_write_unit(engine, lambda store, facts=facts: people.create(store, by=COMMAND_LINE, at=NOW, **facts))
        own.passwords[email] = PASSWORD
    engine.dispose()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def call_and_open(manager: Page) -> None:
    """The questions are called early, and the review of them is opened with three members."""
    manager.goto(f"/review/{METHOD}/call")
    manager.get_by_label("An appeal names it").check()
    manager.get_by_label("References of the questions").fill(" ".join(DECIDED))
    manager.get_by_label("Why", exact=True).fill("An appeal names them.")
    press(manager, "Call the review")
    manager.goto(f"/reviews/open/{METHOD}")
    manager.get_by_label("Chair").select_option("Demo panel member")
    for name in ("Demo panel member", "Demo second panel member", "Demo third panel member"):
        manager.get_by_role("checkbox", name=name, exact=True).check()
    press(manager, "Open the review")
    heading(manager, "Review RV-0003")
    expect(manager.get_by_role("link", name=re.compile("^Q-20"))).to_have_count(len(DECIDED))


def invite(chair: Page) -> None:
    chair.goto(f"{REVIEW}/invite")
    chair.get_by_label("Panel member").select_option("Demo employer on the panel")
    chair.get_by_label("Where they come from").fill("Northgate Housing")
    press(chair, "Invite")
    expect(chair.get_by_text("Northgate Housing")).to_be_visible()


def declare(member: Page, *references: str) -> None:
    member.goto(f"{REVIEW}/declare")
    for reference in references:
        member.get_by_role("checkbox", name=re.compile(reference)).check()
    press(member, "Declare")
    expect(member.get_by_text("Your interests are declared")).to_be_visible()


def vote_on_all(member: Page, why: str) -> None:
    """From home, from question to question, until none waits."""
    member.goto("/")
    member.get_by_role("link", name=re.compile("RV-0003")).click()
    member.get_by_role("link", name=re.compile("begin with")).click()
    for reference, choice in DECIDED.items():
        heading(member, reference)
        member.get_by_label(choice).check()
        member.get_by_label("Why", exact=True).fill(why)
        press(member, "Vote and go on")
    expect(member.get_by_text("No other question waits for you.")).to_be_visible()


def vote_by_keyboard(member: Page, reference: str) -> None:
    member.goto(f"{REVIEW}/questions/{reference}")
    tabbed_to(member, member.get_by_label(DECIDED["Q-2031"])).press("Space")
    for _ in range(list(DECIDED).index(reference)):
        member.keyboard.press("ArrowDown")
    expect(member.get_by_label(DECIDED[reference])).to_be_checked()
    tabbed_to(member, member.get_by_role("button", name="Vote", exact=True)).press("Enter")
    expect(member.get_by_text("Your vote is kept.")).to_be_visible()


def tabbed_to(page: Page, wanted: Locator) -> Locator:
    """The element, once Tab has led there."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            return wanted
    raise AssertionError(f"Tab does not lead to {wanted} within {TABS} presses.")


def decide_all(chair: Page) -> None:
    chair.goto("/")
    chair.get_by_role("link", name="4 decisions are yours to record").click()
    chair.get_by_role("link", name=re.compile("^Q-20")).first.click()
    for reference, choice in DECIDED.items():
        heading(chair, reference)
        chair.get_by_role("group", name="What most votes are for").get_by_label(choice).check()
        chair.get_by_label("Reason", exact=True).fill(f"The panel read {reference}.")
        if reference == "Q-2032":
            chair.get_by_label("Who revises it").select_option("Demo author")
            chair.get_by_label("Revised by").fill(SOON)
            assert [*barriers(chair), *([chair.url] if overflow(chair) > 0 else [])] == []
        if reference == "Q-2033":
            chair.get_by_label("It is live again on").fill(SOON)
        press(chair, "Record and go on")
    expect(chair.get_by_text("No other question waits for you.")).to_be_visible()


def propose_a_budget(chair: Page) -> None:
    """The chair keeps the number that the last panel signed, and says what it rests on; each member reads it."""
    chair.goto("/")
    chair.get_by_role("link", name="propose a budget for the bank").click()
    chair.get_by_label("What it rests on").fill("The year gave 12% away.")
    assert [*barriers(chair), *([chair.url] if overflow(chair) > 0 else [])] == []
    press(chair, "Propose this budget")
    expect(chair.get_by_role("heading", name="Proposed for the panel to sign: 25.0% of a set")).to_be_visible()


def vote_on_the_bank(member: Page, answer: str, why: str, *, another: str = "") -> None:
    member.goto("/")
    member.get_by_role("listitem").filter(has_text="RV-0003").get_by_role("link", name="vote on the bank").click()
    heading(member, "The bank as a whole")
    member.get_by_role("group", name="Your vote").get_by_label(answer).check()
    if another:
        member.get_by_label("No, I would sign another").check()
        member.get_by_label("The budget you would sign").fill(another)
    else:
        member.get_by_label("Yes, I sign it").check()
    member.get_by_label("Why", exact=True).fill(why)
    press(member, "Vote")
    expect(member.get_by_text("Your vote on the bank is kept.")).to_be_visible()


def decide_on_the_bank_and_sign(chair: Page) -> None:
    """The chair is blind until they have voted, and decides otherwise than most votes are for: that needs a reason."""
    chair.goto(f"{REVIEW}/bank")
    expect(chair.get_by_text("The thin KSBs.")).to_have_count(0)
    vote_on_the_bank(chair, "Yes", "A year of sets.")
    expect(chair.get_by_text("The thin KSBs.")).to_have_count(2)
    decision = chair.get_by_role("region", name="The decision")
    decision.get_by_label("Yes").check()
    decision.get_by_label("Reason", exact=True).fill("Enough questions.")
    press(chair, "Record the decision on the bank")
    expect(chair.get_by_role("link", name="Say why the decision is not what most votes are for")).to_be_visible()
    assert [*barriers(chair), *([chair.url] if overflow(chair) > 0 else [])] == []
    chair.get_by_label("Why the decision is not what most votes are for").fill("Six questions go live on Monday.")
    decision.get_by_label("Reason", exact=True).fill("Enough questions.")
    press(chair, "Record the decision on the bank")
    press(chair, "Sign the review off")
    expect(chair.get_by_text("Nothing of it changes any more.")).to_be_visible()


def certificate_and_minutes(chair: Page, folder: Path) -> Path:
    with chair.expect_download() as arriving:
        chair.get_by_role("link", name="as it was frozen (JSON)").click()
    file = folder / "RV-0003.json"
    arriving.value.save_as(file)
    told = json.loads(file.read_text(encoding="utf-8"))["bank"]
    assert (told["budget_thousandths"], len(told["signed_by"]), [*told["would_sign"].values()]) == (250, 2, [200])
    assert (told["votes"], told["departs_because"]) == ({"yes": 1, "no": 2}, "Six questions go live on Monday.")
    paper = chair.request.get(f"{REVIEW}/minutes.pdf").body()
    assert paper == pdf(minutes_of(file.read_text(encoding="utf-8")))
    return file


def ran(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A fresh process in that folder, with nothing else of ours but these settings."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("QBANK_")}
    environment = others | {"QBANK_DATA_FOLDER": str(folder / "nothing")} | settings
    command = [sys.executable, "-m", "qbank", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def judged(signed_in: Callable[..., Page]) -> Page:
    """From the open review to its sign-off; the chair's page."""
    manager, chair, third = (signed_in(role) for role in ("manager", "panel", "third"))
    second, outsider = signed_in("second.panel", java_script_enabled=False), signed_in("outsider")
    invite(chair)
    declare(chair)
    declare(second)
    declare(third)
    declare(outsider, "Q-2033")

    vote_on_all(chair, "The chair says why.")
    third.goto(f"{REVIEW}/questions/Q-2034")
    expect(third.get_by_text("You see how others voted, and what they said, once you have voted.")).to_be_visible()
    expect(third.get_by_text("The chair says why.")).to_have_count(0)
    vote_by_keyboard(third, "Q-2034")
    expect(third.get_by_text("The chair says why.")).to_be_visible()
    outsider.goto(f"{REVIEW}/questions/Q-2033")
    expect(outsider.get_by_text("so you do not vote on it")).to_be_visible()
    vote_on_all(second, "")  # without a script
    decide_all(chair)
    propose_a_budget(chair)
    vote_on_the_bank(second, "No", "The thin KSBs.")
    vote_on_the_bank(third, "No", "The thin KSBs.", another="20")
    decide_on_the_bank_and_sign(chair)

    manager.goto("/questions/Q-2034")
    expect(manager.get_by_text("Decided by the panel of RV-0003")).to_be_visible()
    manager.goto("/reviews/tasks")
    expect(manager.get_by_role("row", name=re.compile("Q-2032.*Demo author"))).to_be_visible()
    return chair


def proved(chair: Page, own: MortalDemo, folder: Path) -> None:
    """The certificate holds by two exported files, the demo being gone, and one changed byte is found."""
    certificate = certificate_and_minutes(chair, folder)
    exported = ran(folder, "audit", "export", "trail.jsonl", **own.settings)
    assert exported.returncode == 0, exported.stderr
    own.kill()  # nothing but the two files is left to ask

    holds = ran(folder, "review", "verify", "RV-0003.json", "trail.jsonl")
    certificate.write_bytes(certificate.read_bytes().replace(b"Q-2031", b"Q-2030", 1))
    refused = ran(folder, "review", "verify", "RV-0003.json", "trail.jsonl")

    assert "It holds: RV-0003, 4 questions decided" in holds.stdout, holds.stderr
    assert "A checkpoint vouches for entry" in holds.stdout
    assert refused.returncode != 0
    assert "do not agree about the certificate" in refused.stderr
