"""What everything is drawn with: colours, ink, pens, the lens, and light by time of day. Knows nothing of
films. Uses no other room. Begin with `ink`.
"""
