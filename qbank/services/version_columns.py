"""What a version's row holds of its content, whether it came from a file or from a page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qbank.domain.questions import Content


def columns_of(content: Content) -> dict[str, Any]:
    """The columns of `QuestionVersion` that say what is asked; KSBs and criteria have tables of their own."""
    return {
        "stem": content.stem,
        "probes": list(content.probes),
        "guidance": content.guidance,
        "pass_evidence": content.pass_evidence,
        "distinction_evidence": content.distinction_evidence,
        "demand": content.demand,
        "seconds": content.seconds,
        "provenance": asdict(content.provenance),
        "author_name": content.provenance.author,
        "digest": content.digest,
    }
