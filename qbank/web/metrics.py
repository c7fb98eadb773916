"""Figures of operation, for Prometheus: how often each view answered and how long it took, and what waits.

A view is named by its endpoint, never by its address, which names objects. Counts are of this process; what stands in
the database and on disk is the same whichever process is asked. No figure tells of a person, a question or a session.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from qbank.domain.errors import Refusal
from qbank.settings import Settings
from qbank.storage import tallies
from qbank.storage.models import QuestionSet
from qbank.storage.queries import trail
from qbank.web import checkpoints, jobs
from qbank.web.clock import now
from qbank.web.transaction import reading

SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Where durations are cut: a quarter of a second is what a page may take at peak (promise L11)."""
NOWHERE: Final = "none"
VERBS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST"})
_EXTENSION: Final = "qbank.metrics"


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one application, and what must be shown to be told them; empty: nobody is."""

    token: str
    registry: CollectorRegistry
    answers: Counter
    seconds: Histogram
    refusals: Counter

    @classmethod
    def begun(cls, token: str) -> Figures:
        """All at nothing."""
        registry = CollectorRegistry()
        registry.register(_Standing())
        return cls(
            token,
            registry,
            Counter("qbank_answers", "Answers by view and status", ["endpoint", "method", "status"], registry=registry),
            Histogram("qbank_answer_seconds", "Time to an answer", ["endpoint"], buckets=SECONDS, registry=registry),
            Counter("qbank_refusals", "Refusals by kind and rule", ["kind", "rule"], registry=registry),
        )


class _Standing(Collector):
    """What is not counted but looked at when somebody asks."""

    def describe(self) -> Iterator[Metric]:
        """Nothing yet: looking needs a request."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        met = CounterMetricFamily("qbank_busy", "Units of work that met another or a full disk", labels=["what"])
        for what, count in tallies.counts().items():
            met.add_metric([what.value], count)
        yield met
        store = reading()
        drawn = store.scalar(sa.select(sa.func.count()).select_from(QuestionSet)) or 0
        yield CounterMetricFamily("qbank_question_sets", "Question sets that were drawn", value=drawn)
        yield CounterMetricFamily("qbank_audit_entries", "Entries of the audit trail", value=trail.last_number(store))
        yield GaugeMetricFamily("qbank_jobs_waiting", "Long work that waits for its turn", value=jobs.waiting())
        newest = checkpoints.newest()
        if newest is not None:
            age = (now() - newest).total_seconds()
            yield GaugeMetricFamily("qbank_checkpoint_age_seconds", "Age of the newest checkpoint", value=age)


def set_up(app: Flask, settings: Settings) -> None:
    """Count every answer but files."""
    figures = Figures.begun(settings.metrics_token.get_secret_value())
    app.extensions[_EXTENSION] = figures

    @app.after_request
    def count(response: Response) -> Response:
        if request.endpoint != "static":
            view = request.endpoint or NOWHERE
            verb = request.method if request.method in VERBS else NOWHERE  # anybody may invent verbs
            figures.answers.labels(view, verb, str(response.status_code)).inc()
            figures.seconds.labels(view).observe(time.perf_counter() - g.get("began", time.perf_counter()))
        return response


def count_refusal(error: Refusal) -> None:
    """One more, by its kind and the rule that it names; never its words."""
    _figures().refusals.labels(type(error).__name__, error.rule or NOWHERE).inc()


def token() -> str:
    """What must be shown to be told the figures; "" where nobody is."""
    return _figures().token


def as_text() -> bytes:
    """All figures, in Prometheus' own format."""
    return generate_latest(_figures().registry)


def _figures() -> Figures:
    made: Figures = current_app.extensions[_EXTENSION]
    return made
