"""Short headings inside a scene: AT THE TANK, BRIDGE WING - CONTINUOUS, BACK INSIDE, INTERCUT - A / B."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from milimo_tui.core.late_patterns import late
from milimo_tui.story.reading.place_words import BUILDINGS, ENDS, FIXTURES, ROOMS, is_place
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME, is_time
from milimo_tui.story.screenplay.people_words import GENERIC, KIN
from milimo_tui.story.values.text import fold, words

_MOST_WORDS = 8
_FEW_WORDS = 5  # maximum words of a short heading with a full stop
_BACK = late(
    r"(?:BACK|RETURN|RESUME)\b(?: (?:TO|IN|ON|AT|WITH|INSIDE|OUTSIDE))*"
    r"(?: (?:THE )?(?:SCENE|PRESENT|ROOM))?\b",
)
ENDS_ERA = late(r"(?:BACK|RETURN) TO (?:THE )?(?:SCENE|PRESENT(?: DAY)?)\b|END (?:OF )?(?:THE )?FLASHBACK\b")
_AT = late(
    r"(?:AT|IN|BY|UNDER|UNDERNEATH|BENEATH|BEHIND|BEYOND|INSIDE|OUTSIDE|ACROSS|NEAR|BELOW|ABOVE|BESIDE|ON|ATOP"
    r"|THROUGH|DOWN|UP"
    r"|ALONG|ABOARD|WITHIN|OPPOSITE|ALONGSIDE|INTO|OUT OF|OUT ON|OUT IN|OUT AT|OUT|AROUND|ROUND|OVER"
    r"|PAST|ONTO|OFF|AMONG|AGAINST|BETWEEN"
    r"|FURTHER (?:DOWN|UP|ALONG)|DEEPER IN)"
    r"(?: (?:THE|A|AN|HIS|HER|THEIR))?(?: (.+))?"
)
# Prepositions that make a different place: OUTSIDE THE BAR is not the bar.
_BESIDE = late(
    r"(?:BY|BEHIND|NEAR|BESIDE|OUTSIDE|BELOW|ABOVE|UNDER|UNDERNEATH|BENEATH|ACROSS|OPPOSITE|BEYOND)\b"
)
# Spots out of sight of the room: UNDER THE TABLE is no part of it.
_HIDDEN = late(r"(?:BEHIND|UNDER|UNDERNEATH|BENEATH)\b")
_PICTURE = late(r"\b(?:SCREEN|TV|TELEVISION|MONITOR|PHOTO(?:GRAPH)?|PICTURE|VIDEO|PAINTING)\b")
_ON_A_SCREEN = late(
    r"(?:ON|IN|INSIDE) (?:(?:THE|A|AN|HIS|HER|THEIR|[A-Z]+'S) )?(?:[A-Z]+ ){0,2}?"
    r"(?:SCREEN|TV|TELEVISION|MONITOR|PHOTO(?:GRAPH)?|PICTURE|VIDEO|PAINTING|LAPTOP|TABLET)\b"
)
_SEEN = late(r"(?:^|(?:'S|S'|[^\W\d_]) )P\.?O\.?V\b|^THROUGH THE (?:BINOCULARS|TELESCOPE|SCOPE|LENS)\b")
_IN_THE_ROOM = late(r"(?:BACK )?IN(?:SIDE)? THE ROOM(?: (?:AGAIN|ITSELF))?[:.]?")
_VIEW = late(r"(?:CLOSE(?:R|-UP)?|ANGLE|WIDE|WIDER|TIGHT|INSERT|POV|FAVOU?RING|REVERSE)\b")
_OF_IT = late(
    r"\s+(?:\d+[A-Z]?|[A-Z]|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN|ELEVEN|TWELVE|OF .*|BY .*"
    r"|AT .*|IN .*)$",
    re.IGNORECASE,
)  # BOOTH 14, FOOT OF THE STAIRS
_ROOM_OF_ITS_OWN = late(  # booths that are separate rooms, although a booth may be a part of a room
    r"\b(?:CONTROL|PROJECTION|TICKET|RECORDING|SOUND|LIGHTING|COMMENTARY|INTERPRETERS?['’]?|VOCAL|TOLL|POLLING"
    r"|(?:TELE)?PHONE) BOOTH\b",
    re.IGNORECASE,
)
_WAY = late(r"(?:ACROSS|THROUGH|DOWN|UP|ALONG|INTO|OUT|AROUND|ROUND|OVER|PAST|ONTO|OFF|TOWARDS?)\b")
_PARTS = late(r"\s+[-–—]+\s+|,\s*")
_INTERCUT = late(
    r"(?<!\bEND )(?<!\bEND OF )\bINTERCUT(?:TING)?\b(?: (?:WITH|BETWEEN))?[\s:–—-]*", re.IGNORECASE
)
_THE_CALL = late(  # words after INTERCUT that name no place
    r"(?:(?:THE|THEIR|THIS|AS|BOTH|TWO|ALL) )*(?:(?:TELE)?PHONE|CALL|CONVERSATION|CALLS|SCENES?"
    r"|LOCATIONS?|SIDES|ENDS|NEEDED"
    r"|NECESSARY|BETWEEN|BOTH|TWO)(?: (?:CALL|CONVERSATION|SCENES?|LOCATIONS?|SIDES))?",
    re.IGNORECASE,
)
_TWO = late(r"\s*/\s*|\s+(?:AND|WITH|&)\s+", re.IGNORECASE)
_SETTING = late(r"^(?:INT|EXT|I)\b[./ ]*(?:(?:INT|EXT|E)\b[. ]*)?", re.IGNORECASE)


class Where(Enum):
    """The change of place that a short heading makes."""

    SAME = auto()  # no change: a view, a person
    BACK = auto()
    SPOT = auto()


@dataclass(frozen=True, slots=True)
class Spot:
    """A parsed short heading; `name` is the place of a spot, without its preposition."""

    where: Where
    name: str = ""
    is_way: bool = False  # a path that a moving person is on: DOWN THE STEPS
    time: str = ""  # time of day, if the heading changes it
    ends_era: bool = False  # BACK TO SCENE: a flashback ends
    is_view: bool = False  # a person's view or a screen: nobody who was present is in it


def spot_of(text: str) -> Spot | None:
    """Return a paragraph as a short heading, or None if it is none. A place may end in a full stop."""
    if text.endswith(".") and not text.endswith("..") and len(text.split()) <= _FEW_WORDS:
        spot = spot_of(text[:-1])
        return spot if spot is not None and spot.where is Where.SPOT and not spot.is_view else None
    if not text.isupper() or len(text.split()) > _MOST_WORDS or text[-1] in '.!?…"”':
        return None
    if _VIEW.match(text) or _PICTURE.search(text):
        return Spot(
            Where.SAME, is_view=_ON_A_SCREEN.match(text) is not None or _SEEN.search(text) is not None
        )
    if _IN_THE_ROOM.fullmatch(text):
        return Spot(Where.BACK)
    if _SEEN.search(text):
        return Spot(Where.SAME, is_view=True)
    said = [piece for piece in _PARTS.split(text.strip(" :-–—")) if piece]
    pieces = [piece for piece in said if not is_time(piece)]
    if not pieces and not said:
        return None
    time = next((each for each in said if is_time(each) and not RELATIVE_TIME.match(each)), "")
    return replace(_spot(pieces), time=time) if pieces else Spot(Where.BACK, time=_bare_time(time))


def _bare_time(time: str) -> str:
    """Return a time of day without words that compare it with another: THE NEXT MORNING is a MORNING."""
    return re.sub(r"^(?:(?:THE|NEXT|THAT|LATER|SAME|ONE|ANOTHER|FOLLOWING) )+", "", time)


def _spot(pieces: Sequence[str]) -> Spot:
    bare = " - ".join(pieces)
    if (back := _BACK.match(bare)) and back.end() > len("BACK"):
        rest = bare[back.end() :].strip(" -")
        last = fold(rest.split()[-1]) if rest else ""
        is_who = last in KIN or last in GENERIC or last in ("him", "her", "them")
        return Spot(Where.SPOT, _bare(rest)) if rest and not is_who else Spot(Where.BACK)
    if found := _AT.fullmatch(bare):
        is_way = _WAY.match(bare) is not None
        if found[1] in ("HIM", "HER", "THEM", "IT"):
            return Spot(Where.SAME)
        return (
            Spot(Where.SPOT, bare if _BESIDE.match(bare) and not is_fixture(bare) else found[1], is_way)
            if found[1]
            else Spot(Where.BACK if bare == "INSIDE" else Where.SAME)
        )
    tokens = words(fold(bare))
    is_end = tokens[:1] == ["the"] and "of" in tokens and not ENDS.isdisjoint(tokens[1:3])
    return Spot(Where.SPOT, _bare(bare)) if is_end or is_place(tokens) else Spot(Where.SAME)


def _bare(name: str) -> str:
    return re.sub(r"^(?:THE|A|AN) ", "", name)


def is_fixture(spot: str) -> bool:
    """Return True if a spot is a part of a room, so that everybody in the room is close: a window, a
    counter.
    """
    if is_hidden(spot):
        return False
    return bool(_forms(spot) & FIXTURES) and not (_of_a_building(spot) or _ROOM_OF_ITS_OWN.search(spot))


def is_hidden(spot: str) -> bool:
    """Return True if a person at a spot is out of sight of the room: under the table, behind the curtain."""
    return _HIDDEN.match(spot.upper()) is not None


def _of_a_building(spot: str) -> bool:
    """Return True for the front of a building (SHOP FRONT), whose last word alone would be a fixture."""
    tokens = words(fold(spot))
    return len(tokens) == 2 and tokens[0] in BUILDINGS and tokens[1] == "front"


def _forms(spot: str) -> set[str]:
    head, of, whole = fold(spot).partition(" of ")
    if of and words(head)[-1:] and words(head)[-1] in ENDS:
        spot = whole  # THE FRONT OF THE MARCH is no front of a room; THE END OF THE BAR is the bar.
    last = words(fold(_OF_IT.sub("", spot)))[-1:]
    return {last[0], last[0].removesuffix("s")} if last else set()


def within(location: str, spot: str) -> str:
    """Return a place with a spot in it. A room replaces the room of the place; any other spot is inside the
    room.
    """
    whole = location.rpartition(" - ")[0]
    is_room = (bool(_forms(spot) & ROOMS) and not is_fixture(spot)) or _of_a_building(spot)
    if whole and is_room:
        return f"{whole} - {spot}"
    return spot if fold(spot) in fold(location) and not location else f"{location} - {spot}".strip(" -")


def sides_of(heading: str, location: str, lines: str) -> tuple[str, ...]:
    """Return the two places between which a scene cuts, as its heading or an INTERCUT in it names them."""
    if _INTERCUT.search(heading) and "/" in heading:
        named = _two(_INTERCUT.sub("", heading))
        if len(named) > 1:
            return named
    for line in lines.split("\n"):
        if found := _INTERCUT.search(line):
            named = _two(line[found.end() :])
            if len(named) > 1:
                return named
            if named and not _INTERCUT.search(heading):
                return (location, named[0])
    named = _two(location) if _INTERCUT.search(f"{heading}\n{lines}") else ()
    # The second place of a single one is the place of the previous scene.
    return named if len(named) > 1 else ()


def _two(text: str) -> tuple[str, ...]:
    pieces = [_without_time(_SETTING.sub("", piece.strip()).strip(" .:-–—()")) for piece in _TWO.split(text)]
    return tuple(piece for piece in pieces if piece and not is_time(piece) and not _THE_CALL.fullmatch(piece))


def _without_time(place: str) -> str:
    """Return a place without the time after it."""
    return " - ".join(
        piece for piece in re.split(r"\s+[-–—]+(?:\s+|$)", place) if piece and not is_time(piece)
    )


def says_intercut(text: str) -> bool:
    """Return True if a text announces an intercut between two places."""
    return _INTERCUT.search(text) is not None
