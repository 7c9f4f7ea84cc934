"""What `pytest harness` runs: one item a rule, made by `harness.plugin` from the catalogue."""
