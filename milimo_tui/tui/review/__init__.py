"""What the Review screen shows, as values: what came in, its layout, contact sheet and strip.

No widget lives here; `screens/review*` bind these to commands.
"""
