"""`shot set`: set the fields of a shot.

`shot chunk` sets the prompt and seed of one part of a shot that is too long for the model to make at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields, replace
from difflib import get_close_matches
from typing import Any, Literal, cast, get_type_hints

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.time import parse_frame, parse_number
from milimo_tui.story.shots import beat_times
from milimo_tui.story.shots.own_fields import SCRIPTED_FIELDS, get_script_value, set_user_fields
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import place_layers
from milimo_tui.story.values.film import ElementKind, Shot, Story
from milimo_tui.story.values.making import BoardUse, ChunkWords
from milimo_tui.story.values.shot_fields import SHOT_FIELDS, ShotField
from milimo_tui.story.values.shot_words import Continuing, VoicePosition
from milimo_tui.story.values.text import fold
from milimo_tui.studio.commands.shot.shot_rows import ShotIdArgs, build_shot_row, find_shot_state
from milimo_tui.studio.registry.args import ANY, Args, arg, validate_args
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import meaning, shot_spec

AUTO = "auto"
# Maximum number of shots that a message lists by number. If there are more, the message gives only their
# count.
MAX_NAMED_SHOTS = 4
MAX_CHUNKS = 64
# Maps the name of an argument to the guidance value of the spec that it sets.
GUIDANCE_PARTS = {
    "stg": "spatiotemporal",
    "modality": "modality",
    "rescale": "rescale",
    "audio_guidance": "audio_text",
    "audio_stg": "audio_spatiotemporal",
    "audio_modality": "audio_modality",
    "audio_rescale": "audio_rescale",
}


class ShotSetBaseArgs(Args):
    """Arguments of `shot set` that need their own parsing, such as the length, the seed lock, guidance values
    and names.

    `_make_shot_set_args` adds an argument for each of the other fields of a shot.
    """

    HEADINGS = (
        "Shots: id more length tags tag untag engine board",
        "Camera: size angle movement camera_lora function rig focus lens palette",
        "Story: action location part time_of_day weather layer note beats cast heard voices face",
        "Prompt: prompt prompt_part negative subjects model options",
        "Continuity: continues continues_as continuity",
        "Sampling: seed lock unlock steps schedule stages pipeline cache deterministic",
        "Guidance of the picture: guidance stg modality rescale",
        "Guidance of the sound: audio_guidance audio_stg audio_modality audio_rescale",
    )

    id: str = arg(description="a shot (3B or its id)")
    prompt: str | None = arg(None, description="own prompt; empty: the composed prompt is used again")
    length: str | None = arg(None, description="length as frames (100), seconds (2.5s) or timecode")
    lock: bool | None = arg(None, description="keep the seed for every take")
    unlock: bool | None = arg(None, description="use a new seed for each take")
    steps: int | str | None = arg(None, description="denoising steps, or auto")
    guidance: float | str | None = arg(None, description="strength of the prompt's guidance, or auto")
    stg: float | str | None = arg(
        None, description="strength of spatiotemporal guidance (perturbed blocks), or auto"
    )
    modality: float | str | None = arg(
        None, description="strength with which the sound guides the picture, or auto"
    )
    rescale: float | str | None = arg(
        None, description="rescaling of the guidance, for less contrast (0 to 1), or auto"
    )
    audio_guidance: float | str | None = arg(
        None, description="strength with which the prompt guides the sound, or auto"
    )
    audio_stg: float | str | None = arg(
        None, description="strength of spatiotemporal guidance of the sound, or auto"
    )
    audio_modality: float | str | None = arg(
        None, description="strength with which the picture guides the sound, or auto"
    )
    audio_rescale: float | str | None = arg(
        None, description="rescaling of the sound's guidance (0 to 1), or auto"
    )
    engine: str | None = arg(None, description="engine of this shot; empty: engine of the film")
    continues: str | None = arg(
        None, description="a shot that it continues without a cut; previous: the one before; empty: none"
    )
    continues_as: Literal["end", "closer", "under"] | None = arg(
        None,
        description="method of continuing: end, closer (a crop) or under (only its sound)",
        empty="end",
    )
    cast: str | None = arg(
        None, description="people in the frame, the main person first: Mara, Jun; empty: no people"
    )
    heard: str | None = arg(
        None, description="where its voices come from: seen, off screen, voice-over, phone, on a screen"
    )
    prompt_part: str | None = arg(
        None, description="a part of its prompt: light=WORDS sets it, light= omits it, light resets it"
    )
    layer: str | None = arg(None, description=place_layers.HELP)
    tags: str | None = arg(
        None, description="tags, separated by commas: wet, hero; empty: none", one_line=True
    )
    tag: str | None = arg(None, description="tags to add: wet, hero", one_line=True)
    untag: str | None = arg(None, description="tags to remove")
    board: Literal["auto", "on", "off"] | None = arg(
        None,
        description="start takes from its board; auto: yes, unless the board is a previs drawing",
        empty="auto",
    )
    more: tuple[str, ...] = arg(
        (), description="more shots that get the same values; one undo reverts them all"
    )


def _make_shot_set_args() -> type[Args]:
    """Build the argument class of `shot set`.

    The arguments of `ShotSetBaseArgs` come first; each plain field of a shot is inserted after the field that
    it names in `after`.
    """
    kinds = get_type_hints(ShotSetBaseArgs)
    given = {
        item.name: field(default=item.default, metadata=item.metadata) for item in fields(ShotSetBaseArgs)
    }
    order, waiting = list(given), list(SHOT_FIELDS.values())
    while waiting:
        one = next(one for one in waiting if one.after in order)
        waiting.remove(one)
        order.insert(order.index(one.after) + 1, one.name)
        kinds[one.name] = _get_argument_type(one) | None
        prompt = one.prompt
        given[one.name] = arg(
            None,
            description=prompt.help,
            ge=prompt.least,
            le=prompt.most,
            longest=prompt.longest,
            empty=_describe_empty_choice(one),
        )
    body = {
        "__module__": __name__,
        "__annotations__": {name: kinds[name] for name in order},
        "ONE_OF": ANY,
        "HEADINGS": ShotSetBaseArgs.HEADINGS,
    }
    return type("ShotSetArgs", (Args,), {**body, **{name: given[name] for name in order}})


def _get_argument_type(one: ShotField) -> Any:
    """Return the argument type for a shot field: the allowed words for a Boolean or a choice, otherwise the
    field's own type.
    """
    literal: Any = Literal
    return literal[one.allowed_words] if one.kind is bool or one.prompt.words else one.kind


def _describe_empty_choice(one: ShotField) -> str:
    """Return what an empty text sets in a field with choices. Empty for a field that takes any text."""
    if not one.allowed_words or "" in one.allowed_words:
        return ""
    return "as in the script" if one.name in SCRIPTED_FIELDS else "the default"


def _find_cleared_value(shot: Shot, name: str) -> Any:
    """Return the value of a field with choices after it was cleared: the script's value, or the default of a
    field that the script does not set.
    """
    if name not in SCRIPTED_FIELDS:
        return next(each.default for each in fields(Shot) if each.name == name)
    return get_script_value(shot, name)


ShotSetArgs = _make_shot_set_args()


def _set_shot_fields(studio: Studio, args: ShotSetBaseArgs) -> Outcome:
    """Set fields of one shot, or of several shots as one edit."""
    story = studio.take_snapshot().story
    shots = list(
        {each.id: each for each in (shot_spec.find_shot(story, id) for id in (args.id, *args.more))}.values()
    )
    pairs = [(shot, _apply_shot_fields(studio, story, shot, args)) for shot in shots]
    changed = [(shot, then) for shot, then in pairs if then != shot]
    names = ", ".join(name.replace("_", " ") for name in args.given("id", "more", "unlock"))
    if args.unlock:
        names = f"{names}, lock".removeprefix(", ")
    numbers = [story.numbers.get(shot.id, args.id) for shot in shots]
    owner = ", ".join(numbers) if len(numbers) <= MAX_NAMED_SHOTS else format_count(len(numbers), "shot")
    parts = [f"{owner}: {names or 'unchanged'}"]
    if changed:
        label = f"set {names} of {owner}"
        parts.append(story_edits.edit_story(studio, label, *map(list, zip(*changed, strict=True))).news)
    rows = [build_shot_row(find_shot_state(studio, shot.id)) for shot in shots]
    return Outcome(
        data=rows if args.more else rows[0],
        columns=("glyph", "number", "size", "movement", "frames", "text") if args.more else (),
        message="; ".join(filter(None, parts)),
    )


def _apply_shot_fields(studio: Studio, story: Story, shot: Shot, args: ShotSetBaseArgs) -> Shot:
    """Return the shot with the given fields set. Raises BadInput, NotFound."""
    given = args.given(
        "id",
        "more",
        "tag",
        "untag",
        "length",
        "lock",
        "unlock",
        "board",
        "cast",
        "heard",
        "prompt_part",
        "layer",
        "continues_as",
        *GUIDANCE_PARTS,
    )
    cleared = {
        name: _find_cleared_value(shot, name)
        for name, one in SHOT_FIELDS.items()
        if given.get(name) == "" and _describe_empty_choice(one)
    }
    if given.get("continues"):
        given["continues"] = _resolve_continued_shot(story, shot, given["continues"])
    given |= _resolve_continuation(story, shot, given.get("continues", shot.continues), args.continues_as)
    if given.get("engine"):
        shot_spec.check_engine(given["engine"], "make_video")
    if "prompt" in given:
        given["prompt"] = given["prompt"] or None
    if args.length is not None:
        given["frames"] = parse_shot_length(studio, args.length)
    if args.lock or args.unlock:
        given["seed_locked"] = bool(args.lock)
    if args.board is not None:
        given["board_use"] = BoardUse(str(args.board) or "auto")
    given |= {
        name: given[name] == "on" for name, one in SHOT_FIELDS.items() if one.kind is bool and name in given
    }
    given |= cleared
    if "beats" in given:
        then = replace(shot, frames=given.get("frames", shot.frames), action=given.get("action", shot.action))
        whole = FilmPerformances(story).prepare_for_take(then)
        given["beats"] = beat_times.parse_beat_times(whole, given["beats"], story.project.rate)
    given |= _parse_sampling_numbers(shot, args)
    if args.cast is not None:
        given["characters"] = resolve_cast(studio, shot, args.cast)
    if args.heard is not None:
        given["dialogue"] = tuple(
            replace(line, heard=_parse_voice_position(args.heard)) for line in shot.dialogue
        )
    if args.prompt_part is not None:
        given["prompt_parts"] = set_prompt_part(shot.prompt_parts, args.prompt_part)
    if args.layer is not None:
        given["layers"] = place_layers.replace_layer(
            shot.layers, *place_layers.parse_layer_option(args.layer)
        )
    if any(words is not None for words in (args.tags, args.tag, args.untag)):
        tags = shot.tags if args.tags is None else parse_tags(args.tags)
        removed_tags = parse_tags(args.untag or "")
        given["tags"] = tuple(
            dict.fromkeys((*(tag for tag in tags if tag not in removed_tags), *parse_tags(args.tag or "")))
        )
    return set_user_fields(shot, following=cleared, **given)


def parse_tags(words: str) -> tuple[str, ...]:
    """Parse tags separated by commas, without duplicates."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, words.split(",")))))


def preview_shot_set(studio: Studio, id: str, values: Mapping[str, Any]) -> Shot:
    """Return the shot with the fields in `values` set as `shot set` would set them. Nothing is saved. Raises
    like `shot set`.
    """
    args = cast("ShotSetBaseArgs", validate_args(ShotSetArgs, {"id": id, **values}, "shot.set"))
    story = studio.take_snapshot().story
    return _apply_shot_fields(studio, story, shot_spec.find_shot(story, id), args)


def describe_shot_set_effect(studio: Studio, id: str, values: Mapping[str, Any]) -> str:
    """Describe the effect of setting the fields in `values` on the picked take, such as `2D will be stale`.

    Nothing is saved. Returns an empty text if the shot has no picked take. Raises like `shot set`.
    """
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, id)
    changed = preview_shot_set(studio, id, values)
    number = story.numbers.get(shot.id, id)
    before = shot_spec.find_live_shot_state(story, shot.id)
    shots = tuple(changed if other.id == shot.id else other for other in story.shots)
    after = shot_spec.find_live_shot_state(replace(story, shots=shots), shot.id)
    if before is None or after is None or after.picked is None:
        return ""
    if after.stale == before.stale:
        return f"{number} stays stale" if after.stale else f"{number} keeps its take"
    return f"{number} will be stale" if after.stale else f"{number} will be fresh again"


def resolve_cast(studio: Studio, shot: Shot, words: str) -> tuple[str, ...]:
    """Parse a comma-separated list of characters and return their names as the film spells them.

    Raises NotFound with the nearest name, and BadInput for a deleted character that the shot does not have
    yet.
    """
    story = studio.take_snapshot().story
    people = [element for element in story.elements if element.kind is ElementKind.CHARACTER]
    known = [name for other in story.live_shots() for name in other.characters]
    names = [element.name for element in people] + known
    mine = set(map(fold, shot.characters))
    found: list[str] = []
    for wanted in filter(None, map(str.strip, words.split(","))):
        element = next((one for one in people if one.has_name_or_alias(wanted)), None)
        name = element.name if element else next((one for one in known if fold(one) == fold(wanted)), "")
        if not name:
            near = get_close_matches(fold(wanted), [fold(one) for one in names], 1)
            nearest = next((one for one in names if near and fold(one) == near[0]), "")
            hint = f"nearest: {nearest}" if nearest else "milimo element add makes one"
            raise NotFound(f"no character of this film is called “{wanted}”", hint)
        if element is None and fold(name) not in mine:
            _require_not_in_bin(studio, name)
        found.append(name)
    return tuple(dict.fromkeys(found))


def _require_not_in_bin(studio: Studio, name: str) -> None:
    """Raise BadInput if a name belongs to an element in the bin."""
    for item in studio.require_project().bin.list_items():
        if item.kind == "element" and fold(item.name) == fold(name):
            raise BadInput(f"{name} was deleted from this film", f"milimo bin restore {item.id} restores it")


def _parse_voice_position(words: str) -> VoicePosition:
    """Parse where the speaker of a shot's lines is, such as `seen`, `off screen` or `phone`. Raises
    BadInput.
    """
    wanted = words.strip().lower()
    for position in VoicePosition:
        if wanted == (position.value or "seen"):
            return position
    names = ", ".join(position.value or "seen" for position in VoicePosition)
    raise BadInput(f"--heard: “{words}” is not a source of a voice", f"sources: {names}")


def set_prompt_part(parts: tuple[tuple[str, str], ...], words: str) -> tuple[tuple[str, str], ...]:
    """Return the prompt parts of a shot after one change, written as `name=text`.

    `name=` with no text leaves the part out of the prompt. `name` alone restores the composed part. Raises
    BadInput for an unknown part.
    """
    name, equals, text = words.partition("=")
    name = name.strip().lower()
    if name not in meaning.PROMPT_PARTS:
        raise BadInput(f"a prompt has no part “{name}”", f"parts: {', '.join(meaning.PROMPT_PARTS)}")
    rest = {part: old_text for part, old_text in parts if part != name}
    return tuple({**rest, name: text.strip()}.items()) if equals else tuple(rest.items())


def _parse_sampling_numbers(shot: Shot, args: ShotSetBaseArgs) -> dict[str, Any]:
    """Return the number of steps and the guidance values that the arguments set, by field. Raises
    BadInput.
    """
    given: dict[str, Any] = {}
    if args.steps is not None:
        steps = parse_bounded_number(args.steps, "--steps", least=1, most=1000)
        if steps is not None and steps != int(steps):
            raise BadInput(f"--steps: {steps:g} is not a whole number", "give --steps 8, or auto")
        given["steps"] = None if steps is None else int(steps)
    if args.guidance is not None:
        given["guidance"] = parse_bounded_number(args.guidance, "--guidance")
    parts = {
        part: parse_bounded_number(value, f"--{name.replace('_', '-')}")
        for name, part in GUIDANCE_PARTS.items()
        if (value := getattr(args, name)) is not None
    }
    if parts:
        given["guidance_parts"] = replace(shot.guidance_parts, **parts)
    return given


def parse_bounded_number(value: Any, flag: str, *, least: float = 0, most: float = 100) -> float | None:
    """Parse a number from `least` to `most`; `auto` and an empty text give None. `flag` is the option's name
    in the message.

    Raises BadInput.
    """
    if isinstance(value, str) and value.strip().lower() in ("", AUTO):
        return None
    try:
        number = parse_number(str(value))
    except ValueError:
        raise BadInput(
            f"{flag}: “{value}” is not a number", f"{flag} takes {least:g} to {most:g}, or auto"
        ) from None
    if not least <= number <= most:
        raise BadInput(
            f"{flag}: {value} is outside {least:g} to {most:g}",
            f"{flag} takes {least:g} to {most:g}, or auto",
        )
    return number


def parse_shot_length(studio: Studio, text: str) -> int:
    """Parse a length as the user types it (frames, seconds or timecode) into a number of frames. Raises
    BadInput.
    """
    rate = studio.take_snapshot().story.project.rate
    frames = parse_frame(text, rate)
    if not 1 <= frames <= 60 * 60 * rate:
        raise BadInput(
            f"a shot can't have a length of {text}", "the shortest is one frame, the longest an hour"
        )
    return frames


def _resolve_continued_shot(story: Story, shot: Shot, name: str) -> str:
    """Return the id of the shot named `name`, which `shot` is to continue. Raises BadInput if the shots would
    form a circle.
    """
    before = _find_previous_shot(story, shot) if name == "previous" else shot_spec.find_shot(story, name)
    shots = {other.id: other for other in story.shots}
    at: Shot | None = before
    for _ in story.shots:
        if at is None or at.id == shot.id:
            break
        at = shots.get(at.continues)
    if at is not None:
        number = story.numbers.get(shot.id, shot.id)
        raise BadInput(
            f"{number} can't continue {name}, because {name} continues {number}", "name an earlier shot"
        )
    return before.id


def _resolve_continuation(story: Story, shot: Shot, before: str, words: str | None) -> dict[str, Any]:
    """Return the new values of the fields that change if `shot` continues the shot with the id `before`.

    `words` is the manner of continuing: `end` (begin with its last frames), `closer` (show a closer crop of
    its take) or `under` (show another picture over the sound of its take). None keeps the current manner.
    Raises BadInput.
    """
    number = story.numbers.get(shot.id, shot.id)
    if not before:
        if words in (None, "", "end"):
            return {"continues_as": Continuing.END} if shot.continues_as else {}
        raise BadInput(
            f"{number} does not continue a shot",
            f"name the shot too: milimo shot set {number} --continues previous",
        )
    how = shot.continues_as if words is None else Continuing("" if words == "end" else words)
    if not how:
        return {"continues_as": how} if words is not None else {}
    performance = FilmPerformances(story).get_performance(
        next(other for other in story.shots if other.id == before)
    )
    first = performance.first_shot if performance is not None else None
    before = before if first is None or first.id == shot.id else first.id
    other = next(other for other in story.shots if other.id == before)
    if other.scene != shot.scene:
        name = story.numbers.get(before, before)
        raise BadInput(
            f"{number} and {name} are in different scenes, but a take belongs to one scene",
            "name a shot of the same scene",
        )
    return {"continues": before, "continues_as": how}


def _find_previous_shot(story: Story, shot: Shot) -> Shot:
    """Return the shot before `shot` in its scene. Raises BadInput for the first shot of a scene."""
    mine = [other for other in story.live_shots() if other.scene == shot.scene]
    place = next((place for place, other in enumerate(mine) if other.id == shot.id), 0)
    if place == 0:
        number = story.numbers.get(shot.id, shot.id)
        raise BadInput(f"{number} is the first shot of its scene", "name the shot that it continues")
    return mine[place - 1]


class ShotChunkArgs(Args):
    ONE_OF = ANY

    id: str = arg(description="a shot (3B or its id)")
    part: int = arg(ge=1, le=MAX_CHUNKS, description="number of the part; 1 is the first")
    prompt: str | None = arg(None, description="what happens in the part; empty: the shot's own prompt")
    seed: int | str | None = arg(
        None, description="seed of the part, or auto: the shot's seed plus the number of the part"
    )


def _set_chunk(studio: Studio, args: ShotChunkArgs) -> Outcome:
    """Set the prompt and seed of one part of a shot that is too long for the model to make at once."""
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    chunks = [*shot.chunks, *(ChunkWords() for _ in range(args.part - len(shot.chunks)))]
    one = chunks[args.part - 1]
    if args.prompt is not None:
        one = replace(one, prompt=args.prompt.strip())
    if args.seed is not None:
        seed = parse_bounded_number(args.seed, "--seed", most=2**32 - 1)
        one = replace(one, seed=None if seed is None else int(seed))
    chunks[args.part - 1] = one
    while chunks and chunks[-1] == ChunkWords():
        chunks.pop()
    number = story.numbers.get(shot.id, args.id)
    changed = replace(shot, chunks=tuple(chunks))
    if changed != shot:
        story_edits.edit_story(studio, f"set part {args.part} of {number}", [shot], [changed])
    return Outcome(
        data=build_chunk_rows(changed),
        columns=("part", "prompt", "seed"),
        message=f"{number}: part {args.part}",
    )


def build_chunk_rows(shot: Shot) -> list[dict[str, Any]]:
    """Return a row with the number, prompt and seed of each part of a long shot."""
    return [
        {"part": place, "prompt": one.prompt, "seed": one.seed} for place, one in enumerate(shot.chunks, 1)
    ]


def _clear_chunks(studio: Studio, args: ShotIdArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    if shot.chunks:
        cleared = replace(shot, chunks=())
        story_edits.edit_story(studio, f"clear the parts of {number}", [shot], [cleared])
    return Outcome(data=[], message=f"{number}: its parts use the shot's prompt and ascending seeds")


SET = (
    Command(
        "shot.set",
        "Set shot",
        "set fields of one or more shots",
        _set_shot_fields,
        ShotSetArgs,
        refuse_without_film,
        cli="shot set",
        positional=("id", "more"),
    ),
    Command(
        "shot.chunk.set",
        "Set a part",
        "set the prompt or seed of one part of a long shot",
        _set_chunk,
        ShotChunkArgs,
        refuse_without_film,
        cli="shot chunk set",
        positional=("id", "part"),
    ),
    Command(
        "shot.chunk.clear",
        "Clear the parts",
        "remove the prompts and seeds of the parts of a long shot",
        _clear_chunks,
        ShotIdArgs,
        refuse_without_film,
        cli="shot chunk clear",
        positional=("id",),
    ),
)
