"""Test the paragraphs of a scene with lists: each item of a montage is a paragraph, as it is a shot."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.breakdown.numbered_scene import number_scene
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.shots.shots import break_down_script

LISTS = {
    "dashes": "MONTAGE - ADA GETS READY\n\n-- Ada packs.\n-- Ada runs\ndown the stairs.\n-- A dog barks.",
    "letters": "SERIES OF SHOTS:\n\nA) Ada packs.\nB) Ada runs\ndown the stairs.\nC) A dog barks.",
    "no montage": "- Ada packs.\n- Ada runs down the stairs.\n- A dog barks.",
}


@pytest.mark.parametrize("kind", LISTS)
def test_each_item_of_a_list_is_a_paragraph_and_a_shot(kind: str) -> None:
    screenplay = fountain.parse(f"EXT. TOWN - DAY\n\n{LISTS[kind]}\n".encode())
    numbered = number_scene(screenplay.scenes[0], build_cast(screenplay))
    first = screenplay.scenes[0].span.line
    [scene] = break_down_script(screenplay, Fraction(25))
    items = [(each.line, each.end_line, each.text) for each in numbered.filmed]
    assert [text for _, _, text in items] == ["Ada packs.", "Ada runs down the stairs.", "A dog barks."]
    assert items == [(shot.line - first, shot.end_line - first, shot.action) for shot in scene.shots]


def test_line_with_a_dash_in_plain_action_stays_in_its_paragraph() -> None:
    screenplay = fountain.parse(b"EXT. TOWN - DAY\n\nAda packs\n- and runs.\n")
    numbered = number_scene(screenplay.scenes[0], build_cast(screenplay))
    assert [each.text for each in numbered.filmed] == ["Ada packs - and runs."]
