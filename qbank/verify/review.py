"""Whether a review's certificate is the one that was signed off, from it and an exported audit trail alone.

Written from `docs/panel.md`; shares nothing with the program that keeps reviews.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qbank.verify.exports import judge_export
from qbank.verify.writing import written

FORMAT: Final = "qbank review certificate 3"
BEFORE_SIGNATURES: Final = "qbank review certificate 2"
"""Of a review whose predictability budget was its chair's word, before members signed it with their votes."""
BEFORE_VOTES: Final = "qbank review certificate 1"
"""Of a review whose bank was decided on by its chair alone, before members voted on it."""
OPENED: Final = "review opened"
INVITED: Final = "review member invited"
DECLARED: Final = "review interests declared"
VOTED: Final = "review vote cast"
DECIDED: Final = "review decision recorded"
PROPOSED: Final = "review budget proposed"
BANK_VOTED: Final = "review vote on the bank cast"
BANK: Final = "review decision on the bank"
SIGNED: Final = "review signed off"


class BadReview(Exception):  # noqa: N818 - names what it is
    """The certificate and the trail do not agree; the message is a sentence that says where."""


@dataclass(frozen=True, slots=True)
class ReviewVerdict:
    """What was found to agree.

    Args:
        review: its reference.
        digest: of the certificate.
        questions: how many were decided on.
        entries: how many entries of the trail tell of this review.
        vouched: the number of the newest entry that a checkpoint vouches for; 0 without one.
        signed: the number of the entry that tells of the sign-off.
        held_to: the public key that the checkpoints were held to.
        unnamed: decisions whose entries do not say who did not count: made before entries said so, and judged by the
            rule of then, which takes the certificate's word for it, as far as no declared interest is left out.
    """

    review: str
    digest: str
    questions: int
    entries: int
    vouched: int
    signed: int
    held_to: str
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class _Told:
    """What the trail tells of one review, up to its sign-off."""

    entries: Sequence[Mapping[str, Any]]

    def all(self, act: str, **facts: object) -> list[Mapping[str, Any]]:
        """The entries of that act that state the facts, in order."""
        return [each for each in self.entries if each["act"] == act and facts.items() <= each["facts"].items()]

    def one(self, act: str, what: str, **facts: object) -> Mapping[str, Any]:
        """The one entry of that act that states the facts."""
        found = self.all(act, **facts)
        if len(found) != 1:
            raise BadReview(f"The trail tells {'nothing' if not found else 'more than once'} of {what}.")
        return found[0]


def verify_review(certificate: str, export: Sequence[str], *, key: str | None = None) -> ReviewVerdict:
    """Check a certificate against an exported trail.

    Args:
        certificate: the file's text, byte for byte.
        export: the lines of the exported trail.
        key: the public key that must have signed the checkpoints; None takes the one that the export names.

    Raises:
        BadReview: the trail does not hold, or the two do not agree; says where.
        NotAnExport: the other file is no exported trail.
    """
    verdict, held_to = judge_export(export, key=key)
    if verdict.broken is not None or verdict.bad_checkpoints:
        raise BadReview(verdict.broken.sentence if verdict.broken is not None else verdict.bad_checkpoints[0])
    told, signed = _told(found := _read(certificate), export)
    digest = hashlib.sha256(certificate.encode()).hexdigest()
    try:
        _agree("certificate", signed["facts"].get("certificate"), digest)
        _agree("sign-off", (signed["actor"], signed["at"]), (found["signed_by"], found["signed_at"]))
        _agree("signature of the chair", found["signed_by"], found["chair"])
        _agree("number of questions", signed["facts"].get("questions"), len(found["questions"]))
        _opening(told, found)
        unnamed = sum(not _question(told, found, question) for question in found["questions"])
        _bank(told, found)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadReview(f"The certificate is not whole: {error}.") from error
    return ReviewVerdict(
        review=found["review"],
        digest=digest,
        questions=len(found["questions"]),
        entries=len(told.entries),
        vouched=verdict.vouched,
        signed=signed["seq"],
        held_to=held_to,
        unnamed=unnamed,
    )


def _read(certificate: str) -> Mapping[str, Any]:
    try:
        found = json.loads(certificate)
    except (ValueError, RecursionError) as error:
        raise BadReview("The certificate is no JSON.") from error
    if (
        not isinstance(found, dict)
        or found.get("format") not in {FORMAT, BEFORE_SIGNATURES, BEFORE_VOTES}
        or written(found) != certificate
    ):
        raise BadReview("The certificate is no qbank review certificate 1, 2 or 3, or not written as it was signed.")
    return dict(found)


def _told(found: Mapping[str, Any], export: Iterable[str]) -> tuple[_Told, Mapping[str, Any]]:
    """What the trail tells of the review before its sign-off, and the sign-off."""
    lines = list(export)
    header = json.loads(lines[0])
    entries = [json.loads(line) for line in lines[1 + header["checkpoints"] :]]
    mine = [each for each in entries if each["subject"] == found.get("review")]
    signed = [each for each in mine if each["act"] == SIGNED]
    if len(signed) != 1:
        raise BadReview("The trail tells of no sign-off of this review, or of more than one.")
    return _Told([each for each in mine if each["seq"] < signed[0]["seq"]]), signed[0]


def _opening(told: _Told, found: Mapping[str, Any]) -> None:
    opened = told.one(OPENED, "the opening")
    facts = {name: opened["facts"].get(name) for name in ("method", "quorum", "chair")}
    _agree("opening", facts, {name: found[name] for name in facts})
    _agree("opening", (opened["actor"], opened["at"]), (found["opened_by"], found["opened_at"]))
    seated = {*opened["facts"]["members"], *(each["facts"]["member"] for each in told.all(INVITED))}
    _agree("panel", seated, {each["person"] for each in found["members"]})


def _interests(told: _Told, reference: str, decided: int) -> tuple[set[str], set[str]]:
    """Who declared an interest in a question before it was decided, and who did only later."""
    mine = [each for each in told.all(DECLARED) if reference in each["facts"]["questions"]]
    before = {each["actor"] for each in mine if each["seq"] < decided}
    return before, {each["actor"] for each in mine} - before


def _question(told: _Told, found: Mapping[str, Any], question: Mapping[str, Any]) -> bool:
    """Check one decision; whether its entry says who did not count, as each does since reviews keep it."""
    reference, barred = question["reference"], set(question["barred"])
    what = f"the decision on {reference}"
    decided = told.one(DECIDED, what, question=reference)
    _agree(what, decided["facts"].get("choice"), question["choice"])
    _agree(what, (decided["actor"], decided["at"]), (question["recorded_by"], question["at"]))
    is_named = "barred" in decided["facts"]
    if is_named:
        _agree(f"members who did not count for {reference}", set(decided["facts"]["barred"]), barred)
    before, later = _interests(told, reference, decided["seq"])
    if not before <= barred:
        raise BadReview(f"Somebody declared an interest in {reference} and is not told as barred.")
    _agree(
        f"interests in {reference} that were declared later", later - barred, set(question.get("declared_later", ()))
    )
    recorder, chair = question["recorded_by"], found["chair"]
    if recorder in barred or (recorder != chair and chair not in barred):
        raise BadReview(f"The decision on {reference} was recorded by somebody who may not.")
    voted = {each["actor"] for each in told.all(VOTED, question=reference)}
    must_have_voted = is_named or "declared_later" in question  # older ones need not have
    _votes(found, reference, question, voted - barred, recorder if must_have_voted else None)
    if question["votes"][question["choice"]] < max(question["votes"].values()):
        raise BadReview(f"The decision on {reference} is not what most votes are for.")
    return is_named


def _votes(
    found: Mapping[str, Any], reference: str, said: Mapping[str, Any], voted: set[str], recorder: str | None
) -> None:
    """Who voted is whom the trail tells of, each of the panel and counted once; a quorum, the recorder among them."""
    voters = said["voters"]
    _agree(f"voters on {reference}", voted, set(voters))
    _agree(f"votes on {reference}", sum(said["votes"].values()), len(voters))
    if len(set(voters)) != len(voters) or any(count < 0 for count in said["votes"].values()):
        raise BadReview(f"Somebody's vote on {reference} is counted more than once, or taken away.")
    if not voted <= {each["person"] for each in found["members"]}:
        raise BadReview(f"Somebody voted on {reference} who is not on the panel.")
    if recorder is not None and recorder not in voters:
        raise BadReview(f"The decision on {reference} was recorded by somebody who had not voted.")
    if len(voters) < found["quorum"]:
        raise BadReview(f"Fewer voted on {reference} than the quorum asks for.")


def _bank(told: _Told, found: Mapping[str, Any]) -> None:
    decided, bank, votes = told.one(BANK, "the decision on the bank"), found["bank"], told.all(BANK_VOTED)
    answer = "yes" if bank["sufficient"] else "no"
    facts: dict[str, object] = {"sufficient": answer, "budget": bank["budget_thousandths"]}
    facts |= {"last_sets": bank["budget_last_sets"]} if "budget_last_sets" in bank else {}
    if found["format"] != BEFORE_VOTES:
        facts |= {f"votes_{each}": bank["votes"][each] for each in ("yes", "no")} | _departure(bank)
    if found["format"] == FORMAT:
        facts |= {"proposal": bank["proposal"], "signed_by": bank["signed_by"]}
        votes = told.all(BANK_VOTED, proposal=bank["proposal"])
    _agree("decision on the bank", decided["facts"], facts)
    _agree("decision on the bank", (decided["actor"], decided["at"]), (found["chair"], bank["at"]))
    if any(each["seq"] > decided["seq"] for each in told.all(BANK_VOTED)):
        raise BadReview("Somebody voted on the bank after it was decided.")
    if found["format"] != BEFORE_VOTES:
        _votes(found, "the bank", bank, {each["actor"] for each in votes}, decided["actor"])
        other = "no" if bank["sufficient"] else "yes"
        if (bank["votes"][answer] < bank["votes"][other]) != bool(bank["departs_because"]):
            raise BadReview(
                "The decision on the bank departs from most votes without saying why, or says why it does not."
            )
    elif votes:
        raise BadReview("Members voted on the bank, and the certificate does not tell of it.")
    elif not bank.keys().isdisjoint({"voters", "votes", "departs_because"}):
        raise BadReview("The certificate tells of votes on the bank, and nobody cast one.")
    _signatures(told, found, [each["seq"] for each in votes], decided["seq"])


def _signatures(told: _Told, found: Mapping[str, Any], votes: Sequence[int], decided: int) -> None:
    """The budget is the chair's last proposal, votes came after it, and more of those who voted signed than did not."""
    bank, proposals = found["bank"], told.all(PROPOSED)
    if found["format"] != FORMAT:
        if proposals or not bank.keys().isdisjoint({"proposal", "signed_by", "would_sign", "budget_reason"}):
            raise BadReview("A budget was put to the panel, and the certificate is of a format that does not tell so.")
        return
    last = proposals[-1] if proposals else None
    if last is None or any(each["actor"] != found["chair"] or each["seq"] > decided for each in proposals):
        raise BadReview("The budget was not put to the panel by its chair before the decision.")
    said = {"number": bank["proposal"], "budget": bank["budget_thousandths"], "last_sets": bank["budget_last_sets"]}
    _agree("budget that was proposed", last["facts"], said)
    if any(each < last["seq"] for each in votes):
        raise BadReview("Somebody voted on the budget before it was proposed.")
    signed, others, voters = bank["signed_by"], bank["would_sign"], bank["voters"]
    if sorted([*signed, *others]) != sorted(voters) or bank["budget_thousandths"] in others.values():
        raise BadReview("Whoever voted on the bank either signs its budget or names another, and only they do.")
    if 2 * len(signed) <= len(voters):
        raise BadReview("Most of those who voted on the bank did not sign its budget.")


def _departure(bank: Mapping[str, Any]) -> dict[str, str]:
    """What the trail tells of why a decision departs from most votes; nothing where it does not."""
    because = bank["departs_because"]
    return {"departs": hashlib.sha256(because.encode()).hexdigest()} if because is not None else {}


def _agree(what: str, told: object, said: object) -> None:
    if told != said:
        raise BadReview(f"The trail and the certificate do not agree about the {what.removeprefix('the ')}.")
