"""Which doors there are, and who gets in: every route of the application, with the role that it opens to."""

from __future__ import annotations

from dataclasses import dataclass

from qbank.domain.access import Role

PEOPLE = {
    "assessor": Role.ASSESSOR,
    "author": Role.AUTHOR,
    "approver": Role.APPROVER,
    "panel": Role.PANEL_MEMBER,
    "iqa": Role.IQA,
    "manager": Role.BANK_MANAGER,
    "eqa": Role.EQA_VIEWER,
}
STRANGER = "nobody"
EVERYBODY = frozenset(PEOPLE)
ASSESSORS = frozenset({"assessor"})
OVERSEERS = frozenset({"iqa", "manager", "eqa"})
MANAGERS = frozenset({"manager"})
QUALITY = frozenset({"iqa", "eqa"})
MODERATORS = frozenset({"iqa"})
AUTHORS = frozenset({"author"})
APPROVERS = frozenset({"approver"})
MAKERS_AND_APPROVERS = MANAGERS | APPROVERS
REVIEWERS = frozenset({"panel", "manager", "iqa", "eqa"})
SIGNERS = frozenset({"panel", "manager"})
DECIDERS = frozenset({"iqa", "manager"})
READERS = frozenset({"author", "approver", "manager"})

OK, SEE_OTHER, MOVED, FORBIDDEN, NOT_FOUND, REFUSED, INCOMPLETE = 200, 303, 302, 403, 404, 409, 400
OWN, ANOTHERS, NOBODYS = "own", "another's", "nobody's"


@dataclass(frozen=True, slots=True)
class Door:
    """What is expected of one route.

    Args:
        opens_to: who gets in; None when anybody does, signed in or not.
        answer: the status for those who get in.
        holds: which object its address names; "" when it names none.
        again: it asks for the password again, where that was given long ago.
        unenrolled: it opens also to those who must set up a second factor first.
        unsealed: it takes a post without the seal of a form of ours.
    """

    opens_to: frozenset[str] | None
    answer: int = OK
    holds: str = ""
    again: bool = False
    unenrolled: bool = False
    unsealed: bool = False


DOORS = {
    ("GET", "/"): Door(EVERYBODY),
    ("GET", "/health"): Door(None),
    ("GET", "/ready"): Door(None),
    ("GET", "/metrics"): Door(None, NOT_FOUND),  # opens to a token only: tests/web/test_metrics.py
    ("GET", "/static/<path:filename>"): Door(None, holds="file"),
    ("GET", "/sign-in"): Door(None),
    ("POST", "/sign-in"): Door(None),
    ("POST", "/sign-out"): Door(None, MOVED),
    ("GET", "/account"): Door(EVERYBODY),
    ("GET", "/account/password"): Door(EVERYBODY),
    ("POST", "/account/password"): Door(EVERYBODY, INCOMPLETE),
    ("POST", "/account/sign-out-everywhere"): Door(EVERYBODY, MOVED),
    ("GET", "/account/code"): Door(None, MOVED),  # opens to half-open sign-ins only: below
    ("POST", "/account/code"): Door(None, MOVED),
    ("GET", "/account/second-factor"): Door(EVERYBODY, unenrolled=True),
    ("POST", "/account/second-factor"): Door(EVERYBODY, MOVED, again=True, unenrolled=True),
    ("POST", "/account/second-factor/recovery-codes"): Door(EVERYBODY, REFUSED, again=True),
    ("POST", "/account/second-factor/off"): Door(EVERYBODY, MOVED),
    ("GET", "/sessions"): Door(ASSESSORS),
    ("GET", "/sessions/<public_id>"): Door(ASSESSORS, holds="session"),
    ("POST", "/sessions/<public_id>/pull"): Door(ASSESSORS, MOVED, holds="session"),
    ("GET", "/sessions/<public_id>/prepare"): Door(ASSESSORS, holds="session"),
    ("POST", "/sessions/<public_id>/prepare/declaration"): Door(ASSESSORS, INCOMPLETE, holds="session"),
    ("POST", "/sessions/<public_id>/prepare/identity"): Door(ASSESSORS, INCOMPLETE, holds="session"),
    ("POST", "/sessions/<public_id>/prepare/room"): Door(ASSESSORS, INCOMPLETE, holds="session"),
    ("GET", "/sessions/<public_id>/set"): Door(ASSESSORS, holds="drawn session"),
    ("GET", "/sessions/<public_id>/pack"): Door(ASSESSORS, holds="drawn session"),
    ("GET", "/sessions/<public_id>/pack.pdf"): Door(ASSESSORS, holds="drawn session"),
    ("GET", "/sessions/<public_id>/live"): Door(ASSESSORS, holds="drawn session"),
    ("GET", "/sessions/<public_id>/live/entries"): Door(ASSESSORS, holds="session"),
    ("POST", "/sessions/<public_id>/live/entries"): Door(ASSESSORS, INCOMPLETE, holds="drawn session"),
    ("GET", "/sessions/<public_id>/replace/<int:position>"): Door(ASSESSORS, holds="drawn session"),
    ("POST", "/sessions/<public_id>/replace/<int:position>"): Door(ASSESSORS, INCOMPLETE, holds="drawn session"),
    ("GET", "/sessions/<public_id>/gaps"): Door(ASSESSORS, holds="drawn session"),  # of an observation
    ("POST", "/sessions/<public_id>/gaps"): Door(ASSESSORS, INCOMPLETE, holds="drawn session"),
    ("GET", "/sessions/<public_id>/offline"): Door(ASSESSORS, holds="drawn session"),
    ("POST", "/sessions/<public_id>/offline"): Door(ASSESSORS, INCOMPLETE, holds="drawn session"),
    ("GET", "/sessions/<public_id>/offline/return"): Door(ASSESSORS, holds="drawn session"),
    ("POST", "/sessions/<public_id>/offline/return"): Door(ASSESSORS, INCOMPLETE, holds="drawn session"),
    ("POST", "/offline/<mark>/entries"): Door(
        None, REFUSED, holds="copy", unsealed=True
    ),  # its token: tests/web/test_offline.py
    ("GET", "/sessions/<public_id>/finish"): Door(ASSESSORS, holds="drawn session"),
    ("POST", "/sessions/<public_id>/finish"): Door(ASSESSORS, MOVED, holds="drawn session"),
    ("GET", "/sessions/<public_id>/finish/check"): Door(ASSESSORS, holds="drawn session"),
    ("POST", "/sessions/<public_id>/finish/submit"): Door(ASSESSORS, MOVED, holds="drawn session", again=True),
    ("GET", "/sessions/<public_id>/result"): Door(ASSESSORS, MOVED, holds="drawn session"),
    ("GET", "/sessions/<public_id>/correct"): Door(ASSESSORS, REFUSED, holds="drawn session"),
    ("POST", "/sessions/<public_id>/correct"): Door(ASSESSORS, REFUSED, holds="drawn session", again=True),
    ("GET", "/sessions/<public_id>/overall"): Door(ASSESSORS, holds="drawn session"),
    ("POST", "/sessions/<public_id>/overall"): Door(ASSESSORS, MOVED, holds="drawn session", again=True),
    ("GET", "/quality"): Door(QUALITY),
    ("GET", "/quality/<public_id>"): Door(QUALITY, holds="decision"),
    ("POST", "/quality/<public_id>/moderate"): Door(MODERATORS, INCOMPLETE, holds="decision", again=True),
    ("POST", "/quality/<public_id>/confirm"): Door(MODERATORS, REFUSED, holds="decision", again=True),
    ("POST", "/quality/<public_id>/reveal"): Door(MODERATORS, REFUSED, holds="decision", again=True),
    ("GET", "/quality/<public_id>/evidence.json"): Door(QUALITY, REFUSED, holds="decision"),
    ("POST", "/quality/<public_id>/exception"): Door(MODERATORS, REFUSED, holds="decision", again=True),
    ("POST", "/quality/confirm"): Door(MODERATORS, INCOMPLETE, again=True),
    ("POST", "/quality/release"): Door(MODERATORS, INCOMPLETE, again=True),
    ("GET", "/gaps"): Door(READERS),
    ("POST", "/gaps/<standard>/<method>"): Door(READERS, MOVED, holds="method"),
    ("GET", "/questions"): Door(READERS),
    ("GET", "/questions/<reference>"): Door(READERS, holds="question"),
    ("GET", "/questions/<reference>/versions/<int:number>"): Door(READERS, holds="question"),
    ("GET", "/questions/new"): Door(AUTHORS),
    ("POST", "/questions/new"): Door(AUTHORS, INCOMPLETE),
    ("GET", "/questions/quick"): Door(AUTHORS),
    ("POST", "/questions/quick"): Door(AUTHORS, INCOMPLETE),
    ("GET", "/questions/export"): Door(READERS),
    ("POST", "/questions/export"): Door(READERS, INCOMPLETE, again=True),
    ("GET", "/questions/import"): Door(AUTHORS),
    ("POST", "/questions/import"): Door(AUTHORS, INCOMPLETE),
    ("GET", "/questions/import/template.xlsx"): Door(AUTHORS),
    ("GET", "/questions/import/template.csv"): Door(AUTHORS),
    ("GET", "/questions/import/<token>"): Door(AUTHORS, NOT_FOUND, holds="job"),  # own: tests/web/test_importing.py
    ("POST", "/questions/import/<token>"): Door(AUTHORS, NOT_FOUND, holds="job"),
    ("GET", "/questions/imports/<public_id>"): Door(AUTHORS, NOT_FOUND, holds="job"),
    ("GET", "/questions/drafts/<public_id>"): Door(AUTHORS, holds="draft"),
    ("POST", "/questions/drafts/<public_id>"): Door(AUTHORS, INCOMPLETE, holds="draft"),
    ("POST", "/questions/drafts/<public_id>/settle"): Door(AUTHORS, INCOMPLETE, holds="draft"),
    ("GET", "/questions/drafts/<public_id>/check"): Door(AUTHORS, holds="draft"),
    ("POST", "/questions/drafts/<public_id>/submit"): Door(AUTHORS, REFUSED, holds="draft"),
    ("GET", "/approvals"): Door(APPROVERS),
    ("GET", "/approvals/<reference>"): Door(APPROVERS, holds="awaiting"),
    ("POST", "/approvals/<reference>/remarks"): Door(APPROVERS, INCOMPLETE, holds="awaiting"),
    ("POST", "/approvals/<reference>/decision"): Door(APPROVERS, INCOMPLETE, holds="awaiting"),
    ("POST", "/questions/<reference>/revise"): Door(AUTHORS, MOVED, holds="question"),
    ("POST", "/questions/<reference>/take-back"): Door(AUTHORS, MOVED, holds="awaiting"),
    ("POST", "/questions/<reference>/put-back"): Door(AUTHORS, REFUSED, holds="question"),
    ("POST", "/questions/drafts/<public_id>/take-up"): Door(AUTHORS, MOVED, holds="draft"),
    ("GET", "/questions/acts/<name>"): Door(MANAGERS, holds="act"),
    ("POST", "/questions/acts/<name>"): Door(MANAGERS, INCOMPLETE, holds="act"),
    ("GET", "/questions/<reference>/pairs"): Door(READERS, holds="question"),
    ("POST", "/questions/<reference>/pairs"): Door(READERS, INCOMPLETE, holds="question"),
    ("GET", "/questions/<reference>/pairs/<name>/<other>/end"): Door(MANAGERS, holds="pair"),
    ("POST", "/questions/<reference>/pairs/<name>/<other>/end"): Door(MANAGERS, INCOMPLETE, holds="pair"),
    ("GET", "/audit"): Door(OVERSEERS),
    ("GET", "/audit/met"): Door(OVERSEERS),
    ("GET", "/bookings"): Door(MANAGERS),
    ("GET", "/bookings/new"): Door(MANAGERS),
    ("POST", "/bookings/new"): Door(MANAGERS, INCOMPLETE),
    ("GET", "/bookings/file"): Door(MANAGERS),
    ("GET", "/bookings/file/example.csv"): Door(MANAGERS),
    ("POST", "/bookings/file"): Door(MANAGERS, INCOMPLETE),
    ("GET", "/bookings/assessors"): Door(MANAGERS),
    ("POST", "/bookings/assessors"): Door(MANAGERS, INCOMPLETE),
    ("GET", "/bookings/personal-data"): Door(MANAGERS),
    ("POST", "/bookings/personal-data"): Door(MANAGERS, INCOMPLETE),
    ("POST", "/bookings/personal-data/erase"): Door(MANAGERS, INCOMPLETE, again=True),
    ("GET", "/bookings/<public_id>"): Door(MANAGERS, holds="booking"),
    ("GET", "/bookings/<public_id>/change"): Door(MANAGERS, holds="booking"),
    ("POST", "/bookings/<public_id>/change"): Door(MANAGERS, INCOMPLETE, holds="booking"),
    ("GET", "/bookings/<public_id>/cancel"): Door(MANAGERS, holds="booking"),
    ("POST", "/bookings/<public_id>/cancel"): Door(MANAGERS, INCOMPLETE, holds="booking"),
    ("GET", "/bookings/<public_id>/start"): Door(MANAGERS, holds="booking"),
    ("POST", "/bookings/<public_id>/start"): Door(MANAGERS, INCOMPLETE, holds="booking"),
    ("GET", "/bookings/<public_id>/subject"): Door(MANAGERS, holds="project"),
    ("POST", "/bookings/<public_id>/subject"): Door(MANAGERS, INCOMPLETE, holds="project"),
    ("GET", "/bookings/<public_id>/submission"): Door(MANAGERS, holds="project"),
    ("POST", "/bookings/<public_id>/submission"): Door(MANAGERS, INCOMPLETE, holds="project"),
    ("GET", "/bookings/<public_id>/adjustments"): Door(MANAGERS, holds="booking"),
    ("POST", "/bookings/<public_id>/adjustments"): Door(MANAGERS, INCOMPLETE, holds="booking"),
    ("GET", "/plans"): Door(OVERSEERS),
    ("GET", "/plans/<standard>/<method>"): Door(OVERSEERS, holds="method"),
    ("POST", "/plans/<standard>/<method>/fit"): Door(MANAGERS, MOVED, holds="method"),
    ("GET", "/plans/<standard>/<method>/cohort"): Door(MANAGERS, holds="method"),
    ("POST", "/plans/<standard>/<method>/cohort"): Door(MANAGERS, INCOMPLETE, holds="method"),
    ("GET", "/plans/<standard>/<method>/<digest>"): Door(OVERSEERS, holds="plan"),
    ("POST", "/plans/<standard>/<method>/<digest>/adopt"): Door(MANAGERS, REFUSED, holds="plan", again=True),
    ("GET", "/standard-sets/<standard>/<method>"): Door(MAKERS_AND_APPROVERS, holds="observation"),
    ("POST", "/standard-sets/<standard>/<method>/assemble"): Door(MANAGERS, MOVED, holds="observation"),
    ("GET", "/standard-sets/<standard>/<method>/<int:family_id>"): Door(MAKERS_AND_APPROVERS, holds="family"),
    ("GET", "/standard-sets/<standard>/<method>/<int:family_id>/<int:number>/<reference>"): Door(
        MANAGERS, holds="family"
    ),
    ("POST", "/standard-sets/<standard>/<method>/<int:family_id>/<int:number>/<reference>"): Door(
        MANAGERS, INCOMPLETE, holds="family"
    ),
    ("POST", "/standard-sets/<standard>/<method>/<int:family_id>/submit"): Door(MANAGERS, REFUSED, holds="family"),
    ("POST", "/standard-sets/<standard>/<method>/<int:family_id>/decide"): Door(
        APPROVERS, INCOMPLETE, holds="family", again=True
    ),
    ("POST", "/standard-sets/<standard>/<method>/<int:family_id>/adopt"): Door(
        MANAGERS, REFUSED, holds="family", again=True
    ),
    ("GET", "/review"): Door(REVIEWERS),
    ("GET", "/review/<standard>/<method>"): Door(REVIEWERS, holds="method"),
    ("GET", "/review/<standard>/<method>/call"): Door(MANAGERS, holds="method"),
    ("POST", "/review/<standard>/<method>/call"): Door(MANAGERS, INCOMPLETE, holds="method"),
    ("GET", "/review/<standard>/<method>/continue"): Door(SIGNERS, holds="method"),
    ("POST", "/review/<standard>/<method>/continue"): Door(SIGNERS, INCOMPLETE, holds="method", again=True),
    ("POST", "/review/<standard>/<method>/continue/<int:number>"): Door(SIGNERS, NOT_FOUND, holds="method", again=True),
    ("GET", "/review/<standard>/<method>/health"): Door(REVIEWERS, holds="method"),
    ("POST", "/review/<standard>/<method>/health"): Door(SIGNERS, MOVED, holds="method"),
    ("GET", "/review/leak"): Door(MANAGERS),
    ("POST", "/review/leak"): Door(MANAGERS, INCOMPLETE),
    ("GET", "/review/leak/quarantine"): Door(MANAGERS),
    ("POST", "/review/leak/quarantine"): Door(MANAGERS, INCOMPLETE),
    ("GET", "/review/leak/sessions"): Door(MANAGERS),
    ("GET", "/voids"): Door(DECIDERS),
    ("GET", "/voids/ask"): Door(DECIDERS),
    ("POST", "/voids/ask"): Door(DECIDERS, INCOMPLETE),
    ("GET", "/voids/<int:number>"): Door(DECIDERS, holds="void"),
    ("POST", "/voids/<int:number>"): Door(DECIDERS, INCOMPLETE, holds="void", again=True),
    ("POST", "/voids/<int:number>/withdraw"): Door(DECIDERS, INCOMPLETE, holds="void"),
    ("GET", "/reviews"): Door(REVIEWERS),
    ("GET", "/reviews/tasks"): Door(SIGNERS | AUTHORS),
    ("GET", "/reviews/open/<standard>/<method>"): Door(MANAGERS, holds="method"),
    ("POST", "/reviews/open/<standard>/<method>"): Door(MANAGERS, INCOMPLETE, holds="method"),
    ("GET", "/reviews/<reference>"): Door(REVIEWERS, holds="review"),
    ("GET", "/reviews/<reference>/declare"): Door(SIGNERS, holds="review"),
    ("POST", "/reviews/<reference>/declare"): Door(SIGNERS, REFUSED, holds="review"),  # signed off by then
    ("GET", "/reviews/<reference>/invite"): Door(SIGNERS, holds="review"),
    ("POST", "/reviews/<reference>/invite"): Door(SIGNERS, INCOMPLETE, holds="review"),
    ("GET", "/reviews/<reference>/agenda"): Door(SIGNERS, holds="review"),
    ("POST", "/reviews/<reference>/agenda"): Door(SIGNERS, INCOMPLETE, holds="review"),
    ("GET", "/reviews/<reference>/bank"): Door(SIGNERS, holds="review"),
    ("POST", "/reviews/<reference>/bank/budget"): Door(SIGNERS, INCOMPLETE, holds="review"),
    ("POST", "/reviews/<reference>/bank/vote"): Door(SIGNERS, INCOMPLETE, holds="review"),
    ("POST", "/reviews/<reference>/bank/decision"): Door(SIGNERS, REFUSED, holds="review"),
    ("GET", "/reviews/<reference>/withdraw"): Door(MANAGERS, holds="review"),
    ("POST", "/reviews/<reference>/withdraw"): Door(MANAGERS, INCOMPLETE, holds="review"),
    ("POST", "/reviews/<reference>/sign-off"): Door(SIGNERS, REFUSED, holds="review", again=True),
    ("GET", "/reviews/<reference>/certificate.json"): Door(REVIEWERS, holds="review"),
    ("GET", "/reviews/<reference>/minutes.pdf"): Door(REVIEWERS, holds="review"),
    ("GET", "/reviews/<reference>/tasks/<question>"): Door(MANAGERS, holds="review"),
    ("POST", "/reviews/<reference>/tasks/<question>"): Door(MANAGERS, INCOMPLETE, holds="review"),
    ("GET", "/reviews/<reference>/questions/<question>"): Door(SIGNERS, holds="review"),
    ("POST", "/reviews/<reference>/questions/<question>/vote"): Door(SIGNERS, INCOMPLETE, holds="review"),
    ("POST", "/reviews/<reference>/questions/<question>/remark"): Door(SIGNERS, INCOMPLETE, holds="review"),
    ("POST", "/reviews/<reference>/questions/<question>/decision"): Door(SIGNERS, INCOMPLETE, holds="review"),
    ("GET", "/sessions/<public_id>/report"): Door(ASSESSORS, holds="drawn session"),
    ("POST", "/sessions/<public_id>/report"): Door(ASSESSORS, INCOMPLETE, holds="drawn session"),
    ("GET", "/progress/<reference>"): Door(EVERYBODY, NOT_FOUND, holds="job"),  # own: tests/web/test_draw_plans.py
    ("POST", "/progress/<reference>"): Door(EVERYBODY, NOT_FOUND, holds="job"),  # own: tests/web/test_cancelling.py
    ("GET", "/standards"): Door(EVERYBODY),
    ("GET", "/standards/<code>"): Door(EVERYBODY, holds="standard"),
}
