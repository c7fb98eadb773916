"""Replays a draw from its evidence, twice: with the engine that drew it, and with the independent second one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from delivery import rotation
from delivery.canonical import digest
from delivery.certificate import Certificate, commitment
from delivery.eligibility import Eligibility
from delivery.errors import DeliveryRefusal, DoesNotReplay
from delivery.plan import DrawPlan
from delivery.replay import replay
from delivery.rotation import ApprovedSets, replay_standard
from qbank.domain.errors import NotFound, NotReady, Refusal
from qbank.domain.evidence import Evidence, evidence_in, must_show_what_is_certified
from qbank.services.at_hand import has_database, open_engine
from qbank.services.plan_cache import PlanCache
from qbank.services.stems import must_be_the_banks
from qbank.settings import Settings
from qbank.verify import ExaminedPlans
from qbank.verify import verify as second_opinion

if TYPE_CHECKING:
    from qbank.services.anchoring import Anchors


class Committed(StrEnum):
    """What is known of the commitment that a draw followed from, as it is said."""

    NONE = "Nothing was committed to: a rehearsal."
    FITS = "The file's own commitment fits its seed; compare it with the one recorded at booking."
    RECORDED = "The seed is the one that was committed to when the session was booked."


@dataclass(frozen=True, slots=True)
class Verified:
    """A draw that replays: what both engines agreed on.

    Args:
        session: the session's reference; None for a rehearsal.
        commitment: what is known of the commitment to its seed.
        reported: what the second engine could not work out anew and only passes on, and what the record of the sitting
            says otherwise, sentences.
        words: stems compared with the bank's, and stems that the evidence shows.
        anchors: where the audit trail tells of the commitment and of the pull; None for a draw of no session here.
        heard_count: questions that the frozen snapshot says were heard nearby, where the cohort factor was on.
        plan_digest: of the draw plan, or of the standard sets, that was committed to.
        extension_count: how often the set was extended in the room; each replays.
        is_standard: whether it is one of approved standard sets.
    """

    standard: str
    method: str
    session: str | None
    question_count: int
    plan_digest: str
    certificate_digest: str
    commitment: Committed
    reported: tuple[str, ...] = ()
    words: tuple[int, int] = (0, 0)
    anchors: Anchors | None = None
    extension_count: int = 0
    heard_count: int | None = None
    is_standard: bool = False


ALONE: Final = "Nothing was asked of the database at hand: whether it was committed to, another audit trail tells."
_ELSEWHERE: Final = "A file of another organisation is verified by itself: qbank draw verify --alone FILE."


def verify_text(text: str, name: str, settings: Settings, *, alone: bool = False) -> Verified:
    """Replay the evidence that a file holds, and hold the words it shows to the bank at hand.

    Args:
        text: what the file holds.
        name: of the file, for a refusal.
        settings: where the database is.
        alone: whether the session is another organisation's, so that the database at hand knows nothing of it.

    Raises:
        Refusal: it is not evidence, or its plan or seed is not at hand; says what to do.
        DoesNotReplay: it is evidence, and it does not hold; names the first thing that differs.
    """
    found = evidence_in(text, name)
    if "seed" in found:
        verified = _with_its_seed(found, settings, alone=alone)
    elif alone:
        remedy = "Ask for the evidence with its seed: it is revealed after the result is confirmed."
        raise NotReady(f"{name} does not hold its seed: only the database that drew it has it.", remedy=remedy)
    else:
        verified = _without_its_seed(found, settings)
    return replace(verified, words=must_be_the_banks(found, settings))


def _without_its_seed(found: Mapping[str, Any], settings: Settings) -> Verified:
    """A file made before the seed was revealed: the database has it."""
    from qbank.services.kept_evidence import evidence_of_session

    kept = evidence_of_session(found["session"], settings)
    if kept.certificate_digest != found["certificate_digest"]:
        raise DoesNotReplay("digest", expected=found["certificate_digest"], found=kept.certificate_digest)
    must_show_what_is_certified(found, kept.plan)
    return _anchored(kept, settings)


def _with_its_seed(found: dict[str, Any], settings: Settings, *, alone: bool) -> Verified:
    if "plan" not in found:
        found["plan"] = _plan_at_hand(str(found["certificate"].get("plan")), settings).to_dict()
    if "sets" in found["certificate"] and "sets" not in found:
        found["sets"] = _sets_at_hand(str(found["certificate"]["sets"]), settings).to_dict()
    must_show_what_is_certified(found)
    verified = verify_found(found)
    if verified.session is None:
        return verified
    _must_be_committed(verified)
    if alone:
        return replace(verified, reported=(*verified.reported, ALONE))
    return _as_recorded(verified, found, settings) if has_database(settings) else verified


def verify_session(reference: str, settings: Settings) -> Verified:
    """Replay the set of a session from what the database keeps.

    Raises:
        NotFound: no such session, or nothing was drawn for it.
        DoesNotReplay: what is kept does not hold together.
        NotAnchored: the audit trail does not tell of the commitment before the pull.
    """
    from qbank.services.kept_evidence import evidence_of_session

    return _anchored(evidence_of_session(reference, settings), settings)


def _anchored(kept: Evidence, settings: Settings) -> Verified:
    from qbank.services.anchoring import anchors_of

    verified = verify_found(kept.to_dict(with_stems=False))
    _must_be_committed(verified)
    reported = verified.reported + _held_to_the_trail(str(kept.session), settings)
    return replace(verified, commitment=Committed.RECORDED, anchors=anchors_of(kept, settings), reported=reported)


def _as_recorded(verified: Verified, found: Mapping[str, Any], settings: Settings) -> Verified:
    """What a file says of a session, held to what the database keeps of that session.

    Raises:
        NotFound: the database knows no such session, or nothing was drawn for it.
        DoesNotReplay: it keeps another attempt, commitment or certificate.
    """
    from qbank.services.kept_evidence import evidence_of_session

    try:
        kept = evidence_of_session(str(verified.session), settings)
    except NotFound as unknown:
        raise NotFound(str(unknown), remedy=_ELSEWHERE) from None
    for what, told, recorded in (
        ("attempt", found.get("attempt"), kept.attempt),
        ("commitment", found["certificate"]["commitment"], kept.certificate["commitment"]),
    ):
        if told != recorded:
            sentence = f"The database at hand keeps another {what} for {verified.session}. {_ELSEWHERE}"
            raise DoesNotReplay(what, sentence=sentence)
    for what, told, recorded in (
        ("digest", verified.certificate_digest, kept.certificate_digest),
        ("extensions", found.get("extensions", []), list(kept.extensions)),
    ):
        if told != recorded:
            raise DoesNotReplay(what, expected=recorded, found=told)
    return _anchored(kept, settings)


def _must_be_committed(verified: Verified) -> None:
    if verified.commitment is Committed.NONE:
        raise DoesNotReplay("commitment", expected=f"one for {verified.session}", found="none")


def _held_to_the_trail(reference: str, settings: Settings) -> tuple[str, ...]:
    """What the record of the sitting says otherwise than its extensions.

    Raises:
        DoesNotReplay: what is kept of the set is not what the trail tells.
    """
    from qbank.services import kept_sets
    from qbank.storage.queries.sessions import session_by_reference
    from qbank.storage.queries.sets import set_of
    from qbank.storage.units import read_unit

    with open_engine(settings) as engine, read_unit(engine) as store:
        line = session_by_reference(store, reference)
        drawn = None if line is None else set_of(store, line.id)
        wrong = None if drawn is None else next(kept_sets.differences(store, drawn.id), None)
        told = () if drawn is None else tuple(kept_sets.disagreements(store, drawn.id))
    if wrong is not None:
        raise DoesNotReplay(wrong.what, expected=wrong.told, found=wrong.kept)
    return told


def _plan_at_hand(digest: str, settings: Settings) -> DrawPlan:
    found = PlanCache.of(settings).by_digest(digest)
    if found is None and has_database(settings):
        found = _plan_in_database(digest, settings)
    if found is None:
        raise NotFound(
            f"The draw plan {digest[:12]}… is not on this machine.",
            remedy="Verify a file made with --evidence, which holds its plan, or draw where the file comes from.",
        )
    return found


def _plan_in_database(digest: str, settings: Settings) -> DrawPlan | None:
    blob = _blob_in_database(digest, settings)
    return None if blob is None else DrawPlan.from_bytes(blob)


def _sets_at_hand(digest: str, settings: Settings) -> ApprovedSets:
    blob = _blob_in_database(digest, settings) if has_database(settings) else None
    if blob is None:
        raise NotFound(
            f"The standard sets {digest[:12]}… are not on this machine.",
            remedy="Verify a file made with --evidence, or verify where the file comes from.",
        )
    return ApprovedSets.from_dict(json.loads(blob))


def _blob_in_database(digest: str, settings: Settings) -> bytes | None:
    import sqlalchemy as sa

    from qbank.storage.models import DrawPlanRow
    from qbank.storage.units import read_unit

    with open_engine(settings) as engine, read_unit(engine) as store:
        return store.scalar(sa.select(DrawPlanRow.blob).where(DrawPlanRow.digest == digest))


def verify_found(found: Mapping[str, Any], plans: ExaminedPlans | None = None) -> Verified:
    """Replay whole evidence with both engines; nothing is looked up.

    Args:
        found: the evidence.
        plans: what the second engine found in the plans of other draws that are looked at with this one.

    Raises:
        DoesNotReplay: it does not hold; names the first thing that differs.
        Refusal: it is not of its shape.
    """
    try:
        plan, again = DrawPlan.from_dict(found["plan"]), _AGAIN.get(found["certificate"].get("format"), _drawn_again)
        seed, eligibility = bytes.fromhex(found["seed"]), Eligibility.from_dict(found["eligibility"])
        case = again(found, plan, seed, eligibility)
    except DeliveryRefusal:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        remedy = "Ask for the file again: it was changed after it was written."
        raise Refusal("The evidence is incomplete.", remedy=remedy) from None
    reported = second_opinion_on(found, plans)
    extensions = found.get("extensions", [])
    if extensions:
        from qbank.services.verifying_extensions import must_replay

        first = case.references, case.certificate_digest
        reported += must_replay(found, plan, seed, eligibility, first=first)
    return Verified(
        standard=str(found.get("standard")),
        method=case.method,
        session=found.get("session"),
        question_count=len(case.references),
        plan_digest=case.committed_to,
        certificate_digest=case.certificate_digest,
        commitment=_commitment_of(found, case, seed),
        reported=reported,
        extension_count=len(extensions),
        heard_count=None if eligibility.cohort is None or "sets" in found else len(eligibility.cohort.heard),
        is_standard="sets" in found,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A certificate that the first engine arrived at again; `committed_to` is the digest that a commitment names."""

    method: str
    references: tuple[str, ...]
    certificate_digest: str
    committed_to: str
    commitment: str


def _drawn_again(found: Mapping[str, Any], plan: DrawPlan, seed: bytes, eligibility: Eligibility) -> _Case:
    """By the law of the plan."""
    certificate = Certificate.from_dict(found["certificate"])
    _must_have_the_digest(found, certificate.digest)
    replay(plan, seed, eligibility, certificate)
    return _Case(certificate.method, certificate.references, certificate.digest, plan.digest, certificate.commitment)


def _one_of_standard_sets(found: Mapping[str, Any], plan: DrawPlan, seed: bytes, eligibility: Eligibility) -> _Case:
    """By lot among the standard sets."""
    certificate, sets = found["certificate"], ApprovedSets.from_dict(found["sets"])
    own = digest(certificate)
    _must_have_the_digest(found, own)
    replay_standard(sets, plan, seed, eligibility, certificate)
    references = tuple(question["reference"] for question in certificate["questions"])
    return _Case(sets.method, references, own, sets.digest, str(certificate["commitment"]))


_AGAIN: Final = {rotation.FORMAT: _one_of_standard_sets}


def _must_have_the_digest(found: Mapping[str, Any], own: str) -> None:
    if own != found["certificate_digest"]:
        raise DoesNotReplay("digest", expected=found["certificate_digest"], found=own)


def _commitment_of(found: Mapping[str, Any], case: _Case, seed: bytes) -> Committed:
    """Whether the draw claims a commitment; one that does not hold is refused."""
    if not case.commitment:
        return Committed.NONE
    again = commitment(attempt=str(found.get("attempt")), plan_digest=case.committed_to, seed=seed)
    if again != case.commitment:
        raise DoesNotReplay("commitment", expected=case.commitment, found=again)
    return Committed.FITS


def second_opinion_on(found: Mapping[str, Any], plans: ExaminedPlans | None = None) -> tuple[str, ...]:
    """What the second engine passes on unverified, when it finds nothing wrong.

    Raises:
        DoesNotReplay: it finds something wrong; names it.
    """
    verdict = second_opinion(found, plans)
    failure = verdict.first_failure
    if failure is not None:
        raise DoesNotReplay(failure.what, sentence=failure.sentence)
    return tuple(each.sentence for each in verdict.reported)
