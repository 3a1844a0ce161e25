"""Storage and restoring of films: bin, archives, clean-up, deletion and recovery. Begin with `film_bin`."""
