"""The grammar of single lines: scene headings, character cues, transitions and title-page keys.

Each function takes one stripped line and returns the element that the line could be.
`story.screenplay.line_kinds` decides whether it may be there. To stay linear in time, no pattern has a
quantifier inside a quantifier, and marks at the end of a line are searched from the end.
"""

from __future__ import annotations

import re
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.heading_languages import (
    PREFIX_WORDS,
    get_prefix_setting,
    is_much_later,
    remove_era,
    translate_time,
    translate_time_with_addition,
)
from milimo_tui.story.screenplay.screenplay import TITLE_KEYS, Cue, Slug
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import collapse_text, remove_emphasis_marks
from milimo_tui.story.values.vocabulary import is_direction_line, is_structure_line

_PREFIX = compile_lazily(
    rf"(int\.?/ext|ext\.?/int|int|ext|est|i\.?/e|e\.?/i|(?P<foreign>{PREFIX_WORDS}))"
    r"(?:\.\s*|(?P<colon>:)\s*|\s+|\s*$)",
    re.IGNORECASE,
)
_ERA = compile_lazily(  # A flashback or dream before the heading: `FLASHBACK - INT. HOUSE - NIGHT`.
    r"(?:BEGIN )?(?:FLASH[- ]?BACK|FLASH[- ]?FORWARD|DREAM(?: SEQUENCE)?|MEMORY|NIGHTMARE|FANTASY)"
    r"\s?(?:--?|[–—:.])\s?(?=(?:INT|EXT|I/E)\b)"
)
# INTERCUT WITH before a complete heading of one place. A line that names two places is no heading.
_INTERCUT_WITH = compile_lazily(r"INTERCUT(?:TING)?(?: WITH)?\s*[:–—-]?\s*(?=(?:INT|EXT|I/E)\b[^/]*$)")
_SETTINGS = {"int": Setting.INTERIOR, "ext": Setting.EXTERIOR, "est": Setting.EXTERIOR}
_LEADING_NUMBER = compile_lazily(r"([A-Za-z]?\d{1,4}[A-Za-z]{0,2})[.)]?\s+(?=\S)")
# Matches a scene number that was given up: `12 OMITTED 12`, `12-14 OMITTED`.
_OMITTED = compile_lazily(
    r"(?:SCENES? )?(?=[\w.\-]*\d)([\w.\-]{1,16})\s+\(?(OMITTED|Omitted)\)?\.?(?:\s+\1)?"
)
_SCENE_NUMBER = compile_lazily(r"[\w.\-]{1,16}")
_SEPARATOR = compile_lazily(r" [-–—]{1,2} | ?[–—] ?|--")
_SQUARE_BRACKETS = compile_lazily(r"\s*\[([^\[\]]*)\]$")
_STOP = compile_lazily(r"(?<!\bST)(?<!\bDR)(?<!\bMR)(?<!\bMT)(?<!\bMRS)(?<=\w\w)\.\s+", re.IGNORECASE)
_MOST_TRANSITION_WORDS = 4  # Maximum number of words of a transition that is not in capitals.
_LONGEST_ABBREVIATION = 4  # letters of the longest abbreviation at the end of a cue: CAPT.
_LATER = r"(?:LATER|CONTINUOUS|CONTINUING|SAME(?: TIME| DAY)?)"
DATE = (  # A weekday, a month, a year or a season.
    r"(?:(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY|(?:JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST"
    r"|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)(?: \d{1,2})?|(?:1[5-9]|20)\d\d|SPRING|SUMMER|AUTUMN|WINTER)"
)
_TIMES = compile_lazily(
    r"(?:\([^()]{1,30}\) ?)?"  # An addition in brackets: `(PRESENT) DAY`.
    rf"(?:{DATE},? ){{0,3}}"  # Dates before a time of day: `SATURDAY, 4:55 P.M.`
    r"(?:(?:EARLY|LATE|MID|PRE|THAT|NEXT|THE NEXT|SAME|ONE|ANOTHER|PRESENT|LATER THAT|MOMENTS|MINUTES"
    r"|HOURS|DAYS|A FEW|SECONDS|DAY FOR|JUST|BEFORE|AFTER)[\s-]+){0,3}"
    r"(?:DAY|DAYTIME|NIGHT|NIGHTTIME|NIGHTFALL|MORNING|AFTERNOON|EVENING|DAWN|DUSK|SUNRISE|SUNSET|SUNDOWN|NOON"
    r"|MIDDAY|MIDNIGHT|TWILIGHT|DAYBREAK|FIRST LIGHT|(?:MAGIC|GOLDEN|BLUE) HOUR"
    r"|LAST LIGHT|(?:THE )?(?:SMALL|WEE) HOURS|SUNUP|COCKCROW|LUNCHTIME|TEATIME|GLOAMING"
    rf"|{_LATER}|(?:[0-9]|1[0-2])(?::[0-5][0-9])?\s?[AP]\.?M\.?)"
    r"(?: (?:CYCLE|SHIFT|WATCH|PERIOD|PHASE))?"
    r"(?=$| ?[,./(]| \d)",
    re.IGNORECASE,
)
# Words such as MOVING or STOCK SHOT after the place in a heading. They give the motion of a car or the
# purpose of a shot, and `_parse_slug` leaves them out of the place.
_DOES = compile_lazily(
    r"\(?(?:MOVING|TRAVELL?ING|DRIVING|ESTABLISHING(?: SHOT)?|STOCK(?: SHOT)?|AERIAL(?: SHOT)?)\)?",
    re.IGNORECASE,
)
_PRESENT = compile_lazily(r"(?:THE )?PRESENT(?: DAY)?", re.IGNORECASE)
_ITEM_SETTING = compile_lazily(r"(?:INT|EXT|I/E|INT\./EXT)\b[./ ]")
_CAPITALS = compile_lazily(r"[^a-zà-öø-ÿ]*")
_ITEM_ENDS = compile_lazily(r"\s+--\s+|\s*[–—]\s+|\s-\s|[.:]\s+")
_LAST_WORD_TIME = compile_lazily(
    r"(?:DAY|NIGHT|MORNING|EVENING|AFTERNOON|DAWN|DUSK|SUNRISE|SUNSET|NOON|MIDNIGHT)"
)
RELATIVE_TIME = compile_lazily(
    rf"(?:(?:MOMENTS|MINUTES|SECONDS|A FEW|HOURS|LATER THAT|JUST)[\s-]+){{0,3}}{_LATER}\b", re.IGNORECASE
)
_IS_LATER = compile_lazily(
    r"(?:(?:MUCH|STILL|EVEN|A LITTLE|SOME TIME|HOURS) )?LATER(?: STILL)?", re.IGNORECASE
)
# The time of day that follows a time of day of some minutes.
_NEXT_TIMES = {"DAWN": "MORNING", "SUNRISE": "MORNING", "DAYBREAK": "MORNING", "FIRST LIGHT": "MORNING",
               "DUSK": "NIGHT", "SUNSET": "NIGHT", "SUNDOWN": "NIGHT", "TWILIGHT": "NIGHT",
               "NIGHTFALL": "NIGHT", "LAST LIGHT": "NIGHT"}  # fmt: skip
MUCH_LATER = compile_lazily(r"(?:HOURS|DAYS|LATER THAT)\b", re.IGNORECASE)
_TITLE_KEY = compile_lazily(r"([^\W\d_][\w .'/()-]{0,40}):(?!//)")
_KNOWN_KEYS = TITLE_KEYS | {
    "credit", "author", "authors", "writer", "writers", "written by", "screenplay by", "story by", "by",
    "source", "based on", "draft", "draft date", "date", "contact", "copyright", "notes", "revision",
    "version", "episode", "series", "format", "font", "language", "genre", "logline", "rating",
    "header", "footer", "watermark", "autor", "autora", "auteur", "autore", "verfasser", "datum", "fecha",
    "data", "contacto", "kontakt", "автор", "авторы", "контакты", "дата",
}  # fmt: skip


def strip_line_emphasis(line: str) -> str:
    """Return a line without its emphasis marks if the line begins with a mark: `**INT. CAFE - DAY**`."""
    return remove_emphasis_marks(line) if line.startswith(("*", "_")) else line


def parse_heading(line: str) -> tuple[str, Slug] | None:
    """Return the text of a heading without its scene number, and its parts. Return None if the line is no
    heading. Emphasis marks around the line and a transition before the heading (`FADE IN: EXT. SEA`) are
    removed.
    """
    line = strip_line_emphasis(line)
    if (intercut := _INTERCUT_WITH.match(line)) and (inner := parse_heading(line[intercut.end() :])):
        return inner[0], replace(inner[1], is_intercut=True)
    before, colon, after = line.partition(":")
    if colon and after and is_transition_line(f"{before}:"):
        line = after.strip()
    text, number = _split_scene_number(line)
    if number and text.casefold() == "omitted":
        return text, Slug(Setting.NONE, text, "", number)
    if omitted := _OMITTED.fullmatch(line):
        return omitted[2], Slug(Setting.NONE, omitted[2], "", omitted[1].rstrip("."))
    found = _match_heading_prefix(text)
    if not found and (era := _ERA.match(text)) and (after_era := _match_heading_prefix(text[era.end() :])):
        found = (after_era[0], after_era[1] + era.end())
    if not found:
        leading_number = _LEADING_NUMBER.match(text)
        found = _match_heading_prefix(text[leading_number.end() :]) if leading_number else None
        if not found or not leading_number:
            return None
        number = number or leading_number[1]
        text = text[leading_number.end() :].rstrip()
        # Production drafts print the scene number in both margins, so the same number may be at the end too.
        if text.endswith(" " + leading_number[1]):
            text = text[: -len(leading_number[1])].rstrip()
            found = _match_heading_prefix(text) or found
    setting, start = found
    return text, _parse_slug(setting, text[start:], number)


def parse_item_heading(text: str) -> tuple[Slug, str] | None:
    """Parse a montage item that begins with a complete heading: `INT. FLAT - BATHROOM - NIGHT -- Darren
    paints his face.`

    Return the parts of the heading and the text after it, or None if the item has no heading.
    """
    if _ITEM_SETTING.match(text) is None:
        return None
    run = _CAPITALS.match(text)
    shouted = run[0] if run else ""
    ends = [found for found in _ITEM_ENDS.finditer(shouted) if found.start() > 4]
    strong = [found for found in ends if found[0].strip() in ("--", "–", "—")]
    end = next(reversed(strong or ends), None)
    head, rest = (text[: end.start()], text[end.end() :]) if end else (text, "")
    found = parse_heading(head.strip())
    return (found[1], rest.strip()) if found else None


def parse_forced_heading(line: str) -> tuple[str, Slug] | None:
    """Parse a heading that is forced by one leading dot before a letter or digit. Return the same values as
    `parse_heading`, without the dot.
    """
    if len(line) < 2 or line[0] != "." or not line[1].isalnum():
        return None
    text, number = _split_scene_number(line[1:])
    setting, start = _match_heading_prefix(text) or (Setting.NONE, 0)
    return text, _parse_slug(setting, text[start:], number)


def _match_heading_prefix(text: str) -> tuple[Setting, int] | None:
    match = _PREFIX.match(text)
    if not match:
        return None
    word = match[1].lower()
    # EST must be in capitals, because “est” is an ordinary word in several languages.
    if word == "est" and match[1] != "EST":
        return None
    if (match["foreign"] or match["colon"]) and any(map(str.islower, text.replace("ß", ""))):
        return None
    if match["foreign"]:
        return get_prefix_setting(word), match.end()
    return _SETTINGS.get(word, Setting.BOTH), match.end()


def _split_scene_number(line: str) -> tuple[str, str]:
    """Return the line without a scene number such as `#12A#` at its end, and the number (empty if there is
    none).
    """
    if line.endswith("#"):
        start = line.rfind("#", max(0, len(line) - 18), len(line) - 1)
        if start > 0 and _SCENE_NUMBER.fullmatch(line, start + 1, len(line) - 1):
            return line[:start].rstrip(), line[start + 1 : -1].rstrip(".")
    return line, ""


def _parse_slug(setting: Setting, rest: str, number: str) -> Slug:
    """Split the place from the time of day: `BAR - BACK ROOM - NIGHT` → (BAR - BACK ROOM, NIGHT)."""
    rest = _SQUARE_BRACKETS.sub(r" (\1)", collapse_text(rest))  # NIGHT [CONTINUOUS] is NIGHT (CONTINUOUS).
    pieces = [piece.strip() for piece in _SEPARATOR.split(rest.lstrip("-–— "))]
    pieces = [piece for at, piece in enumerate(pieces) if piece and not (at and _is_left_out(piece))]
    pieces = [_remove_era_of_place(piece) for piece in pieces]
    # Some headings separate their parts by full stops: `BOARDING HOUSE, KILBURN. HALL. NIGHT.` Such a heading
    # is split at the full stops if one of its later parts begins with a time.
    if len(pieces) == 1:
        dotted = [piece.strip(" .") for piece in _STOP.split(pieces[0])]
        has_time = any(_TIMES.match(translate_time_with_addition(piece)) for piece in dotted[1:])
        pieces = dotted if has_time else pieces
    spoken = [translate_time_with_addition(piece) for piece in pieces]
    times = [index for index in range(1, len(pieces)) if _TIMES.match(spoken[index])]
    for index in reversed(times):
        # PRESENT DAY after another time is skipped, and the other time is used: NIGHT in `… - NIGHT - PRESENT
        # DAY`.
        if len(times) == 1 or not _PRESENT.fullmatch(spoken[index]):
            first = index
            while first - 1 in times and _TIMES.fullmatch(spoken[first - 1]):
                first -= 1
            return Slug(setting, " - ".join(pieces[:first]), spoken[index], number)
    place = " - ".join(pieces)
    if _TIMES.fullmatch(translate_time(place)):
        return Slug(setting, "", translate_time(place), number)
    # A remark in brackets may follow the time: `Int. bedroom, night (same room)`.
    timed = place[: place.rfind("(")].rstrip() if place.endswith(")") and "(" in place else place
    head, _, last = timed.rpartition(",") if "," in timed else timed.rpartition(". ")
    time = translate_time(last.strip().rstrip("."))
    if head and _TIMES.fullmatch(time):
        return Slug(setting, head.strip(), time, number)
    head, _, last = timed.rpartition(" ")
    if head and last.isupper() and _LAST_WORD_TIME.fullmatch(translate_time(last)):
        return Slug(setting, head.strip(), translate_time(last), number)
    return Slug(setting, place.rstrip("."), "", number)


def _remove_era_of_place(piece: str) -> str:
    return piece if _TIMES.match(translate_time_with_addition(piece)) else remove_era(piece) or piece


def _is_left_out(piece: str) -> bool:
    """Return True if a part of a heading is neither a place nor a time of day: MOVING, FLASHBACK, THREE DAYS
    LATER.
    """
    if _DOES.fullmatch(piece) or not remove_era(piece):
        return True
    return is_much_later(piece) and not _TIMES.fullmatch(piece)


def is_time_of_day(text: str) -> bool:
    """Return True if a text consists only of a time of day: NIGHT, LATER, MOMENTS LATER."""
    return _TIMES.fullmatch(text) is not None


def is_later(time: str) -> bool:
    """Return True if a time of a heading is LATER, more than moments after the scene before."""
    return _IS_LATER.fullmatch(time) is not None


def find_next_time(time: str) -> str:
    """Return the time of day after a passing one, which lasts minutes: DUSK is NIGHT later. Any other time
    stays as it is.
    """
    return _NEXT_TIMES.get(time, time)


def find_time_of_day(text: str) -> str:
    """Return the time of day of which a text in any language of the format consists, in English capitals, or
    an empty text. A relative time (LATER) is no time of day.
    """
    time = translate_time(text.strip(" .")).upper()
    return time if is_time_of_day(time) and not RELATIVE_TIME.match(time) else ""


def parse_cue(line: str, *, forced: bool = False) -> Cue | None:
    """Parse a character cue: a name in capitals, extensions in brackets, and `^` for dual dialogue. Return
    None if the line is no cue. Emphasis marks around the line are removed.

    The name of a forced cue (given without its `@`) may be in upper or lower case.
    """
    text, dual = strip_line_emphasis(line), False
    if text.endswith("^"):
        text, dual = text[:-1].rstrip(), True
    name, bracket, rest = text.partition("(")
    name = name.rstrip()
    if not forced and (name.upper() != name or not any(map(str.isupper, name))):
        return None
    extensions = _parse_cue_extensions(bracket + rest)
    if extensions is None or not name:
        return None
    if not forced and not _may_be_cue_name(name):
        return None
    return Cue(" ".join(_strip_cue_end(name).split()) or name, extensions, dual)


def _strip_cue_end(name: str) -> str:
    """Return a cue name without the colon or the full stop after it. Play scripts have “CLEMENCY.”; the full
    stop of an abbreviation (JR., DR.) stays.
    """
    name = name.rstrip(":")
    last = name.rpartition(" ")[2].removesuffix(".")
    return name.removesuffix(".") if len(last) > _LONGEST_ABBREVIATION and "." not in last else name


def _may_be_cue_name(name: str) -> bool:
    """Return True if words in capitals can be a name: not a transition, a direction, a shout or a
    sentence.
    """
    if len(name) > 60 or name[-1] in "!?,;…-–—" or name.endswith("..."):
        return False
    if name.endswith(":") and len(name.split()) > 3:
        return False
    return not is_transition_line(name) and not is_direction_line(name)


def _parse_cue_extensions(text: str) -> tuple[str, ...] | None:
    """Return the extensions in a text such as `(V.O.) (CONT'D)`. Return None if there is other text or an
    open bracket.
    """
    out: list[str] = []
    position = 0
    while position < len(text):
        if text[position] != "(":
            return None
        end = text.find(")", position)
        if end < 0 or text.find("(", position + 1, end) >= 0:
            return None
        out.append(" ".join(text[position + 1 : end].split()))
        position = end + 1
        while position < len(text) and text[position].isspace():
            position += 1
    return tuple(extension for extension in out if extension)


def is_transition_line(line: str) -> bool:
    """Return True if a line in capitals is a transition or another direction between scenes (CUT TO:, FADE
    OUT., THE END). A transition with a colon may be in mixed case (Fade in:).
    """
    line = strip_line_emphasis(line)
    if line.endswith(":") and len(line.split()) <= _MOST_TRANSITION_WORDS:
        line = line.upper() if is_structure_line(line.upper()) else line
    if len(line) > 80 or line.upper() != line:
        return False
    return (line.endswith("TO:") and any(map(str.isalpha, line[:-3]))) or is_structure_line(line)


def parse_title_key(line: str) -> tuple[str, str] | None:
    """Return the key and value of a title-page line, or None."""
    line = strip_line_emphasis(line)
    match = _TITLE_KEY.match(line)
    return (match[1].strip(), line[match.end() :].strip()) if match else None


def is_known_title_key(key: str) -> bool:
    """Return True if title pages commonly have this key, such as `author` or `draft date`."""
    return key.casefold() in _KNOWN_KEYS
