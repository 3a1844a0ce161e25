"""Write a scenario as a Fountain screenplay, with the scenes and people that are switched on.

Theme and tone are written on the title page. Acts and sequences become Fountain sections, which are not
filmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from milimo_tui.core.errors import Refused
from milimo_tui.story.scenario.scenario import ItemKind, Scenario, ScenarioItem
from milimo_tui.story.screenplay import line_grammar

UNKNOWN = "SOMEBODY"  # The character cue for words whose speaker is unknown.


def format_as_fountain(scenario: Scenario) -> str:
    """Return the scenario as Fountain text. Raises Refused if no scene is switched on."""
    scenes = scenario.list_items_of_kind(ItemKind.SCENE, on=True)
    if not scenes:
        raise Refused("all scenes are switched off, so there is nothing to write", "switch a scene on")
    off = {item.text.casefold() for item in scenario.list_items_of_kind(ItemKind.PERSON) if not item.is_on}
    lines = [*_iterate_title_page_lines(scenario), ""]
    over = {item.key: item for item in scenario.items}
    written_keys: set[str] = set()
    for scene in scenes:
        lines += _iterate_section_lines(scene, over, written_keys)
        lines += [_format_scene_heading(scene.text), ""]
        for beat in scene.beats:
            speaker = beat.speaker.casefold()
            if not beat.speaker:
                lines += [_format_action_text(beat.text), ""]
            elif speaker in off:
                lines += [_format_action_text(f"“{beat.text}”"), ""]
            else:
                spoken = " ".join(_break_hiding_marks(beat.text).split())
                lines += [_format_character_cue(beat.speaker), spoken, ""]
        if not scene.beats and scene.detail:
            lines += [_format_action_text(scene.detail), ""]
    return "\n".join(lines).rstrip() + "\n"


def _iterate_title_page_lines(scenario: Scenario) -> Iterator[str]:
    title = (
        next((item.text for item in scenario.list_items_of_kind(ItemKind.TITLE, on=True)), scenario.name)
        or "Untitled"
    )
    yield f"Title: {' '.join(title.split())}"
    notes = []
    for kind in (ItemKind.THEME, ItemKind.TONE):
        if words := [item.text for item in scenario.list_items_of_kind(kind, on=True)]:
            notes.append(f"{kind.value}: {', '.join(words)}")
    if notes:
        yield f"Notes: {'; '.join(notes)}"


def _iterate_section_lines(
    scene: ScenarioItem, over: Mapping[str, ScenarioItem], written_keys: set[str]
) -> Iterator[str]:
    """Yield the titles of the act and of the sequence that begin with `scene`, as lines of Fountain sections.
    Nothing is yielded for an act or sequence that has begun before.

    `over` has all acts and sequences by key. `written_keys` are the keys of the acts and sequences that are
    already written; newly written keys are added.
    """
    chain: list[ScenarioItem] = []
    item = over.get(scene.within)
    while item is not None and len(chain) < 2:
        chain.append(item)
        item = over.get(item.within)
    for one in reversed(chain):
        # A sequence whose title equals the heading of its first scene adds no information.
        if one.key not in written_keys and one.is_on and one.text != scene.text:
            written_keys.add(one.key)
            mark = "#" if one.kind is ItemKind.ACT else "##"
            yield f"{mark} {' '.join(one.text.split())}"
            yield ""


def _format_scene_heading(text: str) -> str:
    """Return a heading that a Fountain parser recognizes. A text that it would not recognize gets a leading
    dot.
    """
    bare = " ".join(text.split())
    return bare if line_grammar.parse_heading(bare) else f".{bare.lstrip('.')}"


def _format_character_cue(name: str) -> str:
    """Return a name as a character cue: in capitals, or with Fountain's `@` if capitals alone would not be
    read as this cue.
    """
    bare = " ".join(name.split())
    if bare == "?":
        return UNKNOWN
    raised = bare.upper()
    return raised if re.fullmatch(r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ .'’-]*", raised) else f"@{bare}"


def _break_hiding_marks(text: str) -> str:
    """Return a text of the story without the marks of Fountain's notes and boneyard, which would hide its
    words.
    """
    return text.replace("[[", "[ [").replace("/*", "/ *")


def _format_action_text(text: str) -> str:
    """Return action that a Fountain parser reads as action. A paragraph that looks like another element gets
    a leading `!`.
    """
    paragraphs = []
    for paragraph in _break_hiding_marks(text).split("\n\n"):
        bare = " ".join(paragraph.split())
        needs = bare.isupper() or line_grammar.parse_heading(bare) is not None or bare[:1] in ".@>~=#!&"
        paragraphs.append(f"!{bare}" if needs else bare)
    return "\n\n".join(paragraphs)
