"""Import of a film from another box, both on the receiving side of a push and on the pulling side.

Its files are put in place first, each complete. The database is last, in one transaction. A film that is new
here appears with all of its files, or not at all.
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
from milimo_tui.store.project.opening import check_foreign_film, read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel.asks import TravellingFile
from milimo_tui.studio.travel.carried import get_hash_in_name, list_transferred_files, split_offered_files
from milimo_tui.studio.travel.snapshots import Snapshots
from milimo_tui.studio.travel.staging import TransferStaging


def find_film_folder(studio: Studio, id: str) -> ProjectPaths | None:
    """Return the folder of the film with that id; None if there is none. Raises Refused for a film in the
    bin.
    """
    for paths in studio.list_project_folders():
        if read_film_summary(paths).id == id:
            if paths.bin_record.exists():
                raise Refused(f"{paths.root.name} is in the bin", f"milimo project restore {paths.root.name}")
            return paths
    return None


class FilmArrival:
    """A film that is being received. `folder` is the name of its folder if the film is new here."""

    def __init__(self, studio: Studio, film: str, folder: str, staging: TransferStaging) -> None:
        self._studio = studio
        self.film = film
        self.staging = staging
        self.paths = find_film_folder(studio, film)
        self._folder = folder
        self._files: dict[str, TravellingFile] = {}  # all files of the other side, by place
        self._wanted: dict[str, TravellingFile] = {}
        self.kept: list[str] = []  # places of files that both sides changed

    def require_film_folder(self) -> ProjectPaths:
        """Return the film's present or future folder. Raises Refused if another film is in that folder."""
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
        """The places that the film on this box refers to."""
        if self.paths is None:
            return frozenset()
        with ProjectFile.open(self.paths) as file:
            return frozenset(
                asset.path for asset in file.load_story().assets if asset.managed and not asset.binned
            )

    @cached_property
    def _known_states(self) -> tuple[str, ...]:
        """States of the film that this box knows, newest first."""
        if self.paths is None:
            return ()
        with ProjectFile.open(self.paths) as film:
            return Snapshots(self.paths).list_known_states(film)

    def negotiate_common_state(self, seen: Collection[str], name: str) -> str:
        """Return the film's newest state here that is among `seen`; empty for none.

        The box with that name continues from this state, so the state is preserved.
        """
        newest = next((digest for digest in self._known_states if digest in seen), "")
        if self.paths is not None:
            Snapshots(self.paths).record_common_state(name, newest)
        return newest

    def choose_wanted_files(self, files: Iterable[TravellingFile], then: str) -> dict[str, int]:
        """Record files of the other side. Return the hashes of wanted files, with the byte from which each is
        needed.

        Raises BadInput, DiskFull.
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
        """Return the byte from which a state of the film is needed; its size if the state is known or
        complete.

        Raises DiskFull.
        """
        start = size if snapshot in self._known_states else self.staging.find_start_byte(snapshot, size)
        self.staging.require_transfer_space(size - start)
        return start

    def complete_arrival(
        self, snapshot: str, then: str, keep: Keep, box: str, name: str
    ) -> MergeResult | None:
        """Create the film from the received files, or merge them into the film that is here. Return None for
        a new film.

        `box` is the other side's name for messages, `name` identifies its home. Raises Refused if a file is
        missing, and Conflict, Damaged, DiskFull; the film is then unchanged.
        """
        known = snapshot in self._known_states
        for digest in (*([] if known else [snapshot]), *(file.digest for file in self._wanted.values())):
            if not self.staging.get_complete_path(digest).is_file():
                raise Refused(
                    f"the file with the hash {digest[:12]}… did not arrive", "run the command again"
                )
        met: MergeResult | None = None
        if self.paths is None:
            self._create_received_film(snapshot, self._check_received_film(snapshot))
        elif known:
            self._put_received_files(self.paths, self._files_named_by_hash)
            self._put_received_files(self.paths, self._files_with_own_name)
            with ProjectFile.open(self.paths) as film:
                met = MergeResult(
                    ahead=film.count_edits_unknown_to_copy(Snapshots(self.paths).get_state_path(snapshot))
                )
        else:
            self._check_received_film(snapshot)
            met = self._merge_film(self.paths, snapshot, then, keep, box)
        self.staging.clear()
        if self.paths is not None:
            Snapshots(self.paths).record_common_state(name, snapshot)
        return met

    def _check_received_film(self, snapshot: str) -> Path:
        """Return a copy of the received database, after checking that it is intact and belongs to this film.

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
        except MilimoError as error:
            raise type(error)(
                error.message.replace(str(paths.db), "the film that arrived"), error.hint
            ) from error
        if faults:
            raise Damaged(
                f"the received film is damaged: {clean_one_line(str(faults[0]), 120)}",
                "milimo project recover",
            )
        if id != self.film:
            raise BadInput("another film was received than requested", "run the command again")
        return paths.db

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
        """Wanted files that are named by their hash, which never replace another file."""
        return [file for file in self._wanted.values() if get_hash_in_name(file.path)]

    @property
    def _files_with_own_name(self) -> list[TravellingFile]:
        """Wanted files that replace older files."""
        return [file for file in self._wanted.values() if not get_hash_in_name(file.path)]

    def _put_received_files(self, paths: ProjectPaths, files: Iterable[TravellingFile]) -> None:
        for file in files:
            self.staging.put_in_place(file.digest, paths.resolve_managed_path(file.path))

    def _merge_film(self, paths: ProjectPaths, snapshot: str, then: str, keep: Keep, box: str) -> MergeResult:
        states, theirs = Snapshots(paths), self.staging.get_complete_path(snapshot)
        with ProjectFile.open(paths) as film:
            ground = states.get_state_path(then) if then else self.staging.folder / "ground.db"
            if not then:
                here = self.staging.folder / "here.db"
                film.copy_database_to(here)
                create_common_state(here, theirs, ground, keep, box)
            states.store_received_state(film, snapshot, theirs, self._files.values())
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
