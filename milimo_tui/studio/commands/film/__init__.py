"""Commands on films and what is made of them: renders, review, import, templates. Begin with `film`."""
