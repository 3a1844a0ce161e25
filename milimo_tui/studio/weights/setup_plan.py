"""Setup plans: the weights of a model family that a card can run, with their precision, files, disk space,
and the reasons for the choice.

The recipes are those that a job would choose. Nothing is queried from the hub, downloaded or loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.core.format import format_bytes
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.model_catalog import SETUPS
from milimo_tui.engines.catalog.recorded_listings import ExpectedDownload, RecordedListing, estimate_download
from milimo_tui.engines.catalog.rows.family_setup import FamilySetup
from milimo_tui.engines.catalog.rows.model_row import ModelRow
from milimo_tui.engines.recipes.card_rates import get_card_rates
from milimo_tui.engines.recipes.choice import choose_recipe
from milimo_tui.engines.recipes.costs import compute_recipe_costs
from milimo_tui.engines.recipes.estimates import compute_part_gb
from milimo_tui.engines.recipes.values import GB, Card, Recipe, Request
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.video_specs import MakeVideo

DOWNLOAD_RESERVE = 1.1  # The free disk space that a download requires, as a multiple of its size.


@dataclass(frozen=True, slots=True)
class SetupTarget:
    """The facts about a machine from which a setup plan is made.

    `disk` is the free disk space in bytes, None if unknown. `packages` are installed packages in addition to
    the required model libraries. `installed` has the ids of the weights that are installed already.
    """

    card: Card
    disk: int | None = None
    packages: Collection[str] = ()
    installed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A description of how a model would run on the graphics card.

    - `asked` is the request at the size that the model's authors use.
    - `request` is the request that fits on the card, which may be smaller.
    - `recipe` is the precision and placement of the weights for `request`.
    - `whole` is True if both requests are equal.
    """

    asked: Request
    request: Request
    recipe: Recipe
    card_gb: float
    host_gb: float
    seconds: float
    whole: bool

    @property
    def streamed_bytes(self) -> int:
        """The number of bytes that are written to disk in addition to the download, if the recipe streams
        weights from disk; otherwise 0.
        """
        if self.recipe.offload != "disk":
            return 0
        parts = self.request.weights.parts
        return round(sum(compute_part_gb(part, self.recipe) for part in parts if part.packed) * GB)


@dataclass(frozen=True, slots=True)
class SetupOption:
    """A set of weights with which a machine can run a model family; a setup plan chooses one of several
    options.

    `run` says how the model would run; it is None if the model does not fit. `rows` are all weights that are
    needed, and `coming` are those that have to be downloaded.
    """

    setup: FamilySetup
    rows: tuple[ModelRow, ...]
    coming: tuple[tuple[ModelRow, ExpectedDownload], ...]
    run: PlannedRun | None
    disk: int | None

    @property
    def bytes(self) -> int:
        return sum(one.bytes for _, one in self.coming)

    @property
    def takes(self) -> int:
        """The number of bytes that the setup uses on disk: the download, and files for streaming weights."""
        return self.bytes + (self.run.streamed_bytes if self.run else 0)

    @property
    def left(self) -> int | None:
        """The number of bytes that are free on the disk after the setup; None if the free space is
        unknown.
        """
        return None if self.disk is None else self.disk - self.takes

    @property
    def has_room(self) -> bool:
        return self.disk is None or self.wants <= self.disk

    @property
    def wants(self) -> int:
        """The number of bytes that must be free on the disk before the setup. This includes a reserve of a
        tenth of the download.
        """
        return round(self.bytes * DOWNLOAD_RESERVE) + self.takes - self.bytes


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """The chosen setup of a family on a machine, the reason for the choice, and the other options."""

    family: str
    target: SetupTarget
    chosen: SetupOption
    others: tuple[SetupOption, ...]
    why: str


def plan_setup(
    family: str, target: SetupTarget, listings: Mapping[str, RecordedListing], model: str = ""
) -> SetupPlan:
    """Return the setup plan of a family for a machine. With `model`, the option that runs this model is
    chosen.

    `listings` are the file lists of hub repositories that were read before, by the name of the repository.
    Raises NotFound for an unknown family or model, and for a model of another family.
    """
    if family not in SETUPS:
        raise NotFound(f"“{family}” can't be set up", f"families: {', '.join(SETUPS)}")
    options = [_make_setup_option(family, one, target, listings) for one in SETUPS[family]]
    if model:
        chosen = _find_option_for_model(family, model, options, target, listings)
        why = f"asked for: {chosen.setup.brings}"
    else:
        chosen, why = _choose_setup(options, target)
    return SetupPlan(family, target, chosen, tuple(one for one in options if one is not chosen), why)


def _choose_setup(options: list[SetupOption], target: SetupTarget) -> tuple[SetupOption, str]:
    """Choose a setup from the options, and return it with the reason for the choice. Options that are only
    used if the user names them are left out. The first option that meets one of these conditions is chosen,
    tried in this order:

    - it fits on the disk and runs at full size;
    - it fits on the disk and runs at a smaller size;
    - it runs, although it does not fit on the disk.

    If no option runs, the first is returned.
    """
    able = [one for one in options if one.setup.chosen]
    roomy = [one for one in able if one.has_room]
    whole = next((one for one in roomy if one.run and one.run.whole), None)
    some = whole or next((one for one in roomy if one.run), None)
    chosen = some or next((one for one in able if one.run), able[0])
    return chosen, _explain_setup(chosen, options[0], target)


def _explain_setup(chosen: SetupOption, first: SetupOption, target: SetupTarget) -> str:
    run = chosen.run
    if run is None:
        return f"no version of it fits on {target.card.name}: rent a larger one"
    prefix = f"{chosen.setup.brings}; "
    if chosen is not first:
        obstacle = "the disk has no room for it" if not first.has_room else "the card has no room for it"
        prefix = f"not {first.setup.model}: {obstacle}; "
    if not chosen.has_room:
        return f"{prefix}it needs {format_bytes(chosen.wants)} of disk"
    if run.whole:
        return f"{prefix}here it makes {explanation.size(run.request)}"
    return f"{prefix}here {explanation.size(run.request)} instead of {explanation.size(run.asked)}"


def _find_option_for_model(
    family: str,
    model: str,
    options: list[SetupOption],
    target: SetupTarget,
    listings: Mapping[str, RecordedListing],
) -> SetupOption:
    """Return the option that runs the named model. If the family has no such option, return a new one for the
    model. Raises NotFound for a model of another family.
    """
    for one in options:
        if one.setup.model == model:
            return one
    row = model_lookup.row(model)
    if row.family != family:
        raise NotFound(
            f"{model} is not a model of {family} but of {row.family}",
            f"run milimo model setup {row.family} --model {model}",
        )
    rows = (*(need for need in row.needs if need != model), model)
    return _make_setup_option(family, FamilySetup(rows, row.does, runs=model), target, listings)


def _make_setup_option(
    family: str, setup: FamilySetup, target: SetupTarget, listings: Mapping[str, RecordedListing]
) -> SetupOption:
    rows = tuple(model_lookup.row(id) for id in setup.rows)
    coming = tuple((row, estimate_download(row, listings)) for row in rows if row.id not in target.installed)
    return SetupOption(setup, rows, coming, _plan_model_run(family, setup, target), target.disk)


def _plan_model_run(family: str, setup: FamilySetup, target: SetupTarget) -> PlannedRun | None:
    """Return how the option's model would run on the machine. Return None if it does not fit, or if the sizes
    of its weights are unknown.
    """
    try:
        request = explanation.make_published_request(family, setup.model, _make_schedule_spec(family, setup))
    except NotFound:
        return None
    choice = choose_recipe(target.card, request, packages=target.packages)
    if choice.fits:
        fitting, recipe, needs = request, choice.recipe, choice.estimate
    elif choice.offer is not None:
        fitting, recipe, needs = choice.offer.request, choice.offer.recipe, choice.offer.estimate
    else:
        return None
    seconds = compute_recipe_costs(recipe, fitting, get_card_rates(target.card)).seconds
    return PlannedRun(request, fitting, recipe, needs.card_gb, needs.host_gb, seconds, choice.fits)


def _make_schedule_spec(family: str, setup: FamilySetup) -> MakeVideo | None:
    """Return the spec of the engine's usual take, with the sampling schedule of this option, such as
    `distilled`. Return None if the option has no schedule of its own.
    """
    usual = engine_registry.profile(family).describe().usual
    if not setup.schedule or not isinstance(usual, MakeVideo):
        return None
    return usual.model_copy(update={"schedule": setup.schedule})


def build_setup_json(plan: SetupPlan) -> dict[str, Any]:
    """Return the plan as a JSON object for scripts. Its keys must not change."""
    return {
        "family": plan.family,
        "card": plan.target.card.name,
        "card_gb": round(plan.target.card.memory_gb, 1),
        "main_gb": round(plan.target.card.host_gb, 1) or None,
        "disk_bytes": plan.target.disk,
        "why": plan.why,
        **_build_option_json(plan.chosen),
        "files": [
            {"model": row.id, "name": file.name, "bytes": file.bytes, "sha256": file.sha256}
            for row, one in plan.chosen.coming
            for file in one.files
        ],
        "others": [_build_option_json(one) for one in plan.others],
    }


def _build_option_json(option: SetupOption) -> dict[str, Any]:
    run = option.run
    return {
        "model": option.setup.model,
        "rows": [
            {
                "id": row.id,
                "bytes": one.bytes,
                "known": one.known,
                "unlisted_bytes": one.unlisted,
                "commit": one.commit,
                "asked": one.asked,
                "by": one.by,
                "licence": row.licence,
                "gate": row.gate,
            }
            for row, one in option.coming
        ],
        "brings": option.setup.brings,
        "bytes": option.bytes,
        "disk_left": option.left,
        "streamed_bytes": run.streamed_bytes if run else 0,
        "has_room": option.has_room,
        "fits": bool(run and run.whole),
        "size": explanation.size(run.request) if run else "",
        "precision": run.recipe.precision if run else "",
        "text_encoder": (run.recipe.text or "as the rest") if run else "",
        "recipe": run.recipe.name if run else "",
        "card_takes_gb": round(run.card_gb, 1) if run else None,
        "host_takes_gb": round(run.host_gb, 1) if run else None,
        "seconds": round(run.seconds, 1) if run else None,
    }
