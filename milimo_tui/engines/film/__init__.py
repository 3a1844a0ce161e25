"""The film engine: a render is a job like any other. The work itself is in `media.render.film`."""
