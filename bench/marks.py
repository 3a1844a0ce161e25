"""Read the marks of screenplays and check them against the text: `python bench/marks.py [SCRIPT …]`.

`bench/corpus/README.md` explains the marks and how to write them. The marks of `name.fountain` are in
`name.marks.toml` in the same folder. Without a script, the complete corpus is checked. The exit status is 1
if a mark is wrong.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"
SUFFIX = ".marks.toml"
KINDS = (
    "dialogue", "ensemble", "chase", "phone", "flashback", "montage", "monologue", "crowd", "voice-over",
    "pronouns", "silent", "props", "creature", "group", "screen", "names",
)  # fmt: skip
HEARD = {"seen", "off screen", "voice-over", "phone", "on a screen"}
TIMES = {"day", "night", "dawn", "dusk", "morning", "afternoon", "evening"}
_TOP = {"title", "kind", "kept_apart", "person", "extra", "place", "moment"}
_FIELDS = {
    *("quote", "place", "seen", "may", "looks", "speaker", "heard", "listener", "focus", "sure", "why"),
}
_CUE = re.compile(r"[A-Z0-9][A-Z0-9 .'#&-]*(?:\([^)]*\)\s*)*\^?")


@dataclass(frozen=True, slots=True)
class Look:
    """A person's look during a stretch of the script, in the words of the script.

    `says` holds the facts about the look. `denies` holds facts that a prompt must not have.
    """

    says: tuple[str, ...]
    denies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a script, the part of the place, and the time of day."""

    name: str
    part: str
    time: str

    def __str__(self) -> str:
        return f"{', '.join(filter(None, (self.name, self.part)))}, {self.time}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A marked passage of the script. It consists of the characters from `start` to before `end`."""

    place: Place
    seen: frozenset[str]
    may: frozenset[str]
    looks: Mapping[str, Look]
    speaker: str
    heard: str
    focus: str
    sure: bool
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one script. `called` maps each person and extra to all names that the text uses for
    them.
    """

    script: Path
    text: str
    kind: str
    kept_apart: bool
    called: Mapping[str, tuple[str, ...]]
    extras: frozenset[str]
    moments: tuple[Moment, ...]


def find_marks_file(script: Path) -> Path:
    """Return the path of the marks file that belongs to a script."""
    return script.with_name(script.stem + SUFFIX)


def read_script_marks(script: Path) -> Marks:
    """Read a script and its marks. Raises ValueError with a list of problems if the marks are wrong."""
    text, data = _load_marks_file(script)
    wrong = list(check_marks(text, data))
    if wrong:
        raise ValueError("\n".join(f"{find_marks_file(script).name}: {each}" for each in wrong))
    places = {row["id"]: Place(row["name"], row["part"], row["time"]) for row in data["place"]}
    named = [*data.get("person", ()), *data.get("extra", ())]
    looks = {
        look["id"]: Look(tuple(look["says"]), tuple(look.get("not", ())))
        for row in named
        for look in row.get("look", ())
    }
    starts = [text.index(row["quote"]) for row in data["moment"]]
    moments = tuple(
        Moment(
            place=places[row["place"]],
            seen=frozenset(row["seen"]),
            may=frozenset(row.get("may", ())),
            looks={who: looks[look] for who, look in row.get("looks", {}).items()},
            speaker=row.get("speaker", ""),
            heard=row.get("heard", ""),
            focus=row["focus"],
            sure=row["sure"],
            line=text.count("\n", 0, start) + 1,
            start=start,
            end=min(after, _find_paragraph_end(text, start)),
        )
        for row, start, after in zip(data["moment"], starts, [*starts[1:], len(text)], strict=True)
    )
    called = {row["name"]: (row["name"], *row.get("also", ())) for row in named}
    extras = frozenset(row["name"] for row in data.get("extra", ()))
    return Marks(script, text, data["kind"], data["kept_apart"], called, extras, moments)


def _load_marks_file(script: Path) -> tuple[str, dict[str, Any]]:
    return script.read_text("utf-8"), tomllib.loads(find_marks_file(script).read_text("utf-8"))


def _find_paragraph_end(text: str, start: int) -> int:
    end = text.find("\n\n", start)
    return len(text) if end < 0 else end


def check_marks(text: str, data: Mapping[str, Any]) -> Iterator[str]:
    """Yield a description of each problem in the marks. `data` is the content of the marks file."""
    yield from (f"unknown field {key}" for key in data.keys() - _TOP)
    if data.get("kind") not in KINDS:
        yield f"unknown kind {data.get('kind')!r}"
    if not isinstance(data.get("kept_apart"), bool):
        yield "kept_apart must be true or false"
    if not data.get("title"):
        yield "title is missing"
    yield from _MarksChecker(text, data).find_problems()


class _MarksChecker:
    """A checker that compares people, places and moments with the text, and records which of them the moments
    use.
    """

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        self.text, self.data = text, data
        self.lines = text.splitlines()
        self.named = [*data.get("person", ()), *data.get("extra", ())]
        self.called = {
            row["name"]: {each.upper() for each in (row["name"], *row.get("also", ()))} for row in self.named
        }
        self.owner = {look["id"]: row["name"] for row in self.named for look in row.get("look", ())}
        self.places = {row["id"] for row in data.get("place", ())}
        self.used: set[str] = set()

    def find_problems(self) -> Iterator[str]:
        yield from self._check_people()
        yield from self._check_marked_places()
        last = -1
        for number, row in enumerate(self.data.get("moment", ()), 1):
            at = f"moment {number} ({row['quote'][:32]!r})"
            found = self.text.count(row["quote"])
            if found != 1 or "\n" in row["quote"]:
                yield f"{at}: the quote occurs {found} times"
                continue
            start = self.text.index(row["quote"])
            rows = (*self._check_marked_frame(row), *self._check_speech(row, start), *self._check_focus(row))
            yield from (
                f"{at}: {each}" for each in (*rows, *(["the quote is out of order"] if start <= last else []))
            )
            last = start
        for what in sorted((self.called.keys() | self.owner.keys() | self.places) - self.used):
            yield f"no moment uses {what}"

    def _has_text(self, words: str) -> bool:
        return words.lower() in self.text.lower()

    def _check_people(self) -> Iterator[str]:
        ids = [*(row["name"] for row in self.named), *(row["id"] for row in self.data.get("place", ()))]
        ids += [look["id"] for row in self.named for look in row.get("look", ())]
        yield from (f"{each} is listed twice" for each, count in Counter(ids).items() if count > 1)
        for row in self.named:
            absent = [each for each in row.get("also", ()) if not self._has_text(each)]
            yield from (f"{row['name']}: the other name {each!r} is not in the text" for each in absent)
            for look in row.get("look", ()):
                denied = look.get("not", [])
                absent = [each for each in (*look["says"], *denied) if not self._has_text(each)]
                yield from (f"look {look['id']}: {each!r} is not in the text" for each in absent)
                both = set(look["says"]) & set(denied)
                yield from (f"look {look['id']}: {each!r} is in says and in not" for each in both)

    def _check_marked_places(self) -> Iterator[str]:
        for row in self.data.get("place", ()):
            if not any(row["heading"] in line for line in self.lines):
                yield f"place {row['id']}: the heading is not in the text"
            missing = [key for key in ("name", "part", "time", "weather") if key not in row]
            yield from (f"place {row['id']}: {key} is missing" for key in missing)
            if row.get("time") not in TIMES:
                yield f"place {row['id']}: unknown time {row.get('time')!r}"
            if not self._has_text(row.get("weather", "")):
                yield f"place {row['id']}: weather {row['weather']!r} is not in the text"

    def _check_marked_frame(self, row: Mapping[str, Any]) -> Iterator[str]:
        yield from (f"unknown field {key}" for key in row.keys() - _FIELDS)
        if row["place"] not in self.places:
            yield f"unknown place {row['place']}"
        both, looks = [*row["seen"], *row.get("may", ())], row.get("looks", {})
        self.used.update((row["place"], *both, *looks.values()))
        for who in both:
            if who not in self.called:
                yield f"unknown person or extra {who}"
            elif who in self.owner.values() and who not in looks:
                yield f"the look of {who} is missing"
        if len(both) != len(set(both)):
            yield "seen and may list a person twice"
        for who, look in looks.items():
            if who not in both:
                yield f"{who} has a look, but is not in seen or may"
            if self.owner.get(look) != who:
                yield f"look {look} does not belong to {who}"

    def _check_speech(self, row: Mapping[str, Any], start: int) -> Iterator[str]:
        cue = self._find_cue_above(self.text.count("\n", 0, start))
        speaker, heard, listener = row.get("speaker"), row.get("heard"), row.get("listener")
        self.used.update(filter(None, (speaker, listener)))
        if (speaker is None) != (heard is None):
            yield "speaker and heard must either both be given or both be absent"
        if cue and not speaker:
            yield f"speaker is missing, but this is a speech of {cue}"
        if listener is not None and listener not in self.called:
            yield f"unknown person or extra {listener}"
        if speaker is None:
            yield from ["listener is given, but speaker is missing"] if listener is not None else []
            return
        if speaker not in self.called:
            yield f"unknown person or extra {speaker}"
        elif not cue:
            yield "speaker is given, but this is action"
        elif cue.upper() not in self.called[speaker]:
            yield f"speaker is {speaker}, but the cue is {cue}"
        if heard not in HEARD:
            yield f"unknown value {heard!r} of heard"
        if heard == "seen" and speaker not in row["seen"]:
            yield f"heard is 'seen', but {speaker} is not in the list seen"
        if heard in ("off screen", "phone") and speaker in (*row["seen"], *row.get("may", ())):
            yield f"heard is {heard!r}, but {speaker} is in seen or may"
        if listener == speaker and self.data.get("kind") != "monologue":
            yield f"{speaker} is both speaker and listener"

    def _check_focus(self, row: Mapping[str, Any]) -> Iterator[str]:
        focus = row.get("focus", "")
        thing = focus.removeprefix("insert: ")
        if thing != focus:
            if not self._has_text(thing):
                yield f"focus {thing!r} is not in the text"
        elif focus not in (*row["seen"], *row.get("may", ()), "place", "crowd"):
            yield f"focus {focus!r} is no person in seen or may, and not place, crowd or an insert"
        if not isinstance(row.get("sure"), bool):
            yield "sure must be true or false"
        elif not row["sure"] and not row.get("why"):
            yield "sure is false, but why is missing"

    def _find_cue_above(self, row: int) -> str:
        """Return the name of the character who speaks the line at `row`, or an empty string if the line is
        action.
        """
        top = row
        while top > 0 and self.lines[top - 1].strip():
            top -= 1
        if top == row or not _CUE.fullmatch(self.lines[top].strip()):
            return ""
        return re.sub(r"\s*\([^)]*\)", "", self.lines[top]).strip(" ^")


def main() -> int:
    """Check the marks, print their problems and counts, and return the exit code."""
    scripts = [Path(word) for word in sys.argv[1:] if word != "--json"] or sorted(CORPUS.glob("*.fountain"))
    wrong, found = 0, []
    for script in scripts:
        text, data = _load_marks_file(script)
        problems = list(check_marks(text, data))
        wrong += len(problems)
        found.append(data)
        for problem in problems:
            print(f"{find_marks_file(script).name}: {problem}")
    moments = [row for data in found for row in data.get("moment", ())]
    apart = [data for data in found if data.get("kept_apart")]
    heard = Counter(row["heard"] for row in moments if "heard" in row)
    print(f"{len(found)} scenes ({len(apart)} of them kept apart)")
    print(
        f"{len(moments)} moments ({sum(len(data['moment']) for data in apart)} of them in scenes kept apart)"
    )
    print("Speeches: " + ", ".join(f"{how} {count}" for how, count in sorted(heard.items())))
    print(f"Errors: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
