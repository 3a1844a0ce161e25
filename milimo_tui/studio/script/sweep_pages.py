"""Make the contact sheet of a sweep (takes with systematically varied values). It has a panel for each take,
labelled with the values by which the take differs from the other takes. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from milimo_tui.core.format import format_count
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.contract.printed_boards import Boards, Layout, PrintedPanel
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.values.film import Story, Take
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.shot_spec import ShotState

SWEEP_VALUES = (
    "prompt",
    "engine",
    "model",
    "seed",
    "guidance",
    "steps",
    "frames",
)  # Takes are sorted by these values, in this order.
# The noun used in counts such as `3 step counts`, if it differs from the name of the value.
_COUNTED = {"steps": "step count", "frames": "length"}
AUTO = "auto"
STARS = "★"
_Rank = tuple[float, str]


def find_newest_sweep(takes: Sequence[Take], batches: Mapping[str, str]) -> tuple[Take, ...]:
    """Return the takes of the newest sweep. A sweep is a batch that made at least two of the given takes.
    Return all takes if there is no such batch.

    `batches` maps ids of jobs to ids of their batches. Jobs whose batch is not known are missing in it.
    """
    for newest in reversed(takes):
        made_with = find_batch_takes(takes, newest, batches)
        if len(made_with) > 1:
            return made_with
    return tuple(takes)


def find_batch_takes(takes: Iterable[Take], one: Take, batches: Mapping[str, str]) -> tuple[Take, ...]:
    """Return those of `takes` that were made in the same batch as the take `one`, or only `one` if its batch
    is not known.
    """
    batch = batches.get(one.job)
    return tuple(take for take in takes if take == one or (batch and batches.get(take.job) == batch))


def make_contact_sheet(
    story: Story, paths: ProjectPaths, sweeps: Sequence[tuple[ShotState, Sequence[Take]]], layout: Layout
) -> Boards:
    """Return a contact sheet with a panel for each take. `sweeps` are shots, each with its takes. The takes
    of a shot are sorted by prompt, engine, model, seed and further values. The page heading counts the values
    that differ, such as `2 prompts × 3 seeds`.
    """
    panels: list[PrintedPanel] = []
    headed: list[str] = []
    for state, takes in sweeps:
        values = {take.id: list_take_values(take) for take in takes}
        own = list_differing_values(values.values())
        ordered = sorted(takes, key=lambda take: _make_sweep_sort_key(values[take.id], values))
        headed.append(
            f"{state.number}: {_describe_sweep(own, values.values()) or format_count(len(takes), 'take')}"
        )
        panels += (_make_take_panel(story, paths, state, take, values[take.id], own) for take in ordered)
    project = story.project
    return Boards(
        film=f"{project.name}   {'   '.join(headed)}",
        aspect=project.width / project.height,
        layout=layout,
        panels=tuple(panels),
    )


def list_take_values(take: Take) -> dict[str, str]:
    """Return the values that a take was made with, such as seed and prompt, as texts by name."""
    values = {"engine": take.engine, "seed": str(take.seed), "frames": f"{take.length}"}
    try:
        spec = MakeVideo.model_validate_json(take.spec)
    except ValidationError:
        return values  # The stored spec can't be read, so only the values of the take itself are known.
    return {
        **values,
        "prompt": spec.prompt,
        "model": spec.model,
        "guidance": AUTO if spec.guidance is None else f"{spec.guidance:g}",
        "steps": AUTO if spec.steps is None else f"{spec.steps}",
    }


def list_differing_values(values: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the names of the values that differ between takes. `values` has a mapping of values for each
    take.
    """
    every = list(values)
    return tuple(name for name in SWEEP_VALUES if len({one.get(name, "") for one in every}) > 1)


def make_take_label(values: Mapping[str, str], own: Iterable[str]) -> str:
    """Return the label of a take: `seed 2 · guidance 5 · “a red door”`. `values` has its values by name, and
    `own` has the names of the values that differ between the takes.
    """
    parts = (f"{name} {values[name]}" for name in own if name != "prompt" and values.get(name))
    prompt = f"“{values['prompt']}”" if "prompt" in own and values.get("prompt") else ""
    return " · ".join(filter(None, (*parts, prompt)))


def _describe_sweep(own: Iterable[str], values: Iterable[Mapping[str, str]]) -> str:
    """Describe a group of takes by counting the different values: `2 prompts × 3 seeds`. `own` names the
    values that differ.
    """
    every = list(values)
    return " × ".join(
        format_count(len({one.get(name, "") for one in every}), _COUNTED.get(name, name)) for name in own
    )


def _make_sweep_sort_key(
    values: Mapping[str, str], every: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[float, str], ...]:
    """Return the sort key of a take: first the position of its prompt in order of appearance, then its other
    values as numbers. `every` has the values of all takes.
    """
    prompts = list(dict.fromkeys(one.get("prompt", "") for one in every.values()))
    at = float(prompts.index(values.get("prompt", "")))
    return ((at, ""), *(_rank_value(values.get(name, "")) for name in SWEEP_VALUES[1:]))


def _rank_value(value: str) -> _Rank:
    try:
        return float(value), ""
    except ValueError:
        return -1.0, value


def _make_take_panel(
    story: Story,
    paths: ProjectPaths,
    state: ShotState,
    take: Take,
    values: Mapping[str, str],
    own: Sequence[str],
) -> PrintedPanel:
    place = [one.id for one in state.takes].index(take.id) + 1
    asset = next((one for one in story.assets if one.id == take.asset), None)
    verdict = "rejected" if take.rejected else "picked" if take == state.picked else ""
    middle = float(take.compute_head_seconds(asset.rate if asset else None))
    file: Path | None = get_asset_path(paths, asset) if asset is not None else None
    return PrintedPanel(
        number=f"{state.number}·{place}",
        length=STARS * take.rating,
        timecode=verdict,
        action=make_take_label(values, own),
        note=take.note,
        picture=str(file) if file is not None else "",
        seconds=middle + float(take.length / story.project.rate) / 2,
        facts=shot_spec.get_shot_facts(story, state.shot),
        seed=take.seed,
    )
