"""The commands, a module each: thin. They read their options, call the session, and tell what came of it.

Heavy modules are imported inside the commands, so that `--help` and `list` are quick.
"""
