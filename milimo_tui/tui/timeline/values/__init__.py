"""Pure values and functions of the Timeline screen: the lanes with their clips, the visible part of the film,
the appearance of clips, and the meaning of motions and trims.

The package imports no other package of the timeline. Start reading at `model`.
"""
