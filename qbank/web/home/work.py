"""What each role does here: what stands today and what is still to be built, said plainly on the home page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qbank.domain.access import Role


@dataclass(frozen=True, slots=True)
class Work:
    """One role's part of the bank.

    Args:
        title: the role, as a heading.
        does: what the role is for, in one sentence.
        here: what the role finds in this version, in one or two sentences.
    """

    title: str
    does: str
    here: str


WORK: Final[dict[Role, Work]] = {
    Role.AUTHOR: Work(
        "Author",
        "You write the questions of the bank.",
        "Under “Questions” are your drafts: begin one, go on where you left off, and submit it to be approved. What an "
        "approver remarked stands beside the draft. Whole folders of text files are checked and loaded by the commands "
        "“qbank bank check” and “qbank bank load”.",
    ),
    Role.APPROVER: Work(
        "Approver",
        "You are the second person: no question goes live without you, and never your own.",
        "Under “Approvals” are the questions that await you, the one that has waited longest first: remark on a "
        "passage, suggest other words, approve, request changes or reject. Standard sets that await you are listed "
        "here, above. The standard says what a question must evidence.",
    ),
    Role.PANEL_MEMBER: Work(
        "Panel member",
        "Once a year you decide for every question: keep, revise, rest or retire.",
        "The open reviews are listed here, above, with what waits for your vote: declare your interests, vote on each "
        "question and on the bank without seeing how others voted, then discuss it. The chair records decisions and "
        "signs the review off. Under “Annual review” is its clock: what is due, overdue or called early, and the "
        "reviews before.",
    ),
    Role.ASSESSOR: Work(
        "Assessor",
        "You conduct assessment sessions with questions that are drawn for each of them.",
        "Open a session to pull its question set, read it and print the pack; conduct it with its record kept while "
        "you ask; finish it: judge each criterion, see the grade that follows, and submit.",
    ),
    Role.IQA: Work(
        "Internal quality assurer",
        "You moderate assessment decisions before they are confirmed.",
        "Today: the audit trail tells who did what and when, and whether it still follows from the first entry; "
        "“qbank draw verify” replays the draw of any question set. Under “Draw plans” you see what each method is "
        "drawn by and what its rehearsal found. Under “Moderation” are the decisions that await you: uphold them or "
        "return them with a reason, then confirm. Voids of question sets that somebody asks for are listed "
        "here, above: a second person answers.",
    ),
    Role.BANK_MANAGER: Work(
        "Bank manager",
        "You look after standards, specifications, people and settings.",
        "Under “Annual review” you open the review of a method with its panel. Under “Bookings” you book assessment "
        "sessions, change and cancel them; a set that was pulled and not sat is voided by you and a second person. "
        "Under “Draw plans” you see what each method is drawn by, have a new plan fitted and rehearsed when the bank "
        "has changed, and put it in use; there too you have standard sets assembled for an observation. "
        "A standard and its first questions are loaded in a terminal, by “qbank bank load”, and people are added "
        "there, by “qbank people”.",
    ),
    Role.EQA_VIEWER: Work(
        "External quality assurance viewer",
        "You see how assessment was done, without the live questions themselves.",
        "Today: the audit trail, the draw plans with their rehearsals, and in the standard every rule and number that "
        "the software applies. Under “Moderation” you read every decision with its evidence, without live questions. "
        "The evidence bundle comes later.",
    ),
}
