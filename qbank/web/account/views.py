"""One's own account: where one is signed in, sign out everywhere, another password."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from qbank.domain.access import Permission
from qbank.domain.errors import RuleBroken
from qbank.services import passwords, people, recovery_codes, second_factors
from qbank.services import sign_ins as kept
from qbank.services.passwords import HashedPassword
from qbank.storage.models import Person
from qbank.web import saying, sign_ins, tries
from qbank.web.account import second_factor
from qbank.web.account.accounts import Account
from qbank.web.account.password_form import NOT_RIGHT, PasswordForm
from qbank.web.clock import now
from qbank.web.gate import allowed, current_person
from qbank.web.transaction import reading, transaction

bp = Blueprint("account", __name__, url_prefix="/account")
bp.register_blueprint(second_factor.bp)

CHANGED = "Your password is changed. Every other sign-in of yours has ended."


@bp.get("")
@allowed(Permission.KEEP_OWN_ACCOUNT)
def index() -> str:
    """Who one is here, and every browser in which one is signed in."""
    mine = _myself(reading())
    here = sign_ins.standing()
    standing = kept.standing_of(reading(), mine.id, at=now(), limits=sign_ins.limits())
    lines = [(_when(one.began_at), _when(one.seen_at), here is not None and one.id == here.id) for one in standing]
    known = [("Name", mine.name), ("E-mail address", mine.email), ("Roles", ", ".join(sorted(mine.actor.roles)))]
    known.append(("Second factor", _second_factor(mine.id)))
    return render_template("account/account.html", known=known, lines=lines, limits=sign_ins.limits())


@bp.post("/sign-out-everywhere")
@allowed(Permission.KEEP_OWN_ACCOUNT)
def sign_out_everywhere() -> AnyResponse:
    """End every sign-in of this person, this one too."""
    transaction(lambda store: kept.end_all(store, _myself(store), by=current_person(), at=now()))
    sign_ins.leave()
    return redirect(url_for("security.login"))


@bp.get("/password")
@allowed(Permission.KEEP_OWN_ACCOUNT)
def password() -> str:
    """The form for another password."""
    return render_template("account/password.html", form=PasswordForm())


@bp.post("/password")
@allowed(Permission.KEEP_OWN_ACCOUNT)
def change_password() -> AnyResponse:
    """Change the password if the old one is right and the new one is good; else say in one sentence what is not."""
    form = PasswordForm()
    new = _checked(form) if form.validate_on_submit() else None
    if new is None:
        return _again(form)
    transaction(lambda store: people.set_password(store, _myself(store), new, by=current_person(), at=now()))
    sign_ins.sign_in_again(Account.of(_myself(reading())), password_at=now())
    flash(CHANGED)
    return redirect(url_for(".index"))


def _checked(form: PasswordForm) -> HashedPassword | None:
    """The new password as it is kept, or None with the fault beside its field.

    Raises:
        TooManyTries: somebody at a browser left open guesses the old password.
    """
    mine = _myself(reading())
    number = tries.admit(mine.email)
    if not passwords.is_right(form.old.data or "", mine.password):
        tries.failed(mine.email)
        form.old.errors = [NOT_RIGHT]
        return None
    tries.succeeded(number)
    organisation = current_app.config["QBANK_ORGANISATION"]
    try:
        return passwords.chosen(form.new.data or "", known=(mine.name, mine.email, organisation))
    except RuleBroken as refusal:
        form.new.errors = [str(refusal)]
        return None


def _second_factor(person_id: int) -> str:
    if second_factors.of(reading(), person_id) is None:
        return "None: the password alone signs you in"
    left = saying.counted(recovery_codes.left(reading(), person_id), "recovery code")
    return f"A code from your app; {left} left"


def _when(moment: datetime) -> str:
    return saying.capitalised(saying.day_and_time(moment, at=now()))


def _again(form: PasswordForm) -> Response:
    return make_response(render_template("account/password.html", form=form), 400)


def _myself(store: Session) -> Person:
    """The row of the person of this request."""
    return store.get_one(Person, current_person().identifier)
