"""What is put away and brought back: bin, archives, clean-up, deletion, recovery. Begin with `film_bin`."""
