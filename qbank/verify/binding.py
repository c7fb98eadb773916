"""What a certificate binds: the digests of everything its set followed from, and the commitment made at booking."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qbank.verify.verdict import Finding
from qbank.verify.writing import digest_of

COMMITMENT: Final = "qbank commitment 1"


def bound(
    plan: Mapping[str, Any], eligibility: Mapping[str, Any], certificate: Mapping[str, Any], named: str, form: str
) -> Iterator[Finding]:
    """Whether the evidence is what the certificate names, and the certificate the one that the evidence names.

    Args:
        plan: the draw plan.
        eligibility: the frozen snapshot.
        certificate: as issued.
        named: the digest that the evidence gives for it.
        form: the format that it should be of.
    """
    found = digest_of(certificate)
    yield finding(
        "digest",
        found == named,
        f"The certificate has the digest {found[:16]}…",
        f"The certificate has the digest {found[:16]}…, not the one that the evidence names",
    )
    same = certificate["format"] == form
    yield finding("format", same, f"The certificate's format is {form}", "The certificate is of another format")
    for what, content in (
        ("plan", plan),
        ("pool", plan["pool"]),
        ("specification", plan["specification"]),
        ("eligibility", eligibility),
    ):
        found = digest_of(content)
        yield finding(
            what,
            found == certificate[what],
            f"The {what} has the digest {found[:16]}…",
            f"The {what} has the digest {found[:16]}…, not the one that the certificate names",
        )
    same = plan["specification"]["method"] == certificate["method"]
    yield finding("method", same, "Plan and certificate are for one method", "The plan is for another method")


def committed(evidence: Mapping[str, Any], seed: bytes) -> Iterator[Finding]:
    """Whether seed, attempt and plan are those of the commitment; nothing where no attempt is named.

    Where standard sets were committed to, they name the plan, and the commitment names them.
    """
    plan, sets = evidence["plan"], evidence.get("sets")
    if sets is not None:
        yield finding(
            "sets' plan",
            sets["plan"] == digest_of(plan),
            "The standard sets are of this plan",
            "The standard sets are of another plan",
        )
    attempt = evidence.get("attempt")
    if attempt is None:
        return
    content = b""
    named = bytes.fromhex(digest_of(plan if sets is None else sets))
    for each in (COMMITMENT.encode(), attempt.encode(), named, seed):
        content += len(each).to_bytes(8, "big") + each
    what, which = ("plan", "is not the one") if sets is None else ("sets", "are not those")
    yield finding(
        "commitment",
        hashlib.sha256(content).hexdigest() == evidence["certificate"]["commitment"],
        f"The seed, the attempt and the {what} are those committed to at booking",
        f"The seed, the attempt or the {what} {which} committed to at booking",
    )


def finding(what: str, holds: bool, sentence: str, otherwise: str) -> Finding:  # noqa: FBT001 - in a finding's order
    """A finding with the sentence that fits."""
    return Finding(what, holds=bool(holds), sentence=f"{sentence if holds else otherwise}.")
