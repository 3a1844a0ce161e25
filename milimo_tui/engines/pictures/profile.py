"""Derive the profile of a picture engine from its `PictureFamily`.

No torch, because the studio process uses the profile.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import Refused
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.fitting import Limits, fit
from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.profile import Composer, Description, Machine, Profile, SpecField, Way
from milimo_tui.engines.pictures import lora_files, picture_request
from milimo_tui.engines.pictures.family import PictureFamily, get_parts_folder
from milimo_tui.engines.pictures.input_pictures import select_picture_inputs
from milimo_tui.engines.pictures.still_shots import describe_clip_settings, refuse_control
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import get_published_lora_gb
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Loras, SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo


class PictureProfile(Profile):
    """The base class of the profiles of picture engines. A subclass only sets `family`; all facts about the
    engine are derived from that family.
    """

    family: PictureFamily

    def describe(self) -> Description:
        limits = self.family.limits
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=self.family.name,
            fields=(
                SpecField("width", limits.least_side, limits.most_side),
                SpecField("height", limits.least_side, limits.most_side),
                SpecField("steps", least=self.family.least_steps),
                SpecField("guidance", least=0),
            ),
            usual_model=self.family.usual_model,
            usual=self.family.usual,
            trial=self.family.trial,
        )

    def composer(self) -> Composer:
        return self.family.composer

    def guide(self) -> Guide:
        return self.family.guide

    def check(self, spec: SpecValue) -> None:
        """Accept every spec. If a size does not fit, planning raises BadInput with the nearest possible
        size.
        """

    def picture_limits(self) -> Limits:
        return self.family.limits

    def check_references(self, sizes: Sequence[tuple[int, int]]) -> None:
        most = self.family.references
        if sizes and not most:
            raise Refused(
                f"{self.family.title} takes no references",
                "use an engine that does: milimo engine list shows them",
            )
        if len(sizes) > most:
            raise Refused(
                f"{self.family.title} takes at most {most} references, not {len(sizes)}",
                "leave out those that matter least, or put several on one picture",
            )

    def check_weights(self, store: ModelStore, found: ResolvedWeights, loras: Loras, negative: str) -> None:
        variant = self.family.variant(get_parts_folder(found))
        if negative and not variant.guided:
            raise Refused(
                f"{found.id} takes no negative prompt: {variant.no_negative}",
                "write what should be visible, or choose base weights: milimo model list",
            )
        lora_files.files(store, found, loras)

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        if not isinstance(spec, MakeVideo):
            return None
        family = self.family
        fitted = fit(family.limits, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)
        found = machine.found
        named = machine.model or spec.model or family.usual_model
        variant = family.variant(get_parts_folder(found)) if found else family.named(named)
        run = family.plan_family_course(variant, spec)
        refuse_control(spec, family.title)
        _, blind = select_picture_inputs(variant, spec, family.title)
        return Way(
            pipeline="picture",
            reason="a shot of one frame is a picture",
            fitted=fitted,
            steps=run.steps,
            guidance=run.guidance_text,
            negative=run.negative,
            changes=(*fitted.changes, *run.notes, *blind, *describe_clip_settings(spec)),
        )

    def sizes(self) -> Sizes:
        return self.family.sizes

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        wanted = spec or self.family.usual
        if machine.found is not None and machine.shelf is not None:
            return picture_request.on_shelf(self.family, machine.shelf, machine.found, wanted)
        named = machine.model or wanted.model or self.family.usual_model
        weights = self.family.sizes.of(named)
        loras = sum(get_published_lora_gb(lora.id) for lora in wanted.loras)
        return picture_request.request(self.family, wanted, self.family.named(named), weights, loras)
