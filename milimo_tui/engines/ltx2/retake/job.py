"""The job that changes an existing take. It finds the weights, plans the retake, loads the weights by a
recipe, reads the old take and makes the new one.

Imports torch and diffusers, so only workers use this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import build_provenance_texts
from milimo_tui.engines.ltx2.decode.choosing import add_decoder_to_recipe, choose_decoder_tiles
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.conditioning import resolve_input_path
from milimo_tui.engines.ltx2.plan.decoder_choice import Tile
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan, Weights, resolve_made_spec
from milimo_tui.engines.ltx2.plan.retake_rule import select_noise_levels
from milimo_tui.engines.ltx2.retake.area import Area
from milimo_tui.engines.ltx2.retake.doubling import Doubling, Refining
from milimo_tui.engines.ltx2.retake.making import RetakeMaker
from milimo_tui.engines.ltx2.retake.old_take import OldTake
from milimo_tui.engines.ltx2.take import parts as ltx_parts
from milimo_tui.engines.ltx2.take.job import compute_take_signature
from milimo_tui.engines.ltx2.take.loras import ActiveLora, set_take_loras
from milimo_tui.engines.ltx2.take.reading import list_take_texts
from milimo_tui.engines.ltx2.take.session import Session, open_session
from milimo_tui.engines.ltx2.take.upsamplers import load_upsampler
from milimo_tui.engines.recipes.values import Recipe, RecipeChoice
from milimo_tui.engines.runtime import apply as applying
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.runtime.cancel import release_on_error
from milimo_tui.engines.runtime.determinism import use_deterministic_kernels
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.recipe_run import describe_worker_card, running
from milimo_tui.engines.specs.video_specs import Again, Doubled, MakeVideo

ROLES: Mapping[str, str] = {"sides": "upsampler", "time": "temporal_upsampler"}


def change_take(spec: MakeVideo, context: Context) -> Result:
    """Make the changed take in the job's workspace, and return it with notes for the user.

    Raises BadInput if the file's properties differ from the spec or if the part to change is outside the
    file; also Refused, Unavailable, Damaged, OutOfMemory, Failed, Cancelled.
    """
    context.progress("looking", 0, 1)
    original, spec = spec, resolve_made_spec(spec.with_handles_inside())
    wanted = spec.again or spec.doubled
    assert wanted is not None, "the engine sends takes that are changed"
    store = installed_parts.model_store()
    found = store.resolve("ltx2", "model", spec.model)
    known = installed_parts.weights(store, found)
    with closing(OldTake(resolve_input_path(wanted.input))) as old:
        _require_matching_file(spec, wanted, old)
        plan = _plan_retake(spec, known, found)
        for sentence in plan.changes:
            context.log(sentence)
        quiet_libraries()
        request = recipe_request.on_shelf(store, found, spec, plan, known)
        digest = found.identity
        with (
            use_deterministic_kernels(spec.deterministic, context),
            running(context, request, digest, spec.recipe) as chosen,
        ):
            tiles = choose_decoder_tiles(found, plan, (spec.width, spec.height), chosen, context, spec.recipe)
            job = _RetakeJob(original, spec, plan, found, chosen, context, old, tiles)
            take = job.make_retake(spec.again) if spec.again is not None else job.make_doubled_take(wanted)
    facts = {"pipeline": "retake", "recipe": job.made_by.name, "tiny": found.tiny}
    return Result(outputs=(take,), notes=plan.changes, facts=facts)


def _plan_retake(spec: MakeVideo, known: Weights, found: ResolvedWeights) -> Ltx2Plan:
    """Return the plan of the retake. If memory is too small for the usual number of frames in a pass, the
    pass gets fewer frames.
    """
    return recipe_request.fit_plan_to_card(
        installed_parts.model_store(), found, spec, known, (), *describe_worker_card()
    )


def _require_matching_file(spec: MakeVideo, wanted: Again | Doubled, old: OldTake) -> None:
    """Raise BadInput if the length, size or rate of the old take's file differs from the spec."""
    end = wanted.end if isinstance(wanted, Doubled) else spec.frames
    place = wanted.place if isinstance(wanted, Again) else None
    factor = 2 if isinstance(wanted, Doubled) and wanted.what == "sides" else 1
    size = (spec.width // factor, spec.height // factor)
    if old.frames < (end or 0) or old.rate != spec.rate or (place is None and old.size != size):
        raise BadInput(
            f"{old.path.name} has {old.frames} frames of {old.size[0]}×{old.size[1]} at "
            f"{float(old.rate):g} per second instead of {end} of {size[0]}×{size[1]} at {float(spec.rate):g}",
            "milimo shot retake uses the values of the take",
        )


@dataclass(frozen=True, slots=True)
class _RetakeJob:
    """A job that changes a take, after its recipe was chosen. `original` is the spec as the job received it.
    `spec` is the spec derived from it, from which the take is made.
    """

    original: MakeVideo
    spec: MakeVideo
    plan: Ltx2Plan
    found: ResolvedWeights
    choice: RecipeChoice
    context: Context
    old: OldTake
    tiles: Tile | None  # tile for the diffusion decoder; None if the autoencoder decodes

    @property
    def recipe(self) -> Recipe:
        """The chosen recipe, without the decoder in its name."""
        return self.choice.recipe

    @property
    def made_by(self) -> Recipe:
        """The recipe with the decoder in its name, as the file's metadata records it."""
        return add_decoder_to_recipe(self.recipe, self.tiles)

    def make_retake(self, again: Again) -> Output:
        area = Area(self.spec, again, self.old.size, self.old.rate)
        active = self._list_retake_loras()
        session = self._open_retake_session()
        with release_on_error(session.pipeline):
            set_take_loras(active, session.pipeline, self.context)
            making = RetakeMaker(
                self.spec,
                again,
                self.plan,
                session,
                active,
                self.old,
                area,
                compute_take_signature(self.spec, self.found, self.recipe, active, {}),
                self.context,
                self._build_retake_metadata(active, {}, again.strength),
            )
            return making.make(self.context.workspace / "take.mov")

    def make_doubled_take(self, wanted: Any) -> Output:
        role = ROLES[wanted.what]
        store = installed_parts.model_store()
        file = store.resolve("ltx2", role, self.found.id)
        model = load_upsampler(role, file, self.recipe, self.context)
        path = self.context.workspace / "take.mov"
        if not wanted.strength:
            metadata = self._build_retake_metadata((), {role: file}, 0.0)
            return self._prepare_doubling(wanted, self._load_codecs(), model, metadata, None).make(path)
        active = self._list_retake_loras()
        session = self._open_retake_session()
        with release_on_error(session.pipeline):
            set_take_loras(active, session.pipeline, self.context)
            marked = compute_take_signature(self.spec, self.found, self.recipe, active, {role: file})
            metadata = self._build_retake_metadata(active, {role: file}, wanted.strength)
            refining = Refining(session, active, marked)
            return self._prepare_doubling(wanted, dict(session.parts), model, metadata, refining).make(path)

    def _prepare_doubling(
        self,
        wanted: Doubled,
        parts: dict[str, Any],
        model: Any,
        metadata: dict[str, str],
        refining: Refining | None,
    ) -> Doubling:
        return Doubling(
            self.spec,
            wanted,
            self.plan,
            parts,
            model,
            self.old,
            get_device(),
            self.context,
            metadata,
            refining,
        )

    def _load_codecs(self) -> dict[str, Any]:
        """Load only the models that encode and decode pictures, for a job that needs neither a prompt nor a
        sampling pass.
        """
        cache = get_model_cache()
        parts = {"vae": ltx_parts.part(self.found, "vae", self.recipe, cache, self.context)}
        parts |= ltx_parts.load_diffusion_decoder(self.found, self.recipe, cache, self.context, self.tiles)
        applying.tune_pipeline(SimpleNamespace(components=parts), self.recipe)
        return parts

    def _list_retake_loras(self) -> list[ActiveLora]:
        store = installed_parts.model_store()
        return [
            ActiveLora(
                Adapter(one.title, one.path, one.identity, one.strength),
                one.passes,
            )
            for one in installed_parts.list_take_loras(store, self.found, self.spec, self.plan)
        ]

    def _open_retake_session(self) -> Session:
        return open_session(
            self.found,
            self.recipe,
            self.context,
            follows_control=False,
            upsamplers={},
            diffuses=self.tiles,
            texts=list_take_texts(self.plan),
        )

    def _build_retake_metadata(
        self, active: Sequence[ActiveLora], added: Mapping[str, ResolvedWeights], strength: float
    ) -> dict[str, str]:
        """Return the provenance texts for the metadata of the new file."""
        lora_digests = {one.adapter.title: one.adapter.digest for one in active}
        return build_provenance_texts(
            self.original,
            model=self.found,
            recipe=self.made_by,
            other_weights={**lora_digests, **{one.id: one.digest for one in added.values()}},
            generation=self.plan.generation.id,
            pipeline="retake",
            schedule=self.plan.schedule,
            sigmas=[round(one, 6) for one in select_noise_levels(strength, self.plan.sigmas)],
            guidance=self.plan.guidance.as_json(),
            negative=self.plan.negative,
        )
