"""The screenplay as it leaves a film: scenes by hand, locked numbers as `#12A#`, what is OMITTED. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from milimo_tui.story.commit.hand_scenes import is_by_hand, written_scene
from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.shots.shots import break_down
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.text import fold

NEWLINE = "\n"
_NUMBER = re.compile(r"[ \t]*#[^#\r\n]*#[ \t]*$")


def written_script(story: Story, screenplay: Screenplay) -> str:
    """Return a film's script with the scenes added by hand, each behind the one that it follows.

    Where numbers are locked each scene's is in its heading, and there is a heading for each that is OMITTED.
    All else stays byte for byte; a scene that the script alone has, for it was not committed, has no number.
    """
    data = story.project.script.encode()
    scenes = screenplay.scenes
    numbers, before = _numbers(story, screenplay)
    ending = "\r\n" if b"\r\n" in data else "\n"
    out: list[str] = []
    done = 0
    for at, scene in enumerate(scenes):
        _put(out, data[done : scene.span.start].decode(), before.get(at, ()), ending)
        done = scene.span.start
        first = data[done : scene.span.end].decode().splitlines()[0] if scene.span.end > done else ""
        number = numbers.get(at, "")
        if number and (scene.slug.number or _is_heading(first, scene.heading)):
            done += len(first.encode())
            out.append(f"{_NUMBER.sub('', first).rstrip()} #{number}#")
    _put(out, data[done:].decode(), before.get(len(scenes), ()), ending)
    return "".join(out)


def _put(out: list[str], text: str, paragraphs: Sequence[str], ending: str) -> None:
    """Add a stretch of the script, then paragraphs, each with a blank line before and behind it."""
    out.append(text)
    so_far = "".join(out[-2:])
    if paragraphs and so_far and not so_far.endswith(ending * 2):
        out.append(ending if so_far.endswith(ending) else ending * 2)
    out += [f"{paragraph.replace(NEWLINE, ending)}{ending * 2}" for paragraph in paragraphs]


def _is_heading(line: str, heading: str) -> bool:
    return bool(heading) and " ".join(heading.split())[:20] in " ".join(line.split())


def _numbers(story: Story, screenplay: Screenplay) -> tuple[Mapping[int, str], Mapping[int, list[str]]]:
    """By scene of the script its number in the film, and the paragraphs that are put before it."""
    is_locked = story.project.numbers_locked
    paired, _ = pair_scenes(story.scenes, break_down(screenplay, story.project.rate))
    scene_at = {old: at for at, old in paired.items()}
    numbers = {at: story.scenes[old].number for at, old in paired.items() if story.scenes[old].number}
    told = {scene.number for scene in screenplay.scenes if fold(scene.heading) == fold(OMITTED)}
    before: dict[int, list[str]] = {}
    place = first = 0 if _begins_with_heading(screenplay) else 1
    for index, scene in enumerate(story.scenes):
        if index in scene_at and not scene.parked:
            place = max(first, scene_at[index] + 1)
        elif is_by_hand(scene):
            number = scene.number if is_locked else ""
            before.setdefault(place, []).extend(written_scene(story, scene, number))
        elif is_locked and scene.omitted and index not in scene_at and scene.number not in told:
            before.setdefault(place, []).append(f".{OMITTED} #{scene.number}#")
    return numbers if is_locked else {}, before


def _begins_with_heading(screenplay: Screenplay) -> bool:
    """Whether something may be put before the first scene: text without a heading would become part of it."""
    start = screenplay.scenes[0].span.start if screenplay.scenes else 0
    heads = (element.span.start for element in screenplay.elements if element.kind is Kind.HEADING)
    return not screenplay.scenes or start in heads
