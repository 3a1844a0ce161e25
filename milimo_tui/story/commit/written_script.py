"""Export of the screenplay with manual scenes and shots, locked numbers as `#12A#`, and OMITTED headings.

Pure functions. The exported text is parsed again before it is returned, which guarantees that the shots of
the original script are still parsed the same way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from milimo_tui.story.commit.manual_scenes import is_manual_scene, write_manual_scene, write_manual_shot
from milimo_tui.story.commit.manual_shots import is_manual_shot, match_manual_shots
from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.lines import split_source_lines
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode, ScriptElementKind
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.text import fold
from milimo_tui.story.values.text_pieces import list_sources

NEWLINE = "\n"
_NUMBER = re.compile(r"[ \t]*#[^#\r\n]*#[ \t]*$")

# A function that parses a text with the film's settings.
Reader = Callable[[str], tuple[Screenplay, Sequence[SceneDraft]]]
Places = tuple[int, ...]  # Byte offsets in the text where a shot can be inserted, best offset first.


@dataclass(frozen=True, slots=True)
class WrittenScript:
    """The exported script of a film, and the numbers of the manual shots that could not be written into the
    text.
    """

    text: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _SceneInsertions:
    """The insertions that are planned for a script. `paired` maps the scenes of the script to scenes of the
    film. `numbers` has the number to write into each heading, and `before` has the paragraphs to insert
    before each scene. All three use the index of the scene in the script as the key.
    """

    paired: Mapping[int, int]  # Maps the index of a draft to the index of a scene in the story.
    numbers: Mapping[int, str]
    before: Mapping[int, Sequence[str]]


def write_script(story: Story, read: Reader) -> WrittenScript:
    """Return the script of a film with the manual scenes and shots inserted, each after the scene or shot
    that it follows in the film.

    A manual shot that can't be inserted there is inserted before the next shot, or at the end of its scene.
    If numbers are locked, each heading is written with the number of its scene, and every OMITTED scene gets
    a heading. All other text stays the same byte for byte. A scene that is only in the script, because it was
    not committed yet, gets no number. A manual shot is left out if its text would be parsed as something
    else, or would change how the script's own shots are parsed.
    """
    script = story.project.script
    screenplay, drafts = read(script)
    scenes = _plan_scene_insertions(story, screenplay, drafts)
    shots, mute = _plan_shot_insertions(story, script.encode(), screenplay, drafts, scenes.paired)
    # For each scene, the index of the insertion offset that is tried for its manual shots. −1 means that no
    # offset works and the shots are left out.
    tries = dict.fromkeys(shots, 0)
    text = _build_script_text(story, screenplay, scenes, {})
    if not shots:
        return WrittenScript(text, _list_shot_numbers(story, mute))
    _, plain = read(text)
    while True:
        put = {
            scene: [(shot, places[tries[scene]]) for shot, places in shots[scene]]
            for scene, choice in tries.items()
            if choice >= 0
        }
        text = _build_script_text(story, screenplay, scenes, put)
        wrong = _find_changed_scenes(story, plain, read(text)[1], put)
        if not wrong:
            break
        for scene in wrong:
            most = min(len(places) for _, places in shots[scene])
            tries[scene] = tries[scene] + 1 if tries[scene] + 1 < most else -1
    left_out = [shot for scene, choice in tries.items() if choice < 0 for shot, _ in shots[scene]]
    return WrittenScript(text, _list_shot_numbers(story, [*mute, *left_out]))


def _list_shot_numbers(story: Story, shots: Collection[Shot]) -> tuple[str, ...]:
    """Return the numbers of the given shots, in film order."""
    ids = {shot.id for shot in shots}
    return tuple(story.numbers.get(shot.id, shot.id) for shot in story.live_shots() if shot.id in ids)


# ------------------------------------------------------------------ scenes


def _plan_scene_insertions(
    story: Story, screenplay: Screenplay, drafts: Sequence[SceneDraft]
) -> _SceneInsertions:
    """Match the scenes of the script with the film's scenes, and collect the paragraphs to insert before each
    scene of the script.
    """
    is_locked = story.project.numbers_locked
    paired, _ = pair_scenes(story.scenes, drafts)
    scene_at = {old: at for at, old in paired.items()}
    numbers = {at: story.scenes[old].number for at, old in paired.items() if story.scenes[old].number}
    omitted_numbers = {scene.number for scene in screenplay.scenes if fold(scene.heading) == fold(OMITTED)}
    before: dict[int, list[str]] = {}
    place = first = 0 if _can_insert_before_first_scene(screenplay) else 1
    for index, scene in enumerate(story.scenes):
        if index in scene_at and not scene.parked:
            place = max(first, scene_at[index] + 1)
        elif is_manual_scene(scene):
            number = scene.number if is_locked else ""
            before.setdefault(place, []).extend(write_manual_scene(story, scene, number))
        elif is_locked and scene.omitted and index not in scene_at and scene.number not in omitted_numbers:
            before.setdefault(place, []).append(f".{OMITTED} #{scene.number}#")
    return _SceneInsertions(paired, numbers if is_locked else {}, before)


def _can_insert_before_first_scene(screenplay: Screenplay) -> bool:
    """Return True if text can be inserted before the first scene.

    A first scene without a heading would become part of the inserted scene.
    """
    start = screenplay.scenes[0].span.start if screenplay.scenes else 0
    heads = (
        element.span.start for element in screenplay.elements if element.kind is ScriptElementKind.HEADING
    )
    return not screenplay.scenes or start in heads


# ------------------------------------------------------------------ shots


def _plan_shot_insertions(
    story: Story,
    data: bytes,
    screenplay: Screenplay,
    drafts: Sequence[SceneDraft],
    paired: Mapping[int, int],
) -> tuple[dict[str, list[tuple[Shot, Places]]], list[Shot]]:
    """Find the places in the script where the manual shots can be inserted. Return these shots with their
    byte offsets, by the id of their scene, and a list of the shots whose text would not be parsed as a shot.

    The offsets of a shot are right after the shot that it follows, right before the next shot of the script,
    and at the end of its scene.
    """
    lines = split_source_lines(data)
    heads = {
        element.span.line for element in screenplay.elements if element.kind is ScriptElementKind.HEADING
    }
    out: dict[str, list[tuple[Shot, Places]]] = {}
    mute: list[Shot] = []
    for at, old in paired.items():
        id, span = story.scenes[old].id, screenplay.scenes[at].span
        mine = [shot for shot in story.live_shots() if shot.scene == id]
        if not any(map(is_manual_shot, mine)):
            continue
        stop = next((scene.span.start for scene in screenplay.scenes[at + 1 :]), len(data))
        whole = [line for line in lines if span.start <= line.start < stop]
        filled = [line for line in whole if data[line.start : line.end].strip()]
        starts = {draft.digest: (draft.line, draft.end_line) for draft in drafts[at].shots}
        end = span.line if span.line in heads else span.line - 1
        found: list[tuple[Shot, Places]] = []
        for shot in mine:
            if shot.digest:
                own = (starts[digest][1] for digest in list_sources(shot.digest) if digest in starts)
                end = max(own, default=end)
                continue
            start = next((line.start for line in filled if line.number > end), stop)
            following = min((first for first, _ in starts.values() if first > end), default=0)
            before = next((line.start for line in filled if line.number == following), stop)
            if _parses_as_shot(shot, story.project.rate):
                found.append((shot, (start, before, stop)))
            else:
                mute.append(shot)
        if found:
            out[id] = found
    return out, mute


def _parses_as_shot(shot: Shot, rate: Fraction) -> bool:
    """Return True if the text of a manual shot would be read as a shot by the parser. For example, the text
    `CUT TO:` would be read as a transition, so the result is False.
    """
    text = "\n\n".join(("INT. ROOM - DAY", *write_manual_shot(shot)))
    drafts = break_down_script(fountain.parse(text.encode(), ScreenplayMode.SCREENPLAY), rate)
    return bool(match_manual_shots([shot], drafts[0].shots, reworded=False))


def _find_changed_scenes(
    story: Story,
    plain: Sequence[SceneDraft],
    drafts: Sequence[SceneDraft],
    put: Mapping[str, Sequence[tuple[Shot, int]]],
) -> list[str]:
    """Return the ids of the scenes in which the insertion of manual shots causes an error: the scene's own
    shots are parsed differently afterwards, or an inserted shot is not found again.

    `put` has the inserted shots of each scene with their byte offsets.
    """
    if [each.heading for each in plain] != [each.heading for each in drafts]:
        return [*put]
    paired, _ = pair_scenes(story.scenes, plain)
    wrong = []
    for at, old in paired.items():
        added = put.get(story.scenes[old].id, ())
        if not added:
            continue
        own = [shot.digest for shot in plain[at].shots]
        fresh = list(drafts[at].shots)
        for digest in own:
            place = next((place for place, each in enumerate(fresh) if each.digest == digest), -1)
            if place < 0:
                break
            del fresh[place]
        else:
            by_hand = [shot for shot, _ in added]
            if len(match_manual_shots(by_hand, fresh, reworded=False)) == len(by_hand):
                continue
        wrong.append(story.scenes[old].id)
    return wrong


# ------------------------------------------------------------------ text


def _build_script_text(
    story: Story,
    screenplay: Screenplay,
    scenes: _SceneInsertions,
    put: Mapping[str, Sequence[tuple[Shot, int]]],
) -> str:
    """Return the script with all insertions at their byte offsets. At the same offset, shots are inserted
    before scenes.
    """
    data = story.project.script.encode()
    ending = "\r\n" if b"\r\n" in data else "\n"
    added: dict[int, list[str]] = defaultdict(list)
    for shot, place in chain.from_iterable(put.values()):
        added[place].extend(write_manual_shot(shot))
    starts = [scene.span.start for scene in screenplay.scenes]
    for at, paragraphs in scenes.before.items():
        added[starts[at] if at < len(starts) else len(data)].extend(paragraphs)
    headings = {start: at for at, start in enumerate(starts)}
    out: list[str] = []
    done = 0
    for place in sorted({*added, *headings}):
        _append_paragraphs(out, data[done:place].decode(), added.get(place, ()), ending)
        done = place
        if place in headings:
            at = headings[place]
            scene, number = screenplay.scenes[at], scenes.numbers.get(at, "")
            first = data[done : scene.span.end].decode().splitlines()[0] if scene.span.end > done else ""
            if number and (scene.slug.number or _is_line_of_heading(first, scene.heading)):
                done += len(first.encode())
                out.append(f"{_NUMBER.sub('', first).rstrip()} #{number}#")
    out.append(data[done:].decode())
    return "".join(out)


def _append_paragraphs(out: list[str], text: str, paragraphs: Sequence[str], ending: str) -> None:
    """Append a piece of the script to `out`, then paragraphs, each with a blank line before and after it."""
    out.append(text)
    so_far = "".join(out[-2:])
    if paragraphs and so_far and not so_far.endswith(ending * 2):
        out.append(ending if so_far.endswith(ending) else ending * 2)
    out += [f"{paragraph.replace(NEWLINE, ending)}{ending * 2}" for paragraph in paragraphs]


def _is_line_of_heading(line: str, heading: str) -> bool:
    return bool(heading) and " ".join(heading.split())[:20] in " ".join(line.split())
