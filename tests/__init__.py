"""The tests: a package, so that no other of this name, as some install one, comes before it."""
