"""Replay: from the plan, the seed and the frozen eligibility to the same certificate, or what differs first."""

from __future__ import annotations

from dataclasses import replace

from delivery.certificate import Certificate, certify
from delivery.draw import Draw, draw, first_lawful
from delivery.eligibility import Eligibility
from delivery.errors import DoesNotReplay
from delivery.plan import DrawPlan
from delivery.walk import Walk


def replay(plan: DrawPlan, seed: bytes, eligibility: Eligibility, certificate: Certificate) -> None:
    """Return when the certificate follows from the evidence.

    A draw from the plan's own walk is drawn again. Where the law was conditioned, the states kept with the certificate
    are walked again, and compared with tables that are worked out anew.

    Raises:
        DoesNotReplay: naming the first thing that differs.
        DeliveryRefusal: the evidence allows no draw at all.
    """
    _same("plan", certificate.plan, plan.digest)
    _same("eligibility", certificate.eligibility, eligibility.digest)
    if certificate.walk is None:
        drawn = draw(plan, seed=seed, eligibility=eligibility)
    else:
        drawn = _from_kept_states(plan, seed, eligibility, certificate)
    again = certify(plan, drawn, eligibility, commitment=certificate.commitment)
    written, found = certificate.to_dict(), again.to_dict()
    for what in ("way", "attempts", "questions", *written):
        _same(what, written[what], found[what])
    _same("digest", certificate.digest, again.digest)


def _from_kept_states(plan: DrawPlan, seed: bytes, eligibility: Eligibility, certificate: Certificate) -> Draw:
    from delivery.conditioning import conditioned_on, near

    kept = Walk.from_list(certificate.walk or [])
    law = conditioned_on(plan, eligibility)
    kept.must_be_whole(len(plan.pool), cut_down=True)
    if not near(kept, law.walk):
        raise DoesNotReplay("walk", sentence="The states kept with it are not those of the law.")
    try:
        drawn = first_lawful(plan, kept, seed, eligibility.positions(plan.pool), law.acceptance)
    except IndexError:
        raise DoesNotReplay("walk", sentence="The draw leaves the states that are kept with the certificate.") from None
    return replace(drawn, recorded=law.recorded, met=kept)


def _same(what: str, expected: object, found: object) -> None:
    if expected != found:
        raise DoesNotReplay(what, expected=expected, found=found)
