"""A project's code: what it is made of, what it reads, and the process in which it runs."""
