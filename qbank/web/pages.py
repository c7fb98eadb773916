"""How pages are made: where the templates are, what every template may use, and what an undefined name does (raise)."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, Final

from flask import Flask, request, url_for
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Undefined
from jinja2.utils import missing

from qbank import resources
from qbank.domain.access import Permission
from qbank.settings import Mode, Settings
from qbank.web import saying
from qbank.web.clock import now
from qbank.web.days import calendar_day, short_day
from qbank.web.gate import signed_in_person
from qbank.web.moments import moment
from qbank.web.rendering import inline, markdown

NAVIGATION: Final = (
    ("Home", "home.index", Permission.SEE_OWN_HOME),
    ("My sessions", "sessions.index", Permission.SEE_OWN_SESSIONS),
    ("Bookings", "bookings.index", Permission.BOOK_SESSIONS),
    ("Questions", "questions.index", Permission.SEE_QUESTIONS),
    ("Approvals", "approval.index", Permission.APPROVE_QUESTIONS),
    ("Standards", "standards.index", Permission.SEE_STANDARD),
    ("Draw plans", "plans.index", Permission.SEE_DRAW_PLANS),
    ("Annual review", "review_clock.index", Permission.SEE_REVIEW),
    ("Moderation", "quality.index", Permission.SEE_MODERATION),
    ("Audit trail", "audit.index", Permission.SEE_AUDIT_TRAIL),
)
"""The main pages in the order of the masthead; a person sees those that their roles open."""
SECTIONS: Final = {
    "sessions": {"assessing", "combining", "extending", "finishing", "live", "offline", "preparing", "reporting"},
    "bookings": {"arranging", "booking_files", "competences", "retention"},
    "questions": {
        "authoring",
        "exporting",
        "gaps",
        "import_templates",
        "importing",
        "keeping",
        "pairing",
        "quick",
    },
    "plans": {"cohorts", "standard_sets"},
    "review_clock": {"leaks", "review_bank", "review_health", "review_questions", "reviews", "voiding"},
}
"""The blueprints whose pages lie under a main page of another blueprint, by that one."""


class StrictOutsideDictionaries(StrictUndefined):
    """Raises on every undefined name and attribute, but not on a missing key of a dictionary.

    The components of govuk-frontend-jinja take one dictionary and ask it for each of their many options; and each asks
    whether it has a `caller`.
    """

    def __new__(cls, hint: str | None = None, obj: Any = missing, name: str | None = None, **more: Any) -> Undefined:  # type: ignore[misc]
        """A lenient undefined for a missing key, else a strict one."""
        if isinstance(obj, dict) or name == "caller":
            return Undefined(hint, obj, name, **more)
        return super().__new__(cls)


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its templates and the words and functions that each of them may use."""
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(resources.templates()),
            PrefixLoader({name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}),
        ]
    )
    app.jinja_env.undefined = StrictOutsideDictionaries
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        markdown=markdown,
        markdown_inline=inline,
        minutes=saying.length,
        spaced=saying.spaced,
        strokes=saying.with_strokes_apart,
    )
    app.jinja_env.globals.update(
        undefined=Undefined(),  # the same components say this word, and the next, and mean them
        null=Undefined(),
        asset=asset,
        calendar_day=calendar_day,
        counted=saying.counted,
        date_and_time=saying.date_and_time,
        distance=saying.distance,
        moment=moment,
        short_day=short_day,
    )
    WTFormsHelpers(app)
    app.context_processor(lambda: _for_every_page(settings))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((resources.static() / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a built file; changes with its content, so that a browser may keep it."""
    return url_for("static", filename=name, v=_fingerprint(name))


def _for_every_page(settings: Settings) -> dict[str, Any]:
    person = signed_in_person()
    return {
        "at": now(),
        "person": person,
        "navigation": [
            (title, url_for(endpoint), _is_here(endpoint))
            for title, endpoint, permission in NAVIGATION
            if person is not None and person.may(permission)
        ],
        "organisation": settings.organisation_name,
        "demonstration": settings.mode is Mode.DEMO,
    }


def _is_here(endpoint: str) -> bool:
    section = endpoint.partition(".")[0]
    return request.blueprint == section or request.blueprint in SECTIONS.get(section, ())
