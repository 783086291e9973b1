-- Analysts write decisions and forms too. Version of the form or decision that a text was begun from; NULL: it was
-- begun blank or imported, or is a process, which names its version in based_on.
ALTER TABLE design ADD COLUMN base_version integer;
-- Test cases of a decision, saved together with its text.
ALTER TABLE design_revision ADD COLUMN cases bytea;
