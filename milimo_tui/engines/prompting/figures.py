"""Replace figures of speech by visible facts, because a model takes every word literally. The table is
`figures.toml`.

Similes (“like a river of light”) and events that have not happened yet are left out. Negations (“does not
look up”) are replaced by the visible state. Pure functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.prompting.tables import list_prompt_rows

_REST = r"[^,.;:!?…—–“”]*"  # the rest of a clause
# A simile directly after one of these words is not removed, because the clause would mean nothing without it:
# “a sound like glass”, “dressed like a nurse”.
_DEFINED = (
    "sound sounds noise voice shape shaped something anything look looks dressed is are much just things"
)
# Similes with one of these words describe hair, such as “like a brush”, and are not removed. Both readers and
# models understand them as a shape, so the model does not draw the object.
_SHAPES = "line|brush|mop|broom|wire|wool|straw|halo of (?:hair|curls)|fringe|curtain|crest|horseshoe"
_LIKE = compile_lazily(
    "".join(rf"(?<!\b{word})" for word in _DEFINED.split())
    # “Cropped like a boy's” and “a moustache like a line” describe a visible shape, so they are not removed.
    + rf",? like (?!(?:an?|the|his|her) (?:[\w-]+ )?(?:[\w-]+['’]s(?! \w)|{_SHAPES})(?!['’\w]))"
    rf"(?:an?|the|some(?:body|one|thing)|two|its|his|her|their|old|wet) {_REST}",
    re.IGNORECASE,
)
_AS_IF = compile_lazily(rf",? as (?:if|though) {_REST}", re.IGNORECASE)
_LIKENED = """straight still white pale black red cold hot hard quiet silent thin tall big small light heavy
dark bright quick slow steady sharp flat smooth soft strong stiff bare clean dry wet old calm grey gray round
wide long deep empty blank fast"""
_AS_A = compile_lazily(
    rf"\b(?:as )?({'|'.join(_LIKENED.split())}) as (?:an?|the) [\w'’-]+(?: [\w'’-]+)?", re.IGNORECASE
)
_SHOULD_BE = compile_lazily(rf",? where {_REST}\b(?:should|ought to|used to) (?:be|have been)\b{_REST}", re.I)
_NOT_YET = compile_lazily(
    rf",? before (?:he|she|it|they|there) (?:has|have|had|can|could|even)\b{_REST}", re.I
)
_AT_FIRST = compile_lazily(r"^Before (?:he|she|it|they) (?:has|have|can|could) [^,]*, (\w)", re.IGNORECASE)
_NEVER = compile_lazily(
    rf",? (?:who|that|which) (?:has|have|had) never\b{_REST}| (?:he|she|it|they) never \w+\b", re.I
)
_EVER_SINCE = compile_lazily(rf"[;,] (?:he|she|it|they) (?:has|have) been\b{_REST}", re.IGNORECASE)
_GOES_ON = compile_lazily(r"\b(has|have) been (\w+ing)\b")
_A_WHILE = compile_lazily(r",? (?:for )?(?:a|some|a long) (?:while|time)(?= ?[,.;!?…]|$)", re.IGNORECASE)
_BY_THEMSELVES = compile_lazily(r",? (?:all )?by (?:themselves|itself)\b", re.IGNORECASE)
_HOLE = compile_lazily(rf",? (an? (?:hole|gap|space)) where {_REST}", re.IGNORECASE)
_LEFT_OUT = (_LIKE, _AS_IF, _SHOULD_BE, _NOT_YET, _NEVER, _EVER_SINCE, _BY_THEMSELVES)
_SEEN_INSTEAD = tuple(
    (re.compile(row["words"], re.IGNORECASE), row["seen"])
    for row in (*list_prompt_rows("figures", "denied"), *list_prompt_rows("figures", "alive"))
)

_NOW = {"has": "is", "have": "are"}


def replace_figures(text: str) -> str:
    """Return a text of the script in which similes are removed and negations are replaced by the visible
    state.
    """
    out = _HOLE.sub(r", with \1 in it", text)
    for pattern in _LEFT_OUT:
        out = pattern.sub("", out)
    out = _AT_FIRST.sub(lambda found: found[1].upper(), out)
    # An action that has lasted until now (“has been waiting”) is described in the present.
    if _GOES_ON.search(out):
        out = _A_WHILE.sub("", _GOES_ON.sub(lambda found: f"{_NOW[found[1]]} {found[2]}", out))
    out = _AS_A.sub(r"very \1", out)
    for pattern, seen in _SEEN_INSTEAD:
        out = pattern.sub(seen, out)
    out = re.sub(r",(?=[.;:!?…])", "", re.sub(r"\s+(?=[,.;:!?…])", "", out))
    return out if out.strip(" .,;:!?…") else text
