"""What the CLI, the studio and the screens call. Begin with `client`. Needs no database."""
