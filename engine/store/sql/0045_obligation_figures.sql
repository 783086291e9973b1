-- The matrix of obligations counts some tens of thousands of rows. Its view shows only what can be counted, belongs to
-- the owner, who passes row security, and holds the rule itself, as the other figures do (0008_figures.sql). It is the
-- narrower one: units that somebody oversees or works for. The index holds all that is counted, so no row is visited.
DROP INDEX obligation_days_idx;
CREATE INDEX obligation_days_idx ON obligation (last_day, first_day)
    INCLUDE (unit, code, period, opens_on, due_on, checkpoint_on, dated_on, done_on, waived_at, lapsed_on);

CREATE VIEW figure_obligation WITH (security_barrier = true) AS
SELECT unit, code, period, first_day, last_day, opens_on, due_on, checkpoint_on, dated_on, done_on, waived_at, lapsed_on
FROM obligation
WHERE unit IN (SELECT cx_overseen());
GRANT SELECT ON figure_obligation TO cx_app;

-- What is still to be done: the list that everybody begins with, and the line above the inbox.
CREATE INDEX obligation_unfinished_idx ON obligation (unit, due_on, id)
    WHERE done_on IS NULL AND waived_at IS NULL AND lapsed_on IS NULL;
