"""Pulls: bring a film from another box, either all of it or the changes since the last common state."""

from __future__ import annotations

from milimo_tui.core.errors import NotFound
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.history.two_boxes import Keep
from milimo_tui.store.project.opening import peek
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel import asks
from milimo_tui.studio.travel.arrival import Arrival
from milimo_tui.studio.travel.box import Box
from milimo_tui.studio.travel.far_side import home_name
from milimo_tui.studio.travel.pushing import begun
from milimo_tui.studio.travel.sending import MB, Meter, fetch
from milimo_tui.studio.travel.staging import Staging


def pull(
    studio: Studio, box: Box, *, film: str, folder: str, keep: Keep
) -> tuple[ProjectPaths, asks.Settled, int]:
    """Bring a film of the box here, or merge its changes into the film that is here.

    `film` is its name on the box; empty for the film in use here. Return the film's folder, the merge result,
    and the received bytes. Raises NotFound, Unavailable, Newer, Conflict, DiskFull, Refused, Damaged, Failed,
    Cancelled. The film here is then unchanged, and received files are preserved for the next try.
    """
    known = film or peek(studio.project().paths).id
    hello = asks.Hello(known, named=bool(film), box=home_name(studio))
    with begun(studio, box, hello) as (talk, there):
        if not there.there:
            raise NotFound(f"this film is not on {box.host}", f"milimo project push {box.host}")
        staging = Staging(studio.home, there.film)
        with staging.held():
            arrival = Arrival(studio, there.film, folder or there.folder, staging)
            place = arrival.require_place()
            then = arrival.common(there.seen, box.name)
            took = talk.ask(asks.Take(then), asks.Took)
            wanted: dict[str, int] = {}
            places = {took.snapshot: ("", took.bytes)}
            for at in range(0, took.files, asks.MANY):
                page = talk.ask(asks.Page(at), asks.Offer)
                wanted |= arrival.offered(page.files, then)
                places |= {file.digest: (file.path, file.bytes) for file in page.files}
            start = arrival.state(took.snapshot, took.bytes)
            wanted |= {took.snapshot: start} if start < took.bytes else {}
            total = sum(places[digest][1] - start for digest, start in wanted.items())
            with studio.counted(f"MB from {box.host}", total // MB) as tell:
                fetch(talk, wanted, places, staging, Meter(tell))
            met = arrival.settle(took.snapshot, then, keep, box.host, box.name)
    return place, asks.settled(met, arrival.kept, box.host), total
