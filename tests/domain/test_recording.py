"""The record of a sitting is what its entries say together, however they arrived; nothing that was written is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qbank.domain.record_entries import (
    LONGEST_TEXT,
    About,
    BadEntry,
    Entry,
    Evidence,
    How,
    Kind,
    Note,
    Supplementary,
    entry_of,
)
from qbank.domain.recording import Record, record_of
from qbank.domain.sitting_times import bands_of
from tests.domain.an_entry import BEGIN, SAYS, an_entry, as_sent

PLACES = (1, 2, 3)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def texts(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.said.text for entry in entries]


@some.composite
def written(draw) -> list[Entry]:
    """What two devices wrote, each following only what it could know of: its own entries, and what it had fetched."""
    entries: list[Entry] = []
    known: dict[str, list[Entry]] = {"laptop": [], "tablet": []}
    for number in range(draw(some.integers(0, 25))):
        device = draw(some.sampled_from(sorted(known)))
        if draw(some.booleans()):
            known[device] = list(entries)
        kind = draw(some.sampled_from(list(Kind)))
        earlier = [each for each in known[device] if each.kind is kind]
        follows = draw(some.sampled_from([None, *earlier]))
        position = draw(some.sampled_from(PLACES)) if kind in POSITIONED else None
        says = {"text": f"text {number}"} if kind in {Kind.NOTE, Kind.SUPPLEMENTARY} else {}
        if kind is Kind.QUESTIONING:
            says = {"on": draw(some.booleans())}
        at = draw(some.integers(0, 70))
        entry = an_entry(kind, minutes=at, position=position, follows=follows, device=device, **says)
        known[device].append(entry)
        entries.append(entry)
    return entries


POSITIONED = frozenset({Kind.ASKED, Kind.NOTE, Kind.SUPPLEMENTARY, Kind.EVIDENCE})


@given(entries=written(), data=some.data())
def test_any_order_and_any_repetition_of_the_same_entries_give_the_same_record(entries, data):
    again = data.draw(some.lists(some.sampled_from(entries), max_size=10)) if entries else []
    shuffled = data.draw(some.permutations(entries + again))

    assert record_of(shuffled) == record_of(entries)


@given(entries=written(), data=some.data())
def test_entries_that_come_back_from_two_devices_make_the_record_that_one_device_would_have_made(entries, data):
    laptop = [each for each in entries if data.draw(some.booleans()) or each.device == "laptop"]
    tablet = [each for each in entries if each not in laptop]

    assert record_of([*tablet, *laptop, *tablet]) == record_of(entries)


@given(entries=written())
def test_every_text_stands_unless_another_of_its_kind_was_written_in_its_place(entries):
    record = record_of(entries)

    shown = {entry for part in record.parts.values() for entry in (*part.notes, *part.supplementary)}
    replaced = {(each.kind, each.follows) for each in entries}
    spoken = [each for each in entries if isinstance(each.said, Note | Supplementary)]
    assert shown == {each for each in spoken if (each.kind, each.entry) not in replaced}


def last_arrival_wins(entries: list[Entry]) -> dict[tuple[Kind, int | None], Entry]:
    """The naive record: what came last about a question is what is kept."""
    return {(each.kind, each.position): each for each in entries}


def test_a_record_in_which_the_last_arrival_wins_depends_on_the_order_and_loses_a_note():
    """The naive variant fails on what the properties above ask for."""
    laptop = an_entry("note", position=1, minutes=5, text="from the laptop", device="laptop")
    tablet = an_entry("note", position=1, minutes=6, text="from the tablet", device="tablet")

    assert last_arrival_wins([laptop, tablet]) != last_arrival_wins([tablet, laptop])
    assert len(last_arrival_wins([laptop, tablet])) == 1
    assert texts(record_of([tablet, laptop]).part(1).notes) == ["from the laptop", "from the tablet"]


def test_a_later_note_replaces_only_the_one_that_it_names():
    first = an_entry("note", position=1, text="The log")
    second = an_entry("note", position=1, minutes=1, follows=first, text="The log was kept daily")
    other = an_entry("note", position=1, minutes=2, text="Another thing")

    assert texts(record_of([other, second, first]).part(1).notes) == ["The log was kept daily", "Another thing"]


def test_two_notes_that_replace_the_same_one_on_two_devices_stand_side_by_side():
    first = an_entry("note", position=1, text="The log")
    laptop = an_entry("note", position=1, minutes=1, follows=first, text="The log, daily", device="laptop")
    tablet = an_entry("note", position=1, minutes=1, follows=first, text="The log, weekly", device="tablet")

    assert texts(record_of([laptop, tablet, first]).part(1).notes) == ["The log, daily", "The log, weekly"]


def test_an_empty_note_takes_back_what_it_follows():
    first = an_entry("note", position=1, text="A slip")

    assert record_of([first, an_entry("note", position=1, follows=first, text=" ")]).part(1).notes == ()


def test_a_question_that_was_rephrased_wants_its_wording_and_one_that_was_not_asked_its_reason():
    silent = record_of([an_entry("asked", position=1, how="rephrased"), an_entry("asked", position=2, how="not asked")])
    said = record_of(
        [
            an_entry("asked", position=1, how="rephrased", wording="And then?"),
            an_entry("asked", position=2, how="not asked", because="Out of time."),
            an_entry("asked", position=3),
        ]
    )

    assert [silent.part(place).is_explained for place in PLACES] == [False, False, True]
    assert [said.part(place).is_explained for place in PLACES] == [True, True, True]
    assert [said.part(place).how for place in PLACES] == [How.REPHRASED, How.NOT_ASKED, How.AS_WRITTEN]


def test_W6_only_questions_that_were_put_count_as_asked_and_a_supplementary_one_is_none_of_them():
    record = record_of(
        [
            an_entry("asked", position=2),
            an_entry("asked", position=1, how="not asked"),
            an_entry("asked", position=3, how="rephrased"),
            an_entry("supplementary", position=4),
        ]
    )

    assert record.asked_positions == (2, 3)


def test_a_question_was_put_when_the_record_says_so_or_what_came_of_it_unless_it_says_that_it_was_not():
    record = record_of(
        [
            an_entry("asked", position=1, how="rephrased"),
            an_entry("asked", position=2, how="not asked"),
            an_entry("note", position=2, minutes=1),
            an_entry("asked", position=3, how="not asked"),
            an_entry("evidence", position=3, minutes=1),
            an_entry("note", position=4),
            an_entry("supplementary", position=5),
            an_entry("note", position=6, text=" "),
            an_entry("note"),
        ]
    )

    assert record.put_positions == {1, 3, 4, 5}


def test_a_question_that_one_device_put_and_another_calls_not_asked_counts_as_put():
    here = an_entry("asked", position=1, minutes=5, device="browser")
    there = an_entry("asked", position=1, minutes=6, device="offline copy", how="not asked", because="No time.")
    taken_back = an_entry("asked", position=2, minutes=6)
    corrected = an_entry("asked", position=2, minutes=7, how="not asked", because="It was 3.", follows=taken_back)

    record = record_of([here, there, taken_back, corrected])

    assert record.put_positions == {1}


def test_evidence_of_a_criterion_is_gathered_from_every_question_and_met_once_is_met():
    record = record_of(
        [
            an_entry("evidence", position=1, mark="not yet"),
            an_entry("evidence", position=2, minutes=1, mark="met"),
            an_entry("evidence", position=2, minutes=1, mark="not seen", criterion="LD1"),
        ]
    )

    assert [entry.position for entry in record.evidence["LP1"]] == [1, 2]
    assert record.met == {"LP1"}


def test_a_sitting_lasts_from_its_first_beginning_to_its_end_and_goes_on_when_the_end_is_taken_back():
    began, ended = an_entry("began"), an_entry("ended", minutes=50)
    on_a_tablet = an_entry("began", minutes=2, device="tablet")
    gone_on = an_entry("began", minutes=52, follows=ended)

    assert record_of([ended, began, on_a_tablet]).elapsed(BEGIN + minutes(90)) == minutes(50)
    on = record_of([ended, gone_on, began])
    assert (on.is_running, on.elapsed(BEGIN + minutes(90))) == (True, minutes(90))
    assert record_of([ended]).elapsed(BEGIN) == timedelta(0)


def test_O5_all_questioning_counts_and_none_of_it_twice():
    one = an_entry("questioning", minutes=10)
    stop = an_entry("questioning", minutes=14, on=False, follows=one)
    two = an_entry("questioning", minutes=12, device="tablet")
    stopped = an_entry("questioning", minutes=15, on=False, follows=two, device="tablet")
    later = an_entry("questioning", minutes=30)
    record = record_of([an_entry("began"), one, stop, two, stopped, later])

    assert record.is_questioning
    assert record.questioned(BEGIN + minutes(31)) == minutes(6)


def test_questioning_ends_with_the_sitting_and_at_its_first_end():
    on = an_entry("questioning", minutes=10)
    first = an_entry("questioning", minutes=12, on=False, follows=on)
    second = an_entry("questioning", minutes=40, on=False, follows=on, device="tablet")
    running = an_entry("questioning", minutes=55)
    everything = an_entry("questioning", minutes=56, on=False)
    bounds = [an_entry("began"), an_entry("ended", minutes=60)]

    assert record_of([*bounds, on, second, first]).questioned(BEGIN + minutes(99)) == minutes(2)
    assert record_of([*bounds, running]).questioned(BEGIN + minutes(99)) == minutes(5)
    assert record_of([*bounds, running, everything]).questioned(BEGIN + minutes(99)) == minutes(1)


def test_a_gap_is_open_until_it_is_closed_where_it_was_opened():
    opened = an_entry("gap", ksb="K1")
    closed = an_entry("gap", ksb="K1", open=False, follows=opened)

    assert record_of([opened, an_entry("gap", ksb="S2")]).gaps == ("K1", "S2")
    assert record_of([closed, opened]).gaps == ()


def test_reasons_and_an_incomplete_assessment_are_kept_with_what_they_explain():
    record = record_of([an_entry("reason"), an_entry("reason", about="questioning", text=""), an_entry("incomplete")])

    assert texts(record.reasons[About.LENGTH]) == ["A fire alarm."]
    assert About.QUESTIONING not in record.reasons
    assert len(record.incomplete) == 1


def test_entries_whose_words_were_erased_keep_their_place_in_a_chain_and_say_nothing():
    first = an_entry("note", position=1, text="A name")
    erased = replace(an_entry("note", position=1, follows=first), said=None)

    assert record_of([first, erased]) == Record()
    assert record_of([replace(an_entry("incomplete"), said=None)]).incomplete == ()


def test_an_entry_travels_as_plain_data_and_comes_back_the_same():
    for kind in SAYS:
        entry = an_entry(kind, minutes=1.5)

        assert entry_of(entry.as_data()) == entry


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("entry", "short"),
        ("entry", 12),
        ("kind", "opinion"),
        ("position", 0),
        ("position", True),
        ("position", "1"),
        ("follows", "0123456789abcdef" * 2),  # itself
        ("follows", 1),
        ("device", ""),
        ("device", "<script>"),
        ("at", -1),
        ("at", 1.5),
        ("at", 10**18),
        ("said", None),
        ("said", {}),
        ("said", {"text": 1}),
        ("said", {"text": "x" * (LONGEST_TEXT + 1)}),
        ("said", {"text": "x", "more": "y"}),
    ],
)
def test_what_is_no_entry_is_refused(part, value):
    with pytest.raises(BadEntry):
        entry_of(as_sent(**{part: value}))


@pytest.mark.parametrize(
    ("kind", "position", "said"),
    [
        ("asked", None, {"how": "as written"}),
        ("asked", 1, {"how": "sung"}),
        ("supplementary", None, {"text": "Which?"}),
        ("began", 1, {}),
        ("gap", None, {"ksb": "K" * 65, "open": True}),
        ("gap", None, {"ksb": "K1", "open": 1}),
        ("reason", None, {"about": "the weather", "text": "x"}),
        ("evidence", 1, {"criterion": "LP1", "mark": "excellent"}),
    ],
)
def test_what_a_kind_cannot_say_is_refused(kind, position, said):
    with pytest.raises(BadEntry):
        entry_of(as_sent(kind=kind, position=position, said=said))


def test_an_entry_with_a_part_too_many_or_too_few_is_refused():
    for data in (as_sent(colour="red"), {"entry": "x"}, ["entry"], "entry"):
        with pytest.raises(BadEntry):
            entry_of(data)


def test_half_a_character_is_kept_as_a_mark_rather_than_refused():
    assert entry_of(as_sent(said={"text": "ok \ud83d"})).said == Note("ok ?")


def test_evidence_says_where_it_came_from():
    assert entry_of(as_sent(kind="evidence", said={"criterion": "LP1", "mark": "met"})).said == Evidence("LP1", "met")
    with pytest.raises(BadEntry):
        entry_of(as_sent(kind="evidence", said={"criterion": "LP1", "mark": "met", "source": "hearsay"}))


def test_O1_W5_P1_the_lawful_length_is_within_the_tolerance_either_way(plan):
    bands = {method.code: bands_of(method) for method in plan.methods}

    assert {(each.shortest, each.longest) for each in bands.values()} == {(54 * 60, 66 * 60)}
    for each in bands.values():
        outside = [each.is_outside(seconds) for seconds in (54 * 60 - 1, 54 * 60, 66 * 60, 66 * 60 + 1)]
        assert outside == [True, False, False, True]


def test_O5_questioning_may_take_fifteen_per_cent_of_the_time_allowed_and_only_above_it_a_reason_is_asked_for(plan):
    bands = bands_of(plan.method("observation"))

    assert (bands.questioning, bands.amber) == (9 * 60, round(0.8 * 9 * 60))
    assert [bands.needs_a_reason(seconds) for seconds in (539, 540, 541)] == [False, False, True]
    assert bands.questioning_rates(540, 54 * 60) == (0.15, pytest.approx(1 / 6))
    assert bands.questioning_rates(1, 0) == (1 / 3600, 0.0)
    assert not bands_of(plan.method("interview")).needs_a_reason(3600)


def test_an_approved_adjustment_lengthens_the_whole(plan):
    bands = bands_of(plan.method("observation"), extra_minutes=20)

    assert (bands.allowed, bands.shortest, bands.longest) == (80 * 60, 72 * 60, 88 * 60)
    assert bands.questioning == 12 * 60
