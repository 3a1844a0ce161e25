"""The animatic engine: moving boards, drawn with Pillow from a shot's facts, always marked as previs.

`stage` decides what happens in a shot. `drawings` are the places, props and people as text files;
`places`, `scenery`, `props` and `figures` draw them with `draw`. `picture` makes the frames. No fonts,
models or network are needed. Begin with `engine`.
"""
