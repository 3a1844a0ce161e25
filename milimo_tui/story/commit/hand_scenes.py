"""Scenes and shots that a person added, as a script has them: written into it, known again where it has them.

A script that was exported has the scenes by hand too. Brought in again it must not make them a second time:
the scene by hand becomes that of the script, and its shots stand for the text that they were written as.
Pure.
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

NOWHERE = -1  # the line of a scene that the script has, until a commit tells it
_HEARD = {
    VoicePosition.OFF_SCREEN: "O.S.",
    VoicePosition.VOICE_OVER: "V.O.",
    VoicePosition.PHONE: "V.O., on phone",
    VoicePosition.ON_A_SCREEN: "on screen",
}
_HIDING = {"[[": "[ [", "/*": "/ *"}  # what would hide the rest of a script


def is_by_hand(scene: Scene) -> bool:
    """Return whether a scene is in the film and the script does not have it."""
    return not scene.line and not scene.parked


def written_scene(story: Story, scene: Scene, number: str = "") -> tuple[str, ...]:
    """Return a scene by hand as paragraphs of a screenplay: its heading, then what its shots show and say.

    A shot that was moved into it is left out, since the script has it elsewhere.
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
    """Return a shot by hand as paragraphs of a screenplay: what it shows, its caption, what is said in it."""
    caption = " ".join(" ".join(_paragraphs(shot.caption)).split())
    yield from map(_action, _paragraphs(shot.action))
    if caption and shot.action:
        yield f"SUPER: {caption}"
    yield from map(_speech, shot.dialogue)
    if caption and not shot.action:  # over what is said, else a card of its own
        yield f"SUPER: {caption}" if shot.dialogue else f"> {caption} <"


def _paragraphs(text: str) -> Iterator[str]:
    for shown in _HIDING:
        text = text.replace(shown, _HIDING[shown])
    yield from filter(None, (" ".join(line.split()) for line in text.splitlines()))


def _action(text: str) -> str:
    """A paragraph that is read as action: marked as such where it would be taken for something else."""
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
    """Return the story with its scenes by hand as the script's, where that has them under their heading.

    Where the text is another than would be written (a CUT TO: between shots, other words) the shots that are
    alike stand for it. What a shot was written as is the text that it stands for from now on.
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
    """Whether a draft has the heading of a scene by hand, and some of its shots."""
    same = fold(scene.heading) == fold(draft.heading)
    return same and bool(standing_for(shots, draft.shots, reworded=True))


def _key(heading: str, body: str) -> tuple[str, str]:
    return fold(heading), fold("\n".join(filter(None, body.splitlines())))
