"""What `pytest harness` runs: one item a case of the corpus, made by `harness.plugin`."""
