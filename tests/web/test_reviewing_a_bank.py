"""The bank as a whole before the panel, by its pages: the proposed budget, blind votes, the decision."""

from __future__ import annotations

from tests.web.a_panel_on_the_bank import REVIEW, decide_bank, propose, vote_on_bank
from tests.web.test_reviewing import opened, panel

__all__ = ["opened", "panel"]


def test_W8_the_panel_votes_on_the_bank_blind_until_the_own_vote_and_home_says_who_is_to(opened, manager):
    lena, omar, ruth = (opened[name] for name in ("lena", "omar", "ruth"))
    assert "vote on the bank" not in omar.get("/").main, "no budget is proposed yet"
    assert "propose a budget for the bank" in lena.get("/").main
    propose(lena)
    assert "vote on the bank" in omar.get("/").main
    missing = omar.press(omar.get(f"{REVIEW}/bank"), "Vote", **{"vote-reason": "It is thin."})
    assert missing.status == 400
    assert "Select yes or no" in missing.main
    kept = vote_on_bank(omar, "no", "It is thin.")
    assert "Your vote on the bank is kept." in kept.main
    assert "vote on the bank" not in omar.get("/").main

    blind = ruth.get(f"{REVIEW}/bank").main
    assert "It is thin." not in blind + manager.get(f"{REVIEW}/bank").main + manager.get(REVIEW).main
    assert "You see how others voted, and what they said, once you have voted." in blind
    assert "1 of 3 members voted on it; it needs 2 votes." in manager.get(REVIEW).main
    assert "It is thin." in vote_on_bank(ruth, "no").main
    assert "Record the decision on the bank" not in lena.get(f"{REVIEW}/bank").buttons(), "the chair has not voted"


def test_whoever_has_not_voted_learns_nothing_from_a_decision_they_may_not_record(opened, manager):
    """A decision against most votes asks for more: to say so would tell how the others voted."""
    propose(opened["lena"])
    for name in ("omar", "ruth"):
        vote_on_bank(opened[name], "yes")

    for client in (opened["lena"], manager):
        token = client.get(REVIEW).form("Sign out").fields["csrf_token"]
        typed = {"reason": "Thin."}
        told = [
            client.http.post(
                f"{REVIEW}/bank/decision",
                data={"csrf_token": token, "decision-sufficient": answer}
                | {f"decision-{name}": value for name, value in typed.items()},
                headers={"Referer": f"{client.app.config['PREFERRED_URL_SCHEME']}://localhost/"},
            )
            for answer in ("yes", "no")
        ]
        assert [each.status_code for each in told] == [409, 409]
        assert not any("Say why the decision is not" in each.text for each in told)


def test_W7_a_decision_that_is_not_what_most_votes_are_for_is_asked_why_and_says_it(opened):
    lena = opened["lena"]
    propose(lena)
    vote_on_bank(lena)
    assert "1 of the 2 votes that it needs is cast" in lena.get(f"{REVIEW}/bank").main
    for name in ("omar", "ruth"):
        vote_on_bank(opened[name], "no")
    assert "decide on the bank" in lena.get("/").main
    asked = decide_bank(lena)
    assert asked.status == 400
    assert "Say why the decision is not what most votes are for" in asked.main
    assert asked.form("Record the decision on the bank").fields["decision-reason"] == "Enough questions."

    done = decide_bank(lena, departs_because="Six questions went live on Monday.")

    assert "That is not what most votes were for: Six questions went live on Monday." in done.main
    assert "Votes: 1 that it is of sufficient size, 2 that it is not." in done.main
    late = opened["ruth"].get(f"{REVIEW}/bank")
    assert "Vote again" not in late.buttons()
    assert "Lena Fox yes" in late.main


def test_W7_members_read_the_proposed_budget_and_sign_it_or_name_another_and_the_page_says_who_did(opened):
    lena, omar = opened["lena"], opened["omar"]
    empty = propose(lena, share="", reason="")
    assert (empty.status, "Enter a share such as 20" in empty.main) == (400, True)
    propose(lena)
    assert "Proposed for the panel to sign: 20.0% of a set" in omar.get(f"{REVIEW}/bank").main
    assert "Propose this budget" not in omar.get(f"{REVIEW}/bank").buttons()
    asked = vote_on_bank(omar, reason="", signs="no")
    assert all(words in asked.main for words in ("Enter the budget you would sign", "Say why"))

    vote_on_bank(omar, reason="It gave 12% away.", signs="no", would_sign="15")
    vote_on_bank(lena)

    told = lena.get(f"{REVIEW}/bank").main
    assert "1 of the 2 who voted sign the proposed budget" in told
    assert "no, 15.0%" in told
    assert "propose a budget for the bank" in lena.get("/").main
    propose(lena, share="15")
    for name in ("lena", "omar"):
        vote_on_bank(opened[name])
    assert "The budget is signed by Lena Fox, Omar" in decide_bank(lena).main
