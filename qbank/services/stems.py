"""The words of a question set that evidence shows, held to the bank that is at hand.

A draw plan names a question's content by its digest only, so that it can travel without the words. Whoever has the bank
can say whether the words shown are those; whoever has not says that they were not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from delivery.errors import DoesNotReplay
from qbank.domain.evidence import stems_shown
from qbank.services.at_hand import has_database, open_engine
from qbank.settings import Settings


def must_be_the_banks(evidence: Mapping[str, Any], settings: Settings) -> tuple[int, int]:
    """Compare every stem that the evidence shows with the bank's, by the certified digest of the question's content.

    Returns:
        How many stems were compared, and how many are shown.

    Raises:
        DoesNotReplay: a stem is not the one that was drawn; names its question.
    """
    shown = stems_shown(evidence)
    known = _known({digest for digest, _ in shown.values()}, settings) if shown else {}
    for reference, (digest, stem) in shown.items():
        if digest in known and known[digest] != stem:
            sentence = f"The words of {reference} in the file are not the words of the question that was drawn."
            raise DoesNotReplay("the list of questions", sentence=sentence)
    return sum(digest in known for digest, _ in shown.values()), len(shown)


def _known(digests: Iterable[str], settings: Settings) -> dict[str, str]:
    """The stems behind digests of content, from the database where there is one, else from the starter bank."""
    if has_database(settings):
        return _in_database(digests, settings)
    from qbank.services.starter import starter_codes, starter_questions

    contents = [question.content for code in starter_codes() for question in starter_questions(code)]
    return {content.digest: content.stem for content in contents}


def _in_database(digests: Iterable[str], settings: Settings) -> dict[str, str]:
    import sqlalchemy as sa

    from qbank.storage.models import QuestionVersion
    from qbank.storage.queries.rows import rows
    from qbank.storage.units import read_unit

    asked = sa.select(QuestionVersion.digest, QuestionVersion.stem).where(QuestionVersion.digest.in_(digests))
    with open_engine(settings) as engine, read_unit(engine) as store:
        return dict(rows(store, asked))
