"""L7: every public function of a service that writes leaves an entry in the audit trail, or says here why it need not.

Read from the code: who calls whom among the services, who writes to a store, who reaches `audit.record` or
`record_all`. It sees that a function can record, not that it does on every path; the tests of each service see that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.house.the_acts import Code, Unreadable, enumerations_of
from tests.house.the_project import ROOT, python_files, tree

SERVICES = Path("qbank/services")
RECORDS = frozenset({"audit.record", "audit.record_all"})
WRITES = frozenset({"add", "add_all", "delete", "flush", "merge"})
STATEMENTS = frozenset({"delete", "insert", "update"})

NO_ENTRY = {
    "people.employer": "a name that means nothing until an apprentice is registered with it, which is an entry",
    "people.provider": "likewise",
    "reasons.keep": "a part of the act whose reason it is, which is the entry; the words stay out of the trail",
    "sign_ins.seen": "that somebody is still there, noted every half minute, is no act",
    "sign_ins.end": "a sign-in that ends in one browser gives nobody anything; it has a row of its own",
    "sign_ins.password_given": "a time on the sign-in's own row; what it opens records itself",
    "recovery_codes.make": "a part of enrolling or renewing, which are the entries",
    "recovery_codes.forget": "a part of renewing, disabling or resetting, which are the entries",
    "moving.move": "a part of submitting, taking back and deciding, which are the entries",
    "authoring.begin": "the words of a draft are its authors' own until they submit them, which is the entry",
    "authoring.revise": "likewise",
    "authoring.save": "likewise: a save a second would drown the trail",
    "drafting.begin_all": "likewise: many drafts at once are as much their author's own",
    "drafting.save_all": "likewise",
    "authoring.hold": "a part of answering a remark, which is the entry",
    "authoring.put_away": "likewise: its words are kept, and it is taken up again by one press",
    "authoring.take_up": "likewise",
    "frozen_eligibility.recall": "a part of restoring a backup, which is the entry; each set drawn by it names that",
    "drawing.pin": "the questions of a set or an extension, whose own entry whoever draws it records",
    "shared_reasons.erase": "a part of erasing an apprentice, which is the entry",
    "sign_ins.forget_old": "rows that opened nothing any more; the trail keeps who signed in",
    "sign_in_tries.admit": "a count of tries that is forgotten after minutes; the failure itself is an entry",
    "sign_in_tries.succeeded": "takes that count back; the sign-in itself is an entry",
}
"""Public functions that write and record nothing, each with its reason."""


@dataclass
class Act:
    """One function: whether it writes itself, and whom it calls."""

    writes: bool = False
    calls: set[str] = field(default_factory=set)


def acts_of(module: str, parsed: ast.Module) -> dict[str, Act]:
    """Every function and method of a module, under "module.name"; what is defined inside one belongs to it."""
    known = imported(module, parsed)
    found = {}
    for node in parsed.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for each in inner:
            if isinstance(each, ast.FunctionDef):
                found[f"{module}.{each.name}"] = act_of(each, known)
    return found


def imported(module: str, parsed: ast.Module) -> dict[str, str]:
    """What a name means in the module: a function of a service, or a module of services."""
    known = {node.name: f"{module}.{node.name}" for node in parsed.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(parsed):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qbank.services"):
            package = (node.module or "").removeprefix("qbank.services").removeprefix(".")
            for name in node.names:
                known[name.asname or name.name] = f"{package}.{name.name}".removeprefix(".")
    return known


def act_of(function: ast.FunctionDef, known: dict[str, str]) -> Act:
    act = Act()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in known:  # called, or handed on to be called
            act.calls.add(known[node.id])
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            act.calls.add(f"{known.get(owner, '?')}.{node.attr}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            act.writes |= writes(node, node.func)
    return act


def writes(call: ast.Call, method: ast.Attribute) -> bool:
    """`store.add(…)`, `self.store.flush()`, `sa.update(…)`."""
    owner = ast.unparse(method.value)
    return (owner.rpartition(".")[2] == "store" and method.attr in WRITES) or (
        owner == "sa" and method.attr in STATEMENTS and bool(call.args)
    )


def all_acts() -> dict[str, Act]:
    found: dict[str, Act] = {}
    for path in python_files():
        if path.parent == SERVICES:
            found |= acts_of(path.stem, tree(path))
            found |= {  # a module that only hands on what another defines
                f"{path.stem}.{name}": Act(calls={target})
                for name, target in imported(path.stem, tree(path)).items()
                if "." in target and not target.startswith(f"{path.stem}.")
            }
    return found


def reached(name: str, acts: dict[str, Act]) -> set[str]:
    seen, waiting = set(), [name]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += acts[each].calls if each in acts else ()
    return seen


def unrecorded(acts: dict[str, Act]) -> Iterator[str]:
    """Public functions that write, themselves or through others, and never reach the audit trail."""
    for name in sorted(acts):
        if name.rpartition(".")[2].startswith("_") or name in RECORDS:
            continue
        through = reached(name, acts)
        if not RECORDS & through and any(acts[each].writes for each in through if each in acts):
            yield name


def test_every_public_function_that_writes_records_an_entry():
    found = {name for name in unrecorded(all_acts()) if name not in NO_ENTRY}

    assert found == set(), "Record an entry in the same unit, or give the reason in NO_ENTRY."


def test_no_reason_is_given_for_what_is_gone_or_records_by_now():
    assert set(NO_ENTRY) - set(unrecorded(all_acts())) == set()


def test_the_guard_notices_a_service_that_writes_and_records_nothing():
    source = """
from qbank.services import audit
def quiet(store): _keep(store)
def _keep(store): store.add(1)
def updating(store): store.execute(sa.update(Person).where(sa.true()))
def loud(store):
    def work(store): _keep(store)
    audit.record(store)
    work(store)
def reading(store): return store.get(1)
"""
    assert list(unrecorded(acts_of("bank", ast.parse(source)))) == ["bank.quiet", "bank.updating"]


def test_the_guard_sees_the_acts_that_are_known_to_write():
    acts = all_acts()
    known = ("booking.book", "delivering.pull_once", "seeding.load_questions", "at_hand.load_folder", "people.create")

    assert {name for name in known if not RECORDS & reached(name, acts)} == set()
    assert (ROOT / SERVICES / "audit.py").exists()


def the_code() -> Code:
    """Every service, and every enumeration of the application."""
    ours = [path for path in python_files() if path.parts[0] == "qbank"]
    return Code(
        {path.stem: tree(path) for path in ours if path.parent == SERVICES},
        {name: words for path in ours for name, words in enumerations_of(tree(path)).items()},
    )


def test_only_services_record_acts():
    """Else the list of acts below would not be read from all of them."""
    elsewhere = {
        path
        for path in python_files()
        if path.parts[0] in {"qbank", "delivery", "review"} and path.parent != SERVICES
        if any(each in (ROOT / path).read_text(encoding="utf-8") for each in RECORDS)
    }

    assert elsewhere == set()


def test_L7_the_guide_to_the_trail_lists_every_act():
    guide = (ROOT / "docs/audit.md").read_text(encoding="utf-8")
    table = guide.partition("| About | `act` of an entry |")[2].partition("\n\n")[0]

    listed = re.findall(r"`([^`]+)`", table)

    assert len(listed) == len(set(listed))
    assert set(listed) == the_code().acts(), "docs/audit.md lists every act once, and no other."


def test_the_reader_of_acts_finds_them_however_they_are_said_and_names_what_it_cannot_read():
    said = """
REVEALED = "seed revealed"
ACTS = {"a": "rested", "b": "retired"}
def plain(store): audit.record(store, act="booked")
def either(store, yes): audit.record(store, act=REVEALED if yes else "kept")
def table(store, which): audit.record_all(store, act=ACTS[which])
def through(store): _tell(store, f"sets {'sent' if store else 'taken'}")
def _tell(store, act): audit.record(store, act=act)
def by_kind(store, decided: Decided): audit.record(store, act=f"plan {decided}")
"""
    kinds = enumerations_of(ast.parse('class Decided(StrEnum):\n    YES = "approved"\n    NO = "sent back"'))

    assert Code({"a": ast.parse(said)}, kinds).acts() == {
        *("booked", "seed revealed", "kept", "rested", "retired"),
        *("sets sent", "sets taken", "plan approved", "plan sent back"),
    }
    with pytest.raises(Unreadable, match=r"a: which acts can worded\(store\) be"):
        Code({"a": ast.parse("def odd(store): audit.record(store, act=worded(store))")}, {}).acts()
