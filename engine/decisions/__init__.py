"""Decisions: FEEL, DMN, and the questions that cases ask. Import the modules: `feel` alone loads nothing but itself."""
