"""Checks of entrances and exits: a speaker must have entered, and a person who left must have come back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.consistency.marks import ConsistencyMark, MarkKind
from milimo_tui.story.consistency.story_content import CheckedScene, SceneMoment
from milimo_tui.story.values.text import fold, split_words

_IN = (
    r"in(?:side)?\b"
    r"(?! (?:an?|the|his|her|their|its|this|that|for|to|on|front|and|with|among|between|under|after)\b)"
)
# Things that a person can be “out of” without leaving the place: shoes, words, bed, the way.
_NO_PLACE = "|".join(
    (
        "shoes?|boots?|slippers|socks|clothes|coat|jacket|dress|shirt|skirt|trousers|pants|jeans|gown|suit|robe",
        "nightgown|uniform|gloves?|apron|shadow|words|breath|time|money|luck|patience|ideas|steam|bed|way|line",
        "step|tune|reach|habit|pity|curiosity|mind|hands?|chair|armchair|seat|blanket|sheets?|light",
    )
)
# Places that a person can leave. “Leaves the room” means that the person is gone; “leaves the piano” does
# not.
_LEFT_PLACES = "|".join(
    (
        "[a-z]*room|house|kitchen|office|building|shop|flat|hall|bar|cell|car|tent|studio|place|stage|frame",
        "picture|shot|scene|party|court|field|inn|hotel|cabin|church|school|hospital|station|train|bus|boat",
        "ship|café|cafe|restaurant|pub|prison|theatre|theater|yard|garden|beach|road|street|town|village|city",
        "country|island|ring|crowd|group|others|queue|corridor|ward|library|lab|lobby|lift|elevator|garage",
        "barn|stable|cellar|attic|camp|bunker|club|market|museum|bank|gym|platform|pier|quay|deck|bridge",
    )
)
_LEAVES = compile_lazily(
    rf"\bgoes {_IN}"
    r"|\b(?:(?:goes|walks|runs|storms|steps|slips|heads|strides|hurries|rushes|marches|stalks|crawls|shuffles|drives|rides)"
    r" (?:\w+ ){0,2}?(?:out|off|away)\b(?! (?:of )?(?:her|his|their|the) (?:hair|head|coat|hands?|step))"
    rf"(?! of (?:(?:his|her|their|the|an?) )?(?:[a-z-]+ )?(?:{_NO_PLACE})\b)"
    r"(?! (?:to|towards?) (?:him|her|them|(?-i:[A-Z])))"
    r"|(?:passes|drops|moves|drifts|slides|rises|falls|ducks|rolls|sinks) (?:\w+ ){0,2}?out of (?:the )?"
    r"(?:frame|shot|picture|sight)\b"
    r"|(?:waits|stays|steps|goes|walks|runs) outside\b"
    r"|goes\b(?=\s*(?:[.;!]|$))"
    r"|(?:drifts|moves|walks|passes|hurries|strolls|trudges|cycles) on\b(?=\s*(?:[.,;!]|$))"
    r"|is gone\b(?=\s*(?:[.,;!]|$|between|into|through|down|up|round|around))"
    r"|exits\b|bolts\b(?! the)|vanishes\b|disappears\b|departs\b"
    r"|leaves\b(?! (?:it|them|him|her|an?|his|its|something|everything|nothing|one|two)\b)"
    rf"(?! (?:the|their|my) (?!(?:[a-z]+ )?(?:{_LEFT_PLACES})\b)))",
    re.IGNORECASE,
)
# Things that a person comes out of only towards the camera.
_VEILS = "|".join(
    (
        "fog|mists?|haze|smoke|steam|dust|darkness|dark|gloom|shadows|night|rain|drizzle|snow|snowfall|blizzard",
        "storm|hail|glare|sunlight|sea|water|surf|waves|shallows|lake|river|reeds|bushes|trees|hedge|undergrowth",
        "thicket|corn|wheat|grass|crowd",
    )
)
_ARRIVES = compile_lazily(
    rf"\bout (?:of (?:(?:the|his|her|their|an?) )?(?:[\w-]+ ){{0,2}}?(?:{_VEILS})\b"
    r"|from\b|in(?:to)? (?:view|sight|front)\b"
    r"|into (?:the )?(?:[\w-]+ )?(?:light|lamplight|sunlight|sunshine|moonlight|daylight|firelight|open)\b)",
    re.IGNORECASE,
)
_OUT_OF = compile_lazily(r"\bout of ((?:[\w'’-]+ ){0,3}[\w'’-]+)", re.IGNORECASE)
_OUT = compile_lazily(r"\bout\b", re.IGNORECASE)
# Words for the place of a scene inside, in addition to those of its heading.
_HERE = frozenset(("room", "house", "building", "place", "door", "frame", "picture", "shot", "scene"))


def find_missing_entrances(
    scenes: Sequence[CheckedScene], shown: dict[str, str]
) -> Iterator[ConsistencyMark]:
    """Yield a mark on the first line of each person who speaks in a scene without having entered, or after
    leaving it.

    A person who was seen or named in an earlier scene is not marked. A scene whose action names nobody is
    skipped, because some writers never name people in the action, which is no mistake. `shown` maps
    case-folded names to names as written.
    """
    known: set[str] = set()
    for scene in scenes:
        named = {name for moment in scene.moments for name in moment.named}
        left_at: dict[str, int] = {}
        met: set[str] = set()
        marked: set[str] = set()
        for moment in scene.moments:
            for name in moment.named:
                left_at.pop(name, None)
            left_at |= dict.fromkeys(_list_leaving_people(moment, shown, scene, met), moment.line)
            for name, line in moment.list_visible_speech():
                if name in marked or name not in shown:
                    continue
                person = shown[name]
                mark = partial(
                    ConsistencyMark, kind=MarkKind.ENTRANCE, line=moment.line, who=person, words=line.text
                )
                if name in left_at:
                    marked.add(name)
                    yield mark(other=left_at[name], sentence=f"{person} left the scene, and speaks here")
                elif named and name not in named and name not in known:
                    marked.add(name)
                    yield mark(other=scene.line, sentence=f"{person} speaks here and never enters")
        known |= {*named, *scene.first_seen_lines}


def _list_leaving_people(
    moment: SceneMoment, shown: dict[str, str], scene: CheckedScene, met: set[str]
) -> Iterator[str]:
    """Yield the case-folded names of the people who leave during a moment, which is a stretch of a scene. A
    person leaves if a sentence about leaving begins with the person's name. `met` are the people whom the
    scene has named so far; the people of the moment are added.
    """
    for sentence, names in moment.sentences:
        is_leaving = _LEAVES.search(sentence) is not None
        for name in names:
            is_subject = name in shown and sentence.casefold().startswith(shown[name].casefold())
            if is_leaving and is_subject and not _arrives(sentence, scene, is_new=name not in met):
                yield name
        met.update(names)


def _arrives(sentence: str, scene: CheckedScene, *, is_new: bool) -> bool:
    """Return True if a sentence with words about leaving means that a person comes into the picture: “Nora
    walks out of the fog.” A person who is new in the scene arrives from any place that is not the scene's
    own.
    """
    if _ARRIVES.search(sentence):
        return True
    if not is_new:
        return False
    if (found := _OUT_OF.search(sentence)) is None:
        return scene.outside and _OUT.search(sentence) is not None
    words = set(split_words(fold(found[1])))
    own = set(split_words(scene.place)) - {"the", "a", "an", "of"}
    return words.isdisjoint(own if scene.outside else own | _HERE)
