"""The Python interface of Milimo: open, read, change, make and render films from a program, and write
plug-ins.

The names and fields of this package are stable (docs/scripting.md). New names and fields may be added at any
time. A change or removal increases `API_VERSION`. The package is a front end like `cli` and `tui`: it uses
the command registry and the studio's session, but no code of the other front ends. Begin with `open_film`.

    from milimo_tui import api

    with api.open_film("night-bus") as film:
        film.set_shot("1A", action="She runs.")
        film.make("1A").wait()
        print(film.render("night-bus.mp4").wait().files)
"""

from milimo_tui.api.film import Film as Film
from milimo_tui.api.home import films as films
from milimo_tui.api.home import new_film as new_film
from milimo_tui.api.home import open_film as open_film
from milimo_tui.api.plug_in import check as check
from milimo_tui.api.plug_in import command as command
from milimo_tui.api.plug_in import export as export
from milimo_tui.api.values import Clip as Clip
from milimo_tui.api.values import FilmRow as FilmRow
from milimo_tui.api.values import Job as Job
from milimo_tui.api.values import Scene as Scene
from milimo_tui.api.values import Shot as Shot
from milimo_tui.api.values import Take as Take
from milimo_tui.api.work import Work as Work
from milimo_tui.core.errors import BadInput as BadInput
from milimo_tui.core.errors import Failed as Failed
from milimo_tui.core.errors import MilimoError as MilimoError
from milimo_tui.core.errors import NotFound as NotFound
from milimo_tui.core.errors import Refused as Refused
from milimo_tui.studio.registry.args import Args as Args
from milimo_tui.studio.registry.args import arg as arg

API_VERSION = 1
