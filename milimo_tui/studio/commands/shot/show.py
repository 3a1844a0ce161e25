"""`shot show`: a shot and what will be sent to the model for it, as data and as lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from milimo_tui.core.format import plural
from milimo_tui.story.elements.circumstances import circumstances
from milimo_tui.story.elements.prompt import LEFT_OUT, shown_parts
from milimo_tui.story.values.film import Element, ElementKind, Shot
from milimo_tui.story.values.shot_fields import as_text, labelled
from milimo_tui.studio.commands.shot.conditioning import followed_rows
from milimo_tui.studio.commands.shot.shot_rows import shot_row, state_of
from milimo_tui.studio.made_takes.measured import NAMES, measured_of
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import beats, sharing, staleness, subjects, take_estimate, take_queue
from milimo_tui.studio.takes.element_inputs import face_of
from milimo_tui.studio.takes.preflight import Preflight, preflight_of
from milimo_tui.studio.takes.shot_spec import ShotState
from milimo_tui.studio.weights import lora_stacks
from milimo_tui.studio.writing import suggestions

LABEL = 10  # Width of a line's label, in cells.
WIDTH = 96


class ShowArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    engine: str = arg("", description="as that engine would be asked")


def _show(studio: Studio, args: ShowArgs) -> Outcome:
    state = state_of(studio, args.id)
    specs = take_queue.film_specs(studio, args.engine)
    sending = preflight_of(studio, specs, state.shot)
    seconds = take_estimate.seconds_of(studio, specs, state, sending)
    data = {**shot_row(state), **told_data(state), **sent_data(sending), "seconds": seconds}
    if state.is_shared:
        # Nothing is sent: the shot shows another shot's take.
        data |= {"spec": None, "seconds": None, "elements": []}
    estimate = take_estimate.take_sentence(sending, seconds)
    measured = measured_of(studio, state)
    lines = [*sent_lines(state, sending, estimate), *_measured_lines(measured)]
    return Outcome(data=data | measured, text="\n".join(lines))


def _measured_lines(measured: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, sentences in measured.items():
        for place, said in enumerate(sentences):
            yield from _wrapped(NAMES[name] if place == 0 else "", said)


def told_data(state: ShotState) -> dict[str, Any]:
    """Return place, time, weather and layers of a shot, each with its source, as data for scripts."""
    at = circumstances(state.story, state.scene, state.shot)
    told = {"place": at.location, "part": at.part, "time": at.time_of_day, "weather": at.weather, **at.layers}
    return {"told": {name: asdict(one) for name, one in told.items() if one.text}}


def sent_data(sending: Preflight) -> dict[str, Any]:
    """Return what will be sent to the model, as data for scripts."""
    way = sending.way
    return {
        "prompt": sending.prompt.text,
        "parts": [
            {"role": part.role, "text": part.text, "source": part.source} for part in sending.prompt.parts
        ],
        "left_out": [
            {"role": part.role, "source": part.source}
            for part in shown_parts(sending.prompt)
            if not part.text
        ],
        "negative": sending.prompt.negative,
        "spec": sending.spec.model_dump(mode="json"),
        "follows": followed_rows(sending.follows),
        "loras": [{"id": use.id, "strength": use.strength, "of": whose} for use, whose in sending.loras],
        "not_sent": [{"id": use.id, "for": use.family, "of": whose} for use, whose in sending.left],
        "elements": [element.trigger for element in sending.elements],
        "model": sending.model or None,
        "noise": sending.noise,
        "way": asdict(way) if way else None,
        "handles": sending.handles,
        "memory": sending.memory,
        "problems": [asdict(problem) for problem in sending.problems],
    }


def sent_lines(state: ShotState, sending: Preflight, estimate: str = "") -> Iterator[str]:
    """Yield what will be sent to the model as lines for people, as the inspector shows it."""
    shot = state.shot
    yield f"{state.number}  {shot.size.value}, {shot.movement.value}   made by {sending.summary}"
    yield from _meaning_lines(state)
    if words := sharing.in_full(state.story, shot):
        yield from _wrapped(sharing.label(state.story, shot), words)
    if state.is_shared:
        yield from _shared_lines(state)
        return
    yield from _spec_lines(state, sending)
    yield from _circumstance_lines(state)
    for field in labelled():
        if field.name not in WHERE_AND_WHEN and (text := as_text(shot, field.name)):
            yield from _wrapped(field.asked.label, text)
    yield from _follow_lines(sending)
    yield from _lora_lines(sending)
    if sending.elements:
        yield _line("elements", "  ".join(_element(element) for element in sending.elements))
    yield from _fit_lines(sending)
    if estimate:
        yield from _wrapped("estimate", estimate)
    yield from _take_lines(state)
    if sending.noise:
        yield _line("!", f"{sending.model} are random weights: what they make is noise")
    for problem in sending.problems:
        yield from _wrapped("✕", problem.message)
        yield from _wrapped("", problem.hint) if problem.hint else ()


def _shared_lines(state: ShotState) -> Iterator[str]:
    """Yield the length and the lines of a shot that shows another shot's take; nothing is sent for it."""
    shot = state.shot
    yield _line("wanted", f"{float(shot.frames / state.story.project.rate):.1f} s  {shot.frames} f")
    for line in shot.dialogue:
        yield from _wrapped("says", f"{line.character}: “{line.text}”")
    yield from _take_lines(state)


def _take_lines(state: ShotState) -> Iterator[str]:
    """Yield the number of takes, and which parts of the picked take are stale."""
    yield _line("takes", str(len(state.takes)))
    if state.stale:
        found = staleness.of(state)
        parts = ", ".join(part.value for part in found.parts)
        yield from _wrapped("stale", f"{parts}: {'; '.join(found.why)} (milimo build)")


def _meaning_lines(state: ShotState) -> Iterator[str]:
    """Yield who is in the frame, the reason for the framing, and the guesses."""
    shot = state.shot
    if shot.characters:
        stands = dict(shot.stands)
        who = (f"{name} ({stands[name]})" if name in stands else name for name in shot.characters)
        yield from _wrapped("cast", ", ".join(who))
    known = [element for element in state.story.elements if element.kind is ElementKind.CHARACTER]
    gone = [name for name in shot.characters if known and not any(one.is_called(name) for one in known)]
    if gone:
        yield _line("!", f"{', '.join(gone)}: no element any more (shot set {state.number} --cast)")
    if shot.reason:
        yield from _wrapped("framed", shot.reason)
    for doubt in shot.doubts:
        others = f", else {', '.join(doubt.others)}" if doubt.others else ""
        guessed = f"“{doubt.words}” is {doubt.guess}{others}: {doubt.sure:.0%}, {doubt.reason}"
        yield from _wrapped("unsure", guessed)
    if shot.tags:
        yield from _wrapped("tags", " ".join(f"#{tag}" for tag in shot.tags))


def _circumstance_lines(state: ShotState) -> Iterator[str]:
    """Yield place, time, weather and the view of the place, each with its source."""
    at = circumstances(state.story, state.scene, state.shot)
    place = ", ".join(filter(None, (at.location.text, at.part.text)))
    told = (("place", place, at.location), ("time", at.time_of_day.text, at.time_of_day))
    for label, text, one in (*told, ("weather", at.weather.text, at.weather)):
        if text:
            yield from _wrapped(label, f"{text} ({one.source or at.part.source})")
    if (found := face_of(state.story, state.shot)) is not None:
        looking, asset = found
        yield from _wrapped("looks to", f"the {looking.face} ({looking.reason}): {asset.name}")


def _spec_lines(state: ShotState, sending: Preflight) -> Iterator[str]:
    """Yield length, prompt, seed, steps, and the pipeline with the reason for it."""
    shot, way = state.shot, sending.way
    rate = state.story.project.rate
    yield _line("wanted", f"{float(shot.frames / rate):.1f} s  {shot.frames} f{fit_note(sending)}")
    for place, part in enumerate(shown_parts(sending.prompt)):
        source = f" ({part.source})" if part.source else ""
        yield from _wrapped("prompt" if place == 0 else "", f"{part.role}{source}: {part.text or LEFT_OUT}")
    for one in suggestions.open_of(state.story, shot.id):
        yield from _wrapped("suggested", f"{suggestions.shown(one)}   (milimo shot accept {state.number})")
    yield from _wrapped("negative", sending.kept_out or "none")
    if sending.keeps_out_by_itself:
        yield _line("", "the model's own; words of the shot or the film (--negative) stand in its place")
    kept = "locked" if shot.seed_locked else "new for each further take"
    yield _line("seed", f"{sending.spec.seed} ({kept})")
    if way is not None:
        parts = "".join(f"   {name.replace('_', ' ')} {value:g}" for name, value in _guidance_parts(shot))
        yield _line("steps", f"{way.steps}   guidance {way.guidance}{parts}   {way.schedule}".rstrip())
        yield _line("pipeline", f"{way.pipeline}: {way.reason}")
    yield from _beat_lines(sending)


def _beat_lines(sending: Preflight) -> Iterator[str]:
    """Yield which words belong to which seconds, and who decided this."""
    timed = beats.shown(sending.spec)
    if timed or sending.spec.beats.by == "off":
        yield _line("beats", beats.told_by(sending.spec))
    for words in timed:
        yield _line("", textwrap.shorten(words, WIDTH - LABEL, placeholder="…"))
    if pictures := subjects.shown(sending.spec, sending.way):
        yield from _wrapped("pictures", pictures)


def _guidance_parts(shot: Shot) -> list[tuple[str, float]]:
    """Return the parts of guidance that the user set."""
    return [(name, value) for name, value in asdict(shot.guidance_parts).items() if value is not None]


def _follow_lines(sending: Preflight) -> Iterator[str]:
    """Yield the conditions that takes follow, in order of precedence."""
    if sending.follows:
        yield _line("follows", "by hand, before the board, before continuity")
    wide = max((len(one.what) for one in sending.follows), default=0)
    for place, one in enumerate(sending.follows, 1):
        where = one.control or f"frame {one.frame:>3}"
        why = one.problem or (f"not sent: {one.behind}" if one.behind else SOURCES[one.source])
        yield _line("", f"{place}  {where:<11}{one.what:<{wide}}  {one.strength:>4g}   {why}")
        if one.behind and one.hint:
            yield _line("", f"   {one.hint}")


def _lora_lines(sending: Preflight) -> Iterator[str]:
    """Yield the LoRAs with their owners, and the LoRAs that this engine does not get."""
    stack = [f"{lora_stacks.shown(use)} ({whose})" for use, whose in sending.loras]
    stack += [
        f"{lora_stacks.shown(use)}: for {use.family}, not sent to {sending.spec.engine}"
        for use, _ in sending.left
    ]
    for place, words in enumerate(stack):
        yield _line("LoRAs" if place == 0 else "", words)


def _fit_lines(sending: Preflight) -> Iterator[str]:
    """Yield the parts of a long shot, and what differs from the request."""
    if sending.way is None:
        return
    parts = sending.way.parts if len(sending.way.parts) > 1 else ()
    for place, (frames, seed, prompt) in enumerate(parts, 1):
        own = f"; {prompt}" if prompt != sending.spec.prompt else ""
        words = textwrap.shorten(f"{place}: {frames} f, seed {seed}{own}", WIDTH - LABEL, placeholder="…")
        yield _line("parts" if place == 1 else "", words)
    for place, change in enumerate(sending.way.changes):
        yield _line("fit" if place == 0 else "", change)


WHERE_AND_WHEN = ("location", "part", "time_of_day", "weather")
SOURCES = {"hand": "by hand", "board": "from the board", "continuity": "by continuity"}


def fit_note(sending: Preflight) -> str:
    """Return ` → the model makes 113 f, 8 f are handles`; "" if the model makes the wanted length."""
    if sending.way is None or not sending.handles:
        return ""
    return f" → the model makes {sending.way.fitted.frames} f, {sending.handles_text}"


def _element(element: Element) -> str:
    count = len(element.references)
    shown = f" {plural(count, 'picture')}" if count else ""
    lora_text = "".join(f", LoRA {lora_stacks.shown(use)}" for use in element.loras)
    return f"{element.trigger}{shown}{', a voice' if element.sample else ''}{lora_text}"


def _line(label: str, text: str) -> str:
    return f"  {label:<{LABEL}}{text}"


def _wrapped(label: str, text: str) -> Iterator[str]:
    for place, words in enumerate(textwrap.wrap(text, WIDTH - LABEL) or [""]):
        yield _line(label if place == 0 else "", words)


SHOW = Command(
    "shot.show",
    "Shot",
    "a shot and what will be sent",
    _show,
    ShowArgs,
    needs_project,
    cli="shot show",
    positional=("id",),
)
