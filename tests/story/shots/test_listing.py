"""Test shot lists by a model or a person: their scenes and lines are found in the screenplay, with the
people, and omissions are reported.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import count

from milimo_tui.story.commit import merge
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots import shot_list, shots
from milimo_tui.story.shots.shot_list import ShotListEntry
from milimo_tui.story.values.film import Line, Project, Story
from milimo_tui.story.values.shot_words import Movement, Setting, Size

RATE = Fraction(25)
SCRIPT = """INT. KITCHEN - NIGHT

MARA lights a lamp on the table.

MARA (V.O.)
You are late.

She looks at the window.

EXT. STREET - DAY

A dog crosses slowly.

INT. KITCHEN - NIGHT

The lamp is out.
"""
SCENES = shots.break_down_script(fountain.parse(SCRIPT.encode()), RATE)


def shot(scene: str, heading: str, action: str, *said: str) -> ShotListEntry:
    return ShotListEntry(
        scene=scene, heading=heading, action=action, dialogue=tuple(Line("MARA", line) for line in said)
    )


KITCHEN = "Int. kitchen - night"
LISTED = (
    replace(shot("1", KITCHEN, "Mara lights the lamp."), size=Size.CU, characters=("mara",), frames=40),
    shot("1", KITCHEN, "Her hand stays on the glass.", "You are late."),
    shot("2", "EXT. STREET - DAY", "A dog crosses, slowly."),
    shot("3", KITCHEN, "The lamp is out."),
)


def test_scenes_are_those_of_the_script_in_order() -> None:
    drafts, notes = shot_list.convert_shot_list(LISTED, SCENES, RATE)
    assert notes == ()
    assert [draft.line for draft in drafts] == [scene.line for scene in SCENES]
    assert [draft.heading for draft in drafts] == [scene.heading for scene in SCENES]
    assert [draft.number for draft in drafts] == [scene.number for scene in SCENES]


def test_shots_are_at_the_lines_of_their_words_with_the_names_of_the_script() -> None:
    first, second = shot_list.convert_shot_list(LISTED, SCENES, RATE)[0][0].shots
    assert (first.line, first.characters, first.size, first.frames) == (3, ("Mara",), Size.CU, 40)
    assert second.line == 5
    assert [(line.character, line.extension) for line in second.dialogue] == [("Mara", "V.O.")]
    assert second.frames == shots.compute_natural_frames(second.action, second.dialogue, "", RATE)


def test_omitted_shots_are_reported_and_unknown_ones_form_a_scene() -> None:
    listed = (LISTED[0], shot("2", "EXT. ROOF - DAWN", "Rain on tin."), LISTED[3])
    drafts, notes = shot_list.convert_shot_list(listed, SCENES, RATE)
    [note] = notes
    assert "scene 2 (EXT. STREET - DAY)" in note
    roof = drafts[1]
    assert (roof.setting, roof.location, roof.time_of_day) == (Setting.EXTERIOR, "ROOF", "DAWN")
    assert roof.line == drafts[0].line
    assert [draft.number for draft in drafts] == ["1", "2", "3"]


def test_list_without_headings_is_assigned_scene_by_scene() -> None:
    listed = tuple(replace(one, heading=f"Part {one.scene}") for one in LISTED)
    drafts, _ = shot_list.convert_shot_list(listed, SCENES, RATE)
    assert [draft.heading for draft in drafts] == [scene.heading for scene in SCENES]


def test_same_list_changes_nothing_and_its_framing_counts_as_set() -> None:
    numbers = count()

    def mint(kind: str) -> str:
        return f"{kind}_{next(numbers)}"

    story = Story(project=Project(id="p", name="film"))
    by_rules = merge.merge_drafts(story, SCENES, new_id=mint)
    story = replace(story, scenes=by_rules.scenes, shots=by_rules.shots)
    drafts, _ = shot_list.convert_shot_list(LISTED, SCENES, RATE)
    listed = merge.merge_drafts(story, drafts, new_id=mint)
    story = replace(story, scenes=listed.scenes, shots=listed.shots)
    speech = next(one for one in story.live_shots() if one.dialogue)
    # The shot keeps its id, and with it everything that was made for it.
    assert speech.id in {one.id for one in by_rules.shots}
    assert speech.action == "Her hand stays on the glass."
    again = merge.merge_drafts(story, drafts, new_id=mint)
    assert again.shots == story.shots
    moving = (replace(LISTED[0], movement=Movement.DOLLY_IN), *LISTED[1:])
    changed = merge.merge_drafts(story, shot_list.convert_shot_list(moving, SCENES, RATE)[0], new_id=mint)
    assert changed.report.changed == 1
    assert next(iter(replace(story, shots=changed.shots).live_shots())).movement is Movement.DOLLY_IN


def test_emphasis_marks_that_a_model_copied_are_not_spoken() -> None:
    script = "INT. ROOM - DAY\n\nMARA\nYou are *very* late, \\*sir\\*.\n"
    scenes = shots.break_down_script(fountain.parse(script.encode()), RATE)
    for copied in ("You are *very* late, \\*sir\\*.", "You are very late, *sir*."):
        drafts, _ = shot_list.convert_shot_list(
            (shot("1", "INT. ROOM - DAY", "She speaks.", copied),), scenes, RATE
        )
        assert [line.text for line in drafts[0].shots[0].dialogue] == ["You are very late, *sir*."]
