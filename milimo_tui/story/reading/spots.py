"""Parsing of short headings inside a scene: AT THE TANK, BRIDGE WING - CONTINUOUS, BACK INSIDE, INTERCUT - A
/ B.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.place_words import BUILDINGS, ENDS, FIXTURES, ROOMS, names_a_place
from milimo_tui.story.screenplay.heading_languages import translate_time
from milimo_tui.story.screenplay.line_grammar import RELATIVE_TIME, is_later, is_time_of_day
from milimo_tui.story.screenplay.people_words import GENERIC, KIN
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.values.text import fold, split_words

_MOST_WORDS = 8
# A text with a full stop at its end is taken for a short heading only if it has at most this number of words.
_FEW_WORDS = 5
_BACK = compile_lazily(
    r"(?:BACK|RETURN|RESUME)\b(?: (?:TO|IN|ON|AT|WITH|INSIDE|OUTSIDE))*"
    r"(?: (?:THE )?(?:SCENE|PRESENT|ROOM))?\b",
)
_ENDS_ERA = compile_lazily(
    r"(?:BACK|RETURN) TO (?:THE )?(?:SCENE|PRESENT(?: DAY)?)\b|END (?:OF )?(?:THE )?FLASHBACK\b"
)
_AT = compile_lazily(
    r"(?:AT|IN|BY|UNDER|UNDERNEATH|BENEATH|BEHIND|BEYOND|INSIDE|OUTSIDE|ACROSS|NEAR|BELOW|ABOVE|BESIDE|ON|ATOP"
    r"|THROUGH|DOWN|UP"
    r"|ALONG|ABOARD|WITHIN|OPPOSITE|ALONGSIDE|INTO|OUT OF|OUT ON|OUT IN|OUT AT|OUT|AROUND|ROUND|OVER"
    r"|PAST|ONTO|OFF|AMONG|AGAINST|BETWEEN"
    r"|FURTHER (?:DOWN|UP|ALONG)|DEEPER IN)"
    r"(?: (?:THE|A|AN|HIS|HER|THEIR))?(?: (.+))?"
)
# Matches prepositions after which a heading names a place outside the current one: OUTSIDE THE BAR is not in
# the bar.
_BESIDE = compile_lazily(
    r"(?:BY|BEHIND|NEAR|BESIDE|OUTSIDE|BELOW|ABOVE|UNDER|UNDERNEATH|BENEATH|ACROSS|OPPOSITE|BEYOND)\b"
)
# Matches headings for spots that are in the room but cannot be seen from it: UNDER THE TABLE.
_HIDDEN = compile_lazily(r"(?:BEHIND|UNDER|UNDERNEATH|BENEATH)\b")
_PICTURE = compile_lazily(r"\b(?:SCREEN|TV|TELEVISION|MONITOR|PHOTO(?:GRAPH)?|PICTURE|VIDEO|PAINTING)\b")
_ON_A_SCREEN = compile_lazily(
    r"(?:ON|IN|INSIDE) (?:(?:THE|A|AN|HIS|HER|THEIR|[A-Z]+'S) )?(?:[A-Z]+ ){0,2}?"
    r"(?:SCREEN|TV|TELEVISION|MONITOR|PHOTO(?:GRAPH)?|PICTURE|VIDEO|PAINTING|LAPTOP|TABLET)\b"
)
_SEEN = compile_lazily(
    r"(?:^|(?:'S|S'|[^\W\d_]) )P\.?O\.?V\b|^THROUGH THE (?:BINOCULARS|TELESCOPE|SCOPE|LENS)\b"
)
_IN_THE_ROOM = compile_lazily(r"(?:BACK )?IN(?:SIDE)? THE ROOM(?: (?:AGAIN|ITSELF))?[:.]?")
_VIEW = compile_lazily(r"(?:CLOSE(?:R|-UP)?|ANGLE|WIDE|WIDER|TIGHT|INSERT|POV|FAVOU?RING|REVERSE)\b")
_OF_IT = compile_lazily(
    r"\s+(?:\d+[A-Z]?|[A-Z]|ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN|ELEVEN|TWELVE|OF .*|BY .*"
    r"|AT .*|IN .*)$",
    re.IGNORECASE,
)  # Matches spots inside a place: BOOTH 14, FOOT OF THE STAIRS.
# Matches booths that are separate rooms. Other booths are parts of a room.
_ROOM_OF_ITS_OWN = compile_lazily(
    r"\b(?:CONTROL|PROJECTION|TICKET|RECORDING|SOUND|LIGHTING|COMMENTARY|INTERPRETERS?['’]?|VOCAL|TOLL|POLLING"
    r"|(?:TELE)?PHONE) BOOTH\b",
    re.IGNORECASE,
)
_PARTS = compile_lazily(r"\s+[-–—]+\s+|,\s*")
_INTERCUT = compile_lazily(
    r"(?<!\bEND )(?<!\bEND OF )\bINTERCUT(?:TING)?\b(?: (?:WITH|BETWEEN))?[\s:–—-]*", re.IGNORECASE
)
_THE_CALL = compile_lazily(  # Matches words after INTERCUT that do not name a place.
    r"(?:(?:THE|THEIR|THIS|AS|BOTH|TWO|ALL) )*(?:(?:TELE)?PHONE|CALL|CONVERSATION|CALLS|SCENES?"
    r"|LOCATIONS?|SIDES|ENDS|NEEDED"
    r"|NECESSARY|BETWEEN|BOTH|TWO)(?: (?:CALL|CONVERSATION|SCENES?|LOCATIONS?|SIDES))?",
    re.IGNORECASE,
)
_TWO = compile_lazily(r"\s*/\s*|\s+(?:AND|WITH|&)\s+", re.IGNORECASE)
_SETTING = compile_lazily(r"^(?:INT|EXT|I)\b[./ ]*(?:(?:INT|EXT|E)\b[. ]*)?", re.IGNORECASE)


class HeadingMove(Enum):
    """The kinds of change of place that a short heading makes."""

    SAME = auto()  # No change of place: the heading names a view or a person.
    BACK = auto()
    SPOT = auto()


@dataclass(frozen=True, slots=True)
class ShortHeading:
    """A parsed short heading. `where` is the change of place, and `name` is the spot without its
    preposition.
    """

    where: HeadingMove
    name: str = ""
    time: str = ""  # The time of day, if the heading changes it.
    ends_era: bool = False  # True if a flashback inside a scene ends here: BACK TO SCENE.
    is_later: bool = False  # True for LATER alone, which moves a passing time of day (DUSK) on.
    is_inside: bool = False  # True for a heading that begins with INSIDE.
    is_view: bool = False  # True for a person's view or a screen, in which nobody of the scene is seen.


def parse_short_heading(text: str) -> ShortHeading | None:
    """Return a paragraph as a short heading, or None if it is no short heading. A heading that names a spot
    may end in a full stop.
    """
    if text.endswith(".") and not text.endswith("..") and len(text.split()) <= _FEW_WORDS:
        spot = parse_short_heading(text[:-1])
        return spot if spot is not None and spot.where is HeadingMove.SPOT and not spot.is_view else None
    if not text.isupper() or len(text.split()) > _MOST_WORDS or text[-1] in '.!?…"”':
        return None
    if _VIEW.match(text) or _PICTURE.search(text):
        return ShortHeading(
            HeadingMove.SAME, is_view=_ON_A_SCREEN.match(text) is not None or _SEEN.search(text) is not None
        )
    if _IN_THE_ROOM.fullmatch(text):
        return ShortHeading(HeadingMove.BACK)
    if _SEEN.search(text):
        return ShortHeading(HeadingMove.SAME, is_view=True)
    parts = [translate_time(piece) for piece in _PARTS.split(text.strip(" :-–—")) if piece]
    pieces = [piece for piece in parts if not is_time_of_day(piece)]
    if not pieces and not parts:
        return None
    time = next((each for each in parts if is_time_of_day(each) and not RELATIVE_TIME.match(each)), "")
    if not pieces and not time and any(map(is_later, parts)):
        return ShortHeading(HeadingMove.BACK, is_later=True)
    return (
        replace(
            _parse_spot_pieces(pieces),
            time=time,
            ends_era=_ENDS_ERA.match(text) is not None,
            is_inside=text.startswith("INSIDE "),
        )
        if pieces
        else ShortHeading(HeadingMove.BACK, time=_strip_time_comparison(time))
    )


def _strip_time_comparison(time: str) -> str:
    """Return a time of day without words that compare it with another time: MORNING for THE NEXT MORNING."""
    return re.sub(r"^(?:(?:THE|NEXT|THAT|LATER|SAME|ONE|ANOTHER|FOLLOWING) )+", "", time)


def _parse_spot_pieces(pieces: Sequence[str]) -> ShortHeading:
    bare = " - ".join(pieces)
    if (back := _BACK.match(bare)) and back.end() > len("BACK"):
        rest = bare[back.end() :].strip(" -")
        last = fold(rest.split()[-1]) if rest else ""
        is_who = last in KIN or last in GENERIC or last in ("him", "her", "them")
        return (
            ShortHeading(HeadingMove.SPOT, _strip_place_article(rest))
            if rest and not is_who
            else ShortHeading(HeadingMove.BACK)
        )
    if found := _AT.fullmatch(bare):
        if found[1] in ("HIM", "HER", "THEM", "IT"):
            return ShortHeading(HeadingMove.SAME)
        return (
            ShortHeading(HeadingMove.SPOT, bare if _BESIDE.match(bare) and not is_fixture(bare) else found[1])
            if found[1]
            else ShortHeading(HeadingMove.BACK if bare == "INSIDE" else HeadingMove.SAME)
        )
    tokens = split_words(fold(bare))
    is_end = tokens[:1] == ["the"] and "of" in tokens and not ENDS.isdisjoint(tokens[1:3])
    return (
        ShortHeading(HeadingMove.SPOT, _strip_place_article(bare))
        if is_end or names_a_place(tokens)
        else ShortHeading(HeadingMove.SAME)
    )


def _strip_place_article(name: str) -> str:
    return re.sub(r"^(?:THE|A|AN) ", "", name)


def is_fixture(spot: str) -> bool:
    """Return True if a spot is a part of a room, such as a window or a counter. Everybody in the room is then
    close to the spot.
    """
    if is_hidden_spot(spot):
        return False
    return bool(_list_place_word_forms(spot) & FIXTURES) and not (
        _is_building_front(spot) or _ROOM_OF_ITS_OWN.search(spot)
    )


def is_hidden_spot(spot: str) -> bool:
    """Return True if a person at this spot cannot be seen from the room: under the table, behind the
    curtain.
    """
    return _HIDDEN.match(spot.upper()) is not None


def _is_building_front(spot: str) -> bool:
    """Return True for the front of a building (SHOP FRONT). The last word alone would mean a part of a
    room.
    """
    tokens = split_words(fold(spot))
    return len(tokens) == 2 and tokens[0] in BUILDINGS and tokens[1] == "front"


def _list_place_word_forms(spot: str) -> set[str]:
    head, of, whole = fold(spot).partition(" of ")
    if of and split_words(head)[-1:] and split_words(head)[-1] in ENDS:
        spot = whole  # THE FRONT OF THE MARCH is a spot of its own; THE END OF THE BAR means the bar.
    last = split_words(fold(_OF_IT.sub("", spot)))[-1:]
    return {last[0], last[0].removesuffix("s")} if last else set()


def join_place_and_spot(location: str, spot: str) -> str:
    """Return the name of a place together with a spot in it. If both are rooms, the spot replaces the room of
    the place; any other spot is added.
    """
    whole = location.rpartition(" - ")[0]
    is_room = (bool(_list_place_word_forms(spot) & ROOMS) and not is_fixture(spot)) or _is_building_front(
        spot
    )
    if whole and is_room:
        return f"{whole} - {spot}"
    return spot if fold(spot) in fold(location) and not location else f"{location} - {spot}".strip(" -")


def find_intercut_places(heading: str, location: str, lines: str) -> tuple[str, ...]:
    """Return the two places between which an intercut scene cuts, as its heading or an INTERCUT line in
    `lines` names them. If an INTERCUT line names only one place, `location` is the other. Empty if fewer than
    two places are known.
    """
    if _INTERCUT.search(heading) and "/" in heading:
        named = _split_intercut_places(_INTERCUT.sub("", heading))
        if len(named) > 1:
            return named
    for line in lines.split("\n"):
        if found := _INTERCUT.search(line):
            named = _split_intercut_places(line[found.end() :])
            if len(named) > 1:
                return named
            if named and not _INTERCUT.search(heading):
                return (location, named[0])
    named = _split_intercut_places(location) if _INTERCUT.search(f"{heading}\n{lines}") else ()
    # If only one place is named, the caller uses the place of the previous scene as the second place.
    return named if len(named) > 1 else ()


def _split_intercut_places(text: str) -> tuple[str, ...]:
    pieces = [
        _strip_place_time(_SETTING.sub("", piece.strip()).strip(" .:-–—()")) for piece in _TWO.split(text)
    ]
    return tuple(
        piece for piece in pieces if piece and not is_time_of_day(piece) and not _THE_CALL.fullmatch(piece)
    )


def _strip_place_time(place: str) -> str:
    """Return a place without the time of day after it."""
    return " - ".join(
        piece for piece in re.split(r"\s+[-–—]+(?:\s+|$)", place) if piece and not is_time_of_day(piece)
    )


def says_intercut(text: str) -> bool:
    """Return True if a text announces an intercut between two places."""
    return _INTERCUT.search(text) is not None


def is_intercut(scene: ScriptScene) -> bool:
    """Return True if a scene cuts between two places."""
    return scene.slug.is_intercut or says_intercut(f"{scene.heading}\n{scene.text}")
