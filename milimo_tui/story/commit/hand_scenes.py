"""Manual scenes: scenes that the user added to the film, as paragraphs of a script.

An exported script contains the manual scenes too. When that script is imported again, the scenes must not be
created a second time: each manual scene becomes the script's scene, and its shots are bound to the text that
they were written as. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from milimo_tui.story.commit.hand_shots import shots_by_hand, standing_for
from milimo_tui.story.screenplay import fountain, line_grammar
from milimo_tui.story.screenplay.screenplay import Kind, Mode
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Line, Scene, Shot, Story, VoicePosition
from milimo_tui.story.values.text import fold

NOWHERE = -1  # Line number of a scene that is in the script, until a commit sets the real line.
_HEARD = {
    VoicePosition.OFF_SCREEN: "O.S.",
    VoicePosition.VOICE_OVER: "V.O.",
    VoicePosition.PHONE: "V.O., on phone",
    VoicePosition.ON_A_SCREEN: "on screen",
}
# Openings of notes and comments, which would hide the rest of the script.
_HIDING = {"[[": "[ [", "/*": "/ *"}


def is_by_hand(scene: Scene) -> bool:
    """Return True if a scene is in the film but not in the script."""
    return not scene.line and not scene.parked


def written_scene(story: Story, scene: Scene, number: str = "") -> tuple[str, ...]:
    """Return a manual scene as paragraphs of a screenplay: the heading, then the action and lines of its
    shots.

    A shot that was moved into the scene is left out, because the script has it elsewhere.
    """
    text = " ".join(scene.heading.split())
    head = text if line_grammar.heading(text) else f".{text}"
    return (f"{head} #{number}#" if number else head, *_body(story, scene))


def _body(story: Story, scene: Scene) -> Iterator[str]:
    mine = [shot for shot in story.live_shots() if shot.scene == scene.id]
    if not mine and scene.text:
        yield from map(_action, _paragraphs(scene.text))
    for shot in mine:
        if not shot.digest:
            yield from written_shot(shot)


def written_shot(shot: Shot) -> Iterator[str]:
    """Yield a manual shot as paragraphs of a screenplay: its action, its caption and its dialogue."""
    caption = " ".join(" ".join(_paragraphs(shot.caption)).split())
    yield from map(_action, _paragraphs(shot.action))
    if caption and shot.action:
        yield f"SUPER: {caption}"
    yield from map(_speech, shot.dialogue)
    # A caption goes before the dialogue; without dialogue it becomes a title card.
    if caption and not shot.action:
        yield f"SUPER: {caption}" if shot.dialogue else f"> {caption} <"


def _paragraphs(text: str) -> Iterator[str]:
    for shown in _HIDING:
        text = text.replace(shown, _HIDING[shown])
    yield from filter(None, (" ".join(line.split()) for line in text.splitlines()))


def _action(text: str) -> str:
    """Return a paragraph that is parsed as action, with a leading `!` if it would be parsed as something
    else.
    """
    read = fountain.parse(f"INT. ROOM\n\n{text}\n\nRoom.\n".encode(), Mode.SCREENPLAY).elements
    plain = [element for element in read[1:] if element.kind is Kind.ACTION]
    return text if len(plain) == len(read) - 1 == 2 and not text.startswith("!") else f"!{text}"


def _speech(line: Line) -> str:
    name = line.character if line_grammar.cue(line.character) else f"@{line.character}"
    extension = line.extension or _HEARD.get(line.heard, "")
    cue = f"{name} ({extension})" if extension else name
    said = " ".join(" ".join(_paragraphs(line.text)).split())
    return "\n".join(filter(None, (cue, f"({line.parenthetical})" if line.parenthetical else "", said)))


def with_hand_scenes_of(story: Story, drafts: Sequence[SceneDraft]) -> Story:
    """Return the story with each manual scene marked as the script's, if the script has a scene with its
    heading.

    If the script's text differs from the text that would be written (a CUT TO: between shots, other words),
    the shots with similar words are bound to the script's text. A shot is bound to the text that it was
    written as.
    """
    known = {_key(scene.heading, scene.text) for scene in story.scenes if scene.line}
    waiting = [draft for draft in drafts if _key(draft.heading, draft.text) not in known]
    scenes: dict[str, Scene] = {}
    shots: dict[str, Shot] = {}
    for scene in filter(is_by_hand, story.scenes) if waiting else ():
        mine = shots_by_hand(story, scene.id)
        body = "\n".join(_body(story, scene))
        same = (each for each in waiting if _key(each.heading, each.text) == _key(scene.heading, body))
        draft = next(same, None) or next((each for each in waiting if _is_like(scene, mine, each)), None)
        if draft is None:
            continue
        waiting.remove(draft)
        scenes[scene.id] = replace(scene, line=NOWHERE, text=draft.text)
        shots |= standing_for(mine, draft.shots, reworded=True)
    if not scenes:
        return story
    return replace(
        story,
        scenes=tuple(scenes.get(scene.id, scene) for scene in story.scenes),
        shots=tuple(shots.get(shot.id, shot) for shot in story.shots),
    )


def _is_like(scene: Scene, shots: Sequence[Shot], draft: SceneDraft) -> bool:
    """Return True if a draft has the heading of a manual scene and some of its shots."""
    same = fold(scene.heading) == fold(draft.heading)
    return same and bool(standing_for(shots, draft.shots, reworded=True))


def _key(heading: str, body: str) -> tuple[str, str]:
    return fold(heading), fold("\n".join(filter(None, body.splitlines())))
