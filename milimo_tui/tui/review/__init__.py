"""What the Review screen shows, as values: what came in, its layout and contact sheet.

No widget lives here; `screens/review*` bind these to commands.
"""
