"""What every transport promises, as checks; `harness.testing` hands them to authors of other transports."""
