"""What the Timeline screen shows and how its keys are meant, as values. Pure. Begin with `model`.
May use nothing else of the timeline.
"""
