"""A bank's JSON document back into values, every field of its kind."""

from __future__ import annotations

from functools import cache
from typing import Final

from pydantic import TypeAdapter, ValidationError

from qbank.domain.bank_documents import BankDocument, contradictions
from qbank.domain.faults import Fault, Faults

_MOST_FAULTS: Final = 20


@cache
def _shape() -> TypeAdapter[BankDocument]:
    return TypeAdapter(BankDocument)


def read(data: bytes, file: str) -> BankDocument:
    """The document that a file holds.

    Raises:
        Faults: it is not of the form, or contradicts itself; where and why.
    """
    try:
        found = _shape().validate_json(data)
    except ValidationError as error:
        raise Faults([_fault(each["loc"], each["msg"], file) for each in error.errors()[:_MOST_FAULTS]]) from None
    if faults := contradictions(found, file)[:_MOST_FAULTS]:
        raise Faults(faults)
    return found


def _fault(where: tuple[int | str, ...], message: str, file: str) -> Fault:
    place = ".".join(str(part) for part in where) or "the file"
    remedy = "Export the bank anew; this file was changed or cut off."
    return Fault(file, 0, f"At {place[:120]}: {message[:200]}.", remedy)
