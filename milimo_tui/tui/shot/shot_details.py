"""The data that the shot inspector shows, read in a thread: preflight, takes, suggestions.

Also the fields that are edited together, with their choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from milimo_tui.engines.specs.video_specs import FOLLOWED
from milimo_tui.story.elements.circumstances import Circumstances, circumstances
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.shot_fields import SHOT_FIELDS, SWITCH, as_text, on_row
from milimo_tui.tui.fields.argument_field import engines, models
from milimo_tui.tui.fields.form_field import Choice
from milimo_tui.tui.shot.shot_state import Source, path_of, shown_by, shown_of

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Suggestion
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.studio.takes.preflight import Preflight
    from milimo_tui.studio.takes.shot_spec import ShotState

# Prefixes of row keys; the id of the take, condition, LoRA, part or suggestion follows.
TAKE, FOLLOW, LORA, PART, SUGGESTION = "take:", "follow:", "lora:", "part:", "suggestion:"
CONTINUES = "continues"  # The key of the row “continues”.
LAYER = "layer:"
WHERE_AND_WHEN = ("location", "part", "time_of_day", "weather")
WORDING = "wording:"  # Prefix of the row key of a prompt part.

# Field of the inspector → its allowed words.
CHOICES: Mapping[str, tuple[str, ...]] = {
    **{name: field.words for name, field in SHOT_FIELDS.items() if field.words},
    "board": ("auto", "on", "off"),
    "lock": SWITCH,
    "continues_as": ("end", "closer", "under"),
    "control": FOLLOWED,
}
# Row → the arguments of shot.set that Enter asks for, in this order.
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "size": on_row("size"),
    "function": on_row("function"),
    "seed": ("seed", "lock", *on_row("seed")),
    "steps": ("steps", "guidance", *on_row("steps")),
    "guidance_parts": (
        "stg",
        "modality",
        "rescale",
        "audio_guidance",
        "audio_stg",
        "audio_modality",
        "audio_rescale",
    ),
    "engine": ("engine", *on_row("engine")),
    "location": ("location", "part"),
    "where": WHERE_AND_WHEN,
}
# Value of the lock field → the arguments of shot.set.
LOCKS: Mapping[str, Mapping[str, bool]] = {"on": {"lock": True}, "off": {"unlock": True}}


@dataclass(frozen=True)
class ShotDetails:
    """A shot as the inspector shows it.

    `estimate` is for one more take. `worded_by` has, for each part of the prompt that was worded manually,
    its level: the film, the scene or the shot.
    """

    story: Story
    state: ShotState
    preflight: Preflight
    files: Mapping[str, Source]  # Row key → picture of the row.
    shown: Source
    suggestions: tuple[Suggestion, ...] = ()
    faults: dict[str, str] = field(default_factory=dict)  # Faults of each suggestion by its prompt guide.
    estimate: str = ""
    worded_by: Mapping[str, str] = field(default_factory=dict)
    painter: str = ""  # The engine that draws the board; empty for the previs panels.
    # Engines that make takes here, and the model weights of the shot's engine.
    engines: tuple[Choice, ...] = ()
    models: tuple[Choice, ...] = ()
    measured: Mapping[str, Sequence[str]] = field(default_factory=dict)  # Measurements of the picked take.

    @cached_property
    def circumstances(self) -> Circumstances:
        """The place and time at which the shot plays."""
        return circumstances(self.story, self.state.scene, self.state.shot)


def read_shot(studio: Studio, story: Story, shot: str) -> ShotDetails | None:
    """Read everything about a shot; None if it no longer exists. Reads manifests of weights, so it runs in a
    thread.
    """
    from milimo_tui.engines.catalog.model_store import ModelStore
    from milimo_tui.studio.made_takes.measured import measured_of
    from milimo_tui.studio.takes import shot_spec, take_estimate
    from milimo_tui.studio.takes.meaning import reworded
    from milimo_tui.studio.takes.preflight import painter_of, preflight_of
    from milimo_tui.studio.writing import suggestions

    state = shot_spec.state_of(story, shot)
    if state is None:
        return None
    folder = str(studio.project().paths.root)
    assets = {asset.id: asset for asset in story.assets}
    performances = Performances(story)
    specs = shot_spec.Specs(story, root=studio.project().paths.root)
    preflight = preflight_of(studio, specs, state.shot)
    files = {
        TAKE + take.id: shown_of(story, folder, state.shot, take, assets[take.asset], performances)
        for take in state.takes
        if take.asset in assets
    }
    rate, store = float(story.project.rate), ModelStore(studio.home.models)
    for one in preflight.follows:
        if one.asset is not None:
            files[FOLLOW + (one.id or one.source)] = Source(
                path_of(folder, one.asset), (one.start + max(0, one.at or 0)) / rate
            )
    return ShotDetails(
        story=story,
        state=state,
        preflight=preflight,
        files=files,
        shown=shown_by(story, folder, state, assets, performances),
        suggestions=suggestions.open_of(story, shot),
        faults={
            one.id: "; ".join(suggestions.faults_of(story, state.shot, one))
            for one in suggestions.open_of(story, shot)
        },
        estimate=take_estimate.take_sentence(
            preflight, take_estimate.seconds_of(studio, specs, state, preflight)
        ),
        worded_by=reworded(story.project, state.scene, state.shot)[1],
        painter=painter_of(studio, preflight.spec.engine),
        engines=engines(store=store),
        models=models(preflight.spec.engine, store),
        measured=measured_of(studio, state),
    )


def values_of(details: ShotDetails) -> dict[str, Any]:
    """Return the fields as the user types them, by argument of `shot.set`."""
    shot = details.state.shot
    parts = shot.guidance_parts
    return {
        "length": f"{shot.frames}f",
        "prompt": shot.prompt if shot.prompt is not None else details.preflight.prompt.text,
        "steps": or_auto(shot.steps),
        "guidance": or_auto(shot.guidance),
        "stg": or_auto(parts.spatiotemporal),
        "modality": or_auto(parts.modality),
        "rescale": or_auto(parts.rescale),
        "audio_guidance": or_auto(parts.audio_text),
        "audio_stg": or_auto(parts.audio_spatiotemporal),
        "audio_modality": or_auto(parts.audio_modality),
        "audio_rescale": or_auto(parts.audio_rescale),
        "lock": as_text(shot, "seed_locked"),
        "cast": ", ".join(shot.characters),
        "tags": ", ".join(shot.tags),
        "continues": details.story.numbers.get(shot.continues, ""),
        "continues_as": shot.continues_as.value or "end",
        **{name: as_text(shot, name) for name in SHOT_FIELDS},
    }


def or_auto(value: float | None) -> str:
    """Format a number; `auto` if the engine chooses it."""
    return "auto" if value is None else f"{value:g}"
