"""What a panel does with the bank as a whole, by its pages."""

from __future__ import annotations

REVIEW = "/reviews/RV-0001"


def propose(chair, share="20", reason="A year of sets gave 12% away."):
    typed = {"budget-budget": share, "budget-reason": reason}
    return chair.press(chair.get(f"{REVIEW}/bank"), "Propose this budget", **typed)


def vote_on_bank(client, answer="yes", reason="A year of sets.", **more):
    page = client.get(f"{REVIEW}/bank")
    button = "Vote" if "Vote" in page.buttons() else "Vote again"
    typed = {"sufficient": answer, "signs": "yes", "reason": reason} | more
    return client.press(page, button, **{f"vote-{name}": value for name, value in typed.items()})


def decide_bank(client, answer="yes", **more):
    typed = {"sufficient": answer, "reason": "Enough questions."} | more
    page = client.get(f"{REVIEW}/bank")
    return client.press(
        page, "Record the decision on the bank", **{f"decision-{name}": value for name, value in typed.items()}
    )
