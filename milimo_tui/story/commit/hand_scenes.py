"""Scenes that a person added, as a script has them: written into it, and known again where it has them. Pure.

A script that was exported has the scenes by hand too. Brought in again it must not make them a second time:
the scene by hand becomes that of the script, and its shots stand for the text that they were written as.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from milimo_tui.story.screenplay import fountain, line_grammar
from milimo_tui.story.screenplay.screenplay import Kind, Mode
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft
from milimo_tui.story.values.film import Line, Scene, Shot, Story
from milimo_tui.story.values.text import fold
from milimo_tui.story.values.text_pieces import joined

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
            yield from _shot(shot)


def _shot(shot: Shot) -> Iterator[str]:
    yield from map(_action, _paragraphs(shot.action))
    if shot.caption:
        yield f"SUPER: {' '.join(shot.caption.split())}"
    yield from map(_speech, shot.dialogue)


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
    cue = f"{name} ({line.extension})" if line.extension else name
    said = " ".join(" ".join(_paragraphs(line.text)).split())
    return "\n".join(filter(None, (cue, f"({line.parenthetical})" if line.parenthetical else "", said)))


def with_hand_scenes_of(story: Story, drafts: Sequence[SceneDraft]) -> Story:
    """Return the story with its scenes by hand as the script's, where that has them as they would be written.

    What a shot by hand was written as is the text that it stands for from now on.
    """
    known = {_key(scene.heading, scene.text) for scene in story.scenes if scene.line}
    waiting = [draft for draft in drafts if _key(draft.heading, draft.text) not in known]
    scenes: dict[str, Scene] = {}
    shots: dict[str, Shot] = {}
    for scene in filter(is_by_hand, story.scenes) if waiting else ():
        key = _key(scene.heading, "\n".join(_body(story, scene)))
        draft = next((each for each in waiting if _key(each.heading, each.text) == key), None)
        if draft is None:
            continue
        waiting.remove(draft)
        scenes[scene.id] = replace(scene, line=draft.line, text=draft.text)
        mine = [shot for shot in story.live_shots() if shot.scene == scene.id and not shot.digest]
        shots |= {shot.id: shot for shot in _standing_for(mine, draft.shots)}
    if not scenes:
        return story
    return replace(
        story,
        scenes=tuple(scenes.get(scene.id, scene) for scene in story.scenes),
        shots=tuple(shots.get(shot.id, shot) for shot in story.shots),
    )


def _key(heading: str, body: str) -> tuple[str, str]:
    return fold(heading), fold("\n".join(filter(None, body.splitlines())))


def _standing_for(shots: Sequence[Shot], drafts: Sequence[ShotDraft]) -> Iterator[Shot]:
    """The shots, each with the digest of what the script's rules make of its text, of several joined."""
    left = list(drafts)
    for shot in shots:
        whole = fold(" ".join((shot.action, shot.caption, *(line.text for line in shot.dialogue))))
        digest, line, end_line = "", 0, 0
        while left and all(fold(said) in whole for said in _said(left[0])):
            draft = left.pop(0)
            digest = joined(digest, draft.digest) if digest else draft.digest
            line, end_line = line or draft.line, draft.end_line
        if digest:
            yield replace(shot, digest=digest, line=line, end_line=end_line)


def _said(draft: ShotDraft) -> tuple[str, ...]:
    return tuple(line.text for line in draft.dialogue) or (draft.action, draft.caption)
