"""Import of a film from another box, which is another machine with Milimo. The import runs on the box that
receives a push, and on the box that pulls.

The received files are put in place first, each only when it is complete. The database follows last, in one
transaction. A film that is new on this box appears with all of its files or not at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, MilimoError, Refused
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.ids import make_slug
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.store.history.two_boxes import Keep, MergeResult, create_common_state
from milimo_tui.store.project.atomic_folder import build_folder_atomically
from milimo_tui.store.project.opening import check_foreign_film, open_database, read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.media.foreign_media import require_allowed_media
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel.box_messages import TravellingFile
from milimo_tui.studio.travel.carried import get_hash_in_name, list_transferred_files, split_offered_files
from milimo_tui.studio.travel.snapshots import Snapshots
from milimo_tui.studio.travel.staging import TransferStaging


def find_film_folder(studio: Studio, id: str) -> ProjectPaths | None:
    """Return the folder of the film with the id `id` in this home; None if the home has no such film. Raises
    Refused if the film is in the bin.
    """
    for paths in studio.list_project_folders():
        if read_film_summary(paths).id == id:
            if paths.bin_record.exists():
                raise Refused(
                    f"{paths.root.name} is in the bin",
                    f"milimo project restore {paths.root.name} restores it",
                )
            return paths
    return None


class FilmArrival:
    """The receiving side of a film transfer: it finds out which files this box needs, and then creates or
    merges the film.

    `folder` is the name of the folder to create if the film does not exist here yet.
    """

    def __init__(self, studio: Studio, film: str, folder: str, staging: TransferStaging) -> None:
        self._studio = studio
        self.film = film
        self.staging = staging
        self.paths = find_film_folder(studio, film)
        self._folder = folder
        # All files of the film on the other box, by path in the film's folder.
        self._files: dict[str, TravellingFile] = {}
        self._wanted: dict[str, TravellingFile] = {}
        self.kept: list[str] = []  # The paths of files that were changed on both boxes.

    def require_film_folder(self) -> ProjectPaths:
        """Return the film's folder, which does not exist yet if the film is new here. Raises Refused if
        another film is in that folder.
        """
        if self.paths is not None:
            return self.paths
        target = self._studio.home.get_project_paths(make_slug(self._folder))
        if target.root.exists():
            raise Refused(
                f"another film already exists in {target.root.name}",
                "give the arriving film a name with --name",
            )
        return target

    @cached_property
    def _hashes_here(self) -> dict[str, str]:
        return (
            {}
            if self.paths is None
            else {file.path: file.digest for file in list_transferred_files(self.paths)}
        )

    @cached_property
    def _places_in_use(self) -> frozenset[str]:
        """The paths of the files to which the film on this box refers, relative to the film's folder."""
        if self.paths is None:
            return frozenset()
        with ProjectFile.open(self.paths) as file:
            return frozenset(
                asset.path for asset in file.load_story().assets if asset.managed and not asset.binned
            )

    @cached_property
    def _known_states(self) -> tuple[str, ...]:
        """The hashes of the film's states (stored copies of its database) that are on this box, newest
        first.
        """
        if self.paths is None:
            return ()
        with ProjectFile.open(self.paths) as film:
            return Snapshots(self.paths).list_known_states(film)

    def negotiate_common_state(self, seen: Collection[str], name: str) -> str:
        """Return the hash of the newest state of the film that both boxes have; empty if there is none.
        `seen` has the states on the other box.

        The state is recorded as the common state with the box called `name`, so that it is not deleted before
        the next transfer.
        """
        newest = next((digest for digest in self._known_states if digest in seen), "")
        if self.paths is not None:
            Snapshots(self.paths).record_common_state(name, newest)
        return newest

    def choose_wanted_files(self, files: Iterable[TravellingFile], then: str) -> dict[str, int]:
        """Record the files that the other box offers, and choose the files that this box needs. Return the
        hash of each needed file, with the number of bytes that arrived earlier: the transfer continues at
        that byte.

        `then` is the hash of the common state; empty if there is none. Raises BadInput, DiskFull.
        """
        place = self.require_film_folder()
        known = {} if self.paths is None or not then else Snapshots(self.paths).list_files_of_state(then)
        files = list(files)
        wanted, kept = split_offered_files(
            place, files, known, self._hashes_here, self.staging.read_recorded_puts(), self._places_in_use
        )
        self._files |= {file.path: file for file in files}
        self._wanted |= {file.path: file for file in wanted}
        self.kept += kept
        starts = {file.digest: self.staging.find_start_byte(file.digest, file.bytes) for file in wanted}
        sizes = {file.digest: file.bytes for file in wanted}
        self.staging.require_transfer_space(sum(sizes[digest] - start for digest, start in starts.items()))
        return {digest: start for digest, start in starts.items() if start < sizes[digest]}

    def find_state_start(self, snapshot: str, size: int) -> int:
        """Return the byte at which the transfer of a film's state must continue. If the state is complete on
        this box, this is `size`, the size of the state. `snapshot` is the hash of the state.

        Raises DiskFull.
        """
        start = size if snapshot in self._known_states else self.staging.find_start_byte(snapshot, size)
        self.staging.require_transfer_space(size - start)
        return start

    def complete_arrival(
        self, snapshot: str, then: str, keep: Keep, box: str, name: str
    ) -> MergeResult | None:
        """Create the film from the received files, or merge them into the film that exists here. Return the
        merge result; None for a new film.

        `snapshot` is the hash of the received state. `then` is the hash of the common state, or empty if
        there is none. `keep` says whose change wins in a conflict. `box` is the name of the other box for
        messages, and `name` identifies the home on that box.

        Raises Refused if a file is missing, and Conflict, Damaged, DiskFull. After an error, the film on this
        box is unchanged.
        """
        known = snapshot in self._known_states
        for digest in (*([] if known else [snapshot]), *(file.digest for file in self._wanted.values())):
            if not self.staging.get_complete_path(digest).is_file():
                raise Refused("a file of the film did not arrive", "run the command again")
        merged: MergeResult | None = None
        if self.paths is None:
            self._create_received_film(snapshot, self._check_received_film(snapshot))
        elif known:
            with ProjectFile.open(self.paths) as film:
                self._require_allowed_files(film)
            self._put_received_files(self.paths, self._files_named_by_hash)
            self._put_received_files(self.paths, self._files_with_own_name)
            with ProjectFile.open(self.paths) as film:
                merged = MergeResult(
                    ahead=film.count_edits_unknown_to_copy(Snapshots(self.paths).get_state_path(snapshot))
                )
        else:
            theirs = self._check_received_film(snapshot)
            merged = self._merge_film(self.paths, snapshot, theirs, then, keep, box)
        self.staging.clear()
        if self.paths is not None:
            Snapshots(self.paths).record_common_state(name, snapshot)
        return merged

    def _check_received_film(self, snapshot: str) -> Path:
        """Copy the received database and return the path of the copy, after checking that the copy is intact
        and belongs to the requested film.

        Raises Damaged, BadInput.
        """
        paths = ProjectPaths(self.staging.folder / "film")
        shutil.rmtree(paths.root, ignore_errors=True)
        try:
            paths.root.mkdir(mode=0o700)
            shutil.copyfile(self.staging.get_complete_path(snapshot), paths.db)
        except OSError as error:
            raise explain_os_error(error, paths.root, "copy the film to") from error
        try:
            check_foreign_film(paths.db)
            with ProjectFile.open(paths) as file:
                faults, id = file.list_row_faults(), file.load_story().project.id
                if not faults:
                    self._require_allowed_files(file)
        except MilimoError as error:
            raise type(error)(
                error.message.replace(str(paths.db), "the film that arrived"), error.hint
            ) from error
        if faults:
            raise Damaged(
                f"the received film is damaged: {clean_one_line(str(faults[0]), 120)}",
                "run milimo project recover on the machine that sends the film",
            )
        if id != self.film:
            raise BadInput("the other machine sent a film that was not requested", "run the command again")
        return paths.db

    def _require_allowed_files(self, film: ProjectFile) -> None:
        """Raise BadInput if a received file is an asset of `film` with a format that Milimo does not read."""
        digests = {file.path: file.digest for file in self._wanted.values()}
        require_allowed_media(
            (asset for asset in film.load_story().assets if asset.path in digests),
            lambda asset: self.staging.get_complete_path(digests[asset.path]),
            "the film that arrived",
            "delete the file from the film on the machine that sends it",
        )

    def _create_received_film(self, snapshot: str, database: Path) -> None:
        target = self.require_film_folder()
        try:
            with build_folder_atomically(target.root) as folder:
                paths = ProjectPaths(folder)
                for part in (paths.media, paths.renders, paths.cache, paths.workspace):
                    part.mkdir()
                shutil.copyfile(database, paths.db)
                self._put_received_files(paths, [*self._files_named_by_hash, *self._files_with_own_name])
                with ProjectFile.open(paths) as film:
                    film.remove_all_actors()
                    film.set_initial_merged_state(snapshot)
                    Snapshots(paths).store_received_state(
                        film, snapshot, self.staging.get_complete_path(snapshot), self._files.values()
                    )
        except OSError as error:
            raise explain_os_error(error, target.root, "make the film in") from error
        self.paths = target

    @property
    def _files_named_by_hash(self) -> list[TravellingFile]:
        """The needed files whose names are hashes of their contents. They never replace an existing file with
        other contents.
        """
        return [file for file in self._wanted.values() if get_hash_in_name(file.path)]

    @property
    def _files_with_own_name(self) -> list[TravellingFile]:
        """The needed files whose names are not hashes. Each replaces an older version of the same file."""
        return [file for file in self._wanted.values() if not get_hash_in_name(file.path)]

    def _put_received_files(self, paths: ProjectPaths, files: Iterable[TravellingFile]) -> None:
        for file in files:
            self.staging.put_in_place(file.digest, paths.resolve_managed_path(file.path))

    def _merge_film(
        self, paths: ProjectPaths, snapshot: str, theirs: Path, then: str, keep: Keep, box: str
    ) -> MergeResult:
        """Merge the received film at `theirs`, a checked and migrated copy of the state `snapshot`."""
        states, ground = Snapshots(paths), self.staging.folder / "ground.db"
        with ProjectFile.open(paths) as film:
            if then:
                # All three databases must have the same schema, so a copy of the stored state is migrated.
                shutil.copyfile(states.get_state_path(then), ground)
                open_database(ground).close()
            else:
                here = self.staging.folder / "here.db"
                film.copy_database_to(here)
                create_common_state(here, theirs, ground, keep, box)
            complete = self.staging.get_complete_path(snapshot)
            states.store_received_state(film, snapshot, complete, self._files.values())
            self._put_received_files(paths, self._files_named_by_hash)
            self.staging.record_puts({file.path: file.digest for file in self._files_with_own_name})
            return film.merge_copy(
                theirs,
                ground,
                keep,
                box,
                state=snapshot,
                put_files=lambda: self._put_received_files(paths, self._files_with_own_name),
            )
