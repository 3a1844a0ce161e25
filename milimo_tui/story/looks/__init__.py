"""How people look along the film, and what the script says of it."""
