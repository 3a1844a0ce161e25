"""Commands on films: renders, review, import, templates. Read `film` first."""
