"""Commands on films and their results: renders, review, import, templates. Read `film` first."""
