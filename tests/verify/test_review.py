"""W8: a review's certificate is verified from it and the exported trail alone, and refused after any change."""

from __future__ import annotations

import hashlib
import json

import pytest

from qbank.services import audit
from qbank.storage import units
from qbank.verify.exports import written_export
from qbank.verify.review import BadReview, verify_review
from qbank.verify.writing import written
from tests.databases import Shelf, copies_are_given_back, empty_url, engine, shelf, url
from tests.services.a_bank import fill, opened
from tests.services.a_review import declare, kept, opened_review, sign_off
from tests.services.test_reviewing import all_kept, every_kind_decided
from tests.verify.forged_reviews import (
    BANK_DECIDED,
    BANK_VOTED,
    BROKEN,
    KEY,
    forged,
    of_act,
    of_before,
    told,
    told_as_before_votes,
    truly_of_before_signatures,
)

__all__ = ["Shelf", "copies_are_given_back", "empty_url", "engine", "shelf", "url"]


def fill_signed(address):
    """The small bank with a review that was signed off."""
    fill(address)
    with opened(address) as bank:
        sign_off(bank, every_kind_decided(bank))


@pytest.fixture
def signed(shelf):
    """The certificate and the exported trail of a review, as text and lines."""
    with shelf.lent("signed", fill_signed) as address, opened(address) as bank:
        return kept(bank, "RV-0001").signed.certificate, exported(bank)


@pytest.fixture(scope="module")
def signed_once(tmp_path_factory):
    """Likewise, of one database: what is judged are the files."""
    address = f"sqlite:///{tmp_path_factory.mktemp('forged') / 'q.db'}"
    fill_signed(address)
    with opened(address) as bank:
        return kept(bank, "RV-0001").signed.certificate, exported(bank)


def exported(bank):
    with units.read_unit(bank) as store:
        entries = list(audit.published(store))
    return list(written_export(entries, [], count=len(entries), key=KEY))


def changed(certificate, **more):
    return written(json.loads(certificate) | more)


def test_W8_a_certificate_is_verified_from_the_exported_files_alone(signed):
    certificate, export = signed

    found = verify_review(certificate, export)

    assert (found.review, found.vouched) == ("RV-0001", 0)
    assert found.questions == len(json.loads(certificate)["questions"])


def test_it_is_refused_after_any_one_byte_changed(signed):
    certificate, export = signed
    refused = 0
    for at in range(0, len(certificate), max(1, len(certificate) // 150)):
        other = "0" if certificate[at] != "0" else "1"
        with pytest.raises(BadReview):
            verify_review(certificate[:at] + other + certificate[at + 1 :], export)
        refused += 1

    assert refused >= 150


def test_it_is_refused_with_a_trail_that_was_changed(signed):
    certificate, export = signed
    at = next(place for place, line in enumerate(export) if "review decision recorded" in line)

    with pytest.raises(BadReview, match="was changed"):
        verify_review(
            certificate,
            [
                *export[:at],
                export[at].replace('"keep"', '"rest"').replace('"retire"', '"keep"').replace('"rest"', '"retire"'),
                *export[at + 1 :],
            ],
        )


def test_it_is_refused_with_a_trail_that_ends_before_the_sign_off(signed):
    certificate, export = signed
    header = json.loads(export[0])
    at = next(place for place, line in enumerate(export) if "review signed off" in line)
    shorter = [written(header | {"entries": at - 1}), *export[1:at]]

    with pytest.raises(BadReview, match="no sign-off"):
        verify_review(certificate, shorter)


@pytest.mark.parametrize(
    ("text", "because"),
    [("{}", "no qbank review certificate 1"), ("not json", "no JSON"), ("[]", "no qbank review certificate 1")],
)
def test_what_is_no_certificate_is_refused_in_a_sentence(signed, text, because):
    with pytest.raises(BadReview, match=because):
        verify_review(text, signed[1])


def test_a_certificate_that_was_made_up_whole_is_not_the_one_that_the_trail_tells_of(signed):
    certificate, export = signed

    with pytest.raises(BadReview, match="do not agree about the certificate"):
        verify_review(changed(certificate, quorum=1), export)


@pytest.mark.parametrize(
    ("change", "because"),
    BROKEN,
)
def test_a_review_that_broke_a_rule_is_refused_even_where_every_digest_fits(signed_once, change, because):
    assert verify_review(*forged(signed_once, lambda _certificate, _entries: None)).review == "RV-0001"

    with pytest.raises(BadReview, match=because):
        verify_review(*forged(signed_once, change))


def test_a_certificate_from_before_members_signed_the_budget_verifies_as_before(signed_once):
    assert verify_review(*forged(signed_once, truly_of_before_signatures)).review == "RV-0001"


def test_a_certificate_from_before_entries_named_who_did_not_count_is_judged_by_the_rule_of_then(signed_once):
    certificate, export = forged(signed_once, of_before)

    found = verify_review(certificate, export)

    assert found.unnamed == found.questions > 0
    assert verify_review(*signed_once).unnamed == 0


def test_an_interest_that_was_declared_is_told_as_barred(shelf):
    def work(address):
        fill(address)
        with opened(address) as bank:
            reference = opened_review(bank)
            declare(bank, reference, "second", ("Q-0011",))
            all_kept(bank, reference)
            sign_off(bank, reference)

    with opened(shelf.copy("interested", work)) as bank:
        certificate = kept(bank, "RV-0001").signed.certificate
        assert verify_review(certificate, exported(bank)).review == "RV-0001"
    told = next(each for each in json.loads(certificate)["questions"] if each["reference"] == "Q-0011")
    assert len(told["barred"]) == 1


def test_a_review_that_was_signed_before_members_voted_on_the_bank_is_verified_as_it_was(signed_once):
    def before(certificate, entries):
        told_as_before_votes(certificate, entries)
        for vote in of_act(entries, BANK_VOTED):
            entries.remove(vote)

    assert verify_review(*forged(signed_once, before)).review == "RV-0001"


@pytest.mark.parametrize("made_up", [{"voters": [7]}, {"votes": {"yes": 3, "no": 0}}, {"departs_because": "Thin."}])
def test_a_review_of_before_tells_of_no_vote_on_the_bank(signed_once, made_up):
    def before(certificate, entries):
        told_as_before_votes(certificate, entries)
        for vote in of_act(entries, BANK_VOTED):
            entries.remove(vote)
        certificate["bank"] |= made_up

    with pytest.raises(BadReview, match="nobody cast one"):
        verify_review(*forged(signed_once, before))


def test_a_decision_on_the_bank_that_departs_from_most_votes_and_says_why_is_verified(signed_once):
    def departing(certificate, entries):
        certificate["bank"] |= {"sufficient": False, "departs_because": "The thin KSBs."}
        departs = hashlib.sha256(b"The thin KSBs.").hexdigest()
        told(entries, BANK_DECIDED)["facts"] |= {"sufficient": "no", "departs": departs}

    assert verify_review(*forged(signed_once, departing)).review == "RV-0001"
