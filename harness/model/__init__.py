"""The values that the rooms hand to each other: frozen, slotted, typed; no I/O, no imports of ours."""
