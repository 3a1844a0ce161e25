"""The animatic engine: moving drawings of a shot, made with Pillow from the shot's facts and always marked as
previs.

- `engine` makes takes and boards; it is the main module.
- `stage` decides what happens in a shot.
- `drawings` holds the drawings of places, props and people as text files.
- `places`, `scenery`, `props` and `figures` draw these files with the tools in `draw`.
- `picture` makes the frames.

The engine needs no fonts, models or network.
"""
