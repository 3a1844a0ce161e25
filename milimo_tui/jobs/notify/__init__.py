"""What people are told of jobs: the outbox, its words, webhook and command. Begin with `outbox`."""
