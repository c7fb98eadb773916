"""`qbank draw`: the main job in the terminal, from the starter bank, from a database, and for a session."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.a_booked_session import booked
from tests.cli.a_terminal import STANDARD, refused
from tests.domain.conftest import SMALL

SEED = "5e" * 32
SMALL_DRAW = ("draw", "--standard", "lamp-keeper-2", "--method", "dialogue")


@pytest.mark.parametrize("method", ["interview", "observation", "discussion"])
def test_a_rehearsal_draws_a_lawful_set_from_the_starter_bank_without_a_database(qbank, plan, method):
    specification = plan.specification(method)

    said = qbank("draw", "--standard", STANDARD, "--method", method, "--json")

    assert said.code == 0, said.err
    questions = said.data["questions"]
    assert specification.length is None or len(questions) == specification.length
    assert len({question["reference"] for question in questions}) == len(questions)
    assert set(specification.required) <= {code for question in questions for code in question["ksbs"]}
    assert round(sum(question["minutes"] for question in questions) * 60) in specification.seconds
    assert all(line["holds"] for line in said.data["certificate"]["proof"])


def test_the_screen_shows_stems_facts_proof_and_certificate(bank):
    data = bank(*SMALL_DRAW, "--seed", SEED, "--json").data

    screen = bank(*SMALL_DRAW, "--seed", SEED).words

    for question in data["questions"]:
        assert question["stem"] in screen
        assert question["reference"] in screen
    for line in data["certificate"]["proof"]:
        assert f"{line['sentence']}" in screen or line["figure"] in screen
    assert data["certificate_digest"] in screen
    assert "rehearsal, nothing recorded" in screen
    assert "T8" in screen


def test_the_same_seed_gives_the_same_set_and_another_seed_another_certificate(bank):
    first, again = bank(*SMALL_DRAW, "--seed", SEED, "--json"), bank(*SMALL_DRAW, "--seed", SEED, "--json")
    other = bank(*SMALL_DRAW, "--json")

    assert first.data == again.data
    assert other.data["certificate_digest"] != first.data["certificate_digest"]


def test_a_rehearsal_records_nothing(bank):
    from qbank.settings import Settings
    from qbank.storage.models import AuditEntry, DrawPlanRow, QuestionSet
    from qbank.storage.units import read_unit
    from tests.services.a_bank import opened

    def rows() -> list[int]:
        with opened(Settings.from_environ().database) as engine, read_unit(engine) as store:
            return [store.query(model).count() for model in (AuditEntry, DrawPlanRow, QuestionSet)]

    before = rows()
    bank(*SMALL_DRAW)

    assert rows() == before


def test_the_plan_is_fitted_once_and_a_damaged_copy_is_fitted_again(bank, tmp_path, monkeypatch):
    monkeypatch.setenv("QBANK_CACHE_FOLDER", str(tmp_path / "cache"))
    first = bank(*SMALL_DRAW, "--seed", SEED, "--json")
    (kept,) = (tmp_path / "cache" / "plans").glob("*.plan")
    whole = kept.read_bytes()

    kept.write_bytes(whole[:-9])
    again = bank(*SMALL_DRAW, "--seed", SEED, "--json")

    assert again.data == first.data
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(bank, tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    monkeypatch.setenv("QBANK_CACHE_FOLDER", str(tmp_path / "taken"))

    assert bank(*SMALL_DRAW).code == 0


REFUSALS = {
    "nothing named": (("draw",), ("Which set?", "--standard", "--method")),
    "no method": (("draw", "--standard", STANDARD), ("Which set?",)),
    "an unknown standard": (("draw", "--standard", "x", "--method", "interview"), ("no standard x", STANDARD)),
    "an unknown method": (("draw", "--standard", STANDARD, "--method", "viva"), ("no method viva", "interview")),
    "a seed that is none": (("draw", "--standard", STANDARD, "--method", "interview", "--seed", "5e"), ("64 hexa",)),
    "a session without a database": (("draw", "--session", "AS-00001"), ("no database", "qbank db upgrade")),
    "a session's seed": (("draw", "--session", "AS-00001", "--seed", SEED), ("its own seed",)),
    "nothing to verify": (("draw", "verify", "nowhere.json"), ("There is no file nowhere.json",)),
    "two things to verify": (("draw", "verify", "a.json", "--session", "AS-00001"), ("two things",)),
    "an unknown session to verify": (("draw", "verify", "--session", "AS-00001"), ("no database",)),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_bad_input_is_a_sentence_that_says_what_to_do(qbank, case):
    arguments, words = REFUSALS[case]

    refused(qbank(*arguments), *words)


def test_a_bank_from_which_no_lawful_set_can_be_drawn_says_what_is_missing(qbank, tmp_path):
    folder = Path(shutil.copytree(SMALL, tmp_path / "bank"))
    for file in (folder / "dialogue").glob("*.md"):
        if file.stem not in {"Q-9001", "Q-9004", "Q-9006", "Q-9008", "Q-9010", "Q-9012"}:
            file.unlink()
    qbank("db", "upgrade")
    assert "no draws." in qbank("bank", "load", str(folder)).words

    refused(qbank(*SMALL_DRAW), "No lawful question set exists", "7", "6", "The smallest change")


def test_evidence_cannot_be_written_where_there_is_no_folder(bank, tmp_path):
    said = bank(*SMALL_DRAW, "--evidence", str(tmp_path / "nowhere" / "e.json"))

    refused(said, "cannot be written")


@pytest.fixture
def drawn(bank, tmp_path):
    """A rehearsal's JSON, and its evidence file."""
    evidence = tmp_path / "evidence.json"
    said = bank(*SMALL_DRAW, "--json", "--evidence", str(evidence))
    return said.out, evidence


def test_a_rehearsal_replays_from_its_json(bank, drawn, tmp_path):
    text, _ = drawn
    (tmp_path / "draw.json").write_text(text, encoding="utf-8")

    said = bank("draw", "verify", str(tmp_path / "draw.json"))

    assert said.code == 0
    assert "It replays." in said.words
    assert "The words of 7 questions are those of the bank." in said.words
    assert "is reported, not verified" in said.words


def test_words_that_no_bank_at_hand_holds_are_said_not_to_be_compared(bank, drawn, tmp_path, monkeypatch):
    monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "empty"))

    said = bank("draw", "verify", typed=drawn[0])

    assert said.code == 0
    assert "The words shown were not compared" in said.words


def test_a_rehearsal_replays_from_standard_input(bank, drawn):
    assert bank("draw", "verify", typed=drawn[0]).code == 0
    assert bank("draw", "verify", "-", typed=drawn[0]).code == 0


def test_evidence_replays_on_a_machine_that_has_nothing_else(bank, drawn, tmp_path, monkeypatch):
    monkeypatch.setenv("QBANK_CACHE_FOLDER", str(tmp_path / "empty"))
    monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "empty"))

    assert bank("draw", "verify", str(drawn[1])).code == 0
    refused(bank("draw", "verify", typed=drawn[0]), "is not on this machine", "--evidence")


def test_evidence_holds_no_word_of_a_question(drawn):
    data = json.loads(drawn[0])

    assert not any(question["stem"] in drawn[1].read_text(encoding="utf-8") for question in data["questions"])


TAMPERINGS = {
    "another question in the list": (lambda data: data["questions"][0].update(reference="Q-9999"), "list of questions"),
    "the questions in another order": (lambda data: data["questions"].reverse(), "list of questions"),
    "the words of a question": (
        lambda data: data["questions"][0].update(stem="What would you do?"),
        "are not the words of the question that was drawn",
    ),
    "another seed": (lambda data: data.update(seed="00" * 32), "does not replay"),
    "another eligibility": (lambda data: data["eligibility"]["excluded"].update({"Q-9001": "met"}), "does not replay"),
    "a number in the certificate": (lambda data: data["certificate"].update(attempts=0), "does not replay"),
    "a line of the proof": (lambda data: data["certificate"]["proof"][0].update(holds=False), "does not replay"),
    "no certificate": (lambda data: data.pop("certificate"), "has no certificate"),
    "no seed": (lambda data: data.pop("seed"), "has no seed"),
    "another format": (lambda data: data.update(format="something"), "not the evidence of a draw"),
    "a certificate without its parts": (lambda data: data["certificate"].pop("figures"), "incomplete"),
    "a seed that is none": (lambda data: data.update(seed="zz"), "incomplete"),
}


@pytest.mark.parametrize("case", TAMPERINGS)
def test_evidence_that_was_changed_does_not_replay(bank, drawn, case):
    change, words = TAMPERINGS[case]
    data = json.loads(drawn[0])
    change(data)

    refused(bank("draw", "verify", typed=json.dumps(data)), words)


@pytest.mark.parametrize("text", ["", "not JSON", "[]", "7", "[" * 100_000])
def test_what_is_no_evidence_is_refused(bank, text):
    refused(bank("draw", "verify", typed=text), "The standard input is not")


def test_a_file_that_is_no_text_is_refused(qbank, tmp_path):
    (tmp_path / "e.json").write_bytes(b"\xff\xfe\x00")

    refused(qbank("draw", "verify", str(tmp_path / "e.json")), "The file is not UTF-8")
    refused(qbank("draw", "verify", typed=b"\xff\xfe\x00"), "The standard input:1: The file is not UTF-8")


def test_what_is_no_file_is_refused(qbank, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")

    refused(qbank("draw", "verify", str(tmp_path)), "This is a folder, not a file")
    refused(qbank("draw", "verify", str(tmp_path / "pipe.json")), "This is a pipe, not a file")


def test_evidence_replays_with_what_editors_add_unseen(bank, drawn, tmp_path):
    marked = b"\xef\xbb\xbf" + drawn[0].replace("\n", "\r\n").encode()
    (tmp_path / "marked.json").write_bytes(marked)

    assert bank("draw", "verify", str(tmp_path / "marked.json")).code == 0
    assert bank("draw", "verify", typed=marked).code == 0


def test_a_load_keeps_its_plans_where_a_replay_looks_for_them(qbank, tmp_path, monkeypatch):
    monkeypatch.setenv("QBANK_CACHE_FOLDER", str(tmp_path / "cache"))
    assert qbank("db", "upgrade").code == 0
    assert qbank("bank", "load", str(SMALL)).code == 0
    drawn = qbank(*SMALL_DRAW, "--json").out

    monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "no database"))

    assert [file.parent for file in (tmp_path / "cache").rglob("*.plan")] == [tmp_path / "cache" / "plans"]
    assert qbank("draw", "verify", typed=drawn).code == 0


def test_L1_a_session_gets_one_set_whoever_asks_again(qbank):
    reference = booked()

    first, again = (qbank("draw", "--session", reference, "--json") for _ in range(2))

    assert first.code == 0, first.err
    assert first.data == again.data
    assert first.data["session"] == reference
    assert len(first.data["questions"]) == 7


def test_L4_the_seed_of_a_session_is_not_printed_and_its_set_replays(qbank):
    reference = booked()
    drawn = qbank("draw", "--session", reference, "--json")

    by_session, by_file = qbank("draw", "verify", "--session", reference), qbank("draw", "verify", typed=drawn.out)

    assert "seed" not in drawn.data
    for said in (by_session, by_file):
        assert said.code == 0, said.err
        assert "committed to when the session was booked" in said.words
        assert "In the audit trail the commitment is entry" in said.words


def test_a_changed_copy_of_a_sessions_draw_is_found_out(qbank):
    reference = booked()
    data = qbank("draw", "--session", reference, "--json").data
    data["certificate_digest"] = "0" * 64

    refused(qbank("draw", "verify", typed=json.dumps(data)), "does not replay")


def test_a_session_may_be_drawn_by_its_standard_and_method_but_by_no_other(qbank):
    reference = booked()

    right = qbank(*SMALL_DRAW, "--session", reference)

    assert right.code == 0, right.err
    assert f"session {reference}" in right.words
    refused(qbank("draw", "--session", reference, "--method", "interview"), "a session of dialogue, not interview")


def test_nothing_drawn_yet_and_an_unknown_session_are_told_apart(qbank):
    reference = booked()

    refused(qbank("draw", "verify", "--session", reference), "Nothing was drawn")
    refused(qbank("draw", "verify", "--session", "AS-99999"), "There is no session AS-99999")
    refused(qbank("draw", "--session", "AS-99999"), "There is no session AS-99999")


def evidence_of(session: str | None) -> dict[str, object]:
    """Everything that a session's set followed from, its seed too, as an IQA hands it on after results."""
    from qbank.services.kept_evidence import evidence_of_session
    from qbank.settings import Settings

    return evidence_of_session(str(session), Settings.from_environ()).to_dict(with_stems=False)


def claimed(data: dict[str, object], *, session: str, attempt: str) -> dict[str, object]:
    """A rehearsal's evidence made to claim a session, with a commitment that fits."""
    from delivery.canonical import digest
    from delivery.certificate import commitment

    certificate = data["certificate"]
    seed = bytes.fromhex(data["seed"])
    certificate["commitment"] = commitment(attempt=attempt, plan_digest=certificate["plan"], seed=seed)
    return data | {"session": session, "attempt": attempt, "certificate_digest": digest(certificate)}


def test_L4_a_sessions_evidence_is_held_to_what_was_recorded_at_booking(qbank):
    reference = booked()
    qbank("draw", "--session", reference)

    said = qbank("draw", "verify", typed=json.dumps(evidence_of(reference)))

    assert said.code == 0, said.err
    assert "committed to when the session was booked" in said.words


def test_L4_evidence_that_claims_a_session_it_never_had_is_found_out(qbank, tmp_path):
    reference = booked()
    qbank("draw", "--session", reference)
    file = tmp_path / "rehearsal.json"
    qbank(*SMALL_DRAW, "--seed", SEED, "--evidence", str(file))
    forged = claimed(json.loads(file.read_text(encoding="utf-8")), session=reference, attempt="AT-00001")

    refused(qbank("draw", "verify", typed=json.dumps(forged)), "does not replay", "commitment")
    refused(qbank("draw", "verify", typed=json.dumps(forged | {"session": "AS-99999"})), "no session AS-99999")


def test_L4_a_file_of_another_organisation_is_verified_beside_a_database_that_knows_another_session(qbank, tmp_path):
    """Both have an AS-00001; that the one here has another commitment says nothing against the file."""
    reference = booked()
    qbank("draw", "--session", reference)
    file = tmp_path / "elsewhere.json"
    qbank(*SMALL_DRAW, "--seed", SEED, "--evidence", str(file))
    theirs = claimed(json.loads(file.read_text(encoding="utf-8")), session=reference, attempt="AT-00001")

    refused(qbank("draw", "verify", typed=json.dumps(theirs)), "another commitment", "--alone")
    alone = qbank("draw", "verify", "--alone", typed=json.dumps(theirs))
    changed = theirs | {"seed": SEED[::-1]}

    assert alone.code == 0, alone.err
    assert "another audit trail tells" in alone.words
    refused(qbank("draw", "verify", "--alone", typed=json.dumps(changed)), "does not replay")
    refused(qbank("draw", "verify", "--alone", "--session", reference), "verified by the database")


def test_L4_a_session_without_a_commitment_is_refused_with_a_database_and_without(qbank, drawn, monkeypatch, tmp_path):
    data = json.loads(drawn[1].read_text(encoding="utf-8")) | {"session": "AS-00001", "attempt": "AT-00001"}

    refused(qbank("draw", "verify", typed=json.dumps(data)), "commitment")
    monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "empty"))
    refused(qbank("draw", "verify", typed=json.dumps(data)), "commitment")


def test_L4_without_a_database_a_fitting_commitment_is_not_said_to_be_the_recorded_one(
    qbank, drawn, monkeypatch, tmp_path
):
    data = claimed(json.loads(drawn[1].read_text(encoding="utf-8")), session="AS-00001", attempt="AT-00001")
    monkeypatch.setenv("QBANK_DATA_FOLDER", str(tmp_path / "empty"))

    said = qbank("draw", "verify", typed=json.dumps(data))

    assert said.code == 0, said.err
    assert "The file's own commitment fits its seed; compare it with the one recorded at booking." in said.words
    assert "committed to when" not in said.words


def test_L4_every_kept_set_is_drawn_again_and_one_that_was_changed_is_named_and_refused(qbank):
    from qbank.settings import Settings
    from qbank.storage import triggers
    from tests.services.a_bank import opened

    reference = booked()
    qbank("draw", "--session", reference)
    held = qbank("draw", "verify", "--all")
    with opened(Settings.from_environ().database) as engine, engine.begin() as connection:
        triggers.drop(connection)
        connection.exec_driver_sql("UPDATE seeds SET ciphertext = zeroblob(length(ciphertext))")

    changed = qbank("draw", "verify", "--all")

    assert held.code == 0, held.err
    assert "1 question set kept, and both programs arrive again at every one." in held.words
    assert changed.code == 2
    assert f"{reference}  " in changed.out
    assert "arrive again at 0." in changed.words
    assert "Not everything that is kept holds" in changed.err
    refused(qbank("draw", "verify", "--all", "--session", reference), "Give --all by itself")
