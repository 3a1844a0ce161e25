"""`shot show`: show a shot and everything that will be sent to the model for its next take, as data or as
lines.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.story.elements.circumstances import gather_circumstances
from milimo_tui.story.elements.prompt import LEFT_OUT, list_visible_parts
from milimo_tui.story.values.film import Element, ElementKind, Shot
from milimo_tui.story.values.shot_fields import format_shot_field, list_labelled_fields
from milimo_tui.studio.commands.shot.conditioning import build_condition_rows
from milimo_tui.studio.commands.shot.shot_rows import build_shot_row, find_shot_state
from milimo_tui.studio.made_takes.measured import MEASURE_LABELS, describe_measurements
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import beats, sharing, staleness, subjects, take_estimate, take_queue
from milimo_tui.studio.takes.element_inputs import find_place_face
from milimo_tui.studio.takes.preflight import Preflight, make_preflight
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.takes.written_prompts import get_family_title, lacks_written_prompt
from milimo_tui.studio.weights import lora_stacks
from milimo_tui.studio.writing import suggestions

LABEL_WIDTH = 10  # The width of the label at the beginning of a line, in cells.
SHOW_WIDTH = 96


class ShotShowArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    engine: str = arg("", description="show the request for this engine")


def _show_shot(studio: Studio, args: ShotShowArgs) -> Outcome:
    state = find_shot_state(studio, args.id)
    specs = take_queue.make_film_specs(studio, args.engine)
    sending = make_preflight(studio, specs, state.shot)
    seconds = take_estimate.estimate_next_take_seconds(studio, specs, state, sending)
    data = {
        **build_shot_row(state),
        **build_circumstance_data(state),
        **build_preflight_data(sending),
        "seconds": seconds,
    }
    if state.is_shared:
        # The shot shows another shot's take, so nothing is sent to a model for it.
        data |= {"spec": None, "seconds": None, "elements": []}
    estimate = take_estimate.format_take_estimate(sending, seconds)
    measured = describe_measurements(studio, state)
    lines = [*format_preflight_lines(state, sending, estimate), *_format_measured_lines(measured)]
    return Outcome(data=data | measured, text="\n".join(lines))


def _format_measured_lines(measured: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, sentences in measured.items():
        for place, sentence in enumerate(sentences):
            yield from _wrap_labelled_text(MEASURE_LABELS[name] if place == 0 else "", sentence)


def build_circumstance_data(state: ShotState) -> dict[str, Any]:
    """Return the place, time of day, weather and place attributes of a shot as data for `--json`. Each value
    is stored with its origin: the shot, the scene or the place.
    """
    at = gather_circumstances(state.story, state.scene, state.shot)
    circumstances = {
        "place": at.location,
        "part": at.part,
        "time": at.time_of_day,
        "weather": at.weather,
        **at.layers,
    }
    return {"told": {name: asdict(one) for name, one in circumstances.items() if one.text}}


def build_preflight_data(sending: Preflight) -> dict[str, Any]:
    """Return everything that will be sent to the model for a shot as data for `--json`."""
    plan, outdated = sending.plan, sending.outdated_prompt
    return {
        "prompt": sending.prompt.text,
        "prompt_source": sending.prompt_source,
        "outdated_prompt": {"model": outdated.model, "text": outdated.text} if outdated else None,
        "parts": [
            {"role": part.role, "text": part.text, "source": part.source} for part in sending.prompt.parts
        ],
        "left_out": [
            {"role": part.role, "source": part.source}
            for part in list_visible_parts(sending.prompt)
            if not part.text
        ],
        "negative": sending.prompt.negative,
        "spec": sending.spec.model_dump(mode="json"),
        "follows": build_condition_rows(sending.follows),
        "loras": [{"id": use.id, "strength": use.strength, "of": owner} for use, owner in sending.loras],
        "not_sent": [{"id": use.id, "for": use.family, "of": owner} for use, owner in sending.left],
        "elements": [element.trigger for element in sending.elements],
        "model": sending.model or None,
        "noise": sending.noise,
        "way": asdict(plan) if plan else None,
        "handles": sending.handle_frames,
        "memory": sending.memory,
        "problems": [asdict(problem) for problem in sending.problems],
    }


def format_preflight_lines(state: ShotState, sending: Preflight, estimate: str = "") -> Iterator[str]:
    """Yield everything that will be sent to the model as lines of text, in the same form as the studio's
    inspector.

    `estimate` is the expected time, as text.
    """
    shot = state.shot
    yield f"{state.number}  {shot.size.value}, {shot.movement.value}   made by {sending.summary}"
    yield from _format_meaning_lines(state)
    if words := sharing.describe_sharing(state.story, shot):
        yield from _wrap_labelled_text(sharing.get_sharing_label(state.story, shot), words)
    if state.is_shared:
        yield from _format_shared_shot_lines(state)
        return
    yield from _format_spec_lines(state, sending)
    yield from _format_circumstance_lines(state)
    for field in list_labelled_fields():
        if field.name not in CIRCUMSTANCE_FIELDS and (text := format_shot_field(shot, field.name)):
            yield from _wrap_labelled_text(field.prompt.label, text)
    yield from _format_condition_lines(sending)
    yield from _format_lora_lines(sending)
    if sending.elements:
        yield _format_labelled_line(
            "elements", "  ".join(_describe_sent_element(element) for element in sending.elements)
        )
    yield from _format_fit_lines(sending)
    if estimate:
        yield from _wrap_labelled_text("estimate", estimate)
    yield from _format_take_lines(state)
    if sending.noise:
        yield _format_labelled_line("!", f"{sending.model} are random weights: the result is noise")
    for problem in sending.problems:
        yield from _wrap_labelled_text("✕", problem.message)
        yield from _wrap_labelled_text("", problem.hint) if problem.hint else ()


def _format_shared_shot_lines(state: ShotState) -> Iterator[str]:
    """Yield lines for a shot that shows another shot's take: its length and its spoken lines. Nothing is sent
    to a model.
    """
    shot = state.shot
    yield _format_labelled_line(
        "wanted", f"{float(shot.frames / state.story.project.rate):.1f} s  {shot.frames} f"
    )
    for line in shot.dialogue:
        yield from _wrap_labelled_text("says", f"{line.character}: “{line.text}”")
    yield from _format_take_lines(state)


def _format_take_lines(state: ShotState) -> Iterator[str]:
    """Yield a line with the number of takes. If the picked take is stale, also yield lines that say which of
    its parts are stale (such as the picture or the sound) and why.
    """
    yield _format_labelled_line("takes", str(len(state.takes)))
    if state.stale:
        found = staleness.find_stale_parts(state)
        parts = ", ".join(part.value for part in found.parts)
        yield from _wrap_labelled_text("stale", f"{parts}: {'; '.join(found.why)} (milimo build)")


def _format_meaning_lines(state: ShotState) -> Iterator[str]:
    """Yield lines on the cast in the frame, the reason for the framing, unsure values and tags."""
    shot = state.shot
    if shot.characters:
        stands = dict(shot.stands)
        people = (f"{name} ({stands[name]})" if name in stands else name for name in shot.characters)
        yield from _wrap_labelled_text("cast", ", ".join(people))
    known = [element for element in state.story.elements if element.kind is ElementKind.CHARACTER]
    removed = [
        name for name in shot.characters if known and not any(one.has_name_or_alias(name) for one in known)
    ]
    if removed:
        yield _format_labelled_line(
            "!", f"{', '.join(removed)}: no longer an element (shot set {state.number} --cast)"
        )
    if shot.reason:
        yield from _wrap_labelled_text("framed", shot.reason)
    for doubt in shot.doubts:
        others = f", else {', '.join(doubt.others)}" if doubt.others else ""
        guessed = f"“{doubt.words}” is {doubt.guess}{others}: {doubt.sure:.0%}, {doubt.reason}"
        yield from _wrap_labelled_text("unsure", guessed)
    if shot.tags:
        yield from _wrap_labelled_text("tags", " ".join(f"#{tag}" for tag in shot.tags))


def _format_circumstance_lines(state: ShotState) -> Iterator[str]:
    """Yield lines with the place, time and weather of a shot, and the direction in which the camera looks at
    the place.

    The lines also say where place, time and weather come from, such as the scene heading.
    """
    at = gather_circumstances(state.story, state.scene, state.shot)
    place = ", ".join(filter(None, (at.location.text, at.part.text)))
    rows = (("place", place, at.location), ("time", at.time_of_day.text, at.time_of_day))
    for label, text, one in (*rows, ("weather", at.weather.text, at.weather)):
        if text:
            yield from _wrap_labelled_text(label, f"{text} ({one.source or at.part.source})")
    if (found := find_place_face(state.story, state.shot)) is not None:
        looking, asset = found
        yield from _wrap_labelled_text("looks to", f"the {looking.face} ({looking.reason}): {asset.name}")


def _format_spec_lines(state: ShotState, sending: Preflight) -> Iterator[str]:
    """Yield lines with the length, prompt, seed and steps, and the model's pipeline with the reason for its
    choice.
    """
    shot, plan = state.shot, sending.plan
    rate = state.story.project.rate
    yield _format_labelled_line(
        "wanted", f"{float(shot.frames / rate):.1f} s  {shot.frames} f{format_fit_note(sending)}"
    )
    for place, part in enumerate(list_visible_parts(sending.prompt)):
        source = f" ({part.source})" if part.source else ""
        yield from _wrap_labelled_text(
            "prompt" if place == 0 else "", f"{part.role}{source}: {part.text or LEFT_OUT}"
        )
    yield _format_labelled_line("", f"the prompt is {sending.prompt_source}")
    if outdated := sending.outdated_prompt:
        again = f"milimo shot enhance {state.number} writes another"
        yield _format_labelled_line("", f"the prompt by {outdated.model} is out of date: {again}")
    engine = sending.spec.engine
    if lacks_written_prompt(state.story, shot, engine):
        write = f"milimo script prompts --family {engine}"
        yield _format_labelled_line(
            "", f"no model has written prompts for {get_family_title(engine)} yet: {write}"
        )
    every = suggestions.list_open_suggestions(state.story, shot.id)
    offered = suggestions.list_offered_suggestions(state.story, shot, engine)
    for one in offered:
        yield from _wrap_labelled_text(
            "suggested", f"{suggestions.summarize_suggestion(one)}   (milimo shot accept {state.number})"
        )
        for fault in suggestions.list_suggestion_faults(state.story, shot, one):
            yield from _wrap_labelled_text("but", fault)
    if others := dict.fromkeys(one.family for one in every if one not in offered):
        listed = f"milimo shot suggestions {state.number} lists them"
        yield _format_labelled_line("", f"suggestions for other models ({', '.join(others)}): {listed}")
    yield from _wrap_labelled_text("negative", sending.negative_prompt or "none")
    if sending.has_model_negative:
        yield _format_labelled_line("", "the model's own; --negative of the shot or the film replaces it")
    text = "locked" if shot.seed_locked else "new for each new take"
    yield _format_labelled_line("seed", f"{sending.spec.seed} ({text})")
    if plan is not None:
        parts = "".join(
            f"   {name.replace('_', ' ')} {value:g}" for name, value in _list_set_guidance_parts(shot)
        )
        yield _format_labelled_line(
            "steps", f"{plan.steps}   guidance {plan.guidance}{parts}   {plan.schedule}".rstrip()
        )
        yield _format_labelled_line("pipeline", f"{plan.pipeline}: {plan.reason}")
    yield from _format_beat_lines(sending)


def _format_beat_lines(sending: Preflight) -> Iterator[str]:
    """Yield lines with the beats of a shot (its spoken lines or sentences of action), the seconds at which
    they begin, and where these times come from.
    """
    timed = beats.format_beats(sending.spec)
    if timed or sending.spec.beats.by == "off":
        yield _format_labelled_line("beats", beats.describe_beat_timing(sending.spec))
    for words in timed:
        yield _format_labelled_line("", textwrap.shorten(words, SHOW_WIDTH - LABEL_WIDTH, placeholder="…"))
    if pictures := subjects.format_subjects(sending.spec, sending.plan):
        yield from _wrap_labelled_text("pictures", pictures)


def _list_set_guidance_parts(shot: Shot) -> list[tuple[str, float]]:
    """Return the names and values of the guidance settings that the user set for a shot."""
    return [(name, value) for name, value in asdict(shot.guidance_parts).items() if value is not None]


def _format_condition_lines(sending: Preflight) -> Iterator[str]:
    """Yield a line for each condition (a picture or clip that takes must follow), the most important
    condition first.
    """
    if sending.follows:
        yield _format_labelled_line("follows", "set by the user, then the board, then continuity")
    wide = max((len(one.what) for one in sending.follows), default=0)
    for place, one in enumerate(sending.follows, 1):
        where = one.control or f"frame {one.frame:>3}"
        why = one.problem or (f"not sent: {one.behind}" if one.behind else CONDITION_SOURCES[one.source])
        yield _format_labelled_line("", f"{place}  {where:<11}{one.what:<{wide}}  {one.strength:>4g}   {why}")
        if one.behind and one.hint:
            yield _format_labelled_line("", f"   {one.hint}")


def _format_lora_lines(sending: Preflight) -> Iterator[str]:
    """Yield a line for each LoRA. LoRAs that are sent to the engine come first, each with its owner (the
    shot, an element or the film). LoRAs for other models, which are not sent, come last.
    """
    stack = [f"{lora_stacks.format_lora(use)} ({owner})" for use, owner in sending.loras]
    stack += [
        f"{lora_stacks.format_lora(use)}: for {use.family}, not sent to {sending.spec.engine}"
        for use, _ in sending.left
    ]
    for place, words in enumerate(stack):
        yield _format_labelled_line("LoRAs" if place == 0 else "", words)


def _format_fit_lines(sending: Preflight) -> Iterator[str]:
    """Yield a line for each part in which the model makes a long shot, and then lines that say how the result
    will differ from the request.
    """
    if sending.plan is None:
        return
    parts = sending.plan.parts if len(sending.plan.parts) > 1 else ()
    for place, (frames, seed, prompt) in enumerate(parts, 1):
        own = f"; {prompt}" if prompt != sending.spec.prompt else ""
        words = textwrap.shorten(
            f"{place}: {frames} f, seed {seed}{own}", SHOW_WIDTH - LABEL_WIDTH, placeholder="…"
        )
        yield _format_labelled_line("parts" if place == 1 else "", words)
    for place, change in enumerate(sending.plan.changes):
        yield _format_labelled_line("fit" if place == 0 else "", change)


CIRCUMSTANCE_FIELDS = ("location", "part", "time_of_day", "weather")
CONDITION_SOURCES = {"hand": "set by the user", "board": "from the board", "continuity": "by continuity"}


def format_fit_note(sending: Preflight) -> str:
    """Return a note such as ` → the model makes 113 f, 8 f are handles`; empty if the model makes the wanted
    length.
    """
    if sending.plan is None or not sending.handle_frames:
        return ""
    return f" → the model makes {sending.plan.fitted.frames} f, {sending.handles_text}"


def _describe_sent_element(element: Element) -> str:
    count = len(element.references)
    text = f" {format_count(count, 'picture')}" if count else ""
    lora_text = "".join(f", LoRA {lora_stacks.format_lora(use)}" for use in element.loras)
    return f"{element.trigger}{text}{', a voice' if element.sample else ''}{lora_text}"


def _format_labelled_line(label: str, text: str) -> str:
    return f"  {label:<{LABEL_WIDTH}}{text}"


def _wrap_labelled_text(label: str, text: str) -> Iterator[str]:
    for place, words in enumerate(textwrap.wrap(text, SHOW_WIDTH - LABEL_WIDTH) or [""]):
        yield _format_labelled_line(label if place == 0 else "", words)


SHOW = Command(
    "shot.show",
    "Show shot",
    "show a shot, and what its next take would be made from",
    _show_shot,
    ShotShowArgs,
    refuse_without_film,
    cli="shot show",
    positional=("id",),
)
