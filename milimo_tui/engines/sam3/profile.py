"""How SAM 3 describes itself, and what its work asks of a card. No torch: the studio asks."""

from __future__ import annotations

from milimo_tui.engines.contract.profile import Description, Machine, Profile
from milimo_tui.engines.contract.specs import MakePicture, MakeVideo
from milimo_tui.engines.recipes.choice import weights_of
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.recipes.weight_sizes import weigh

FAMILY = "sam3"
USUAL_MODEL = "sam3"
SIDE = 1008  # it looks at every picture in this size


class Sam3Profile(Profile):
    def describe(self) -> Description:
        return Description(
            name=self.row.name,
            title=self.row.title,
            kinds=self.row.kinds,
            family=FAMILY,
            usual_model=USUAL_MODEL,
        )

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        found, named = machine.found, machine.model or USUAL_MODEL
        weights = weigh(found) if found is not None else weights_of(named)
        return Request(FAMILY, weights, SIDE, SIDE)
