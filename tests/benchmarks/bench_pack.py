"""How long the server takes to set a pack: `make bench` prints it. Aim: the 95th percentile below 250 ms.

Every pack has other questions than the one before, so that nothing is answered from what was set just now.
"""

from __future__ import annotations

import time
from dataclasses import replace

from qbank.documents.packs import Coded, Variant, pdf
from qbank.documents.runs import blocks_of, runs_of
from qbank.services.starter import starter_plan, starter_questions
from qbank.web.rendering import markdown
from tests.documents.a_pack import a_pack, a_question

STANDARD = "customer-service-specialist-3"
PACKS = 20


def packs():
    """Packs of ten different questions of the starter bank each."""
    plan = starter_plan(STANDARD)
    found = [one.content for one in starter_questions(STANDARD) if one.content.method == "interview"]
    for first in range(PACKS):
        chosen = found[first::PACKS][:10]
        questions = tuple(a_pack_question(plan, position, one) for position, one in enumerate(chosen, start=1))
        yield replace(a_pack(), questions=questions, mark=f"{first:04d}-TEST")


def a_pack_question(plan, position, content):
    return a_question(
        position,
        stem=runs_of(markdown(content.stem)),
        probes=tuple(runs_of(markdown(probe)) for probe in content.probes),
        guidance=blocks_of(markdown(content.guidance)),
        pass_evidence=blocks_of(markdown(content.pass_evidence)),
        distinction_evidence=blocks_of(markdown(content.distinction_evidence)),
        ksbs=tuple(Coded(code, plan.ksb(code).text) for code in (*content.primary, *content.secondary)),
        criteria=tuple(Coded(code, plan.criterion(code).text, "pass") for code in content.criteria),
    )


def test_setting_a_pack_of_ten_questions():
    ready = list(packs())
    for variant in Variant:
        pdf(a_pack(), variant)
        taken = [took(pack, variant) for pack in ready]
        print(f"\npack.pdf, {variant}: {said(taken, 0)} on the clock, {said(taken, 1)} of processor time")  # noqa: T201
        assert len(taken) == PACKS


def took(pack, variant):
    """Milliseconds on the clock, and of the processor: the second says what a busy machine hides."""
    start, busy = time.perf_counter(), time.process_time()
    made = pdf(pack, variant)
    assert made.startswith(b"%PDF")
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - busy)


def said(taken, which):
    times = sorted(each[which] for each in taken)
    return f"median {times[len(times) // 2]:.0f} ms, 95th percentile {times[-2]:.0f} ms"
