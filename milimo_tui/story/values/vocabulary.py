"""Find framings, structural lines (such as transitions) and captions in the text of a screenplay. A framing
has five independent axes: size, angle, movement, function and rig. The vocabulary is stored as data.

`parse_framing` returns the framing that a text demands explicitly; words that only suggest a framing are in
`story.plan.framing`. Patterns match complete words only. A word that also has an everyday meaning counts only
with more evidence: capitals followed by a mark, an agent (“we”, “camera”), or a particle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Size


@dataclass(frozen=True, slots=True)
class FramingReading:
    """The framing that a text demands explicitly. Values that the text does not mention are None or empty.

    `movements` has two items for a dolly zoom, which is two movements at once. `rest` is the text without the
    words that were recognized.
    """

    size: Size | None = None
    angle: Angle | None = None
    movements: tuple[Movement, ...] = ()
    function: Function | None = None
    rig: Rig | None = None
    rest: str = ""

    def __bool__(self) -> bool:
        return bool(self.size or self.angle or self.movements or self.function or self.rig)

    @property
    def is_bare_direction(self) -> bool:
        """True if the text is nothing but a direction (WIDER, CLOSE-UP:). Such a direction applies to the
        next shot.
        """
        return bool(self) and not any(map(str.isalnum, self.rest))


# Words of a heading that say how a vehicle moves, or when the scene is, instead of naming a place.
PLACE_STATES = frozenset(
    {"moving", "travelling", "traveling", "driving", "parked", "stationary", "continuous", "later"}
)

_AGENT = r"(?:we|camera|the camera)(?: (?:slowly|quickly|gently|then|now|begins? to|starts? to)){0,2}"
_NOT_A_THING = r"(?<!\ba )(?<!\bthe )(?<!\bhis )(?<!\bher )(?<!\bfrying )(?<!\bdock )"
_PAN = rf"(?:{_AGENT} )?{_NOT_A_THING}pan(?:s|ning)?"
# A word in capitals must be followed by a dash, a colon, a comma or the end of the text.
_MARK = r"(?=\s*(?:[-–—:,]|$))"
_COLON = r"(?=\s*[-–—:])"
# Abbreviations of two letters, such as MS and LS, must be followed by one of these.
_SHORT = r"(?=\s*(?:[-–—:,]|$)|\s(?:of|on|over)\b)"
_FIRST = r"(?<![^\n])"  # Matches only at the beginning of a line.
_CLAUSE = r"(?:(?<![^\n])|(?<=[.,;:] ))"  # Matches only at the beginning of a clause.
_IDIOM = r"(?<!it's a )(?<!it’s a )(?<!\bis a )(?<!\bwas a )"
_GADGET = r"(?:radio|device|phone|scanner|mirror|game|torch|recorder|fan|computer)"
_UP = r"(?-i:{})"  # Makes a pattern match capitals only.

# A row has the value of an axis, a key, and a pattern. Patterns ignore case, except inside _UP. The key is a
# lower-case text that every match contains. It is searched first, because that is faster than the pattern.
_Row = tuple[StrEnum, str, str]
_ROWS: tuple[_Row, ...] = (
    (Size.ECU, "close", r"(?:extreme|big|extra|very)[- ]close(?:[- ]?ups?|(?= on\b))"),
    (Size.ECU, "cu", _UP.format(r"(?:ECU|XCU|BCU)")),
    (Size.MCU, "close", r"medium[- ]close(?:[- ]?ups?|[- ]shot)?"),
    (Size.MCU, "mcu", _UP.format("MCU")),
    (Size.CU, "close", r"close-?ups?(?! (?:the|his|her|their|shop)\b)|close[- ]shot"),
    (Size.CU, "close", r"close up(?=\s*(?:[-–—:,.]|$|(?:of|on|shot)\b))"),
    (Size.CU, "close", r"close(?:r|ly)?(?= on\b)|closer (?:angle|shot)"),
    (Size.CU, "close", _FIRST + _UP.format(r"CLOSER?") + _MARK),
    (Size.CU, "tight", r"tight(?:er)?(?:(?= on\b)| shot| close)"),
    (Size.CU, "c/u", _UP.format(r"C/U")),
    (Size.CU, "cu", _UP.format("CU") + _SHORT),
    (Size.MLS, "medium", r"medium[- ](?:long|wide)(?:[- ]shot)?"),
    (Size.MLS, "shot", r"(?:cowboy|american) shot"),
    (Size.MLS, "mls", _UP.format("MLS")),
    (Size.MLS, "mws", _UP.format("MWS")),
    (Size.MS, "m", r"(?:medium|mid|middle)[- ]shot|medium(?= on\b)"),
    (Size.MS, "ms", _UP.format("MS") + _SHORT),
    (Size.FS, "full", r"full[- ](?:shot|figure|body shot)"),
    (Size.FS, "fs", _UP.format("FS") + _SHORT),
    (Size.EWS, "wide", r"(?:extreme|extra|very|super)[- ]wide(?:[- ](?:shot|angle))?"),
    (Size.EWS, "long", r"(?:extreme|extra|very)[- ]long[- ]shot"),
    (Size.EWS, "ws", _UP.format(r"(?:EWS|XWS)")),
    (Size.EWS, "ls", _UP.format(r"(?:ELS|XLS)")),
    (Size.EWS, "vista", r"vista"),
    (Size.LS, "long",  _IDIOM + r"long[- ]shot(?! (?:at|for|but|to|in)\b)"),
    (Size.LS, "ls", _UP.format("LS") + _SHORT),
    (Size.WS, "wide", r"wider?(?:[- ](?:shot|angle(?! lens)|view)|(?= on\b))"),
    (Size.WS, "wide", _FIRST + _UP.format(r"WIDER?") + _MARK),
    (Size.WS, "master", r"master[- ]shot|" + _UP.format("MASTER") + _COLON),
    (Size.WS, "ws", _UP.format("WS") + _SHORT),
    (Angle.EYE, "eye", r"eye[- ]level"),
    (Angle.LOW, "low", r"low(?:er)?[- ]angle"),
    (Angle.LOW, "worm", r"worm['’]?s?[- ]eye(?:[- ]view)?"),
    (Angle.HIGH, "high", r"high(?:er)?[- ]angle"),
    (Angle.OVERHEAD, "overhead", r"overhead (?:shot|view|angle)"),
    (Angle.OVERHEAD, "overhead", _UP.format("OVERHEAD") + _COLON),
    (Angle.OVERHEAD, "top", r"top[- ]shot|top-down(?: (?:shot|view))?|top down (?:shot|view)"),
    (Angle.OVERHEAD, "eye", r"(?:bird|god)['’]?s?[- ]eye(?:[- ]view)?"),
    (Angle.DUTCH, "dutch", r"dutch (?:angle|tilt|shot)"),
    (Angle.DUTCH, "canted", r"canted (?:angle|frame|shot)|" + _UP.format("CANTED")),
    (Angle.DUTCH, "oblique", r"oblique (?:angle|shot)"),
    (Angle.PROFILE, "profile", r"in profile|profile shot"),
    (Movement.STATIC, "static", r"static (?:shot|frame|camera|wide|close)|camera (?:is |stays )?static"),
    (Movement.STATIC, "lock", r"locked-(?:off|down)|locked (?:off|down) (?:shot|camera|frame)|lock-off"),
    (Movement.PAN_LEFT, "pan", _PAN + r"(?: (?:slowly|quickly|hard))? (?:to the )?left"),
    (Movement.TILT_UP, "pan", _PAN + r" up"),
    (Movement.TILT_DOWN, "pan", _PAN + r" down"),
    (Movement.PAN_RIGHT, "pan", _PAN + r" (?:to|across|over|right|along)"),
    (Movement.PAN_RIGHT, "pan", rf"(?:{_AGENT}|whip|swish|slow)[- ]pans?"),
    (Movement.TILT_UP, "tilt", r"tilt(?:s|ing)? up(?! (?:his|her|their|its)\b)"),
    (Movement.TILT_DOWN, "tilt", r"tilt(?:s|ing)? down(?! (?:his|her|their|its)\b)"),
    (Movement.DOLLY_IN, "in", r"(?:dolly|dollies|dollying) in|creep in(?= on\b)"),
    (Movement.DOLLY_IN, "push", r"push[- ]in(?! (?:the|his|her|a)\b)"),
    (Movement.DOLLY_IN, "in", rf"{_AGENT} (?:push(?:es)?|rush(?:es)?|(?:creep|move|track|drift|glide)s?) in"),
    (Movement.DOLLY_IN, "push", r"push(?:es|ing) in(?= (?:on|toward|towards|slowly|close)\b)|slow push"),
    (Movement.DOLLY_LEFT, "dolly", r"(?:dolly|dollies|dollying) (?:to the )?left"),
    (Movement.DOLLY_RIGHT, "dolly", r"(?:dolly|dollies|dollying) (?:to the )?right"),
    (Movement.DOLLY_OUT, "dolly", r"(?:dolly|dollies|dollying) (?:out|back)"),
    (Movement.DOLLY_OUT, "pull", _CLAUSE + r"pull (?:back|out)(?=,| to\b| from\b)"),
    (Movement.DOLLY_OUT, "pull", _UP.format(r"PULL (?:BACK|OUT)") + _MARK),
    (Movement.DOLLY_OUT, "pull", rf"{_AGENT} pulls? (?:back|out)|pull-?back shot"),
    (Movement.TRACK, "track", r"tracking (?:shot|with|along|past)"),
    (Movement.TRACK, "track", _CLAUSE + r"track (?:with|alongside|past)"),
    (Movement.TRACK, "", rf"{_AGENT} (?:tracks?|follows?|trucks?)(?! (?:in|out|back)\b)"),
    (Movement.TRACK, "shot", r"follow(?:ing)? shot|trucking shot"),
    (Movement.TRACK, "truck", _NOT_A_THING + r"truck (?:left|right)"),
    (Movement.CRANE_DOWN, "down", _NOT_A_THING + r"(?:crane|boom|jib)(?:s|ing)? down"),
    (Movement.CRANE_UP, "up", _NOT_A_THING + r"(?:crane|boom|jib)(?:s|ing)? up(?! (?:his|her|the)\b)"),
    (Movement.CRANE_UP, "shot", r"(?:crane|boom|jib) shot"),
    (Movement.ZOOM_OUT, "zoom", r"zoom(?:s|ing)? (?:out|back)"),
    (Movement.ZOOM_IN, "zoom", r"zoom(?:s|ing)? (?:in|to|on)|crash[- ]zoom|zoom shot"),
    (Movement.ARC, "arc", r"arc(?:s|ing)? (?:around|about)|arc shot"),
    (Movement.ARC, "", rf"{_AGENT} (?:circles?|orbits?|arcs?)|(?:circling|orbiting) shot"),
    (Movement.RACK, "rack", r"rack(?:s|ing)?[- ](?:focus|to\b)"),
    (Function.TWO_SHOT, "shot", r"(?:two|2)[- ]shot(?! (?:dead|down)\b)"),
    (Function.THREE_SHOT, "shot", r"(?:three|3)[- ]shot(?! (?:dead|down)\b)"),
    (Function.GROUP, "group", r"group[- ]shot"),
    (Function.SINGLE, "single", r"clean single|single(?= on\b)|" + _UP.format("SINGLE") + _COLON),
    (Function.OTS, "ots", _UP.format("OTS")),
    (Function.OTS, "shoulder", r"over[- ]the[- ]shoulder(?: shot)?"),
    (Function.OTS, "shoulder", r"over " + _UP.format(r"[^\W\d_a-z][\w\-]*['’][sS]") + r" shoulder"),
    (Function.POV, "p", _UP.format(r"(?:POV|P\.O\.V\.?)")),
    (Function.POV, "point", r"(?<=['’]s )point[- ]of[- ]view|point-of-view shot"),
    (Function.INSERT, "insert", _FIRST + _UP.format("INSERT")),
    (Function.INSERT, "insert", _UP.format("INSERT") + _COLON + "|insert shot"),
    (Function.CUTAWAY, "away", r"cut[- ]?away (?:to|of|shot)|" + _UP.format("CUTAWAY")),
    (Function.ESTABLISHING, "establishing", r"establishing (?:wide |aerial )?(?:shot|view)"),
    (Function.ESTABLISHING, "establishing", _UP.format("ESTABLISHING")),
    (Function.REACTION, "reaction", r"reaction (?:shot|on)|" + _UP.format("REACTION") + _MARK),
    (Function.REVERSE, "reverse", r"reverse (?:angle|shot|on|pov)|" + _UP.format("REVERSE") + _MARK),
    (Rig.HANDHELD, "hand", rf"hand-?held(?! {_GADGET}s?\b)"),
    (Rig.STEADICAM, "steadi", r"steadi-?cam"),
    (Rig.STEADICAM, "gimbal", r"gimbal"),
    (Rig.AERIAL, "aerial", r"aerial (?:shot|view|footage|angle)|" + _UP.format("AERIAL")),
    (Rig.AERIAL, "drone", r"drone (?:shot|view|footage)|" + _UP.format("DRONE") + _COLON),
    (Rig.AERIAL, "helicopter", r"helicopter (?:shot|view)"),
    (Rig.UNDERWATER, "underwater", r"underwater (?:shot|view|camera|footage)"),
    (Rig.UNDERWATER, "underwater", _UP.format("UNDERWATER") + _MARK),
    (Rig.DOLLY, "dolly", r"(?:dolly|dollies|dollying)(?: (?:in|out|back)| shot)"),
    (Rig.CRANE, "crane", _NOT_A_THING + r"crane(?:s|ing)? (?:up|down|shot)(?! (?:his|her|the)\b)"),
    (Rig.TRIPOD, "tripod", r"on (?:a )?tripod"),
    (Rig.TRIPOD, "locked", r"locked-off"),
)  # fmt: skip
_TABLE = tuple(
    (value, key, re.compile(rf"(?<![\w'’])(?:{pattern})(?!\w)", re.IGNORECASE))
    for value, key, pattern in _ROWS
)
_DOLLY_ZOOM = compile_lazily(r"\b(?:dolly[- ]zoom|(?:vertigo|trombone) shot)\b", re.IGNORECASE)

# A quick test before the patterns: a text without any of these words demands no framing.
_ANY = compile_lazily(
    r"close|cu\b|c/u|tight|medium|mid|[mlwfx]s\b|shot|full|wide|long|vista|master|eye|angle|overhead|top|canted"
    r"|profile|static|lock|\bpan|tilt|dolly|dollies|push|creep|pull|track|camera|we |truck|crane|boom|jib"
    r"|zoom|arc|rack|single|ots|shoulder|p\.?o\.?v|point|insert|away|establishing|reaction|reverse|hand|steadi|gimbal"
    r"|aerial|drone|underwater|tripod",
    re.IGNORECASE,
)


def parse_framing(text: str) -> FramingReading:
    """Return the framing that a text demands explicitly. For each axis (size, angle, movement, function,
    rig), the first word in the text counts. If several entries of the vocabulary match at the same position,
    the longest counts.
    """
    if not _ANY.search(text):
        return FramingReading(rest=text)
    lowered = text.lower()
    best: dict[type[StrEnum], tuple[int, int, StrEnum]] = {}
    hits: list[tuple[int, int]] = []
    for value, key, pattern in _TABLE:
        match = pattern.search(text) if key in lowered else None
        if match:
            hits.append(match.span())
            found = (match.start(), -match.end(), value)
            axis = type(value)
            if axis not in best or found[:2] < best[axis][:2]:
                best[axis] = found
    movements = _get_axis_value(best, Movement)
    both = _DOLLY_ZOOM.search(text)
    if both:
        hits.append(both.span())
    return FramingReading(
        size=_get_axis_value(best, Size),
        angle=_get_axis_value(best, Angle),
        movements=(Movement.DOLLY_IN, Movement.ZOOM_OUT) if both else (movements,) if movements else (),
        function=_get_axis_value(best, Function),
        rig=_get_axis_value(best, Rig),
        rest=_remove_spans(text, hits),
    )


_Axis = TypeVar("_Axis", bound=StrEnum)


def _get_axis_value(best: dict[type[StrEnum], tuple[int, int, StrEnum]], axis: type[_Axis]) -> _Axis | None:
    return axis(best[axis][2]) if axis in best else None


def _remove_spans(text: str, hits: list[tuple[int, int]]) -> str:
    out, position = [], 0
    for start, end in sorted(hits):
        out.append(text[position : max(position, start)])
        position = max(position, end)
    return "".join([*out, text[position:]])


_DIRECTION = compile_lazily(
    r"(?:ANGLE ON|(?:ANOTHER|NEW|DIFFERENT) ANGLE|FAVOU?RING|ON|VIEW (?:OF|FROM)|INTERCUT|THROUGH THE"
    r"|SUPER(?:IMPOSED?| TITLE)?|TITLE(?: CARD| OVER)?|CAPTION|CHYRON|SUBTITLE)\b"
)
_STRUCTURE = compile_lazily(
    r"(?:"
    r"(?:(?:SMASH|MATCH|JUMP|HARD|QUICK|TIME|FLASH|CROSS|SHOCK)[ -])?CUT(?: (?:TO|BACK|IN|OUT)\b[^a-z]*)?"
    r"[:.]?"
    r"|FADES? (?:IN|OUT|UP|TO|FROM|THROUGH)\b[^a-z]*|(?:SLOW |LAP |CROSS[ -])?DISSOLVES?\b[^a-z]*"
    r"|(?:IRIS|WIPE) (?:IN|OUT|TO)\b[^a-z]*|CROSS-?FADE\b[^a-z]*"
    r"|(?:BACK TO|RETURN TO|RESUME|END OF)\b[^a-z]+"
    r"|(?:BEGIN|START|END|ROLL|OPENING|CLOSING|MAIN|OVER)\s(?:OF )?"
    r"(?:MONTAGE|SERIES|FLASH|INTERCUT|CREDIT|TITLE|DREAM|TEASER|ACT|SEQUENCE|SPLIT)[^a-z]*"
    r"|(?:A |QUICK |BRIEF )?(?:MONTAGE|SERIES OF SHOTS|QUICK CUTS|INTERCUT(?:TING)?|FLASHBACK|FLASH ?FORWARD"
    r"|DREAM SEQUENCE|SPLIT SCREEN)\b[^a-z]*"
    r"|(?:[A-Z]+ ){0,3}LATER[.:]?|CONTINUOUS[.:]?|SAME TIME[.:]?"
    r"|THE END[.!]?|FIN\.?|\(?CONTINUED\)?:?(?: ?\(\d+\))?|\(?MORE\)?|TO BE CONTINUED[.…]*|OMITTED"
    r"|(?:ACT|PART|CHAPTER|EPISODE) (?:[A-Z]+|[0-9]+)[.:]?|TEASER|COLD OPEN"
    r")"
)
_MONTAGE = compile_lazily(r"(?:BEGIN |START |A |QUICK |BRIEF )?(?:MONTAGE|SERIES OF SHOTS|QUICK CUTS)\b")
_MONTAGE_LEAD = compile_lazily(
    r"(?:BEGIN |START |A |QUICK |BRIEF )?(?:MONTAGE|SERIES OF SHOTS|QUICK CUTS)\b"
    r"(?:[^a-z:–—]{0,60}(?:[:–—]| - )\s*|[^:]{0,80}:$)"
)
_CAPTION = compile_lazily(
    r"(?<!\w)(SUPER(?:IMPOSED?|[- ]TITLE)?|TITLE(?: CARD| OVER)?|CAPTION|CHYRON|SUBTITLE)"
    r"(?:\s*:\s*|\s+[-–—]+\s+|\s+(?=[\"“']))(?=\S)"
)


def is_direction_line(line: str) -> bool:
    """Return True if a line in capitals names a view rather than a person (CLOSE ON THE DOOR, INSERT,
    POV).
    """
    return _DIRECTION.match(line) is not None or bool(parse_framing(line))


def is_structure_line(line: str) -> bool:
    """Return True if a line in capitals belongs to the structure of the script: a transition, the beginning
    or end of a montage, an act, a page mark.
    """
    return _STRUCTURE.fullmatch(line) is not None


def find_montage_text(line: str) -> int:
    """Return the offset of the text after `MONTAGE - …:` in a line that is not all in capitals. Return 0 for
    any other line.
    """
    match = _MONTAGE_LEAD.match(line)
    return match.end() if match else 0


def extract_montage_title(line: str) -> str:
    """Return the title of a montage, such as `THE LAST LAP OF THE MARKET`, or an empty string."""
    return _MONTAGE.sub("", line, count=1).strip(" -–—:.")


def is_montage_start(line: str) -> bool:
    """Return True if a line begins a montage."""
    return _MONTAGE.match(line) is not None


@dataclass(frozen=True, slots=True)
class ParsedCaption:
    """Words on screen (`text`), and the text around them (`rest`). `card` is True for a title card, which is
    shown alone; a SUPER is shown over a picture.
    """

    text: str
    rest: str
    card: bool


def extract_caption(text: str) -> ParsedCaption | None:
    """Extract a caption, `SUPER: words` or `TITLE CARD: words`, from a paragraph. Return None if there is
    none.

    A caption in quotation marks ends at the closing mark.
    """
    match = _CAPTION.search(text)
    if not match:
        return None
    start, end = match.end(), len(text)
    closing = {'"': '"', "“": "”", "'": "'"}.get(text[start])
    if closing:
        found = text.find(closing, start + 1)
        start, end = (start + 1, found) if found >= 0 else (start + 1, end)
    after = text[end + 1 :] if closing else ""
    rest = f"{text[: match.start()].rstrip()} {after.lstrip(' .')}".strip()
    words = text[start:end].strip()
    card = match[1].startswith("TITLE")
    return ParsedCaption(words, rest, card) if words else None
