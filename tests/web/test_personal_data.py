"""Personal data that is due is erased on a page, by a bank manager, after another that says what goes."""

from __future__ import annotations

from datetime import timedelta

from qbank.domain.people import COMMAND_LINE
from qbank.services import erasing, people
from qbank.storage import db, units
from qbank.storage.queries import standards
from tests.web.an_organisation import NOW, STANDARD

PLACE = "/bookings/personal-data"


def register(settings, *, held: str = "") -> None:
    engine = db.engine(settings.database)
    with units.write_unit(engine) as store:
        for reference, name in (("AP-0801", "Robin Old"), ("AP-0802", "Alex Held")):
            people.register(
                store,
                reference=reference,
                name=name,
                plan_version=standards.plan_version(store, STANDARD),
                employer=people.employer(store, "Employer A"),
                provider=people.provider(store, "Provider A"),
                by=COMMAND_LINE,
                at=NOW - timedelta(days=8 * 366),
            )
        if held:
            erasing.hold(store, "AP-0802", because=held, by=COMMAND_LINE, at=NOW)
    engine.dispose()


def test_data_that_is_due_is_erased_after_a_page_that_confirms_and_what_is_held_says_why(manager, settings):
    assert "Nobody’s data is due" in manager.get(PLACE).main
    register(settings, held="an appeal")

    page = manager.get(PLACE)
    nobody = manager.press(page, "Go on")
    confirm = manager.press(page, "Go on", chosen="AP-0801")
    done = manager.press(confirm, "Erase for good")

    assert PLACE in manager.get("/bookings").link("Personal data that is due")
    assert "Alex Held AP-0802" in page.main
    assert "“an appeal”" in page.main
    assert (nobody.status, "Select whose data is to be erased" in nobody.main) == (400, True)
    assert "Robin Old, AP-0801" in confirm.main
    assert "Alex Held" not in confirm.main
    assert "Erased: what was known of AP-0801." in done.text
    assert "Robin Old" not in manager.get(PLACE).text
    assert "apprentice erased" in manager.get("/audit").text.lower()


def test_what_came_to_be_held_since_the_page_was_opened_is_not_erased(manager, settings):
    register(settings)
    page = manager.get(PLACE)
    confirm = manager.press(page, "Go on", chosen="AP-0802")
    engine = db.engine(settings.database)
    with units.write_unit(engine) as store:
        erasing.hold(store, "AP-0802", because="an appeal", by=COMMAND_LINE, at=NOW)
    engine.dispose()

    refused = manager.press(confirm, "Erase for good")

    assert refused.status == 400
    assert "“an appeal”" in refused.main
