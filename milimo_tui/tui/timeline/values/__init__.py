"""Pure values and functions of the Timeline screen: what the timeline shows and what its keys mean.

The package imports no other package of the timeline. Start reading at `model`.
"""
