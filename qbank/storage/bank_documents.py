"""A bank's JSON document back into values, every field of its kind."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from typing import Final

from pydantic import TypeAdapter, ValidationError

from delivery.canonical import canonical
from qbank.domain.bank_document_checks import contradictions
from qbank.domain.bank_documents import BankDocument, PairSaid, VersionSaid
from qbank.domain.faults import Fault, Faults
from qbank.domain.standards import Plan
from qbank.storage import plan_bodies

MOST_FAULTS: Final = 20
"""That are told at once: a file that was cut off has thousands."""


@cache
def _shape() -> TypeAdapter[BankDocument]:
    return TypeAdapter(BankDocument)


SMALL: Final = 100_000
BYTES_OF_A_MARK: Final = 20
"""A bracket beyond so many has at least these bytes to itself: each becomes a value in memory before it is judged."""


def read(data: bytes, file: str) -> BankDocument:
    """The document that a file holds.

    Raises:
        Faults: it is not of the form, or contradicts itself; where and why.
    """
    marks = data.count(b"[") + data.count(b"{")
    if marks > SMALL and marks * BYTES_OF_A_MARK > len(data):
        raise Faults([Fault(file, 0, "The file has more marks than words.", "Export it anew and send it again.")])
    try:
        found = _shape().validate_json(data)
    except ValidationError as error:
        raise Faults([_fault(each["loc"], each["msg"], file) for each in error.errors()[:MOST_FAULTS]]) from None
    if faults := contradictions(found, file)[:MOST_FAULTS]:
        raise Faults(faults)
    return found


def plan_in(document: BankDocument) -> Plan:
    """The plan that a document carries.

    Raises:
        Faults: it is none.
    """
    try:
        return plan_bodies.plan_from(json.loads(document.plan_body))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fault = Fault(document.standard, 0, "The plan in the document is no plan.", "Export the bank anew.")
        raise Faults([fault]) from None


def version_from(words: str) -> VersionSaid:
    """The record of a version that `words_of` wrote."""
    return _version_shape().validate_json(words)


def pair_from(words: str) -> PairSaid:
    """The record of a pair that `words_of` wrote."""
    return _pair_shape().validate_json(words)


def words_of(said: VersionSaid | PairSaid) -> str:
    """A record as it is kept: canonical JSON."""
    return canonical(asdict(said)).decode()


@cache
def _version_shape() -> TypeAdapter[VersionSaid]:
    return TypeAdapter(VersionSaid)


@cache
def _pair_shape() -> TypeAdapter[PairSaid]:
    return TypeAdapter(PairSaid)


def _fault(where: tuple[int | str, ...], message: str, file: str) -> Fault:
    place = ".".join(str(part) for part in where) or "the file"
    remedy = "Export the bank anew; this file was changed or cut off."
    return Fault(file, 0, f"At {place[:120]}: {message[:200]}.", remedy)
