"""Asks to describe where the KSB says analyse: the full answer to the stem would not show what the KSB asks for."""

from __future__ import annotations

import re
from typing import Final

from qbank.domain.advice.remarks import Remark, on_stem
from qbank.domain.advice.spoken import AUXILIARY

CODE: Final = "describe-for-analyse"

_KSB_JUDGES: Final = re.compile(
    r"\b(?:analy[sz]\w*|evaluat\w*|critical(?:ly)?|interpret\w*|assess(?:es|ing)?|judg\w*|weighs?|weighing"
    r"|compar(?:es?|ing)"
    r"|diagnos\w*|justif\w*|investigat\w*|conclusions?|insight|reads it)\b",
    re.IGNORECASE,
)
_STEM_JUDGES: Final = re.compile(
    rf"\bwhy\b|\bhow\s+(?:{AUXILIARY}|far|well|sure|strong|good|reliable|much|serious|important)\b"
    r"|\b(?:reasons?|grounds?|causes?|caused|root|behind|decid\w+|judg\w+|conclu\w+|weigh\w*|compar\w+|contrast\w*"
    r"|evaluat\w+|analys\w+|interpret\w+|establish\w*|assess\w*|prefer\w*|better|best|worst|worse|weak\w*"
    r"|strong\w*|most"
    r"|least|hard\w*"
    r"|differ\w*|effects?|impact|worth|trust\w*|reliab\w+|mean[st]?|tells? you|told you|show(?:s|ed)?"
    r"|makes|made you|led you|leads|surpris\w+|would|should|learn\w*|notic\w+|unsaid|view|think|rests? on|matter\w*"
    r"|f(?:ind|ound) out (?:in your project )?about|need(?:ed)? to know|underst\w+|examin\w+|settled|let you|rank\w*"
    r"|assum\w+|contradict\w*|limit\w*|justif\w+|recommend(?!ation)\w*|choose|chosen because|expect(?!ations)\w*"
    r"|changed how|on what|in what way|worked out|work out|persuad\w+|convinc\w+|story|take from|missing"
    r"|tip(?:s|ped)|drives?"
    r"|in the way|go wrong|lose|doubt\w*|sense)\b",
    re.IGNORECASE,
)
_ONLY_SET_UP: Final = re.compile(r"^(?:choose|pick|take)\b[^.?!]*[.:]\s*", re.IGNORECASE)
_TELLS: Final = re.compile(
    r"(?:^|[,.:?!]\s+)((?:please )?(?:describe|list|outline|name|state|summarise|(?:(?:can|could|would"
    r"|will) you )?(?:please )?tell (?:me|us)|talk me through|take me"
    r" through|give(?: me)? an? (?:\w+ )?(?:example|summary|account)|share|explain|how (?:many|often|long)"
    r"|what|which|who|when|where)\b)",
    re.IGNORECASE,
)


def describe_for_analyse(stem: str, ksb: str) -> tuple[Remark, ...]:
    """A remark on the opener of a stem that asks for less than its KSB.

    Args:
        stem: the words asked.
        ksb: the wording of the KSB that the question is written for; empty when none is chosen yet.
    """
    asked = _KSB_JUDGES.search(ksb)
    if asked is None:
        return ()
    lead = _ONLY_SET_UP.match(stem)
    begins = lead.end() if lead else 0
    opener = _TELLS.search(stem, begins)
    if opener is None or _STEM_JUDGES.search(stem, begins):
        return ()
    sentence = f"The KSB asks for more than telling ({asked.group()}): ask how it was judged, why, or with what effect."
    return (on_stem(CODE, opener.span(1), stem, sentence),)
