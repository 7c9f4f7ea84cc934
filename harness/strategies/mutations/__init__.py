"""Families of mutations, one a module: what lies here is found (`harness.strategies.mutation.families`)."""
