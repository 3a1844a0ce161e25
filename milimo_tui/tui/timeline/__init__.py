"""What the Timeline screen shows and how its keys are meant, as values: lanes, view, grammar, trims.

No widget lives here; `screens/timeline*` bind these to commands, `widgets/timeline*` draw them.
"""
