"""Test small cases of Fountain and of common spellings in real screenplays: the element that each line
becomes.
"""

from __future__ import annotations

import pytest

from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import (
    Screenplay,
    ScreenplayMode,
    ScriptElement,
    ScriptElementKind,
    ScriptScene,
    Slug,
)
from milimo_tui.story.values.shot_words import Setting


def read(text: str, mode: ScreenplayMode = ScreenplayMode.SCREENPLAY) -> Screenplay:
    return parse(text.encode(), mode)


def kinds(text: str) -> list[str]:
    return [f"{element.kind}:{element.text}" for element in read(text).elements]


def under_scene(text: str) -> list[str]:
    """Return the elements after a scene heading and a blank line, because most cases need to be inside a
    scene.
    """
    return kinds(f"INT. ROOM - DAY\n\n{text}")[1:]


def only(screenplay: Screenplay, kind: ScriptElementKind) -> ScriptElement:
    found = [element for element in screenplay.elements if element.kind is kind]
    assert len(found) == 1
    return found[0]


def slug(heading: str) -> Slug:
    found = only(read(f"{heading}\n\nSomebody waits.\n"), ScriptElementKind.HEADING).slug
    assert found
    return found


CASES = [
    # Action, and lines that look similar.
    ("He waits.", ["action:He waits."]),
    ("He waits.\nShe does not.", ["action:He waits.\nShe does not."]),
    ("One.\n\nTwo.", ["action:One.", "action:Two."]),
    ("...and so it ends.", ["action:...and so it ends."]),
    ("!INT. NOT A HEADING", ["action:INT. NOT A HEADING"]),
    ("!SCREAM\nText", ["action:SCREAM\nText"]),
    ("  !  Indented  ", ["action:    Indented"]),
    ("Internal struggle.", ["action:Internal struggle."]),
    ("Exterior motives.", ["action:Exterior motives."]),
    ("Interstate 5.", ["action:Interstate 5."]),
    ("est-ce que tu viens", ["action:est-ce que tu viens"]),
    ("BANG", ["action:BANG"]),
    ("BANG\n\nThe door.", ["action:BANG", "action:The door."]),
    ("He stops.\nINT. HOUSE - DAY\n\nMore.", ["action:He stops.\nINT. HOUSE - DAY", "action:More."]),
    ("One line\u2028of two.", ["action:One line\u2028of two."]),
    ("A form\x0cfeed.", ["action:A form\x0cfeed."]),
    # Character cues.
    ("MARA\nHello.", ["cue:MARA", "dialogue:Hello."]),
    ("MARA\nHello.\nAgain.", ["cue:MARA", "dialogue:Hello.\nAgain."]),
    ("  MARA\n  Hello.", ["cue:MARA", "dialogue:Hello."]),
    ("\tMARA\n\tHello.", ["cue:MARA", "dialogue:Hello."]),
    ("R2D2\nBeep.", ["cue:R2D2", "dialogue:Beep."]),
    ("3RD COP\nFreeze.", ["cue:3RD COP", "dialogue:Freeze."]),
    ("23\nIs a number.", ["action:23\nIs a number."]),
    ("O'BRIEN\nAye.", ["cue:O'BRIEN", "dialogue:Aye."]),
    ("JEAN-LUC\nOui.", ["cue:JEAN-LUC", "dialogue:Oui."]),
    ("ÉLOÏSE\nOui.", ["cue:ÉLOÏSE", "dialogue:Oui."]),
    ("МАРА\nДа.", ["cue:МАРА", "dialogue:Да."]),
    ("éloïse\nNon.", ["action:éloïse\nNon."]),
    ("Mara\nHello.", ["action:Mara\nHello."]),
    ("@McCLANE\nYippee.", ["cue:McCLANE", "dialogue:Yippee."]),
    ("@José\nHola.", ["cue:José", "dialogue:Hola."]),
    ("MARA (V.O.)\nOnce.", ["cue:MARA", "dialogue:Once."]),
    ("HANS (on the radio)\nOver.", ["cue:HANS", "dialogue:Over."]),
    ("MARA:\nHello.", ["cue:MARA", "dialogue:Hello."]),
    ("FADE OUT.\nText", ["action:FADE OUT.\nText"]),
    ("THE END\nText", ["action:THE END\nText"]),
    ("CONTINUED\nText", ["action:CONTINUED\nText"]),
    ("CUT TO:\nText", ["action:CUT TO:\nText"]),
    ("CLOSE ON THE DOOR\nIt opens.", ["action:CLOSE ON THE DOOR\nIt opens."]),
    ("INSERT - THE LETTER\nIt reads: no.", ["action:INSERT - THE LETTER\nIt reads: no."]),
    ("SUPER: PARIS\nRain.", ["action:SUPER: PARIS\nRain."]),
    ("CRASH!\nGlass everywhere.", ["action:CRASH!\nGlass everywhere."]),
    ("GLENN CLOSE\nHello.", ["cue:GLENN CLOSE", "dialogue:Hello."]),
    # Dialogue and parentheticals.
    ("MARA\n(softly)\nHi.", ["cue:MARA", "parenthetical:softly", "dialogue:Hi."]),
    ("MARA\nHi.\n(beat)\nBye.", ["cue:MARA", "dialogue:Hi.", "parenthetical:beat", "dialogue:Bye."]),
    ("MARA\n(softly, to\nherself)\nHi.", ["cue:MARA", "parenthetical:softly, to herself", "dialogue:Hi."]),
    ("MARA\n(softly and more", ["cue:MARA", "dialogue:(softly and more"]),
    ("MARA\nHi.\n\nShe goes.", ["cue:MARA", "dialogue:Hi.", "action:She goes."]),
    ("MARA\nHi.\n  \nStill me.", ["cue:MARA", "dialogue:Hi.\n\nStill me."]),
    ("MARA\n~La la la\nSpoken.", ["cue:MARA", "lyric:La la la", "dialogue:Spoken."]),
    ("~La la la", ["lyric:La la la"]),
    ("MARA\nHi.\n!She leaves.", ["cue:MARA", "dialogue:Hi.", "action:She leaves."]),
    ("MARA\nHi.\n@JUN\nHo.", ["cue:MARA", "dialogue:Hi.", "cue:JUN", "dialogue:Ho."]),
    # Transitions, centred text and page breaks.
    ("CUT TO:", ["transition:CUT TO:"]),
    ("SMASH CUT TO:", ["transition:SMASH CUT TO:"]),
    ("FADE IN:", ["transition:FADE IN:"]),
    ("FADE OUT.", ["transition:FADE OUT."]),
    ("THE END", ["transition:THE END"]),
    ("CUT TO BLACK.", ["transition:CUT TO BLACK."]),
    ("> Burn to white.", ["transition:Burn to white."]),
    ("> THE PART OF DOUBT <", ["centred:THE PART OF DOUBT"]),
    ("===", ["page break:"]),
    ("He goes TO:", ["action:He goes TO:"]),
    # Sections and synopses.
    ("# Act One", ["section:Act One"]),
    ("### Beat", ["section:Beat"]),
    ("= He learns it.", ["synopsis:He learns it."]),
    ("# Act\nHe waits.", ["section:Act", "action:He waits."]),
    ("= It rains.\nHe waits.", ["synopsis:It rains.", "action:He waits."]),
    # Notes and boneyard.
    ("He [[who?]] waits.", ["action:He  waits.", "note:who?"]),
    ("[[alone]]", ["note:alone"]),
    ("He waits. [[over\ntwo lines]] Still.", ["action:He waits.\n Still.", "note:over\ntwo lines"]),
    ("He waits. [[never closed", ["action:He waits. [[never closed"]),
    ("MARA [[Maria?]]\nHi.", ["cue:MARA", "note:Maria?", "dialogue:Hi."]),
    ("MARA\n[[angry]]\nHi.", ["cue:MARA", "note:angry", "dialogue:Hi."]),
    ("One. /* two */ Three.", ["action:One.  Three.", "boneyard:two"]),
    ("MARA\n/* Old line. */\nHi.", ["cue:MARA", "boneyard:Old line.", "dialogue:Hi."]),
    ("One.\n/*\n\nINT. GONE - DAY\n\n*/\nTwo.", ["action:One.", "boneyard:INT. GONE - DAY", "action:Two."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[repr(text)[:48] for text, _ in CASES])
def test_kind_of_a_line_is_found(text: str, expected: list[str]) -> None:
    assert under_scene(text) == expected


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_endings_do_not_matter(ending: str) -> None:
    text = "INT. ROOM - DAY\n\nHe waits.\n\nMARA\n(low)\nHi.\n"
    assert kinds(text.replace("\n", ending)) == kinds(text)


@pytest.mark.parametrize("before", ["", "\ufeff", "/* cut */\n", "\n\n", "[[draft]]\n"])
def test_text_before_the_first_heading_does_not_hide_it(before: str) -> None:
    assert "heading:INT. ROOM - DAY" in kinds(before + "INT. ROOM - DAY\n\nHe waits.\n")


def test_heading_may_directly_follow_a_section() -> None:
    assert kinds("# Act\nINT. ROOM - DAY\n\nHe waits.")[:2] == ["section:Act", "heading:INT. ROOM - DAY"]


# ------------------------------------------------------------------ headings


@pytest.mark.parametrize(
    ("heading", "setting", "location", "time_of_day"),
    [
        ("INT. KITCHEN - DAY", Setting.INTERIOR, "KITCHEN", "DAY"),
        ("EXT. STREET - NIGHT", Setting.EXTERIOR, "STREET", "NIGHT"),
        ("INT.KITCHEN - DAY", Setting.INTERIOR, "KITCHEN", "DAY"),
        ("INT KITCHEN - DAY", Setting.INTERIOR, "KITCHEN", "DAY"),
        ("INT KITCHEN DAY", Setting.INTERIOR, "KITCHEN", "DAY"),
        ("int. kitchen - day", Setting.INTERIOR, "kitchen", "day"),
        ("INT./EXT. CAR - DUSK", Setting.BOTH, "CAR", "DUSK"),
        ("INT/EXT CAR - DUSK", Setting.BOTH, "CAR", "DUSK"),
        ("EXT./INT. CAR - DUSK", Setting.BOTH, "CAR", "DUSK"),
        ("EXT/INT. CAR - DUSK", Setting.BOTH, "CAR", "DUSK"),
        ("I/E CAR - DUSK", Setting.BOTH, "CAR", "DUSK"),
        ("I/E. CAR - DUSK", Setting.BOTH, "CAR", "DUSK"),
        ("I./E. CAR - DUSK", Setting.BOTH, "CAR", "DUSK"),
        ("EST. CITY - DAWN", Setting.EXTERIOR, "CITY", "DAWN"),
        ("INT. BAR – BACK ROOM – NIGHT", Setting.INTERIOR, "BAR - BACK ROOM", "NIGHT"),
        ("INT. BAR -- NIGHT", Setting.INTERIOR, "BAR", "NIGHT"),
        ("INT. BAR", Setting.INTERIOR, "BAR", ""),
        ("INT. BAR, NIGHT", Setting.INTERIOR, "BAR", "NIGHT"),
        ("INT. BAR. NIGHT.", Setting.INTERIOR, "BAR", "NIGHT"),
        ("EXT. ROOF - THE NEXT MORNING", Setting.EXTERIOR, "ROOF", "THE NEXT MORNING"),
        ("INT - BAR - NIGHT", Setting.INTERIOR, "BAR", "NIGHT"),
        ("INT. BAR - (PRESENT) DAY", Setting.INTERIOR, "BAR", "(PRESENT) DAY"),
        ("EXT. ROOF - LATER", Setting.EXTERIOR, "ROOF", "LATER"),
        ("EXT. ROOF - MOMENTS LATER", Setting.EXTERIOR, "ROOF", "MOMENTS LATER"),
        ("INT. LAB - DAY (1985)", Setting.INTERIOR, "LAB", "DAY (1985)"),
        ("INT. LAB - DAY - FLASHBACK", Setting.INTERIOR, "LAB", "DAY"),
        ("EXT. CITY - NIGHT MARKET", Setting.EXTERIOR, "CITY - NIGHT MARKET", ""),
        ("INT. MORNING STAR HOTEL", Setting.INTERIOR, "MORNING STAR HOTEL", ""),
        ("INT. JEAN-LUC'S FLAT - DAY", Setting.INTERIOR, "JEAN-LUC'S FLAT", "DAY"),
        (".SNIPER SCOPE", Setting.NONE, "SNIPER SCOPE", ""),
        (".École - DAY", Setting.NONE, "École", "DAY"),
        (".INT. BAR - DAY", Setting.INTERIOR, "BAR", "DAY"),
    ],
)
def test_heading_parts_are_separated(heading: str, setting: Setting, location: str, time_of_day: str) -> None:
    found = slug(heading)
    assert (found.setting, found.location, found.time_of_day) == (setting, location, time_of_day)


@pytest.mark.parametrize(
    ("heading", "number", "text"),
    [
        ("INT. BAR - DAY #12#", "12", "INT. BAR - DAY"),
        ("INT. BAR - DAY #12A#", "12A", "INT. BAR - DAY"),
        ("INT. BAR - DAY #110-A.1#", "110-A.1", "INT. BAR - DAY"),
        ("12. INT. BAR - DAY", "12", "INT. BAR - DAY"),
        ("12A INT. BAR - DAY", "12A", "INT. BAR - DAY"),
        ("12) EXT. BAR - DAY", "12", "EXT. BAR - DAY"),
        ("12 INT. BAR - DAY 12", "12", "INT. BAR - DAY"),
        (".BLACK #7#", "7", "BLACK"),
        ("INT. BAR #9 - DAY", "", "INT. BAR #9 - DAY"),
    ],
)
def test_scene_numbers_are_read(heading: str, number: str, text: str) -> None:
    element = only(read(f"{heading}\n\nSomebody waits.\n"), ScriptElementKind.HEADING)
    assert element.slug
    assert (element.slug.number, element.text) == (number, text)


def test_scenes_without_a_number_are_counted_around_the_others() -> None:
    scenes = read(
        "INT. A - DAY\n\na\n\nINT. B - DAY #3#\n\nb\n\nINT. C - DAY\n\nc\n\nINT. D - DAY\n\nd"
    ).scenes
    assert [scene.number for scene in scenes] == ["1", "3", "4", "5"]


def test_repeated_scene_number_is_a_problem() -> None:
    problems = read("INT. A - DAY #1#\n\na\n\nINT. B - DAY #1#\n\nb").problems
    assert [problem.line for problem in problems] == [5]
    assert "line 1" in problems[0].message


# ------------------------------------------------------------------ cues


@pytest.mark.parametrize(
    ("line", "name", "extensions"),
    [
        ("MARA (V.O.) (CONT'D)", "MARA", ("V.O.", "CONT'D")),
        ("MARA (O.S.)", "MARA", ("O.S.",)),
        ("MARA (cont'd)", "MARA", ("cont'd",)),
        ("MARA(V.O.)", "MARA", ("V.O.",)),
        ("DR. IVES", "DR. IVES", ()),
    ],
)
def test_every_extension_of_a_cue_is_kept(line: str, name: str, extensions: tuple[str, ...]) -> None:
    cue = only(read(f"INT. A - DAY\n\n{line}\nHi."), ScriptElementKind.CUE).cue
    assert cue
    assert (cue.name, cue.extensions) == (name, extensions)


@pytest.mark.parametrize("line", ["MARA (V.O.) walks", "MARA (V.O.", "((((", "MARA ((V.O.))"])
def test_broken_brackets_make_no_cue(line: str) -> None:
    assert not [e for e in read(f"INT. A - DAY\n\n{line}\nHi.").elements if e.kind is ScriptElementKind.CUE]


def test_dual_dialogue_is_marked_on_the_second_cue() -> None:
    elements = read("INT. A - DAY\n\nMARA\nYes.\n\nJUN (O.S.) ^\nNo.").elements
    cues = [element.cue for element in elements if element.cue]
    assert [(cue.name, cue.dual) for cue in cues] == [("MARA", False), ("JUN", True)]


# ------------------------------------------------------------------ title page


def test_title_page_values_may_have_several_lines() -> None:
    page = read("Title:\n\t_**RAIN**_\n\tMARKET\nAuthor: Nobody\n\nINT. A - DAY\n\na").title_page
    assert [(entry.key, entry.values) for entry in page] == [
        ("Title", ("RAIN", "MARKET")),
        ("Author", ("Nobody",)),
    ]


def test_title_page_accepts_colons_in_values_and_keys_of_other_languages() -> None:
    screenplay = read("Título: Lluvia\nContact: https://example.org/a\nCorrección: 2\n\nINT. A - DAY\n\na")
    assert screenplay.title == "Lluvia"
    assert [entry.values for entry in screenplay.title_page] == [
        ("Lluvia",),
        ("https://example.org/a",),
        ("2",),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FADE IN:\n\nINT. A - DAY\n\na",
        "Remember this: he lied.\nTwice.\n\nINT. A - DAY\n\na",
        "CUT TO:\n\nINT. A - DAY",
    ],
)
def test_prose_and_transitions_are_no_title_page(text: str) -> None:
    screenplay = read(text)
    assert screenplay.title_page == ()
    assert screenplay.elements[0].span.line == 1


@pytest.mark.parametrize("before", ["\ufeff", "/* draft */\n", "\ufeff/* draft */\n"])
def test_title_page_may_follow_a_mark_or_boneyard(before: str) -> None:
    assert read(before + "Title: Rain\n\nINT. A - DAY\n\na").title == "Rain"


# ------------------------------------------------------------------ scenes


def scenes(text: str, mode: ScreenplayMode = ScreenplayMode.AUTO) -> tuple[ScriptScene, ...]:
    return read(text, mode).scenes


def test_text_before_the_first_heading_is_scene_0() -> None:
    found = scenes("A city, from above.\n\nINT. A - DAY\n\na")
    assert [(scene.number, scene.text) for scene in found] == [("0", "A city, from above."), ("1", "a")]


def test_single_transition_before_the_first_heading_makes_no_scene() -> None:
    assert [scene.number for scene in scenes("FADE IN:\n\nINT. A - DAY\n\na")] == ["1"]


def test_scene_keeps_its_text_as_typed() -> None:
    body = "He *waits*. [[long]]\n\nMARA\n  Hi."
    assert scenes(f"INT. A - DAY\n\n{body}\n\nINT. B - DAY\n\nb")[0].text == body


def test_unclosed_boneyard_is_a_problem_with_its_place() -> None:
    problems = read("INT. A - DAY\n\nHe waits. /* and\n\nINT. B - DAY\n\nb").problems
    assert [(problem.line, problem.column) for problem in problems] == [(3, 11)]


def test_unclosed_note_stays_text_and_is_a_problem() -> None:
    screenplay = read("INT. A - DAY\n\nHe [[waits.\n\nShe ]] too.")
    assert [problem.line for problem in screenplay.problems] == [3]
    assert only(screenplay, ScriptElementKind.HEADING).span.line == 1
    assert screenplay.elements[1].text == "He [[waits."


# ------------------------------------------------------------------ modes


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("INT. A - DAY\n\nHe waits.", ScreenplayMode.SCREENPLAY),
        ("1. He waits.\n2. She waits.", ScreenplayMode.NUMBERED),
        ("1. He waits.\n2. She waits.\nThey wait.\nAll wait.", ScreenplayMode.NUMBERED),
        ("1. He waits.\nThey wait.\nAll wait.", ScreenplayMode.FREEFORM),
        ("1. He waits.\n2. She waits.\na\nb\nc", ScreenplayMode.FREEFORM),
        ("INT. A - DAY\n\n1. He waits.\n2. She waits.", ScreenplayMode.SCREENPLAY),
        ("1. INT. A - DAY\n\nHe waits.\n\n2. INT. B - DAY\n\nShe waits.", ScreenplayMode.SCREENPLAY),
        ("1. INT. KITCHEN. He cooks.\n2. EXT. YARD. She digs.", ScreenplayMode.NUMBERED),
        ("He waits.\n\nShe waits.", ScreenplayMode.FREEFORM),
        ("MARA\nHello.\n\nJUN\nHi.", ScreenplayMode.SCREENPLAY),
    ],
)
def test_mode_is_detected(text: str, mode: ScreenplayMode) -> None:
    assert read(text, ScreenplayMode.AUTO).mode is mode


def test_freeform_mode_reads_paragraphs() -> None:
    found = scenes("A man\n  walks  in.\n\n\nHe sits.\n\nFADE OUT.", ScreenplayMode.FREEFORM)
    assert [(scene.number, scene.heading) for scene in found] == [("1", "Scene 1")]
    assert [(e.kind, e.text) for e in found[0].elements] == [
        (ScriptElementKind.ACTION, "A man walks in."),
        (ScriptElementKind.ACTION, "He sits."),
        (ScriptElementKind.TRANSITION, "FADE OUT."),
    ]


@pytest.mark.parametrize(
    "mark", ["1. ", "1) ", "1: ", "1 - ", "1 – ", "Shot 1: ", "shot 1 ", "SHOT #1 - ", "#1 ", "#1. ", "# 1 "]
)
def test_numbered_marks_are_read(mark: str) -> None:
    found = scenes(f"{mark}a man\n{mark.replace('1', '2')}a dog")
    assert [element.text for element in found[0].elements] == ["a man", "a dog"]


@pytest.mark.parametrize(
    "line", ["1984 was a good year.", "3 men wait.", "2.5 metres of rope.", "10-year-olds run."]
)
def test_number_in_prose_is_no_mark(line: str) -> None:
    assert read(f"{line}\n{line}", ScreenplayMode.AUTO).mode is ScreenplayMode.FREEFORM


def test_lines_without_a_number_belong_to_their_item_or_precede_the_first() -> None:
    found = scenes(
        "Opening titles.\nMore titles.\n1. A man\nwalks in.\n\nSlowly.\n2. A dog.", ScreenplayMode.NUMBERED
    )
    assert [element.text for element in found[0].elements] == [
        "Opening titles.",
        "More titles.",
        "A man walks in. Slowly.",
        "A dog.",
    ]


def test_marks_count_in_a_text_without_headings_unless_freeform() -> None:
    text = "# Act One\n\nHe waits.\n\n> SLAM <\n\n==="
    found = read(text, ScreenplayMode.AUTO)
    assert found.mode is ScreenplayMode.FREEFORM
    assert [element.kind for element in found.elements] == [
        ScriptElementKind.SECTION,
        ScriptElementKind.ACTION,
        ScriptElementKind.CENTRED,
        ScriptElementKind.PAGE_BREAK,
    ]
    assert {element.kind for element in read(text, ScreenplayMode.FREEFORM).elements} == {
        ScriptElementKind.ACTION
    }


def test_modes_fall_back_to_freeform() -> None:
    assert read("Just words.", ScreenplayMode.NUMBERED).mode is ScreenplayMode.FREEFORM
    assert read("Just words.", ScreenplayMode.SCREENPLAY).mode is ScreenplayMode.FREEFORM


def test_text_without_blank_lines_is_read_line_by_line() -> None:
    found = kinds(
        "INT. KITCHEN - DAY\nJohn enters.\nJOHN\nHello.\nMARY\n(smiling)\nHi.\nEXT. YARD - DAY\nA dog."
    )
    assert found == [
        "heading:INT. KITCHEN - DAY",
        "action:John enters.",
        "cue:JOHN",
        "dialogue:Hello.",
        "cue:MARY",
        "parenthetical:smiling",
        "dialogue:Hi.",
        "heading:EXT. YARD - DAY",
        "action:A dog.",
    ]


def test_text_without_blank_lines_before_cues_is_read_by_its_habit() -> None:
    text = "INT. A - DAY\n\nJohn enters.\nJOHN\nHello.\nMARY\nHi.\n\nEXT. B - DAY\n\nA dog.\nJOHN\nLook."
    assert [kind for kind in kinds(text) if kind.startswith("cue")] == ["cue:JOHN", "cue:MARY", "cue:JOHN"]
