"""Pulls: copy a film from another box to this one, or merge the changes made there since the last common
state.
"""

from __future__ import annotations

from milimo_tui.core.errors import NotFound
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.history.two_boxes import Keep
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel import box_messages
from milimo_tui.studio.travel.arrival import FilmArrival
from milimo_tui.studio.travel.box import RemoteBox
from milimo_tui.studio.travel.far_side import get_home_name
from milimo_tui.studio.travel.pushing import greet_box
from milimo_tui.studio.travel.sending import MEGABYTE, TransferMeter, fetch_files
from milimo_tui.studio.travel.staging import TransferStaging


def pull_film(
    studio: Studio, box: RemoteBox, *, film: str, folder: str, keep: Keep
) -> tuple[ProjectPaths, box_messages.TransferResult, int]:
    """Copy a film from a box to this home, or merge its changes into the film that exists here. Return the
    film's folder, the merge result, and the number of received bytes.

    `film` is its name on the box; an empty text means the current film of this home. `folder` is the name for
    a new film's folder. `keep` says whose change wins in a conflict. Raises NotFound, Unavailable, Newer,
    Conflict, DiskFull, Refused, Damaged, Failed, Cancelled. After an error, the film here is unchanged, and
    received files are preserved for the next try.
    """
    known = film or read_film_summary(studio.require_project().paths).id
    hello = box_messages.HelloRequest(known, named=bool(film), box=get_home_name(studio))
    with greet_box(studio, box, hello) as (conversation, there):
        if not there.there:
            raise NotFound(
                f"this film is not on {box.host}", f"milimo project push {box.host} sends it there"
            )
        staging = TransferStaging(studio.home, there.film)
        with staging.hold_lock():
            arrival = FilmArrival(studio, there.film, folder or there.folder, staging)
            place = arrival.require_film_folder()
            then = arrival.negotiate_common_state(there.seen, box.name)
            state = conversation.ask_far_side(box_messages.StateRequest(then), box_messages.StateAnswer)
            wanted: dict[str, int] = {}
            places = {state.snapshot: ("", state.bytes)}
            for at in range(0, state.files, box_messages.FILES_PER_MESSAGE):
                page = conversation.ask_far_side(box_messages.PageRequest(at), box_messages.FilesOffer)
                wanted |= arrival.choose_wanted_files(page.files, then)
                places |= {file.digest: (file.path, file.bytes) for file in page.files}
            start = arrival.find_state_start(state.snapshot, state.bytes)
            wanted |= {state.snapshot: start} if start < state.bytes else {}
            total = sum(places[digest][1] - start for digest, start in wanted.items())
            with studio.counted(f"MB from {box.host}", total // MEGABYTE) as report_progress:
                fetch_files(conversation, wanted, places, staging, TransferMeter(report_progress))
            merged = arrival.complete_arrival(state.snapshot, then, keep, box.host, box.name)
    return place, box_messages.make_transfer_result(merged, arrival.kept, box.host), total
