"""A second, independent opinion on a draw and on the audit trail: from stored evidence alone.

What lives here: another implementation of the stream of words, the walk, canonical JSON, what is lawful and what the
figures are, written from the documents in `docs/engine.md` and sharing nothing with `delivery`. Two programs that agree
bit for bit leave little room for a mistake that only one of them makes.

`trail`, `checkpoints` and `exports` judge the audit trail, from `docs/audit.md`; they share nothing with storage.

What code here may not do: import `delivery`, storage, or anything that has to be installed, but `cryptography` for the
signatures of checkpoints: nobody should write those by hand; know of a clock, a file or a database.
"""

from __future__ import annotations

from qbank.verify.examined import ExaminedPlans
from qbank.verify.verdict import Finding, Verdict
from qbank.verify.verifying import verify

__all__ = ["ExaminedPlans", "Finding", "Verdict", "verify"]
