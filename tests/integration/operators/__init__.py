"""What operators do with the tokens of running cases."""
