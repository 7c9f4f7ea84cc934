"""What the fuzz suite (`test_fuzz.py`) is made of: profiles, what it draws, how it compares, how it fails."""
