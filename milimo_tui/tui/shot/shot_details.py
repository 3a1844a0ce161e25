"""The data of one shot for the inspector (preflight result, takes, suggestions), read in a thread.

Also the lists of fields that are edited together in a form, and the allowed values of fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from milimo_tui.engines.specs.video_specs import FOLLOWED
from milimo_tui.story.elements.circumstances import ShotCircumstances, gather_circumstances
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.shot_fields import SHOT_FIELDS, SWITCH, format_shot_field, on_row
from milimo_tui.studio.commands.shot.show import CIRCUMSTANCE_FIELDS
from milimo_tui.tui.fields.argument_field import list_engine_choices, list_model_choices
from milimo_tui.tui.fields.form_field import FieldChoice
from milimo_tui.tui.shot.shot_state import (
    PictureSource,
    find_shot_picture,
    find_take_picture,
    get_asset_file_path,
)

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story
    from milimo_tui.story.values.suggestion import Suggestion
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.studio.takes.preflight import Preflight
    from milimo_tui.studio.takes.shot_spec import ShotState

# Prefixes of the keys of rows. The id of a take, condition, LoRA, part or suggestion follows the prefix.
TAKE, FOLLOW, LORA, PART, SUGGESTION = "take:", "follow:", "lora:", "part:", "suggestion:"
CONTINUES = "continues"  # Key of the row that names the shot which this shot continues.
LAYER = "layer:"
WORDING = "wording:"  # Prefix of the row key of a prompt part.

# Allowed values of each field in the inspector.
CHOICES: Mapping[str, tuple[str, ...]] = {
    **{name: field.allowed_words for name, field in SHOT_FIELDS.items() if field.allowed_words},
    "board": ("auto", "on", "off"),
    "lock": SWITCH,
    "continues_as": ("end", "closer", "under"),
    "control": FOLLOWED,
}
# Rows with several fields: the arguments of the command `shot.set` that Enter asks for, in this order.
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
    "where": CIRCUMSTANCE_FIELDS,
}
# Maps the value of the lock field to the arguments of the command `shot.set`.
LOCKS: Mapping[str, Mapping[str, bool]] = {"on": {"lock": True}, "off": {"unlock": True}}


@dataclass(frozen=True)
class ShotDetails:
    """The values that the inspector shows for one shot.

    `estimate` is the time and memory for one more take. `worded_by` has the prompt parts that the user
    reworded; it maps each part to the level for which the new text applies: film, scene or shot.
    """

    story: Story
    state: ShotState
    preflight: Preflight
    # Maps the key of a row to the picture to show while the cursor is on that row.
    files: Mapping[str, PictureSource]
    picture: PictureSource
    suggestions: tuple[Suggestion, ...] = ()
    # The faults of each prompt suggestion, joined into one text, by the suggestion's id. The faults are found
    # by the rules of the prompt guide.
    faults: dict[str, str] = field(default_factory=dict)
    estimate: str = ""
    worded_by: Mapping[str, str] = field(default_factory=dict)
    painter: str = ""  # The engine that draws the shot's board; empty if previs draws it.
    # The engines that can make takes on this machine. `models` has the model weights for the shot's engine.
    engines: tuple[FieldChoice, ...] = ()
    models: tuple[FieldChoice, ...] = ()
    # Sentences about the picked take, such as its seams, by the kind of measurement.
    measured: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def circumstances(self) -> ShotCircumstances:
        """Place, time of day, weather and place attributes of the shot, each with its source."""
        return gather_circumstances(self.story, self.state.scene, self.state.shot)


def read_shot_details(studio: Studio, story: Story, shot: str) -> ShotDetails | None:
    """Read the inspector's data for a shot, given by its id; None if the shot no longer exists. Reads files
    of model weights, so call this function in a thread.
    """
    from milimo_tui.engines.catalog.model_store import ModelStore
    from milimo_tui.studio.made_takes.measured import describe_measurements
    from milimo_tui.studio.takes import shot_spec, take_estimate
    from milimo_tui.studio.takes.meaning import collect_worded_parts
    from milimo_tui.studio.takes.preflight import find_board_painter, make_preflight
    from milimo_tui.studio.writing import suggestions

    state = shot_spec.find_live_shot_state(story, shot)
    if state is None:
        return None
    folder = str(studio.require_project().paths.root)
    assets = {asset.id: asset for asset in story.assets}
    performances = FilmPerformances(story)
    specs = shot_spec.FilmSpecs(story, root=studio.require_project().paths.root)
    preflight = make_preflight(studio, specs, state.shot)
    painter = find_board_painter(studio, preflight.spec.engine)
    # The suggestions for takes, then those for the board.
    engines = (preflight.spec.engine, *filter(None, (painter,)))
    offered = tuple(
        dict.fromkeys(
            one
            for engine in engines
            for one in suggestions.list_offered_suggestions(story, state.shot, engine)
        )
    )
    files = {
        TAKE + take.id: find_take_picture(story, folder, state.shot, take, assets[take.asset], performances)
        for take in state.takes
        if take.asset in assets
    }
    rate, store = float(story.project.rate), ModelStore(studio.home.models)
    for one in preflight.follows:
        if one.asset is not None:
            files[FOLLOW + (one.id or one.source)] = PictureSource(
                get_asset_file_path(folder, one.asset), (one.start + max(0, one.at or 0)) / rate
            )
    return ShotDetails(
        story=story,
        state=state,
        preflight=preflight,
        files=files,
        picture=find_shot_picture(story, folder, state, assets, performances),
        suggestions=offered,
        faults={
            one.id: "; ".join(suggestions.list_suggestion_faults(story, state.shot, one)) for one in offered
        },
        estimate=take_estimate.format_take_estimate(
            preflight, take_estimate.estimate_next_take_seconds(studio, specs, state, preflight)
        ),
        worded_by=collect_worded_parts(story.project, state.scene, state.shot)[1],
        painter=painter,
        engines=list_engine_choices(store=store),
        models=list_model_choices(preflight.spec.engine, store),
        measured=describe_measurements(studio, state),
    )


def get_field_texts(details: ShotDetails) -> dict[str, Any]:
    """Return the values of the shot's fields as text in the notation in which the user types them. The keys
    of the result are the arguments of the command `shot.set`.
    """
    shot = details.state.shot
    parts = shot.guidance_parts
    return {
        "length": f"{shot.frames}f",
        "prompt": shot.prompt if shot.prompt is not None else details.preflight.prompt.text,
        "steps": format_or_auto(shot.steps),
        "guidance": format_or_auto(shot.guidance),
        "stg": format_or_auto(parts.spatiotemporal),
        "modality": format_or_auto(parts.modality),
        "rescale": format_or_auto(parts.rescale),
        "audio_guidance": format_or_auto(parts.audio_text),
        "audio_stg": format_or_auto(parts.audio_spatiotemporal),
        "audio_modality": format_or_auto(parts.audio_modality),
        "audio_rescale": format_or_auto(parts.audio_rescale),
        "lock": format_shot_field(shot, "seed_locked"),
        "cast": ", ".join(shot.characters),
        "tags": ", ".join(shot.tags),
        "continues": details.story.numbers.get(shot.continues, ""),
        "continues_as": shot.continues_as.value or "end",
        **{name: format_shot_field(shot, name) for name in SHOT_FIELDS},
    }


def format_or_auto(value: float | None) -> str:
    """Format a number of the shot, such as its steps. Return `auto` if `value` is None, because the engine
    then chooses the number.
    """
    return "auto" if value is None else f"{value:g}"
