"""What takes too long for the suite: many processes, killed and begun again. `make drill` runs all of it."""
