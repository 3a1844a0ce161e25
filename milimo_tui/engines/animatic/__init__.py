"""The animatic engine: boards that move, drawn with Pillow from a shot's facts. Always previs, always there.

`words` and `cast` read, `staging` decides, `places`, `figures` and `props` paint through a `lens`, `camera`
and `reel` move, `sound` is heard, `engine` hands it over. No fonts, models or network are needed.
"""

from milimo_tui.engines.animatic.engine import Animatic

__all__ = ["Animatic"]
