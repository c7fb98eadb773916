"""Which exceptions are answers, and how the terminal says them. Nothing is imported before something went wrong."""

from __future__ import annotations

from typing import Final

REFUSED: Final = 2
UNEXPECTED: Final = 1


def is_refusal(error: Exception) -> bool:
    """Whether the error is one of our answers: a rule, a missing thing, a setting, an impossible draw."""
    from delivery.errors import DeliveryRefusal
    from qbank.domain.errors import Refusal
    from qbank.settings import BadSettings

    return isinstance(error, Refusal | DeliveryRefusal | BadSettings)


def sentence_of(error: Exception) -> str:
    """The refusal in words, every fault on a line of its own where there are several."""
    from qbank.domain.faults import Faults

    if isinstance(error, Faults):
        return "\n".join(str(fault) for fault in error.faults)
    rule = getattr(error, "rule", None)
    return f"{error} (Rule {rule}.)" if rule else str(error)


def unexpected(error: Exception) -> str:
    """An accident in a sentence: its kind only, for its message might hold a question's words (promise L10)."""
    return (
        f"Something unexpected happened: {type(error).__name__}. Nothing was recorded. "
        "Run the command again with --traceback right after qbank, and tell whoever looks after it."
    )
