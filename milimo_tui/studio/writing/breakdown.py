"""Breakdown of a screenplay into shots by a language model: the job, and its answer converted to shots. If
the model can't be used, the parser's rules make the shots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import Cancelled, MilimoError
from milimo_tui.core.time import seconds_to_frames
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.elements.sheet import describe_role_and_traits
from milimo_tui.story.screenplay.screenplay import Screenplay, ScreenplayMode
from milimo_tui.story.shots import shots
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Element, ElementKind, Line
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import suggestions
from milimo_tui.studio.writing.breakdown_check import find_breakdown_faults, restore_script_spelling
from milimo_tui.studio.writing.text_engine_choice import AUTO, choose_text_engine

TOKENS = 4096  # The model writes at most this number of tokens for each piece of the screenplay.
TEMPERATURE = 0.3  # Low, because a breakdown must stay close to the script.
RULES = "rules"
_GROUPS = {
    ElementKind.CHARACTER: "Characters",
    ElementKind.LOCATION: "Locations",
    ElementKind.OBJECT: "Objects",
}


@dataclass(frozen=True, slots=True)
class BreakdownResult:
    """The result of a breakdown: the shots as rows of a shot list, and notes for the user. A note says, for
    example, why the rules made the shots instead of a model. `faults` are the contradictions between a
    model's answer and the screenplay.
    """

    rows: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def break_down_by_rules(screenplay: Screenplay, rate: Fraction) -> BreakdownResult:
    """Return the shots that the parser's rules make from a screenplay. `rate` is the frame rate of the
    shots.
    """
    drafts = shots.break_down_script(screenplay, rate)
    return BreakdownResult(tuple(row for scene in drafts for row in _rows_from_draft(scene)))


@dataclass(frozen=True, slots=True)
class BreakdownRequest:
    """The options of a breakdown: the engine, the model (empty for the selected model), and the seed."""

    engine: str
    model: str
    seed: int


def break_down_by_model(
    studio: Studio,
    text: str,
    screenplay: Screenplay,
    rate: Fraction,
    asking: BreakdownRequest,
    *,
    or_rules: bool,
) -> BreakdownResult:
    """Return the shots that a language model makes from a screenplay. If no model can be used and `or_rules`
    is True, return the shots that the parser's rules make; the notes then give the reason.

    Raises NotFound for an engine that can't write, and Cancelled. If `or_rules` is False, raises the error
    because of which there is no answer.
    """
    engine = asking.engine
    if engine != AUTO:
        shot_spec.check_engine(engine, "write")
    try:
        answer = _request_breakdown(studio, text, screenplay.mode, asking)
    except Cancelled:
        raise
    except MilimoError as error:
        if not or_rules:
            raise
        why = f"read by the parser's rules, because {engine} is unavailable: {error.message}"
        rows = tuple({**row, "note": why} for row in break_down_by_rules(screenplay, rate).rows)
        return BreakdownResult(rows, (why, *filter(None, (error.hint,))))
    rows = tuple(
        _row_from_answer(scene, shot, number, rate, engine)
        for number, scene in enumerate(answer["scenes"], 1)
        for shot in scene["shots"]
    )
    file = studio.project_or_none()
    elements = file.load_story().elements if file else ()
    faults = find_breakdown_faults(screenplay, text, rows, elements)
    notes = (f"differences from the script: {'; '.join(faults)}",) if faults else ()
    spelled = rows if faults else restore_script_spelling(screenplay, rows)
    return BreakdownResult(spelled, (*answer["notes"], *notes), faults)


def describe_known_elements(elements: Sequence[Element], letters: int) -> str:
    """Describe the elements of the film for a language model, grouped by kind. Each description is cut to
    `letters` characters.
    """
    lines = []
    for kind, title in _GROUPS.items():
        mine = [_describe_known_element(element, letters) for element in elements if element.kind is kind]
        if mine:
            lines.append(f"{title}: {'; '.join(mine)}")
    return "\n".join(lines)


def _describe_known_element(element: Element, letters: int) -> str:
    description = " ".join(element.description.split())
    short = description if len(description) <= letters else f"{description[:letters].rstrip()}…"
    nature = describe_role_and_traits(element)
    text = "; ".join(filter(None, (short, nature if len(nature) <= letters else f"{nature[:letters]}…")))
    return f"{element.name} ({element.trigger})" + (f" — {text}" if text else "")


def _request_breakdown(
    studio: Studio, text: str, mode: ScreenplayMode, asking: BreakdownRequest
) -> dict[str, Any]:
    """Queue the job in which a language model breaks down a screenplay, wait for the job, and return the
    model's answer. Raises the error because of which there is no answer.
    """
    writer = choose_text_engine(studio, asking.engine, asking.model)
    file = studio.project_or_none()
    elements = file.load_story().elements if file else ()
    spec = Write(
        engine=writer.engine,
        task="breakdown",
        text=text,
        tokens=TOKENS,
        temperature=TEMPERATURE,
        seed=asking.seed,
        model=writer.model,
        background=describe_known_elements(elements, studio.settings.text_known),
        reading=mode.value,
    )
    client = studio.require_client()
    [id] = client.submit_jobs([JobRequest(spec=spec.model_dump(mode="json"), label="breakdown")])
    check_job_done(wait_with_progress(studio, "breakdown", [id])[id])
    return suggestions.read_writing_answer(Path(client.fetch_job(id).outputs["text"]))


def _row_from_answer(
    scene: dict[str, Any], shot: dict[str, Any], number: int, rate: Fraction, engine: str
) -> dict[str, Any]:
    lines = tuple(Line(line["character"], line["text"]) for line in shot["dialogue"])
    seconds = shot["seconds"]
    natural = shots.compute_natural_frames(shot["action"], lines, "", rate)
    return {
        "scene": str(number),
        "heading": scene["heading"],
        "size": shot["size"],
        "angle": shot["angle"],
        "movement": shot["movement"],
        "function": shot["function"],
        "frames": max(1, seconds_to_frames(Fraction(seconds).limit_denominator(1000), rate))
        if seconds
        else natural,
        "characters": list(shot["characters"]),
        "action": shot["action"],
        "dialogue": [f"{line.character}: {line.text}" for line in lines],
        "line": None,
        "by": scene["by"] or engine,
        "note": scene["note"] or None,
    }


def _rows_from_draft(scene: SceneDraft) -> list[dict[str, Any]]:
    return [
        {
            "scene": scene.number,
            "heading": scene.heading,
            "size": draft.size.value,
            "angle": draft.angle.value,
            "movement": draft.movement.value,
            "function": draft.function.value,
            "frames": draft.frames,
            "characters": list(draft.characters),
            "action": draft.action,
            "dialogue": [f"{line.character}: {line.text}" for line in draft.dialogue],
            "line": draft.line,
            "by": RULES,
            "note": None,
        }
        for draft in scene.shots
    ]
