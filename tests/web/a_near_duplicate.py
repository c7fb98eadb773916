"""A question that is given a next version in nearly the words of another, by an author and an approver."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from qbank.domain.access import Role
from qbank.domain.approving import Decision, Verdict
from qbank.domain.lifecycle import Change
from qbank.domain.people import COMMAND_LINE, Actor
from qbank.domain.working_drafts import DraftText
from qbank.services import approving, authoring, people
from qbank.storage.queries import versions, writing
from qbank.web.transaction import transaction


def asks_nearly_the_same(app: Flask, reference: str, other: str, *, at: datetime) -> None:
    """Have `reference` ask what `other` asks, and one word more, from that time on: an editorial change."""

    def work(store: Session) -> None:
        question, model = (writing.question_by_reference(store, each) for each in (reference, other))
        assert question is not None
        assert model is not None
        author, approver = (_person(store, role, at) for role in (Role.AUTHOR, Role.APPROVER))
        draft = authoring.revise(store, question, by=author, at=at)
        stem = f"{writing.newest_version(store, model.id).stem} Why?"
        text = replace(DraftText.from_kept(draft.words), stem=stem)
        authoring.save(store, draft, text, revision=draft.revision, by=author, at=at)
        number = authoring.submit(store, draft, revision=draft.revision, because="Clearer.", by=author, at=at).number
        confirmed = frozenset(versions.versions_of(store, question)[0].content.ksbs)
        made = Decision(Verdict.APPROVED, change=Change.EDITORIAL, confirmed=confirmed, reason="It is clear.")
        approving.decide(store, question, made, number=number, by=approver, at=at)

    with app.app_context():
        transaction(work)


def _person(store: Session, role: Role, at: datetime) -> Actor:
    email = f"a-{role.name.lower()}@example.org"
    return people.create(
        store, name=f"The {role}", email=email, password=None, roles=[role], by=COMMAND_LINE, at=at
    ).actor
