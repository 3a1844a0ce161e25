"""Figures of speech as what is there to be seen, for a model takes every word as a fact: `figures.toml`.

A likeness is left out (“like a river of light”), a denial is what is seen instead (“does not look up”), what
has not happened yet is not told. Pure.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import late
from milimo_tui.engines.prompting.tables import rows

_REST = r"[^,.;:!?…—–“”]*"  # of a clause
# What stands before “like” and is told by it alone: a sound like glass, dressed like a nurse.
_DEFINED = (
    "sound sounds noise voice shape shaped something anything look looks dressed is are much just things"
)
# What hair is like, as everybody sees it before them, and what no picture would have beside it.
_SHAPES = "line|brush|mop|broom|wire|wool|straw|halo of (?:hair|curls)|fringe|curtain|crest|horseshoe"
_LIKE = late(
    "".join(rf"(?<!\b{word})" for word in _DEFINED.split())
    # but “cropped like a boy's”, “a moustache like a line”: these are to be seen just so
    + rf",? like (?!(?:an?|the|his|her) (?:[\w-]+ )?(?:[\w-]+['’]s(?! \w)|{_SHAPES})(?!['’\w]))"
    rf"(?:an?|the|some(?:body|one|thing)|two|its|his|her|their|old|wet) {_REST}",
    re.IGNORECASE,
)
_AS_IF = late(rf",? as (?:if|though) {_REST}", re.IGNORECASE)
_LIKENED = """straight still white pale black red cold hot hard quiet silent thin tall big small light heavy
dark bright quick slow steady sharp flat smooth soft strong stiff bare clean dry wet old calm grey gray round
wide long deep empty blank fast"""
_AS_A = late(
    rf"\b(?:as )?({'|'.join(_LIKENED.split())}) as (?:an?|the) [\w'’-]+(?: [\w'’-]+)?", re.IGNORECASE
)
_SHOULD_BE = late(rf",? where {_REST}\b(?:should|ought to|used to) (?:be|have been)\b{_REST}", re.I)
_NOT_YET = late(rf",? before (?:he|she|it|they|there) (?:has|have|had|can|could|even)\b{_REST}", re.I)
_AT_FIRST = late(r"^Before (?:he|she|it|they) (?:has|have|can|could) [^,]*, (\w)", re.IGNORECASE)
_NEVER = late(rf",? (?:who|that|which) (?:has|have|had) never\b{_REST}| (?:he|she|it|they) never \w+\b", re.I)
_EVER_SINCE = late(rf"[;,] (?:he|she|it|they) (?:has|have) been\b{_REST}", re.IGNORECASE)
_GOES_ON = late(r"\b(has|have) been (\w+ing)\b")
_A_WHILE = late(r",? (?:for )?(?:a|some|a long) (?:while|time)(?= ?[,.;!?…]|$)", re.IGNORECASE)
_BY_THEMSELVES = late(r",? (?:all )?by (?:themselves|itself)\b", re.IGNORECASE)
_HOLE = late(rf",? (an? (?:hole|gap|space)) where {_REST}", re.IGNORECASE)
_LEFT_OUT = (_LIKE, _AS_IF, _SHOULD_BE, _NOT_YET, _NEVER, _EVER_SINCE, _BY_THEMSELVES)
_SEEN_INSTEAD = tuple(
    (re.compile(row["words"], re.IGNORECASE), row["seen"])
    for row in (*rows("figures", "denied"), *rows("figures", "alive"))
)

_NOW = {"has": "is", "have": "are"}


def as_facts(text: str) -> str:
    """A text of the script without likenesses, and with denials as what is seen instead."""
    out = _HOLE.sub(r", with \1 in it", text)
    for pattern in _LEFT_OUT:
        out = pattern.sub("", out)
    out = _AT_FIRST.sub(lambda found: found[1].upper(), out)
    if _GOES_ON.search(out):  # what lasts is told as it is now
        out = _A_WHILE.sub("", _GOES_ON.sub(lambda found: f"{_NOW[found[1]]} {found[2]}", out))
    out = _AS_A.sub(r"very \1", out)
    for pattern, seen in _SEEN_INSTEAD:
        out = pattern.sub(seen, out)
    out = re.sub(r",(?=[.;:!?…])", "", re.sub(r"\s+(?=[,.;:!?…])", "", out))
    return out if out.strip(" .,;:!?…") else text
