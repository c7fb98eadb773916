"""Jargon: words that an apprentice of another trade would have to have explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qbank.domain.advice.names import EVERYDAY_INITIALS, KNOWN_INITIALS
from qbank.domain.advice.remarks import Remark, on_stem

CODE: Final = "jargon"

_PLAIN: Final = "Not everybody knows this word: say it plainly, as to a new colleague."
_INITIALS_SAY: Final = "Not everybody knows these initials: say what they stand for."
_CODES_SAY: Final = (
    "The apprentice is asked about their work and not about the assessment: leave the code or the term out."
)

_MANAGEMENT: Final = (
    r"leverag(?:e|es|ed|ing)|synerg(?:y|ies|istic)|touch ?-?points?|pain points?|buy-?in|coalface"
    r"|cascad(?:e|es|ed|ing)|deep[ -]dives?|low[ -]hanging fruit|omni-?channel|multi-?channel|triangulat\w+"
    r"|going forward|operationalis\w+|move the needle|close the loop|holistic(?:ally)?|granular(?:ity)?"
    r"|reach(?:ed|ing)? out|benchmark\w*|incentivi[sz]\w*|onboard\w*|upskill\w*|reskill\w*|blue[ -]sky"
    r"|ducks in a row|sociali[sz]e[ds]?|takeaways?|actionable|future-proof\w*|backlog|optimis\w+|lifecycles?"
    r"|empower\w*|self-serve|deflect\w*|value proposition|value[ -]add(?:ed)?|add(?:s|ed|ing)? value|bandwidth of"
    r"|what bandwidth|customer-centric\w*|mindset|ecosystem|stakeholder\w*|deliverables?|learnings|ideat\w+"
    r"|iterat\w+|scal(?:able|ability)|agile|disrupt(?:ion|ive|ors?)|root[ -]cause analysis|fishbone|swim ?lanes?"
    r"|user stor(?:y|ies)|persona(?:s)?|churn(?:ed)?|funnels?|upsell\w*|cross-sell\w*|net promoter score"
    r"|customer effort score|first contact resolution|average handling time|service level agreements?"
    r"|key performance indicators?|return on investment|wrap time|shrinkage|footfall|metrics?|dashboards?"
    r"|drill(?:ed|ing)? down|ring-?fenc\w+|circle back|touch base|helicopter view|big picture thinking"
    r"|think(?:ing)? outside the box|game[ -]changer|best[ -]in[ -]class|world[ -]class|win-win|quick wins?"
    r"|thought leader\w*|core competenc(?:y|ies)|change agents?|silo(?:s|ed)?|verticals?|workstreams?|roadmaps?"
    r"|strategic alignment|strategis\w+|synthesis\w+|utilis\w+|paradigms?|methodolog(?:y|ies)|proactively manag\w+"
    r"|end-to-end|customer lifetime value|ux|user experience"
)
_BUSINESS: Final = (
    r"partner(?:ed|ing)? with|footprint|land(?:ed|ing)? (?:the|your|a) message|tee(?:d|ing)? up|parse[ds]?|verbatims?"
    r"|driv(?:e|ing) adoption|drove adoption|north star|book of business|detractors?|squads?|cohorts?"
    r"|headline learnings?"
    r"|four ps|retros?|retrospectives?|sweat the|delta|as-is|to-be|heat ?maps?|sense-check\w*|hypothes[ie]s"
    r"|the wider business|white space|playbooks?|execs?|exec sponsors?|tier \d|rag-rat\w+|run rate|headcount"
    r"|pushback|headwinds?|blockers?|stand-ups?|sprints?|kanban|scrum|time-to-value|health score|key accounts?"
    r"|resource(?:d|ing)|scope creep|technical debt|root causes?"
    r"|production issues?|differentiated instruction|stretch goals?"
    r"|net-net|boil the ocean|low bar|cadence|touch down|comms|socials"
    r"|inbound|outbound"
)
_FIGURATIVE: Final = (
    r"action(?:ed|ing)\b|(?:did|do|you|to) action\b|(?<=were )aligned"
    r"|alignment|(?:did|do|to|you) drive (?=change|growth"
    r"|improvement|performance|results)|l[123] support|embed(?:ded|ding)?|prioriti[sz]e tickets"
)
_ASSESSMENT: Final = (
    r"ksbs?|[ksb]\d{1,2}(?!\w)|[wod][pdf]\d{1,2}|learning outcomes?|(?:pass|distinction|grading|assessment"
    r"|performance)"
    r" (?:criteria|criterion|descriptors?)|end-point assessment|gateway|competenc(?:e|y|ies)|learning objectives?"
    r"|occupational standard"
)
_JARGON: Final = re.compile(rf"\b(?:{_MANAGEMENT}|{_BUSINESS}|{_FIGURATIVE})(?![\w-])", re.IGNORECASE)
_CODES: Final = re.compile(rf"\b(?:{_ASSESSMENT})\b", re.IGNORECASE)
_EMPHASIS: Final = frozenset(
    [
        "NOT",
        "ONLY",
        "FIRST",
        "ALL",
        "MUST",
        "ONE",
        "ANY",
        "AND",
        "OR",
        "YOU",
        "YOUR",
        "BEST",
        "MOST",
        "LEAST",
        "WHY",
        "HOW",
        "WHAT",
        "WHO",
        "WHEN",
        "ALWAYS",
        "NEVER",
        "BEFORE",
        "AFTER",
    ]
)
"""Words that people write in capitals to stress them."""
_INITIALS: Final = re.compile(r"(?<![\w&])[A-Z][A-Z&]{1,5}s?(?![\w&])")


def jargon(stem: str, *, plan_text: str = "") -> tuple[Remark, ...]:
    """A remark on each word of jargon, in the order of the stem.

    Args:
        stem: the words asked.
        plan_text: the KSBs and criteria of the plan, in lower case: their words are the apprentice's own.
    """
    return tuple(on_stem(CODE, span, stem, says) for span, says in sorted(_found(stem, plan_text)))


def _found(stem: str, plan_text: str) -> Iterator[tuple[tuple[int, int], str]]:
    taken: list[tuple[int, int]] = []
    for pattern, says in ((_CODES, _CODES_SAY), (_JARGON, _PLAIN), (_INITIALS, _INITIALS_SAY)):
        for word in pattern.finditer(stem):
            known = word.group().lower() in plan_text if says is _PLAIN else _is_known(word.group())
            if not known and not any(start < word.end() and word.start() < end for start, end in taken):
                taken.append(word.span())
                yield word.span(), says


def _is_known(initials: str) -> bool:
    bare = initials.removesuffix("s")
    return initials in _EMPHASIS or bare in EVERYDAY_INITIALS or initials in EVERYDAY_INITIALS or bare in KNOWN_INITIALS
