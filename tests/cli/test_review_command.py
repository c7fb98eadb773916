"""`qbank review verify`: the certificate and the exported trail, in a process that opens no database."""

from __future__ import annotations

import pytest

from qbank.documents.minutes import minutes_of, pdf
from qbank.services import audit
from qbank.services.checkpointing import Signer
from qbank.storage import units
from qbank.verify.exports import written_export
from tests.cli.a_terminal import SECRET, refused
from tests.services.a_bank import fill, opened
from tests.services.a_review import all_kept, kept, opened_review, sign_off


def files(tmp_path):
    """The paths of a certificate and of the exported trail that tells of it."""
    address = f"sqlite:///{tmp_path / 'reviewed.db'}"
    fill(address)
    with opened(address) as engine:
        reference = opened_review(engine)
        all_kept(engine, reference)
        sign_off(engine, reference)
        with units.read_unit(engine) as store:
            entries = list(audit.published(store))
        certificate = kept(engine, reference).signed.certificate
    key = Signer.from_secret(SECRET).public_key
    lines = written_export(entries, [], count=len(entries), key=key)
    (tmp_path / "RV-0001.json").write_text(certificate, encoding="utf-8")
    (tmp_path / "trail.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / "RV-0001.json", tmp_path / "trail.jsonl"


def test_W8_a_certificate_holds_and_is_refused_after_one_byte_changes(qbank, tmp_path):
    certificate, trail = files(tmp_path)

    holds = qbank("review", "verify", str(certificate), str(trail))
    certificate.write_text(certificate.read_text().replace("It is sound.", "It is sound!", 1))

    assert holds.code == 0
    assert "It holds: RV-0001" in holds.out
    assert "No checkpoint vouches for entry" in holds.out
    refused(qbank("review", "verify", str(certificate), str(trail)), "do not agree about the certificate")


def test_a_certificate_is_written_byte_for_byte_with_its_minutes_as_pdf(qbank, tmp_path, monkeypatch):
    certificate, _ = files(tmp_path)
    monkeypatch.setenv("QBANK_DATABASE_URL", f"sqlite:///{tmp_path / 'reviewed.db'}")
    written, paper = tmp_path / "again.json", tmp_path / "minutes.pdf"

    said = qbank("review", "certificate", "RV-0001", "--json", str(written), "--pdf", str(paper))

    assert said.code == 0, said.err
    assert written.read_bytes() == certificate.read_bytes()
    assert paper.read_bytes() == pdf(minutes_of(certificate.read_text(encoding="utf-8")))
    assert qbank("review", "certificate", "RV-0001").out == certificate.read_text(encoding="utf-8")
    refused(qbank("review", "certificate", "RV-0009"), "There is no review RV-0009")
    refused(qbank("review", "certificate", "RV-0001", "--pdf", str(tmp_path / "none" / "a.pdf")), "cannot be written")


def test_W7_the_watch_looks_at_every_bank_and_says_how_its_budget_stands(qbank, tmp_path, monkeypatch):
    files(tmp_path)
    monkeypatch.setenv("QBANK_DATABASE_URL", f"sqlite:///{tmp_path / 'reviewed.db'}")

    said = qbank("review", "watch")

    assert said.code == 0, said.err
    assert "lamp-keeper-2 dialogue: too few sets to say what is hit, signed 1.40 for the last 10 sets kept" in said.out
    assert qbank("review", "watch", "lamp-keeper-2", "dialogue").out == said.out
    refused(qbank("review", "watch", "no-such-standard-9"), "no-such-standard-9")


def test_files_that_cannot_be_read_are_refused_in_a_sentence(qbank, tmp_path):
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")

    refused(qbank("review", "verify", str(tmp_path / "a.json"), str(tmp_path / "none")), "A file cannot be read")


def test_the_health_of_a_bank_is_worked_out_in_the_terminal(qbank, tmp_path, monkeypatch):
    files(tmp_path)
    monkeypatch.setenv("QBANK_DATABASE_URL", f"sqlite:///{tmp_path / 'reviewed.db'}")

    said = qbank("review", "health", "lamp-keeper-2")

    assert said.code == 0, said.err
    assert said.out.startswith("dialogue: 60 questions, ")
    assert "the bank allows" in said.out
    assert qbank("review", "health", "lamp-keeper-2", "dialogue").out == said.out
    refused(qbank("review", "health", "lamp-keeper-2", "no-such-method"), "No assessment method")


@pytest.mark.parametrize("command", [("health", "lamp-keeper-2"), ("watch",)])
def test_health_and_watch_tell_how_far_they_are_beside_their_answer(qbank, tmp_path, monkeypatch, command):
    files(tmp_path)
    monkeypatch.setenv("QBANK_DATABASE_URL", f"sqlite:///{tmp_path / 'reviewed.db'}")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal: elsewhere no bar is drawn

    said = qbank("review", *command)

    assert "Looking for clean re-sits" in said.err
    assert "80%" in said.err
    assert "Looking for" not in said.out
