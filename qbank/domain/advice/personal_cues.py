"""Protected characteristics: words that ask for or assume one, tie conduct to it, or single a person out by it.

Source: the characteristics of the Equality Act 2010, section 4. Questions about differences between customers, about
adjustments and about the law are what assessment plans ask for, and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from qbank.domain.advice.remarks import Remark, on_stem

CODE: Final = "protected-characteristic"

_APPRENTICE: Final = (
    "This asks for, or assumes, something personal about the apprentice that the law protects: leave it out."
)
_CUSTOMER: Final = "This singles people out by something that the law protects: say what they needed or did instead."
_JOB: Final = "This names people by their sex: use a word for the work."

_OWN: Final = (
    "religion|faith|beliefs|disability|disabilities|age|race|gender|sex|sexuality|sexual orientation|ethnicity"
    "|nationality|accent|pregnancy|maternity|marriage|husband|wife|spouse|children|kids|dyslexia|autism|adhd"
    "|mental health|illness|skin colour|mother tongue"
)
_BEING: Final = (
    r"(?:wo)?man|girl|boy|lad|lady|mother|father|mum|dad|parent|wife|husband|christian|muslim|jew|hindu|sikh|buddhist"
    r"|catholic|immigrant|foreigner|pensioner|(?:young|older|disabled|gay|black|white|asian|religious) \w+"
)
_GROUP: Final = (
    "old|older|elderly|aged|young|younger|teenage|middle-aged|foreign|disabled|handicapped|deaf|blind|gay|lesbian|bisexual"
    "|trans|transgender|transsexual|autistic|dyslexic|black|white|asian|african|caribbean|chinese|polish|romanian|indian"
    "|eastern european|middle eastern|west indian|nigerian|ukrainian|syrian|lithuanian|bulgarian"
    "|pakistani|bangladeshi|irish|french|german|italian|spanish|turkish|arab|russian|american|muslim|christian|jewish"
    "|hindu|sikh|buddhist|catholic|immigrant|pregnant|female|male|married|unmarried|divorced|ethnic|mentally ill"
    "|wheelchair-bound"
)
_PERSON: Final = (
    r"(?:customers?|callers?|guests?|passengers?|patients?|tenants?|colleagues?|visitors?|members?|clients?|tourists?"
    r"|residents?|people|persons?|m[ae]n|wom[ae]n|lad(?:y|ies)|gentlem[ae]n|girls?|boys?|couples?|famil(?:y|ies)|mothers?"
    r"|fathers?|builders?|drivers?|students|users|buyers?|shoppers?|lads?|adults?|staff|workers?)"
)
_FROM: Final = (
    r"\b(?:where are|where do) you (?:come )?from\b|\bcoming from (?:another|a different|a foreign) country\b"
)
_PRIVATE: Final = (
    r"\byour (?:parents|baby|church|mosque|synagogue|temple|English|name is)\b|\bhalf your age\b"
    r"|\bhow old are you\b|\bare you \d+\b"
)
_FAMILY: Final = r"\b(?:having|have|had) (?:children|kids|a baby)\b|\bstart(?:ing|ed)? a family\b"
_STATUS: Final = r"married|single|pregnant|disabled|religious|gay|divorced|foreign|female|male"
_SINGLED_OUT: Final = (
    r"\b(?:wo)?men who\b|\bman of the house\b|\bgrown (?:wo)?m[ae]n\b|\ba girl\b"
    r"|\b(?:in|confined to) (?:a )?wheelchairs?\b|\bmental health problems\b|\bsuffer(?:s|ing)? from\b"
    r"|\b(?:pensioners?|immigrants?|foreigners?|refugees?|teenagers?|housewi(?:fe|ves)|homosexuals?)\b"
    r"|\bspecial needs\b|\bHIV\b|\bnon-English speakers?\b|\b(?:veils?|hijabs?|burkas?|turbans?)\b|\bin a dress\b"
    r"|\btime of life\b"
    r"|\bthe (?:girls|ladies|lads|boys) (?:on|in|at|from|who)\b|\bladies who\b|\bsingle (?:mothers?|mums?|parents?)\b"
    r"|\blittle old (?:man|lady|woman|men|ladies)\b|\b(?:Indians|Poles|Scots|Jews|Muslims|Christians|Asians|Africans"
    r"|Romanians|Chinese people|Gypsies|gypsies)\b"
    r"|\bthe (?:mentally ill|disabled|deaf|blind|old|elderly)\b(?= (?:who|and|are|to|in|on|find|need|can))"
)
_WORKERS: Final = (
    r"\b(?:chair|sales|work|fore|trades|handy|crafts|spokes|business|fire|police)m[ae]n\b"
    r"|\bman(?:power|-hours|ned|ning)\b|\b(?:sales|office|check-?out)[ -]?(?:girl|lad(?:y|ies))s?\b"
    r"|\b(?:tea|cleaning|dinner) lad(?:y|ies)\b"
)
_PATTERNS: Final = (
    (rf"\byour (?:own )?(?:{_OWN})\b", _APPRENTICE),
    (rf"\b(?:as|being) an? (?:{_BEING})\b", _APPRENTICE),
    (r"\b(?:at|of) your (?:age|faith|race|sex|religion|background)\b", _APPRENTICE),
    (rf"\bbeing (?:(?:so|too|still) )?(?:young|old|{_STATUS})\b|\bare you (?:{_STATUS}|an? {_BEING})\b", _APPRENTICE),
    (_FAMILY, _APPRENTICE),
    (_PRIVATE, _APPRENTICE),
    (r"\b(?:any )?health conditions?\b|\bas a mature apprentice\b|\b(?:younger|older) colleagues\b", _APPRENTICE),
    (_FROM, _APPRENTICE),
    (r"\bwill you (?:be retiring|retire)\b|\b(?:how|did) (?:pregnancy|disability)\b", _APPRENTICE),
    (rf"\b(?:{_GROUP})(?: [a-z]+)? {_PERSON}\b", _CUSTOMER),
    (_SINGLED_OUT, _CUSTOMER),
    (_WORKERS, _JOB),
)
_COMPILED: Final = tuple((re.compile(pattern, re.IGNORECASE), says) for pattern, says in _PATTERNS)


def protected_characteristic(stem: str) -> tuple[Remark, ...]:
    """A remark on each cue, in the order of the stem; of cues that overlap, the first."""
    last = 0
    found = []
    for start, end, says in sorted(_cues(stem)):
        if start >= last:
            found.append(on_stem(CODE, (start, end), stem, says))
            last = end
    return tuple(found)


def _cues(stem: str) -> Iterator[tuple[int, int, str]]:
    for pattern, says in _COMPILED:
        for cue in pattern.finditer(stem):
            yield *cue.span(), says
