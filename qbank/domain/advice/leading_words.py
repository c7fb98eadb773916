"""Leading: words that tell the apprentice which answer is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qbank.domain.advice.remarks import Remark, on_stem
from qbank.domain.advice.spoken import without_quotations

CODE: Final = "leading"

_SAYS: Final = "These words suggest the answer that is wanted: ask so that either answer could be given."

_BEGINS: Final = r"(?:^|[.?!]\s+)"
_VERB: Final = r"(?:do|did|does|is|are|was|were|have|has|had|can|could|will|would|should)"
_KEY: Final = r"(?:important|essential|vital|crucial|necessary)"
_PRAISING: Final = (
    "excellent|outstanding|brilliant|wonderful|great|superb|fantastic|positive|impressive|amazing|exciting|friendly|lovely"
    "|perfect|fabulous|award-winning|innovative|marvellous|terrific"
)
_BLAMING: Final = (
    "bad|useless|terrible|disappointing|awful|unfair|rigid|outdated|ridiculous|hopeless|shocking|unacceptable|sloppy"
    "|dreadful|pointless|shoddy"
)
_OWNED: Final = (
    "communication|skill|attitude|idea|work|reputation|preparation|result|performance|approach|service|form|process"
    "|choice|judgement"
)

_WAYS: Final = {
    "a tag": rf",\s*({_VERB}(?:n['’]t)? (?:you|they|he|she|it|we|there)|right|correct|is that not so)\s*\?",
    "a negated verb": rf"(?:{_BEGINS}|,\s+)({_VERB}n['’]t\s+(?:you|it|this|that|the|every|all|customers?|we|they)\b)",
    "taken for granted": (
        r"(?:^|[.?!,]\s*)((?:surely|obviously|clearly|of course|naturally|presumably|certainly|undoubtedly|no doubt"
        r"|evidently|as we (?:all )?know|as you (?:well )?know|as everyone knows|as you should)\b)"
    ),
    "agreed by all": (
        r"\b((?:everyone|everybody|we all) (?:knows?|agrees?)"
        r"|it is (?:well known|essential|vital|crucial|clear|obvious))\b"
    ),
    "assumed": (
        r"\b(i (?:assume|presume|take it|am sure|imagine|trust|think that you|think you)|you must have"
        r"|you would never)\b"
    ),
    "asked to agree": (
        r"\b((?:would|do) you (?:not )?agree\b|would you not say\b|would it be fair to say"
        r"|is it (?:not )?(?:true|fair) (?:that|to say))"
    ),
    "said to matter": (
        rf"\b(why is it (?:so )?{_KEY}|how {_KEY} is|why (?:is|are) [\w' ]+? (?:so )?{_KEY}"
        r"|why (?:is|are) [\w' ]+ (?:always|better than)"
        r"|why should you always)\b"
    ),
    "a maxim": (
        rf"{_BEGINS}((?:a good (?:apprentice|employee|colleague)|good (?:customer )?service|the right thing to do"
        r"|the best way)\s+(?:is|means|asks|should|always|never|to)\b)"
    ),
    "praise or blame": (
        rf"\b((?:your|our|the|this|these|such an?) (?:\w+ )?(?:{_PRAISING}|{_BLAMING}),? \w+"
        rf"|(?:your|an?) (?:\w+ )?(?:{_PRAISING}|{_BLAMING}|poor) (?:{_OWNED})s?|such an? (?:difficult|good"
        rf"|bad) \w+)\b"
    ),
    "what others think": (
        r"\b((?:most|many) (?:people|customers|apprentices|experts|of us) (?:feel|say|think|believe|prefer"
        r"|agree|would"
        r"|know)|experts (?:say|believe|agree)|research (?:shows|says)|studies show)\b"
    ),
    "a feeling supplied": (
        r"\b(how (?:relieved|pleased|delighted|glad|grateful|upset|disappointed|proud) (?:was|were|is|are)"
        r"|how much (?:do|did) (?:\w+ )?\w+ (?:love|like|enjoy|hate)|(?:left|leaves?|go|went) (?:satisfied"
        r"|happy|delighted)"
        r"|feel \w+, [\w ]+ (?:and|or) \w+)\b"
    ),
    "a verdict": (
        r"\b(the extra mile|so (?:good|bad) at|(?:he|she|they|it) deserves?|hard to deny|can we agree"
        r"|why didn['’]t you"
        r"|would a professional|(?:is|are) always (?:valuable|important|right|best|helpful|good)"
        r"|(?:knowing|given) that \w+ (?:matters?|is (?:so |very )?important)|avoid the mistake"
        r"|you (?:clearly|obviously))\b"
    ),
    "loaded": (
        r"\b(brilliantly|what great|clearly useless|wrongly believe|how much (?:better|worse|happier|faster|easier)"
        r"|do (?:wrong|badly)|did you fail to|such a success|(?:works?|working) (?:\w+ ){0,3}(?:is )?better than)\b"
    ),
    "the answer itself": (
        r"\b((?:for example|such as|for instance|like|e\.g\.),? (?:by )?\w+ing(?:,| and| or) \w+ing"
        r"|how did you show (?:\w+, )+\w+(?: and| or) \w+)\b"
    ),
    "an emphatic claim": rf"{_BEGINS}(you do \w+)\b",
}
"""The ways in which words lead; what is pointed at is the group."""

_PATTERNS: Final = tuple(re.compile(each, re.IGNORECASE) for each in _WAYS.values())


def leading(stem: str) -> tuple[Remark, ...]:
    """A remark on each run of words that leads, in the order of the stem; quoted speech leads nobody."""
    spoken = without_quotations(stem)
    return tuple(on_stem(CODE, span, stem, _SAYS) for span in sorted(set(_spans(spoken))))


def _spans(spoken: str) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        for found in pattern.finditer(spoken):
            yield found.span(1)
