"""Is the control flow of a drawing sound? Found by playing its tokens through every choice, within a bound."""
