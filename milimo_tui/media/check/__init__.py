"""A rendered film decoded whole and held against its plan. Begin with `film_check`."""
