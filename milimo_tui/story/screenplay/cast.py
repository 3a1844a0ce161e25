"""Who is in the film: names from cues and introductions, and who speaks under a cue.

Pure; one dictionary lookup a word, so that a cast of thousands costs no more than one of three. By which
other words people are known is `story.reading.people`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from milimo_tui.story.screenplay.first_names import GENERIC
from milimo_tui.story.screenplay.introduced import Introduced, introduced_in
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.text import display_name, fold, words

_JOINT = re.compile(r"\s+(?:AND|And|and|&|UND|ET|Y|И)\s+|\s*[/&,]\s*")
_POSSESSIVE_VOICE = re.compile(r"['’]S VOICE$", re.IGNORECASE)
_ABSENT = frozenset(
    {"VO", "OS", "OC", "OFF", "VOICEOVER", "OFFSCREEN", "OFFCAMERA", "PRELAP", "FILTERED", "FILTER"}
)
_ABSENT_STARTS = (
    "ONTV",
    "ONRADIO",
    "ONSCREEN",
    "OVERRADIO",
    "OVERPHONE",
    "OVERSPEAKER",
    "FROMTV",
    "FROMRADIO",
)


_AGES = re.compile(
    r"^(?:(?:VERY )?(?:YOUNG(?:ER)?|OLD(?:ER)?|LITTLE|TEEN(?:AGE)?|ELDERLY|ADULT|BABY|CHILD|KID)) ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The film's characters in order of their first cue, then those whom only the action names.

    `aliases` are full names in words by the name that stands in cues; `introduced` what was said of each.
    """

    names: tuple[str, ...] = ()
    _by_cue: dict[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    introduced: dict[str, tuple[Introduced, ...]] = field(default_factory=dict)

    def speakers(self, cue: str) -> tuple[str, ...]:
        """Who speaks under a cue as typed: MARA AND JUN are two people if both are known."""
        return self._by_cue.get(cue) or (display_name(cue),)


def cast_of(screenplay: Screenplay) -> Cast:
    """Everybody with a cue and everybody introduced; joint cues of people who also speak alone add nobody.

    YOUNG MARA is MARA where there is one.
    """
    cues = dict.fromkeys(
        element.cue.name for element in screenplay.elements if element.kind is Kind.CUE and element.cue
    )
    people = introduced_in(screenplay)
    known = {fold(cue) for cue in cues} | {fold(person.name) for person in people}
    known |= {fold(person.name.split()[0]) for person in people}
    plain = {cue: _ageless(_POSSESSIVE_VOICE.sub("", cue), known) for cue in cues}
    whole = {cue: display_name(name) for cue, name in plain.items()}
    parts = {
        cue: tuple(display_name(_ageless(part, known)) for part in _JOINT.split(cue) if part) for cue in cues
    }
    alone = {whole[cue] for cue in cues if len(parts[cue]) == 1}
    by_cue = {
        cue: parts[cue] if len(parts[cue]) > 1 and alone.issuperset(parts[cue]) else (whole[cue],)
        for cue in cues
    }
    names = dict.fromkeys(name for speakers in by_cue.values() for name in speakers)
    aliases: dict[str, tuple[str, ...]] = {}
    introduced: dict[str, tuple[Introduced, ...]] = {}
    keys = {name: frozenset(map(fold, words(name))) for name in names}
    of_word: dict[str, list[str]] = {}
    for name, key in keys.items():
        for word in key:
            of_word.setdefault(word, []).append(name)
    for person in people:
        written = display_name(_ageless(person.name, known))
        mine = {fold(word) for word in words(written)}
        near = dict.fromkeys(name for word in mine for name in of_word.get(word, ()))
        exact = [name for name in near if keys[name] == mine]
        matching = exact or [name for name in near if keys[name] <= mine]
        if len(matching) == 1:
            owner = matching[0]
        elif person.alone and not matching:
            owner = written
            names[owner] = None
            keys[owner] = frozenset(mine)
            for word in mine:
                of_word.setdefault(word, []).append(owner)
        else:
            continue
        introduced[owner] = (*introduced.get(owner, ()), person)
        aliases[owner] = tuple(dict.fromkeys((*aliases.get(owner, ()), written)))
    return Cast(tuple(names), by_cue, aliases, introduced)


def _ageless(name: str, known: Collection[str]) -> str:
    """A name without the age before it, where somebody is called so."""
    bare = _AGES.sub("", name)
    return bare if bare != name and fold(bare) in known and fold(bare) not in GENERIC else name


def is_absent(extension: str) -> bool:
    """Whether an extension (V.O., O.S., filtered …) says that the speaker is not in the picture."""
    letters = "".join(filter(str.isalpha, extension)).upper()
    return letters in _ABSENT or letters.startswith(_ABSENT_STARTS)
