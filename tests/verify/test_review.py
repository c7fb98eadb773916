"""W8: a review's certificate is verified from it and the exported trail alone, and refused after any change."""

from __future__ import annotations

import hashlib
import json

import pytest

from qbank.services import audit
from qbank.services.checkpointing import Signer
from qbank.storage import units
from qbank.verify.exports import written_export
from qbank.verify.review import BadReview, verify_review
from qbank.verify.trail import NOTHING_BEFORE, SEALED
from qbank.verify.writing import digest_of, written
from tests.databases import Shelf, empty_url, engine, shelf, url
from tests.services.a_bank import fill, opened
from tests.services.a_review import declare, kept, opened_review, sign_off
from tests.services.test_reviewing import all_kept, every_kind_decided

__all__ = ["Shelf", "empty_url", "engine", "shelf", "url"]

KEY = Signer.from_secret("a secret of the tests, long enough").public_key

BANK_VOTED, BANK_DECIDED = "review vote on the bank cast", "review decision on the bank"


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


def forged(signed, change):
    """What a dishonest organisation would hand in: both files changed, and every digest made anew to fit."""
    certificate, export = json.loads(signed[0]), signed[1]
    header, *entries = [json.loads(line) for line in export]
    change(certificate, entries)
    text, previous = written(certificate), NOTHING_BEFORE
    for number, entry in enumerate(entries, start=1):
        if entry["act"] == "review signed off":
            entry["facts"]["certificate"] = hashlib.sha256(text.encode()).hexdigest()
        entry |= {"seq": number, "previous": previous}
        entry["digest"] = previous = digest_of({name: entry[name] for name in SEALED})
    return text, [written(header | {"entries": len(entries)}), *map(written, entries)]


def told(entries, act, **facts):
    return next(each for each in entries if each["act"] == act and facts.items() <= each["facts"].items())


def of_act(entries, act):
    return [each for each in entries if each["act"] == act]


def kept_question(certificate):
    return next(each for each in certificate["questions"] if each["choice"] == "keep")


def barred_afterwards(certificate, _entries):
    question = kept_question(certificate)
    question["barred"].append(question["voters"].pop())
    question["votes"]["keep"] -= 1


def recorded_by_another(certificate, entries):
    question = kept_question(certificate)
    question["recorded_by"] = question["voters"][1]
    told(entries, "review decision recorded", question=question["reference"])["actor"] = question["voters"][1]


def recorded_by_somebody_barred(certificate, entries):
    question = kept_question(certificate)
    question["barred"].append(certificate["chair"])
    told(entries, "review decision recorded", question=question["reference"])["facts"]["barred"] = question["barred"]
    question["voters"].remove(certificate["chair"])
    question["votes"]["keep"] -= 1


def recorded_without_a_vote(certificate, entries):
    question = kept_question(certificate)
    vote = told(entries, "review vote cast", question=question["reference"])
    others = [each["person"] for each in certificate["members"] if each["person"] not in question["voters"]]
    question["voters"][question["voters"].index(certificate["chair"])] = vote["actor"] = others[0]


def without_a_quorum(certificate, entries):
    question = kept_question(certificate)
    (other,) = set(question["voters"]) - {certificate["chair"]}
    question["voters"].remove(other)
    question["votes"]["keep"] -= 1
    votes = [each for each in entries if each["act"] == "review vote cast" and each["actor"] == other]
    entries.remove(next(each for each in votes if each["facts"]["question"] == question["reference"]))


def against_most_votes(certificate, entries):
    question = kept_question(certificate)
    question["choice"] = "retire"
    told(entries, "review decision recorded", question=question["reference"])["facts"]["choice"] = "retire"


def with_an_interest_left_out(certificate, entries):
    told(entries, "review interests declared")["facts"]["questions"] = [kept_question(certificate)["reference"]]


def with_a_late_interest_made_up(certificate, _entries):
    kept_question(certificate)["declared_later"] = [certificate["chair"]]


def with_a_vote_made_up(certificate, _entries):
    question = kept_question(certificate)
    others = [each["person"] for each in certificate["members"] if each["person"] not in question["voters"]]
    question["voters"].append(others[0])
    question["votes"]["keep"] += 1


def with_a_smaller_quorum(certificate, _entries):
    certificate["quorum"] = 1


def with_another_member(certificate, _entries):
    certificate["members"].append({"person": "person 99", "name": "Ada", "external": ""})


def with_a_larger_budget(certificate, _entries):
    certificate["bank"]["budget_thousandths"] = 900


def with_a_weaker_adversary(certificate, _entries):
    certificate["bank"]["budget_last_sets"] = 1


def with_a_voter_counted_twice(certificate, _entries):
    question = kept_question(certificate)
    question["voters"].append(question["voters"][0])
    question["votes"]["keep"] += 1


def bank_without_a_quorum(certificate, entries):
    voters = certificate["bank"]["voters"]
    voters.remove(next(each for each in voters if each != certificate["chair"]))
    certificate["bank"]["votes"]["yes"] = 1
    told(entries, BANK_DECIDED)["facts"]["votes_yes"] = 1
    entries.remove(next(each for each in of_act(entries, BANK_VOTED) if each["actor"] != certificate["chair"]))


def bank_with_a_vote_made_up(certificate, entries):
    others = [each["person"] for each in certificate["members"] if each["person"] not in certificate["bank"]["voters"]]
    certificate["bank"]["voters"].append(others[0])
    certificate["bank"]["votes"]["no"] = told(entries, BANK_DECIDED)["facts"]["votes_no"] = 1


def bank_with_other_counts(certificate, _entries):
    certificate["bank"]["votes"] |= {"yes": 1, "no": 1}


def bank_voted_on_by_a_stranger(certificate, entries):
    bank = certificate["bank"]
    (other,) = set(bank["voters"]) - {certificate["chair"]}
    bank["voters"][bank["voters"].index(other)] = "person 99"
    next(each for each in of_act(entries, BANK_VOTED) if each["actor"] == other)["actor"] = "person 99"


def bank_decided_without_the_chairs_vote(certificate, entries):
    bank, members = certificate["bank"], [each["person"] for each in certificate["members"]]
    absent = next(each for each in members if each not in bank["voters"])
    bank["voters"][bank["voters"].index(certificate["chair"])] = absent
    next(each for each in of_act(entries, BANK_VOTED) if each["actor"] == certificate["chair"])["actor"] = absent


def bank_against_most_votes_without_a_reason(certificate, entries):
    certificate["bank"]["sufficient"] = False
    told(entries, BANK_DECIDED)["facts"]["sufficient"] = "no"


def bank_voted_on_after_the_decision(_certificate, entries):
    late = of_act(entries, BANK_VOTED)[-1]
    entries.remove(late)
    entries.insert(entries.index(told(entries, BANK_DECIDED)) + 1, late)


def bank_with_another_reason_to_depart(certificate, entries):
    certificate["bank"] |= {"sufficient": False, "departs_because": "Another one."}
    told(entries, BANK_DECIDED)["facts"] |= {"sufficient": "no", "departs": hashlib.sha256(b"This one.").hexdigest()}


def told_as_before_votes(certificate, entries):
    """As if the bank had been decided on by the chair alone, when that was still done."""
    certificate["format"] = "qbank review certificate 1"
    for name in ("voters", "votes", "departs_because"):
        del certificate["bank"][name]
    for name in ("votes_yes", "votes_no"):
        del told(entries, BANK_DECIDED)["facts"][name]


def signed_by_another(certificate, entries):
    other = next(each["person"] for each in certificate["members"] if each["person"] != certificate["chair"])
    certificate["signed_by"] = told(entries, "review signed off")["actor"] = other


def with_a_question_left_out(certificate, _entries):
    certificate["questions"].pop()


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (barred_afterwards, "about the members who did not count"),
        (recorded_by_another, "recorded by somebody who may not"),
        (recorded_by_somebody_barred, "recorded by somebody who may not"),
        (recorded_without_a_vote, "recorded by somebody who had not voted"),
        (without_a_quorum, "Fewer voted on .* than the quorum"),
        (against_most_votes, "not what most votes are for"),
        (with_an_interest_left_out, "declared an interest in .* and is not told as barred"),
        (with_a_late_interest_made_up, "about the interests in .* declared later"),
        (with_a_vote_made_up, "about the voters on"),
        (with_a_smaller_quorum, "about the opening"),
        (with_another_member, "about the panel"),
        (with_a_larger_budget, "about the decision on the bank"),
        (with_a_weaker_adversary, "about the decision on the bank"),
        (with_a_voter_counted_twice, "is counted more than once"),
        (bank_without_a_quorum, "Fewer voted on the bank than the quorum"),
        (bank_with_a_vote_made_up, "about the voters on the bank"),
        (bank_with_other_counts, "about the decision on the bank"),
        (bank_voted_on_by_a_stranger, "voted on the bank who is not on the panel"),
        (bank_decided_without_the_chairs_vote, "on the bank was recorded by somebody who had not voted"),
        (bank_against_most_votes_without_a_reason, "departs from most votes without saying why"),
        (bank_voted_on_after_the_decision, "voted on the bank after it was decided"),
        (bank_with_another_reason_to_depart, "about the decision on the bank"),
        (told_as_before_votes, "the certificate does not tell of it"),
        (signed_by_another, "about the signature of the chair"),
        (with_a_question_left_out, "about the number of questions"),
    ],
)
def test_a_review_that_broke_a_rule_is_refused_even_where_every_digest_fits(signed_once, change, because):
    assert verify_review(*forged(signed_once, lambda _certificate, _entries: None)).review == "RV-0001"

    with pytest.raises(BadReview, match=because):
        verify_review(*forged(signed_once, change))


def of_before(certificate, entries):
    """As the program signed it that kept no bars: one voter did not count, and only the certificate says so."""
    question = kept_question(certificate)
    other = next(each for each in question["voters"] if each != certificate["chair"])
    for entry in entries:
        entry["facts"].pop("barred", None)
    for each in certificate["questions"]:
        each.pop("declared_later")
    if len(question["voters"]) > certificate["quorum"]:
        question["barred"].append(other)
        question["voters"].remove(other)
        question["votes"]["keep"] -= 1


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
