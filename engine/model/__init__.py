"""Vocabulary and pure rules: frozen values, standard library only. Asks nobody, knows no clock and no database."""
