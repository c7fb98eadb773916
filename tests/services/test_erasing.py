"""Personal data of apprentices is erased after its time, everywhere, and nothing that is proved is lost with it."""

# ruff: noqa: S608 - tables and columns are the schema's own

from __future__ import annotations

import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from delivery.eligibility import Eligibility
from qbank.domain.errors import NotFound, Refusal, RuleBroken
from qbank.domain.lifecycle import Reason
from qbank.domain.people import COMMAND_LINE
from qbank.domain.retention import Retained, kept_until, must_be_erasable
from qbank.services import audit, booking, erasing, reasons, session_requests, starting, voiding, windows
from qbank.services.laws import law_of
from qbank.services.session_requests import Request
from qbank.storage import triggers, units
from qbank.storage.db import Base
from qbank.storage.erasure import KEPT, WORDS
from qbank.storage.models import (
    ApprenticeDetails,
    AssessmentSession,
    Attempt,
    Commitment,
    EligibilitySnapshot,
    QuestionSet,
    Seed,
)
from qbank.storage.queries import retention
from qbank.storage.rules import FROZEN, HISTORY
from tests.services.a_backup import TOOLS
from tests.services.a_bank import CIPHER, NOW, a_session, opened, the_person
from tests.storage.a_history import fill_history
from tests.storage.test_migrations import counted

CANARY = "Zebedee Canary"
LATER = NOW + timedelta(days=6 * 366)
THREE = ["AP-0001", "AP-0002", "AP-0004"]


@pytest.fixture
def url(shelf):
    """The history, with the canary in every word about three apprentices; the first's session was called off."""
    with shelf.lent("history", fill_history) as made:
        with opened(made) as engine, engine.begin() as connection:
            triggers.drop(connection)
            for words in WORDS:
                columns = [name for name in words.columns if name != "salt"]
                put = ", ".join(f"{name} = CASE WHEN {name} IS NULL THEN NULL ELSE :canary END" for name in columns)
                where = " OR ".join(words.condition.replace(":apprentice", key) for key in "124")
                asked = sa.text(f"UPDATE {words.table} SET {put} WHERE {where}")
                done = connection.execute(asked, {"canary": f'"{CANARY}"'})
                assert done.rowcount, f"The history has no {words.table} of these apprentices."
            connection.execute(sa.update(ApprenticeDetails).values(name=CANARY))
            triggers.create(connection)
        yield made


def everything(engine: sa.Engine) -> bytes:
    """What whoever takes the database away can read: its file and the one beside, or a dump."""
    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        beside = file.with_name(f"{file.name}-wal")
        return file.read_bytes() + (beside.read_bytes() if beside.exists() else b"")
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(
        [TOOLS / "pg_dump", "--inserts", address], capture_output=True, check=True, timeout=300
    ).stdout


def what_stays(engine: sa.Engine) -> list[tuple]:
    """Certificates, grades and the commitments to words that may be gone."""
    asked = (
        "SELECT certificate, certificate_digest FROM question_sets",
        "SELECT grade, commitment, record_digest FROM assessments",
        "SELECT met, commitment FROM judgements",
        "SELECT entry, kind, commitment FROM record_entries",
        "SELECT reference, details_commitment FROM apprentices",
    )
    with engine.connect() as connection:
        return [tuple(row) for statement in asked for row in connection.execute(sa.text(f"{statement} ORDER BY 1"))]


def drawn_again(store, reference: str) -> bool:
    """Whether the set of a session follows, certificate and all, from what is kept of it."""
    asked = sa.select(QuestionSet).join(AssessmentSession, AssessmentSession.id == QuestionSet.assessment_session_id)
    row = store.scalars(asked.where(AssessmentSession.reference == reference)).one()
    attempt, frozen = store.get_one(Attempt, row.attempt_id), store.get_one(EligibilitySnapshot, row.snapshot_id)
    seed = CIPHER.opened(store.get_one(Seed, attempt.id).ciphertext, attempt=attempt.reference)
    committed, eligible = store.get_one(Commitment, row.commitment_id), Eligibility.from_dict(json.loads(frozen.body))
    given = law_of(store, row.draw_plan_id).give(seed=seed, eligibility=eligible, commitment=committed.commitment)
    return given.digest == row.certificate_digest


def call_off(engine: sa.Engine) -> None:
    with units.write_unit(engine) as store:
        session = store.scalars(sa.select(AssessmentSession).where(AssessmentSession.reference == "AS-00001")).one()
        session.cancelled_at, session.cancelled_because = NOW, f"{CANARY} is unwell"


def erase(engine: sa.Engine, references=THREE, *, years=6, at=LATER) -> int:
    return units.in_write_unit(
        engine, lambda store: erasing.erase_due(store, references, years=years, by=COMMAND_LINE, at=at)
    )


def test_after_an_erasure_no_word_about_the_apprentice_is_left_and_everything_still_verifies(url):
    with opened(url) as engine:
        call_off(engine)
        assert CANARY.encode() in everything(engine)
        before, _ = counted(url)
        proofs = what_stays(engine)

        assert erase(engine) == 3
        assert erasing.cleanse(engine)

        assert everything(engine).count(CANARY.encode()) == 1, "AP-0003 is held, and nobody else stays."
        after, _ = counted(url)
        assert after == before | {
            "apprentice_details": before["apprentice_details"] - 3,
            "erasures": before["erasures"] + 3,
            "audit_entries": before["audit_entries"] + 3,
        }
        assert what_stays(engine) == proofs
        with units.read_unit(engine) as store:
            assert audit.first_broken(store) is None
            assert [one.reference for one in erasing.due(store, years=6, at=LATER)] == ["AP-0003"]
            assert drawn_again(store, "AS-00003")


def test_nobody_is_booked_again_under_a_reference_whose_data_was_erased(url):
    with opened(url) as engine:
        call_off(engine)
        erase(engine)
        asked = Request("lamp-keeper-2", "interview", "AP-0002", "assessor@example.org", LATER, "Pier")

        with pytest.raises(RuleBroken, match="The data of AP-0002 was erased"), units.write_unit(engine) as store:
            session_requests.book(store, asked, by=COMMAND_LINE, at=LATER, cipher=CIPHER)


def test_nothing_is_changed_about_a_session_of_an_apprentice_whose_data_was_erased(bank):
    with units.write_unit(bank) as store:
        session = a_session(store)
        attempt = store.get_one(Attempt, session.attempt_id)
        by = the_person(store, "assessor")
        erasing.erase_due(store, ["AP-0001"], years=6, by=COMMAND_LINE, at=LATER)
        named = {"by": COMMAND_LINE, "at": LATER}

        for act in (
            lambda: booking.cancel(store, session, because="a test", **named),
            lambda: booking.move(store, session, LATER, because="a test", **named),
            lambda: booking.relocate(store, session, "Pier", **named),
            lambda: booking.reassign(store, session, by, **named),
            lambda: a_session(store),
            lambda: starting.develop(store, attempt, NOW.date(), words="a test", **named),
            lambda: starting.correct(store, session, NOW.date(), because="a test", **named),
            lambda: windows.must_be_open(store, session, NOW),
            lambda: voiding.ask(store, [session], reason="a test", **named),
        ):
            with pytest.raises(RuleBroken, match="The data of AP-0001 was erased"):
                act()


def test_what_is_open_or_held_is_not_erased_and_nothing_with_it(url):
    with opened(url) as engine:
        with pytest.raises(RuleBroken, match="AP-0001 is held: AS-00001 was begun and is not assessed"):
            erase(engine)
        call_off(engine)
        with units.write_unit(engine) as store:
            erasing.hold(store, "AP-0002", because="an appeal", by=COMMAND_LINE, at=NOW)
        with pytest.raises(RuleBroken, match="AP-0002 is held: “an appeal”"):
            erase(engine)
        with units.write_unit(engine) as store:
            assert store.scalar(sa.select(sa.func.count()).select_from(ApprenticeDetails)) == 4
            erasing.let_go(store, "AP-0002", by=COMMAND_LINE, at=NOW)
            with pytest.raises(RuleBroken, match="Nobody holds"):
                erasing.let_go(store, "AP-0002", by=COMMAND_LINE, at=NOW)
            with pytest.raises(RuleBroken, match="needs a reason"):
                erasing.hold(store, "AP-0002", because=" ", by=COMMAND_LINE, at=NOW)

        assert erase(engine) == 3
        with pytest.raises(NotFound, match="Nothing is kept of AP-0001"):
            erase(engine)


def test_a_hold_and_an_erasure_at_the_same_moment_wait_for_one_another(url):
    """Whichever is first counts: no data is both held and gone, on either database."""
    with opened(url) as engine:
        call_off(engine)

        with units.write_unit(engine) as store:
            erasing.hold(store, "AP-0002", because="an appeal", by=COMMAND_LINE, at=NOW)
            said = beside(lambda: erase(engine))
        assert said() == "The data of AP-0002 is held: “an appeal”."

        with units.write_unit(engine) as store:
            erasing.let_go(store, "AP-0002", by=COMMAND_LINE, at=NOW)
        with units.write_unit(engine) as store:
            erasing.erase_due(store, THREE, years=5, by=COMMAND_LINE, at=LATER)
            said = beside(lambda: units.in_write_unit(engine, hold_the_second))
        assert said() == "Nothing is kept of AP-0002."


def hold_the_second(store):
    erasing.hold(store, "AP-0002", because="an appeal", by=COMMAND_LINE, at=NOW)


def beside(work):
    """Begin the work in a thread, give it the time to go wrong in, and return a function that says its refusal."""
    said = []

    def run():
        try:
            work()
        except Refusal as refused:
            said.append(refused.sentence)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(0.3)

    def ended():
        thread.join(20)
        return said[0] if said else "done"

    return ended


def test_data_is_kept_as_long_as_was_set_from_the_last_act_on(url):
    with opened(url) as engine:
        call_off(engine)
        with units.read_unit(engine) as store:
            early = erasing.due(store, years=6, at=NOW + timedelta(days=6 * 365))
        assert [one.reference for one in early] == ["AP-0003"]  # registered in May, and never booked
        with pytest.raises(RuleBroken, match="AP-0002 is kept until 4 June 2032"):
            erase(engine, ["AP-0002"], at=NOW + timedelta(days=6 * 365))


@pytest.mark.parametrize(
    ("last", "years", "day"),
    [
        (date(2026, 6, 4), 6, date(2032, 6, 4)),
        (date(2024, 2, 29), 6, date(2030, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_years_are_counted_by_the_calendar(last, years, day):
    assert kept_until(last, years) == day


def test_a_day_is_one_of_the_united_kingdom():
    """Half past midnight in June is still the day before by UTC."""
    one = Retained(1, "AP-0001", "", datetime(2026, 6, 3, 23, 30, tzinfo=UTC))

    with pytest.raises(RuleBroken, match="kept until 4 June 2032"):
        must_be_erasable(one, today=date(2032, 6, 3), years=6)
    must_be_erasable(one, today=date(2032, 6, 4), years=6)


def test_only_those_named_are_looked_at_and_a_note_is_an_act(url):
    with opened(url) as engine:
        call_off(engine)
        with units.write_unit(engine) as store:
            session = store.scalars(sa.select(AssessmentSession).where(AssessmentSession.reference == "AS-00001")).one()
            reasons.keep(store, session, Reason.START, "late", by=COMMAND_LINE, at=LATER)

            every = retention.retained(store, at=LATER)
            named = retention.retained(store, at=LATER, among=["AP-0003", "AP-0001"])

    assert [one.reference for one in every] == ["AP-0003", "AP-0002", "AP-0004", "AP-0001"]
    assert named == [one for one in every if one.reference in {"AP-0003", "AP-0001"}]
    assert named[-1].last == LATER


def test_words_are_erased_and_never_rewritten_in_the_database_itself(url):
    with opened(url) as engine:
        for words in WORDS:
            for column in words.columns:
                asked = f"UPDATE {words.table} SET {column} = 'other' WHERE {column} IS NOT NULL"
                if (words.table, column) == ("assessment_sessions", "place"):
                    continue  # a place may change while the session is to come
                if words.table == "assessment_sessions":
                    call_off(engine)
                with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match=r"L\d: "):
                    connection.execute(sa.text(asked))


@pytest.fixture(scope="module")
def kept(shelf):
    """One history for the tests of the database's own refusals: each of their statements is undone."""
    with opened(shelf.copy("history", fill_history)) as engine:
        with units.write_unit(engine) as store:
            erasing.hold(store, "AP-0003", because="a claim", by=COMMAND_LINE, at=NOW)
        yield engine


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.table)
def test_L7_no_word_is_blanked_where_no_erasure_is_recorded(kept, words):
    with kept.connect() as connection:
        if words.table == "assessment_sessions":
            cancelled = "cancelled_at = :at, cancelled_because = 'a test'"
            connection.execute(sa.text(f"UPDATE assessment_sessions SET {cancelled}"), {"at": NOW})
        left = {column: "NULL" if left is None else f"'{left}'" for column, left in words.columns.items()}
        put = ", ".join(f"{column} = {value}" for column, value in left.items())
        filled = " OR ".join(f"{column} IS DISTINCT FROM {value}" for column, value in left.items())
        if connection.dialect.name == "sqlite":
            filled = filled.replace("IS DISTINCT FROM", "IS NOT")
        assert connection.scalar(sa.text(f"SELECT count(*) FROM {words.table} WHERE {filled}"))
        with pytest.raises(sa.exc.DBAPIError, match=r"L7: words of \w+ go with an erasure"):
            connection.execute(sa.text(f"UPDATE {words.table} SET {put} WHERE {filled}"))


@pytest.fixture(scope="module")
def none_after(shelf):
    """The same history, of whose triggers only those stand that keep words from coming after an erasure."""
    with opened(shelf.copy("history", fill_history)) as engine:
        with engine.begin() as connection:
            of_sqlite = connection.dialect.name == "sqlite"
            for name in triggers.names(connection):
                if "none_after_an_erasure" not in name:
                    connection.exec_driver_sql(
                        f"DROP {f'TRIGGER {name}' if of_sqlite else f'FUNCTION {name}() CASCADE'}"
                    )
        yield engine


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.table)
def test_L7_no_word_is_kept_of_an_apprentice_whose_data_was_erased(none_after, words):
    """The row stands already: without the rule its key would be what is refused."""
    table = Base.metadata.tables["void_request_sets" if words.table == "void_requests" else words.table]
    with none_after.connect() as connection:
        row = dict(connection.execute(sa.select(table).limit(1)).mappings().one())

        with pytest.raises(sa.exc.DBAPIError, match=r"(?i)unique"), connection.begin_nested():
            connection.execute(sa.insert(table).values(row))
        erased = "INSERT INTO erasures (apprentice_id, at) SELECT id, :at FROM apprentices WHERE id < 5"
        connection.execute(sa.text(erased), {"at": NOW})
        with pytest.raises(sa.exc.DBAPIError, match=r"L7: no words about an apprentice whose data was erased"):
            connection.execute(sa.insert(table).values(row))


def leading_to_apprentices() -> set[str]:
    """Tables whose rows lead to an apprentice by references, however far; a request to void names sets of several."""
    found = {"apprentices", "void_requests"}
    while True:
        more = {
            table.name
            for table in Base.metadata.tables.values()
            if any(key.column.table.name in found for key in table.foreign_keys)
        } - found
        if not more:
            return found
        found |= more


def test_no_text_that_leads_to_an_apprentice_is_forgotten():
    """Who adds a column of words says how they are erased, in `storage/erasure.py`, or why they are none about them."""
    erased = {(words.table, column) for words in WORDS for column in words.columns}
    texts = {
        (table, column.name)
        for table in leading_to_apprentices() - {"apprentice_details"}
        for column in Base.metadata.tables[table].columns
        if isinstance(column.type, sa.Text | sa.JSON | sa.LargeBinary)
    }

    assert texts - erased - KEPT.keys() == set()
    assert KEPT.keys() <= texts
    assert {table for table, _ in erased} <= leading_to_apprentices()


def test_tables_with_erasable_words_keep_everything_else():
    for words in WORDS:
        columns = {column.name for column in Base.metadata.tables[words.table].columns}
        assert words.table not in HISTORY
        assert not set(words.columns) & set(FROZEN[words.table])
        if words.table != "assessment_sessions":  # time, place and assessor of a session to come may change
            assert columns - set(words.columns) == set(FROZEN[words.table]), words.table
