"""Write manual scenes, which the user added to the film, into a script, and recognize them in an imported
script.

An exported script contains the manual scenes too. When that script is imported again, these scenes must not
be created a second time. Each manual scene then becomes a scene of the script, and each of its shots is
linked to its text in the script by the text's digest. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from milimo_tui.story.commit.manual_shots import list_manual_shots, match_manual_shots
from milimo_tui.story.screenplay import fountain, line_grammar
from milimo_tui.story.screenplay.screenplay import ScreenplayMode, ScriptElementKind
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Line, Scene, Shot, Story
from milimo_tui.story.values.shot_words import VoicePosition
from milimo_tui.story.values.text import fold

# The line number of a scene that was just found in the script. The commit replaces it by the actual line.
NOWHERE = -1
_HEARD = {
    VoicePosition.OFF_SCREEN: "O.S.",
    VoicePosition.VOICE_OVER: "V.O.",
    VoicePosition.PHONE: "V.O., on phone",
    VoicePosition.ON_A_SCREEN: "on screen",
}
# Texts that begin a note or comment in a script, where they would hide everything that follows. Each is
# written in the replacement form.
_HIDING = {"[[": "[ [", "/*": "/ *"}


def is_manual_scene(scene: Scene) -> bool:
    """Return True if a scene is in the film but not in the script."""
    return not scene.line and not scene.parked


def write_manual_scene(story: Story, scene: Scene, number: str = "") -> tuple[str, ...]:
    """Return a manual scene as paragraphs of a screenplay: the heading, then the action and dialogue of its
    shots.

    Shots that were moved into the scene are left out, because the script has them in another scene. `number`
    is the scene number to write after the heading.
    """
    text = " ".join(scene.heading.split())
    head = text if line_grammar.parse_heading(text) else f".{text}"
    return (f"{head} #{number}#" if number else head, *_write_scene_body(story, scene))


def _write_scene_body(story: Story, scene: Scene) -> Iterator[str]:
    mine = [shot for shot in story.live_shots() if shot.scene == scene.id]
    if not mine and scene.text:
        yield from map(_mark_as_action, _split_visible_paragraphs(scene.text))
    for shot in mine:
        if not shot.digest:
            yield from write_manual_shot(shot)


def write_manual_shot(shot: Shot) -> Iterator[str]:
    """Yield a manual shot as paragraphs of a screenplay: action, caption and dialogue."""
    caption = " ".join(" ".join(_split_visible_paragraphs(shot.caption)).split())
    yield from map(_mark_as_action, _split_visible_paragraphs(shot.action))
    if caption and shot.action:
        yield f"SUPER: {caption}"
    yield from map(_write_speech, shot.dialogue)
    # The caption of a shot without action is written after its dialogue. Without dialogue too, it is written
    # as a title card (`> … <`).
    if caption and not shot.action:
        yield f"SUPER: {caption}" if shot.dialogue else f"> {caption} <"


def _split_visible_paragraphs(text: str) -> Iterator[str]:
    for shown in _HIDING:
        text = text.replace(shown, _HIDING[shown])
    yield from filter(None, (" ".join(line.split()) for line in text.splitlines()))


def _mark_as_action(text: str) -> str:
    """Return a paragraph in a form that a Fountain parser reads as action. A `!` is put in front if the
    paragraph would otherwise be read as something else.
    """
    read = fountain.parse(f"INT. ROOM\n\n{text}\n\nRoom.\n".encode(), ScreenplayMode.SCREENPLAY).elements
    plain = [element for element in read[1:] if element.kind is ScriptElementKind.ACTION]
    return text if len(plain) == len(read) - 1 == 2 and not text.startswith("!") else f"!{text}"


def _write_speech(line: Line) -> str:
    name = line.character if line_grammar.parse_cue(line.character) else f"@{line.character}"
    extension = line.extension or _HEARD.get(line.heard, "")
    cue = f"{name} ({extension})" if extension else name
    text = " ".join(" ".join(_split_visible_paragraphs(line.text)).split())
    return "\n".join(filter(None, (cue, f"({line.parenthetical})" if line.parenthetical else "", text)))


def adopt_manual_scenes(story: Story, drafts: Sequence[SceneDraft]) -> Story:
    """Return the story in which the manual scenes that the script now contains are marked as scenes of the
    script.

    A scene is recognized by its heading and text. If the text in the script differs (other words, or a CUT
    TO: between shots), similar shots under the same heading suffice. The recognized shots are linked to their
    texts in the script.
    """
    known = {_make_scene_text_key(scene.heading, scene.text) for scene in story.scenes if scene.line}
    waiting = [draft for draft in drafts if _make_scene_text_key(draft.heading, draft.text) not in known]
    scenes: dict[str, Scene] = {}
    shots: dict[str, Shot] = {}
    for scene in filter(is_manual_scene, story.scenes) if waiting else ():
        mine = list_manual_shots(story, scene.id)
        body = "\n".join(_write_scene_body(story, scene))
        same = (
            each
            for each in waiting
            if _make_scene_text_key(each.heading, each.text) == _make_scene_text_key(scene.heading, body)
        )
        draft = next(same, None) or next(
            (each for each in waiting if _is_similar_draft(scene, mine, each)), None
        )
        if draft is None:
            continue
        waiting.remove(draft)
        scenes[scene.id] = replace(scene, line=NOWHERE, text=draft.text)
        shots |= match_manual_shots(mine, draft.shots, reworded=True)
    if not scenes:
        return story
    return replace(
        story,
        scenes=tuple(scenes.get(scene.id, scene) for scene in story.scenes),
        shots=tuple(shots.get(shot.id, shot) for shot in story.shots),
    )


def _is_similar_draft(scene: Scene, shots: Sequence[Shot], draft: SceneDraft) -> bool:
    """Return True if a draft has the heading of a manual scene and at least one similar shot."""
    same = fold(scene.heading) == fold(draft.heading)
    return same and bool(match_manual_shots(shots, draft.shots, reworded=True))


def _make_scene_text_key(heading: str, body: str) -> tuple[str, str]:
    return fold(heading), fold("\n".join(filter(None, body.splitlines())))
