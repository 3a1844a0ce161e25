"""Who is in the film: names from cues, who speaks under a cue, and who is mentioned in a text.

Pure; one dictionary lookup a word, so that a cast of thousands costs no more than one of three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.text import display_name, words

_JOINT = re.compile(r"\s+(?:AND|And|and|&|UND|ET|Y|И)\s+|\s*[/&,]\s*")
_POSSESSIVE_VOICE = re.compile(r"['’]S VOICE$", re.IGNORECASE)
_SUBJECTS = frozenset({"he", "she", "they"})
_OWNERS = frozenset({"his", "her", "their"})
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


@dataclass(frozen=True, slots=True)
class Cast:
    """The film's characters in order of their first cue, as people write their names."""

    names: tuple[str, ...] = ()
    _by_cue: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_word: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)

    def speakers(self, cue: str) -> tuple[str, ...]:
        """Who speaks under a cue as typed: MARA AND JUN are two people if both are known."""
        return self._by_cue.get(cue) or (display_name(cue),)

    def mentioned(self, text: str) -> tuple[str, ...]:
        """Characters named in a text, in order; a name of one word must begin with a capital there."""
        found: dict[str, None] = {}
        spoken = words(text)
        keys = [_key(word) for word in spoken]
        at = 0
        while at < len(spoken):
            step = 1
            for name_words, name in self._by_word.get(keys[at], ()):
                count = len(name_words)
                if tuple(keys[at : at + count]) == name_words and (count > 1 or spoken[at][0].isupper()):
                    found[name] = None
                    step = count
                    break
            at += step
        return tuple(found)


def cast_of(screenplay: Screenplay) -> Cast:
    """Everybody with a cue; joint cues of people who also speak alone add nobody."""
    cues = dict.fromkeys(
        element.cue.name for element in screenplay.elements if element.kind is Kind.CUE and element.cue
    )
    whole = {cue: display_name(_POSSESSIVE_VOICE.sub("", cue)) for cue in cues}
    parts = {cue: tuple(display_name(part) for part in _JOINT.split(cue) if part) for cue in cues}
    alone = {whole[cue] for cue in cues if len(parts[cue]) == 1}
    by_cue = {
        cue: parts[cue] if len(parts[cue]) > 1 and alone.issuperset(parts[cue]) else (whole[cue],)
        for cue in cues
    }
    names = tuple(dict.fromkeys(name for speakers in by_cue.values() for name in speakers))
    by_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        key = tuple(_key(word) for word in words(name))
        if key:
            by_word.setdefault(key[0], []).append((key, name))
    longest_first = {
        word: tuple(sorted(entries, key=lambda entry: -len(entry[0]))) for word, entries in by_word.items()
    }
    return Cast(names, by_cue, longest_first)


def has_subject(text: str) -> bool:
    """Whether somebody already known acts in a text (she turns; his hand shakes), though nobody is named."""
    lowered = [word.lower() for word in words(text)]
    return bool(lowered) and (lowered[0] in _OWNERS or not _SUBJECTS.isdisjoint(lowered))


def is_absent(extension: str) -> bool:
    """Whether an extension (V.O., O.S., filtered …) says that the speaker is not in the picture."""
    letters = "".join(filter(str.isalpha, extension)).upper()
    return letters in _ABSENT or letters.startswith(_ABSENT_STARTS)


def _key(word: str) -> str:
    folded = word.casefold().replace("’", "'")
    return folded[:-2] if folded.endswith("'s") else folded
