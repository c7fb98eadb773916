"""Reviews that break a rule and whose every digest fits all the same: what whoever holds the program could write."""

from __future__ import annotations

import hashlib
import json

from qbank.services.checkpointing import Signer
from qbank.verify.trail import NOTHING_BEFORE, SEALED
from qbank.verify.writing import digest_of, written

KEY = Signer.from_secret("a secret of the tests, long enough").public_key
BANK_VOTED, BANK_DECIDED = "review vote on the bank cast", "review decision on the bank"
PROPOSED = "review budget proposed"


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


def budget_that_was_not_proposed(certificate, entries):
    certificate["bank"]["budget_thousandths"] = told(entries, BANK_DECIDED)["facts"]["budget"] = 900


def budget_that_the_chair_did_not_propose(certificate, entries):
    other = next(each["person"] for each in certificate["members"] if each["person"] != certificate["chair"])
    told(entries, PROPOSED)["actor"] = other


def budget_that_most_did_not_sign(certificate, entries):
    bank = certificate["bank"]
    unsigned = bank["signed_by"].pop()
    bank["would_sign"][unsigned] = 100
    told(entries, BANK_DECIDED)["facts"]["signed_by"] = bank["signed_by"]


def budget_signed_by_who_did_not_vote(certificate, entries):
    bank, members = certificate["bank"], [each["person"] for each in certificate["members"]]
    bank["signed_by"].append(next(each for each in members if each not in bank["voters"]))
    told(entries, BANK_DECIDED)["facts"]["signed_by"] = bank["signed_by"]


def budget_signed_by_another(certificate, _entries):
    certificate["bank"]["signed_by"] = certificate["bank"]["signed_by"][:1]


def budget_proposed_after_the_votes(_certificate, entries):
    proposed = told(entries, PROPOSED)
    entries.remove(proposed)
    entries.insert(entries.index(told(entries, BANK_DECIDED)), proposed)


def told_as_before_signatures(certificate, entries):
    """As if the budget had been the chair's word, when it still was."""
    certificate["format"] = "qbank review certificate 2"
    for name in ("proposal", "signed_by"):
        del told(entries, BANK_DECIDED)["facts"][name]
    for name in ("proposal", "signed_by", "would_sign", "budget_reason"):
        del certificate["bank"][name]


def truly_of_before_signatures(certificate, entries):
    told_as_before_signatures(certificate, entries)
    entries.remove(told(entries, PROPOSED))
    for each in of_act(entries, BANK_VOTED):
        del each["facts"]["proposal"]


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
    truly_of_before_signatures(certificate, entries)
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


BROKEN = [
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
    (budget_that_was_not_proposed, "about the budget that was proposed"),
    (budget_that_the_chair_did_not_propose, "not put to the panel by its chair"),
    (budget_that_most_did_not_sign, "did not sign its budget"),
    (budget_signed_by_who_did_not_vote, "either signs its budget or names another"),
    (budget_signed_by_another, "about the decision on the bank"),
    (budget_proposed_after_the_votes, "voted on the budget before it was proposed"),
    (told_as_before_signatures, "of a format that does not tell so"),
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
]
"""What was broken, and what the refusal says."""
