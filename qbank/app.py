"""The application, as a table of contents: `create_app(settings)` puts the parts together and closes the gate."""

from __future__ import annotations

from flask import Flask

from qbank import resources
from qbank.jobs.queue import Doing
from qbank.settings import Settings
from qbank.web import (
    checkpoints,
    clock,
    configuration,
    errors,
    gate,
    headers,
    health,
    jobs,
    logs,
    looks,
    metrics,
    pages,
    rehearsals,
    rests,
    seeds,
    transaction,
    uploads,
    whole_numbers,
)
from qbank.web.account import security
from qbank.web.account import views as account
from qbank.web.approval import views as approval
from qbank.web.assessing import views as assessing
from qbank.web.audit import views as audit
from qbank.web.authoring import quick
from qbank.web.authoring import views as authoring
from qbank.web.bookings import arranging_views as arranging
from qbank.web.bookings import competence_views as competences
from qbank.web.bookings import file_views as booking_files
from qbank.web.bookings import retention_views as retention
from qbank.web.bookings import views as bookings
from qbank.web.exporting import views as exporting
from qbank.web.extending import views as extending
from qbank.web.finishing import overall as combining
from qbank.web.finishing import views as finishing
from qbank.web.gaps import views as gaps
from qbank.web.home import views as home
from qbank.web.importing import templates as import_templates
from qbank.web.importing import views as importing
from qbank.web.keeping import pair_views as pairing
from qbank.web.keeping import views as keeping
from qbank.web.live import views as live
from qbank.web.offline import views as offline
from qbank.web.plans import cohort as cohorts
from qbank.web.plans import views as plans
from qbank.web.preparing import views as preparing
from qbank.web.progress import views as progress
from qbank.web.quality import views as quality
from qbank.web.questions import views as questions
from qbank.web.reviews import bank_views as review_bank
from qbank.web.reviews import clock_views as review_clock
from qbank.web.reviews import health_views as review_health
from qbank.web.reviews import leak_views as leaks
from qbank.web.reviews import question_views as review_questions
from qbank.web.reviews import report_views as reporting
from qbank.web.reviews import views as reviews
from qbank.web.sessions import views as sessions
from qbank.web.standard_sets import views as standard_sets
from qbank.web.standards import views as standards
from qbank.web.voiding import views as voiding

JOURNEYS = (
    home.bp,
    account.bp,
    sessions.bp,
    preparing.bp,
    assessing.bp,
    live.bp,
    extending.bp,
    offline.bp,
    finishing.bp,
    combining.bp,
    bookings.bp,
    arranging.bp,
    booking_files.bp,
    questions.bp,
    keeping.bp,
    pairing.bp,
    authoring.bp,
    quick.bp,
    importing.bp,
    exporting.bp,
    import_templates.bp,
    approval.bp,
    gaps.bp,
    competences.bp,
    retention.bp,
    standards.bp,
    plans.bp,
    cohorts.bp,
    standard_sets.bp,
    review_clock.bp,
    leaks.bp,
    voiding.bp,
    review_health.bp,
    reporting.bp,
    reviews.bp,
    review_questions.bp,
    review_bank.bp,
    progress.bp,
    quality.bp,
    audit.bp,
    health.bp,
)


def create_app(settings: Settings, *, now: clock.Clock = clock.utc_now, doing: Doing = Doing.BESIDE) -> Flask:
    """The application that these settings describe; `now` is its clock, and `doing` says who does long work.

    Raises:
        DoorsMissing: a view declares neither who may open it nor that anybody may.
    """
    app = Flask("qbank", static_folder=str(resources.static()), template_folder=None)
    whole_numbers.set_up(app)
    logs.set_up(app)
    metrics.set_up(app, settings)
    configuration.set_up(app, settings)
    transaction.set_up(app, settings)
    clock.set_up(app, now)
    seeds.set_up(app, settings)
    checkpoints.set_up(app, settings)
    looks.set_up(app)
    rests.set_up(app)
    jobs.set_up(app, settings, now=now, doing=doing)
    rehearsals.set_up(app, settings)
    uploads.set_up(app, settings)
    pages.set_up(app, settings)
    headers.set_up(app, behind_https=settings.behind_https)
    errors.set_up(app)
    security.set_up(app, settings)
    configuration.refuse_endless_json(app)
    for journey in JOURNEYS:
        app.register_blueprint(journey)
    gate.close(app)
    return app
