"""Pure values of the Timeline screen: what is drawn and what its keys mean. Begin with `model`.

May use nothing else of the timeline.
"""
