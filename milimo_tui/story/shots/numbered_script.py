"""The screenplay with a film's locked numbers in its headings, as `#12A#`, and what is OMITTED. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.shots.pairing import pair_scenes
from milimo_tui.story.shots.shots import break_down
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.text import fold

_NUMBER = re.compile(r"[ \t]*#[^#\r\n]*#[ \t]*$")


def numbered_script(story: Story, screenplay: Screenplay) -> str:
    """A film's script with each scene's number in its heading, and a heading for each that is OMITTED.

    All else stays byte for byte; a scene that the script alone has, for it was not committed, has none.
    """
    data = story.project.script.encode()
    scenes = screenplay.scenes
    numbers, before = _numbers(story, screenplay)
    ending = "\r\n" if b"\r\n" in data else "\n"
    out: list[str] = []
    done = 0
    for at, scene in enumerate(scenes):
        out.append(data[done : scene.span.start].decode())
        done = scene.span.start
        out += [f".{OMITTED} #{number}#{ending * 2}" for number in before.get(at, ())]
        first = data[done : scene.span.end].decode().splitlines()[0] if scene.span.end > done else ""
        if scene.slug.number or _is_heading(first, scene.heading):
            done += len(first.encode())
            number = numbers.get(at, scene.slug.number)
            out.append(f"{_NUMBER.sub('', first).rstrip()} #{number}#" if number else first)
    out.append(data[done:].decode())
    last = before.get(len(scenes), ())
    if last and out[-1] and not out[-1].endswith(ending * 2):
        out.append(ending if out[-1].endswith(ending) else ending * 2)
    return "".join([*out, *(f".{OMITTED} #{number}#{ending * 2}" for number in last)])


def _is_heading(line: str, heading: str) -> bool:
    return bool(heading) and " ".join(heading.split())[:20] in " ".join(line.split())


def _numbers(story: Story, screenplay: Screenplay) -> tuple[Mapping[int, str], Mapping[int, list[str]]]:
    """By scene of the script its number in the film, and the numbers that are OMITTED before it."""
    paired, _ = pair_scenes(story.scenes, break_down(screenplay, story.project.rate))
    scene_at = {old: at for at, old in paired.items()}
    numbers = {at: story.scenes[old].number for at, old in paired.items() if story.scenes[old].number}
    told = {scene.number for scene in screenplay.scenes if fold(scene.heading) == fold(OMITTED)}
    before: dict[int, list[str]] = {}
    waiting: list[str] = []
    for index, scene in enumerate(story.scenes):
        if scene.omitted and index not in scene_at and scene.number not in told:
            waiting.append(scene.number)
        elif index in scene_at and not scene.parked and waiting:
            before[scene_at[index]], waiting = waiting, []
    if waiting:
        before[len(screenplay.scenes)] = waiting
    return numbers, before
