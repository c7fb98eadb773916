"""One's second factor: set it up, its recovery codes, turn it off; and the page that asks for the code at sign-in."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_security.utils import validate_redirect_url
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from qbank.domain.access import Permission
from qbank.domain.errors import NotAllowed
from qbank.domain.people import Actor
from qbank.services import one_time_codes, passwords, recovery_codes
from qbank.services import second_factors as kept
from qbank.storage.models import Person
from qbank.web import saying, sign_ins, tries
from qbank.web.account.accounts import Account
from qbank.web.account.code_forms import (
    NOT_FROM_THE_APP,
    NOT_RIGHT,
    NOT_YOUR_PASSWORD,
    CodeForm,
    DisableForm,
    EnrolForm,
)
from qbank.web.clock import now
from qbank.web.gate import allowed, code_awaited, current_person
from qbank.web.second_factors import asked_of, cipher
from qbank.web.transaction import reading, transaction

bp = Blueprint("second_factor", __name__)

Refused = tuple[str, int]
"""A form with what is wrong with it, and its status."""

OFF = "Your second factor is off. Your password alone signs you in."


@bp.get("/code")
@code_awaited
def code() -> str:
    """The page between the password and everything else."""
    return _code_page(CodeForm(next=request.args.get("next", "")))


@bp.post("/code")
@code_awaited
def check_code() -> Response | Refused:
    """Sign in whole, if the code is right; a new key takes the half-open one's place."""
    form, half_open = CodeForm(), sign_ins.standing()
    person = sign_ins.awaiting()
    if person is None or half_open is None:
        raise NotAllowed("No code is awaited here.", remedy="Sign in again.")
    mine = _row(reading(), person)
    if not (form.validate_on_submit() and _accepted(form, mine)):
        return _code_page(form), 400
    sign_ins.sign_in_again(Account.of(mine), password_at=half_open.password_at)
    wanted = form.next.data or ""
    return redirect(wanted if wanted and validate_redirect_url(wanted) else "/")


@bp.get("/second-factor")
@allowed(Permission.KEEP_OWN_ACCOUNT, unenrolled=True)
def index() -> str:
    """The form to set it up, or what there is of it."""
    if kept.of(reading(), _mine().id) is not None:
        return _standing_page(DisableForm())
    secret = one_time_codes.new_secret()
    sealed = cipher().sealed(secret, person_id=_mine().id)
    return _enrol_page(EnrolForm(formdata=None, sealed=base64.urlsafe_b64encode(sealed).decode()), secret)


@bp.post("/second-factor")
@allowed(Permission.KEEP_OWN_ACCOUNT, unenrolled=True, fresh=True)
def enrol() -> Response | str | Refused:
    """Turn it on, if the app shows the right code; the recovery codes are shown this once.

    Raises:
        RuleBroken: it is on already.
        TooManyTries: too many wrong codes.
    """
    form, mine = EnrolForm(), _mine()
    secret = _secret_of(form, mine)
    if secret is None:
        return redirect(url_for(".index"))
    step = _step(form, mine, secret) if form.validate_on_submit() else None
    if step is None:
        return _enrol_page(form, secret), 400
    since = _password_at()
    codes = transaction(
        lambda store: kept.enrol(store, _row(store, current_person()), secret, step, cipher=cipher(), at=now())
    )
    sign_ins.sign_in_again(Account.of(_mine()), password_at=since)
    return render_template("account/recovery_codes.html", codes=codes, first=True)


@bp.post("/second-factor/recovery-codes")
@allowed(Permission.KEEP_OWN_ACCOUNT, fresh=True)
def renew() -> str:
    """Ten new recovery codes, shown this once.

    Raises:
        RuleBroken: there is no second factor.
    """
    codes = transaction(lambda store: kept.renew_recovery_codes(store, _row(store, current_person()), at=now()))
    return render_template("account/recovery_codes.html", codes=codes, first=False)


@bp.post("/second-factor/off")
@allowed(Permission.KEEP_OWN_ACCOUNT)
def disable() -> Response | Refused:
    """Turn it off, with password and code.

    Raises:
        TooManyTries: too many wrong passwords or codes.
    """
    form, mine = DisableForm(), _mine()
    if kept.of(reading(), mine.id) is None:
        return redirect(url_for(".index"))
    if not (form.validate_on_submit() and _accepted(form, mine, password=form.password.data or "")):
        return _standing_page(form), 400
    transaction(lambda store: kept.disable(store, _row(store, current_person()), at=now()))
    flash(OFF)
    return redirect(url_for("account.index"))


def _accepted(form: CodeForm | DisableForm, mine: Person, password: str | None = None) -> bool:
    """Whether the code is the person's, and the password where one is given; the fault beside its field if not.

    Raises:
        TooManyTries: there were too many, counted with wrong passwords.
    """
    number, person = tries.admit(mine.email), mine.actor
    right = password is None or passwords.is_right(password, mine.password)
    if not right:
        form.password.errors = [NOT_YOUR_PASSWORD]
    elif transaction(lambda store: kept.accept(store, form.code.data or "", person, cipher=cipher(), at=now())):
        tries.succeeded(number)
        return True
    else:
        form.code.errors = [NOT_RIGHT]
    tries.failed(mine.email)
    return False


def _step(form: EnrolForm, mine: Person, secret: bytes) -> int | None:
    """The time step of the code, or None with the fault beside its field; counted like any other try."""
    number = tries.admit(mine.email)
    step = one_time_codes.step_of(form.code.data or "", secret, at=now())
    if step is None:
        tries.failed(mine.email)
        form.code.errors = [NOT_FROM_THE_APP]
    else:
        tries.succeeded(number)
    return step


def _secret_of(form: EnrolForm, mine: Person) -> bytes | None:
    """The secret that the form carries, if it is one of ours and of this person; None begins anew."""
    try:
        sealed = base64.urlsafe_b64decode((form.sealed.data or "").encode())
    except (binascii.Error, ValueError):
        return None
    return cipher().opened_or_none(sealed, person_id=mine.id)


def _code_page(form: CodeForm) -> str:
    by_recovery = request.args.get("by") == "recovery-code"
    return render_template("account/code.html", form=form, by_recovery=by_recovery)


def _enrol_page(form: EnrolForm, secret: bytes) -> str:
    organisation = current_app.config["QBANK_ORGANISATION"]
    address = one_time_codes.address(secret, account=_mine().email, issuer=f"qbank {organisation}")
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, dark="#000", light="#fff", svgclass="square-code", lineclass=None, title="The secret as a square code"
    )
    return render_template(
        "account/enrol.html",
        form=form,
        square=Markup(drawn),  # noqa: S704 - our own SVG
        secret=one_time_codes.in_groups(secret),
        account=_mine().email,
        asked=asked_of(current_person()),
    )


def _standing_page(form: DisableForm) -> str:
    mine = _mine()
    known = kept.of(reading(), mine.id)
    since = saying.capitalised(saying.day_and_time(known.enrolled_at, at=now())) if known else ""
    left = recovery_codes.left(reading(), mine.id)
    return render_template(
        "account/second_factor.html", form=form, since=since, left=left, asked=asked_of(current_person())
    )


def _password_at() -> datetime:
    here = sign_ins.standing()
    return now() if here is None else here.password_at


def _mine() -> Person:
    return _row(reading(), current_person())


def _row(store: Session, person: Actor) -> Person:
    return store.get_one(Person, person.identifier)
