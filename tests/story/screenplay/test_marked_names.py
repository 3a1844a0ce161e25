"""Test headings and cues with emphasis marks or in mixed case, as texts in Markdown and imported drafts have
them.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.shots.script_check import check_script
from milimo_tui.story.values.film import Project
from tests.front_door import Milimo
from tests.story.films import drafts

MARKS = st.sampled_from(["*", "**", "***", "_", "_**", "**_", "*_", "_***"])
NAMES = st.from_regex(r"[A-ZÉÖ][A-ZÉÖ'-]{1,8}( [A-Z]{2,6})?", fullmatch=True)
PLACES = st.sampled_from(["CAFE", "GREEN HILL", "MARA'S HOUSE - KITCHEN", "CAFÉ DE LA GARE"])
TIMES = st.sampled_from(["", " - DAY", " - NIGHT", " - CONTINUOUS"])
NUMBERS = st.sampled_from(["", " #3#", " #12A#"])
EXTENSIONS = st.sampled_from(["", " (V.O.)", " (O.S.) (CONT'D)"])


def wrap(text: str, mark: str) -> str:
    return f"{mark}{text}{mark[::-1]}"


def read(text: str) -> Screenplay:
    return parse(text.encode())


def kinds(text: str) -> list[str]:
    return [f"{element.kind}:{element.text}" for element in read(text).elements]


@given(st.sampled_from(["INT.", "EXT.", "INT./EXT."]), PLACES, TIMES, NUMBERS, MARKS, st.booleans())
def test_heading_is_the_same_with_marks_and_without(
    setting: str, place: str, time: str, number: str, mark: str, inside: bool
) -> None:
    line = f"{setting} {place}{time}"
    marked = wrap(f"{line}{number}", mark) if inside else f"{wrap(line, mark)}{number}"
    plain, found = (read(f"{text}\n\nRain.\n").elements[0] for text in (f"{line}{number}", marked))
    assert (found.kind, found.text, found.slug) == (ScriptElementKind.HEADING, plain.text, plain.slug)


@given(NAMES, EXTENSIONS, MARKS, st.booleans(), st.booleans())
def test_cue_is_the_same_with_marks_and_without(
    name: str, extension: str, mark: str, inside: bool, dual: bool
) -> None:
    assume(read(f"INT. ROOM\n\na\n\n{name}\nYes.\n").elements[2].cue)
    line = f"{name}{extension}"
    marked = wrap(line, mark) if inside else f"{wrap(name, mark)}{extension}"
    end = " ^" if dual else ""
    plain, found = (read(f"INT. ROOM\n\na\n\n{text}{end}\nYes.\n").elements for text in (line, marked))
    assert [element.kind for element in found] == [element.kind for element in plain]
    assert found[2].cue == plain[2].cue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**FADE IN:**\n\n**INT. A - DAY**\n\na",
         ["transition:FADE IN:", "heading:INT. A - DAY", "action:a"]),
        ("INT. A\n\na\n\n_CUT TO:_\n\nEXT. B",
         ["heading:INT. A", "action:a", "transition:CUT TO:", "heading:EXT. B"]),
        ("INT. A\n\n**TOM**\n*(softly)*\nGo.",
         ["heading:INT. A", "cue:TOM", "parenthetical:softly", "dialogue:Go."]),
        ("**.LIMBO**\n\na\n\nINT. B", ["heading:LIMBO", "action:a", "heading:INT. B"]),
        ("# Film\n\n## INT. A - DAY\n\na", ["section:Film", "heading:INT. A - DAY", "action:a"]),
        ("# INT. A - DAY\n\na\n\nINT. B", ["section:INT. A - DAY", "action:a", "heading:INT. B"]),
        ("INT. A\n\n**The door** opens.", ["heading:INT. A", "action:**The door** opens."]),
        ("INT. A\n\n* INT. B", ["heading:INT. A", "action:* INT. B"]),
    ],
)  # fmt: skip
def test_marks_around_a_line_do_not_change_its_kind(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_title_page_in_bold_is_a_title_page() -> None:
    found = read("**Title:** The Fog\n**Author:** A. Person\n\nINT. A - DAY\n\na\n")
    assert (found.title, len(found.scenes)) == ("The Fog", 1)


def test_place_of_a_heading_has_no_marks() -> None:
    assert [scene.location for scene in drafts("EXT. *GREEN* HILL - DAY\n\na\n")] == ["GREEN HILL"]


INTRODUCED = "INT. A - DAY\n\nPETE (40) waits.\n\n{}\nNo, I am here.\n"
SPEAKS = "INT. A - DAY\n\nRain.\n\nPETE\nYes.\n\n{}\nNo, I am here.\n"
NOBODY = "INT. A - DAY\n\nRain.\n\n{}\nNo, I am here.\n\nTOM\nHi.\n"
ALL_MIXED = "Int. kitchen - day\n\nRain.\n\nTom\nHi.\n\n{}\nYes.\n\nTom\nHo.\n\n{}\nNo, I am here.\n"


@pytest.mark.parametrize(
    ("script", "line", "speaks"),
    [
        (INTRODUCED, "Pete", True),
        (SPEAKS, "Pete", True),
        (SPEAKS, "pete", True),
        (SPEAKS, "Pete (V.O.)", True),
        (SPEAKS, "Pete (CONT'D)", True),
        (SPEAKS, "**Pete**", True),
        (SPEAKS, "Pete:", True),
        (ALL_MIXED, "Pete", True),
        (ALL_MIXED, "Pete Marlow", True),
        (NOBODY, "McCOY", True),
        (NOBODY, "The door", False),
        (SPEAKS, "!Pete", False),
        (SPEAKS, "Pete waits.", False),
        (SPEAKS, "Pete!", False),
    ],
)
def test_known_name_alone_above_text_speaks(script: str, line: str, speaks: bool) -> None:
    found = read(script.replace("{}", line))
    last = found.elements[-1 if script is not NOBODY else -3]
    assert (last.kind is ScriptElementKind.DIALOGUE) is speaks
    speeches = [line.text for scene in drafts(script.replace("{}", line)) for shot in scene.shots
                for line in shot.dialogue]  # fmt: skip
    assert ("No, I am here." in speeches) is speaks
    lines = script.split("\n")
    asked = [problem.line for problem in found.problems]
    assert (lines.index("{}") + 1 in asked) is speaks


def test_name_alone_at_the_end_of_a_paragraph_is_action() -> None:
    assert kinds(SPEAKS.format("She looks at\nPete"))[-1].startswith("action:")
    assert kinds("INT. A\n\nPETE\nYes.\n\nPete\n\nHe waits.")[-2:] == ["action:Pete", "action:He waits."]


def test_check_lists_each_name_that_is_not_in_capitals_once(milimo: Milimo) -> None:
    path = milimo.cwd / "mixed.fountain"
    path.write_text(SPEAKS.format("Pete") + "\nPete (V.O.)\nStill here.\n")
    found = milimo.json("script", "check", str(path))
    assert [problem["line"] for problem in found["problems"]] == [8]
    assert (found["cues"], found["dialogue"]) == (3, 3)


def list_speeches(script: str) -> list[tuple[str, str]]:
    """Return the speakers of a script with their words."""
    elements = parse(script.encode()).elements
    return [
        (cue.cue.name, after.text)
        for cue, after in pairwise(e for e in elements if e.kind is not ScriptElementKind.PARENTHETICAL)
        if cue.cue is not None
    ]


HALL = "INT. HALL - NIGHT\n\n"


@pytest.mark.parametrize(
    ("script", "speeches"),
    [
        # A full stop after the name, as in plays, with or without a direction on the same line.
        (f"{HALL}AUNT OTTILIE.\nNot there.\n", [("AUNT OTTILIE", "Not there.")]),
        (f"{HALL}RAGNA waits.\n\nRagna. (at the door)\nIt snows.\n", [("Ragna", "It snows.")]),
        (
            f"{HALL}HENRY DALE JR.\nYes.\n\nST. CLAIR\nNo.\n",
            [("HENRY DALE JR.", "Yes."), ("ST. CLAIR", "No.")],
        ),
        # A misspelt name that occurs once, but with a direction below it.
        (f"{HALL}BRUNA\nWho?\n\nBurna\n(louder)\nWho?\n", [("BRUNA", "Who?"), ("Burna", "Who?")]),
        # The voice of a known person.
        (f"{HALL}OSKAR hides.\n\nOskar's voice\nHere.\n", [("Oskar's voice", "Here.")]),
        # A name after a sentence that ends with a short word in capitals.
        (f"{HALL}lights ON. WANJA (12) sits up\n\nWanja\nhuh\n", [("Wanja", "huh")]),
        # No cues: a sentence, a single word, a direction without words after it.
        (f"{HALL}BRUNA sleeps.\n\nLater\nshe wakes.\n\nThe Dog\n(outside)\n\nBarks.\n", []),
    ],
)
def test_cues_with_full_stops_directions_and_voices(script: str, speeches: list[tuple[str, str]]) -> None:
    assert list_speeches(script) == speeches


@pytest.mark.parametrize("name", ["سارة", "田中", "שרה", "สมชาย", "अनु"])
def test_known_name_without_capitals_speaks(name: str) -> None:
    text = f"INT. ROOM - DAY\n\n@{name}\nGood day.\n\n{name}\nAnd good night.\n\nA door.\nIt shuts.\n"
    found = parse(text.encode())
    assert [each.text for each in found.elements if each.cue] == [name, name]
    assert [each.text for each in found.elements if each.kind is ScriptElementKind.DIALOGUE] == [
        "Good day.",
        "And good night.",
    ]
    unmarked = parse(text.replace("@", "").encode())
    assert [each.text for each in unmarked.elements if each.cue] == [name, name]
    assert [problem.line for problem in unmarked.problems] == [3]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("2 OMITTED", "2"),
        ("2A   OMITTED   2A", "2A"),
        ("12-14. OMITTED", "12-14"),
        ("SCENE 7 OMITTED", "7"),
        ("OMITTED #13#", "13"),
        (".OMITTED #13#", "13"),
        ("A12 (OMITTED) A12", "A12"),
    ],
)
def test_omitted_number_is_a_heading_without_shots(line: str, number: str) -> None:
    text = f"INT. ROOM - DAY\n\nRain.\n\n{line}\n\nINT. HALL - DAY\n\nSnow.\n"
    scenes = parse(text.encode()).scenes
    assert [scene.heading for scene in scenes] == ["INT. ROOM - DAY", "OMITTED", "INT. HALL - DAY"]
    assert scenes[1].number == number


@pytest.mark.parametrize("line", ["He omitted 2 words.", "OMITTED", "2 words OMITTED", "#2 OMITTED"])
def test_other_lines_about_omission_are_no_heading(line: str) -> None:
    text = f"INT. ROOM - DAY\n\nRain.\n\n{line}\n"
    assert len(parse(text.encode()).scenes) == 1


def test_omitted_number_is_not_reported_as_an_empty_scene() -> None:
    text = "INT. ROOM - DAY\n\nRain.\n\n12 OMITTED 12\n\nINT. HALL - DAY\n"
    checked = check_script(parse(text.encode()), Project(id="p", name="F").rate)
    assert [problem.line for problem in checked.problems] == [7]
