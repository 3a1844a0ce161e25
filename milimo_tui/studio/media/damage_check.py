"""Check complete media files for damage. This check is needed because an import checks only the beginning of
a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.plan.damage import record_file_damage
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.media.files.facts import Prober
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

# The time limit for checking one file, in seconds: four hours. A file that takes longer is reported as not
# checked.
CHECK_SECONDS = 4 * 3600.0
_KINDS = (AssetKind.VIDEO, AssetKind.SOUND)


def check_media(studio: Studio, assets: Sequence[Asset]) -> list[dict[str, Any]]:
    """Decode each video and sound file to its end in a separate process, and record its damage in the film.
    Return a row with the result for each file.

    Raises Cancelled if the user stops the check. Damage found until then stays recorded.
    """
    paths = studio.require_project().paths
    there = [one for one in assets if one.kind in _KINDS and get_asset_path(paths, one).is_file()]
    rows = []
    with studio.counted(f"checking {len(there)} files", len(there)) as count, Prober() as prober:
        for done, asset in enumerate(there):
            count(done, asset.name)
            rows.append(_check_media_file(studio, asset, prober))
    return rows


def _check_media_file(studio: Studio, asset: Asset, prober: Prober) -> dict[str, Any]:
    facts = parse_stream_facts(asset.facts)
    row: dict[str, Any] = {"id": asset.id, "name": asset.name}
    rate = asset.rate if facts.is_sequence else None
    try:
        prober.request_probe(get_asset_path(studio.require_project().paths, asset), rate, depth="whole")
        found = prober.wait_for_facts(CHECK_SECONDS).streams
    except BadInput as error:
        return {**row, "looked": False, "damaged": [], "damaged_sound": [], "trouble": error.message}
    now = record_file_damage(facts, found.damaged, found.damaged_sound, looked=True)
    if now != facts:
        studio.require_project().facts.note_facts(asset.id, now.model_dump_json(exclude_defaults=True))
    facts_now = now.model_dump(mode="json", include={"looked", "damaged", "damaged_sound", "trouble"})
    return {**row, **facts_now}
