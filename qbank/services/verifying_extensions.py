"""Replays what a set grew by in the room, one extension after another, with both engines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from delivery import residual_certificate, substitution_certificate
from delivery.eligibility import Eligibility
from delivery.errors import BadEvidence, DoesNotReplay
from delivery.plan import DrawPlan
from delivery.residual_certificate import ResidualCertificate, replay_residual
from delivery.substitution_certificate import SubstitutionCertificate, replay_substitute
from qbank.services.verifying import second_opinion_on

_KEYS: Final = {"certificate", "certificate_digest"}


def must_replay(
    found: Mapping[str, Any],
    plan: DrawPlan,
    seed: bytes,
    eligibility: Eligibility,
    *,
    first: tuple[tuple[str, ...], str],
) -> tuple[str, ...]:
    """Return when every extension follows from the evidence; with what the second engine could not verify.

    Args:
        found: evidence of a draw, with `extensions`.
        plan: that it was drawn from.
        seed: of the attempt.
        eligibility: as frozen.
        first: the references of the set that was drawn, in asking order, and the digest of its certificate.

    Raises:
        DoesNotReplay: names the first thing that differs.
        BadEvidence: an extension is not of its shape.
    """
    standing, extends = first
    met, reported = set(standing), dict[str, None]()
    substitutions = residuals = 0
    shared = {name: part for name, part in found.items() if name != "extensions"}
    for each in _extensions(found):
        said, named = each["certificate"], each["certificate_digest"]
        evidence = {**shared, "certificate": said, "certificate_digest": named}
        if said.get("format") in substitution_certificate.FORMATS:
            certificate = SubstitutionCertificate.from_dict(said)
            replay_substitute(plan, seed, eligibility, certificate)
            _must_follow(certificate, standing, extends, met)
            _must_be_next(certificate.vacancy.number, substitutions)
            substitutions += 1
            evidence["extended"] = {"digest": extends, "references": list(standing)}
            standing, extends = certificate.references, certificate.digest
            met.update(question["reference"] for question in certificate.came)
        elif said.get("format") == residual_certificate.FORMAT:
            addition = ResidualCertificate.from_dict(said)
            replay_residual(plan, seed, eligibility, addition)
            if set(addition.gaps.asked) != met:
                raise DoesNotReplay("extensions, asked", expected=sorted(met), found=list(addition.gaps.asked))
            _must_be_next(addition.gaps.number, residuals)
            residuals += 1
            met.update(addition.references)
        else:
            raise BadEvidence("an extension is of a format that nobody knows")
        reported.update(dict.fromkeys(second_opinion_on(evidence)))
    return tuple(reported)


def _must_follow(certificate: SubstitutionCertificate, standing: tuple[str, ...], extends: str, met: set[str]) -> None:
    """Refuse a substitution that is not of the set that stood, or forgets what was met."""
    vacancy = certificate.vacancy
    if certificate.extends != extends:
        raise DoesNotReplay("extensions, extends", expected=extends, found=certificate.extends)
    if vacancy.before() != standing:
        raise DoesNotReplay("extensions, standing", expected=list(standing), found=list(vacancy.standing))
    if set(vacancy.met) != met - set(standing):
        raise DoesNotReplay("extensions, met", expected=sorted(met - set(standing)), found=list(vacancy.met))


def _must_be_next(number: int, made: int) -> None:
    """Refuse a draw of another stream than the next of its kind: whoever holds the seed could try them all (L5)."""
    if number != made:
        raise DoesNotReplay("extensions, number", expected=made, found=number)


def _extensions(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    extensions = found["extensions"]
    if not isinstance(extensions, list) or not all(
        isinstance(each, Mapping) and set(each) == _KEYS and isinstance(each["certificate"], Mapping)
        for each in extensions
    ):
        raise BadEvidence("the list of extensions is not of its shape")
    return extensions
