"""The animatic engine: boards that move, drawn with Pillow from a shot's facts. Always previs, always there.

`stage` decides what happens, `figures`, `places` (built of `scenery`) and `props` are drawn by the means of
`draw`, `picture` makes the frames of it, `engine` hands it over. No fonts, models or network are needed.
Begin with `engine`.
"""
