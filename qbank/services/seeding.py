"""Fills a bank from values read from files: the standard, its published wording, its questions."""

from __future__ import annotations

from qbank.services.question_loading import Loaded, load_questions
from qbank.services.standard_loading import load_standard, load_wording

__all__ = ["Loaded", "load_questions", "load_standard", "load_wording"]
