"""The row of `studio.db` that says which home it is, and where it was when its supervisor last looked."""

from __future__ import annotations

from milimo_tui.store.jobs.studio_sql import Rows
from milimo_tui.store.jobs.studio_values import HomeRow


class HomeRows(Rows):
    def home(self) -> HomeRow | None:
        """None in a home that no supervisor has known yet."""
        row = self._db.execute("SELECT id, root, file FROM home").fetchone()
        return HomeRow(*row) if row else None

    def set_home(self, home: HomeRow) -> None:
        """Note that it is this home, here."""
        self._db.execute("DELETE FROM home")
        self._db.execute(
            "INSERT INTO home (id, root, file) VALUES (?, ?, ?)", (home.id, home.root, home.file)
        )
