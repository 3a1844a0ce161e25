"""Convert a list of shots, written by a language model or the user, to drafts of scenes and shots. A commit
merges these drafts into the film.

Each scene of the list is matched with a scene of the script, and each listed shot with the lines of the
script that contain its words. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import Slug
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft, compute_natural_frames
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size
from milimo_tui.story.values.similarity import compute_dice, count_trigrams
from milimo_tui.story.values.text import compute_text_digest, fold, strip_emphasis
from milimo_tui.story.values.vocabulary import FramingReading

_MIN_LIST_SIMILARITY = (
    0.3  # Minimum trigram similarity (0 to 1) at which a listed shot is matched with a shot of the script.
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotListEntry:
    """A shot of a shot list. `frames` is the length of the shot. It is 0 if the length is computed from the
    text of the shot.
    """

    scene: str
    heading: str
    action: str
    dialogue: tuple[Line, ...] = ()
    characters: tuple[str, ...] = ()
    size: Size = Size.MS
    angle: Angle = Angle.EYE
    movement: Movement = Movement.STATIC
    function: Function = Function.SINGLE
    frames: int = 0


def convert_shot_list(
    listed: Sequence[ShotListEntry], script: Sequence[SceneDraft], rate: Fraction
) -> tuple[tuple[SceneDraft, ...], tuple[str, ...]]:
    """Convert a shot list to drafts of scenes. Return the drafts, and a message for each scene of the script
    that is missing in the list.

    `script` are the scenes of the script, with the shots that the rules made. A listed scene that is not in
    the script becomes a new scene after the preceding listed scene. `rate` is frames per second.
    """
    groups = [tuple(shots) for _, shots in groupby(listed, lambda shot: (shot.scene, shot.heading))]
    homes = _match_list_scenes([group[0].heading for group in groups], script)
    out: list[SceneDraft] = []
    for number, (group, home) in enumerate(zip(groups, homes, strict=True), 1):
        before = out[-1].line if out else 1
        scene = script[home] if home is not None else _create_listed_scene(group, before)
        # With a new scene among them, numbers of the script and of the list could be equal, so all scenes are
        # counted.
        if None in homes:
            scene = replace(scene, number=str(number))
        out.append(replace(scene, shots=_convert_listed_shots(group, scene, rate)))
    missing = [scene for index, scene in enumerate(script) if scene.shots and index not in homes]
    is_known = any(home is not None for home in homes)
    notes = [f"no shot of scene {scene.number} ({scene.heading}) is listed" for scene in missing if is_known]
    return tuple(out), tuple(notes)


def _match_list_scenes(headings: Sequence[str], script: Sequence[SceneDraft]) -> list[int | None]:
    """Match each scene of the list with the scene of the script that has the same heading. Return a list with
    the index of the script's scene, or None, for each scene of the list.

    Equal headings are matched in order. If no heading matches and both have the same number of scenes, scenes
    are matched by position.
    """
    left = dict(enumerate(fold(scene.heading) for scene in script))
    homes: list[int | None] = []
    for heading in map(fold, headings):
        home = next((index for index, known in left.items() if known == heading), None)
        if home is not None:
            del left[home]
        homes.append(home)
    if not any(home is not None for home in homes) and len(headings) == len(script):
        return list(range(len(script)))
    return homes


def _create_listed_scene(group: Sequence[ShotListEntry], line: int) -> SceneDraft:
    heading, found = line_grammar.parse_heading(group[0].heading) or (group[0].heading, Slug())
    return SceneDraft(
        heading=heading or f"Scene {group[0].scene}",
        setting=found.setting,
        location=found.location,
        time_of_day=found.time_of_day,
        number=group[0].scene,
        text="\n\n".join(shot.action for shot in group),
        line=line,
        shots=(),
    )


def _convert_listed_shots(
    group: Sequence[ShotListEntry], scene: SceneDraft, rate: Fraction
) -> tuple[ShotDraft, ...]:
    """Convert the listed shots of one scene to drafts. Each draft gets the dialogue lines of the script's
    shot that has the same words.
    """
    spoken = {fold(line.text): line for shot in scene.shots for line in shot.dialogue}
    names = {fold(name): name for shot in scene.shots for name in _list_draft_people(shot)}
    out: list[ShotDraft] = []
    at = 0
    for shot in group:
        # A language model may copy the script's emphasis marks into its list.
        dialogue = tuple(
            spoken.get(fold(line.text)) or spoken.get(fold(strip_emphasis(line.text)), line)
            for line in shot.dialogue
        )
        at = _find_script_shot(shot, scene.shots, at)
        line, end = (scene.shots[at].line, scene.shots[at].end_line) if scene.shots else (scene.line,) * 2
        characters = tuple(dict.fromkeys(names.get(fold(name), name) for name in shot.characters))
        out.append(_draft_listed_shot(shot, dialogue, characters, (line, end), rate))
    return tuple(out)


def _draft_listed_shot(
    shot: ShotListEntry,
    dialogue: tuple[Line, ...],
    characters: tuple[str, ...],
    lines: tuple[int, int],
    rate: Fraction,
) -> ShotDraft:
    framing = "|".join((shot.size, shot.angle, shot.movement, shot.function))
    spoken = "\n".join(f"{line.character}|{line.text}" for line in dialogue)
    return ShotDraft(
        action=shot.action,
        dialogue=dialogue,
        characters=characters,
        size=shot.size,
        angle=shot.angle,
        movement=shot.movement,
        function=shot.function,
        frames=shot.frames or compute_natural_frames(shot.action, dialogue, "", rate),
        line=lines[0],
        end_line=lines[1],
        # The framing was chosen deliberately, so it is part of the digest, unlike in drafts made by rules.
        digest=compute_text_digest("listed", shot.action, spoken, framing),
        written_framing=FramingReading(shot.size, shot.angle, (shot.movement,), shot.function),
        listed=True,
    )


def _list_draft_people(shot: ShotDraft) -> tuple[str, ...]:
    return (*shot.characters, *(line.character for line in shot.dialogue))


def _find_script_shot(shot: ShotListEntry, script: Sequence[ShotDraft], at: int) -> int:
    """Return the index of the script's shot whose words are most similar to a listed shot.

    The search begins at index `at`. If no shot is similar enough, return `at`.
    """
    words = count_trigrams(_join_spoken_text(shot))
    scores = [
        (compute_dice(words, count_trigrams(_join_spoken_text(other))), -index)
        for index, other in enumerate(script)
    ][at:]
    score, found = max(scores, default=(0.0, 0))
    return -found if score >= _MIN_LIST_SIMILARITY else at


def _join_spoken_text(shot: ShotListEntry | ShotDraft) -> str:
    return " ".join(line.text for line in shot.dialogue) or shot.action
