-- What supervisors count. Row-level security asks three questions of each row, which for the 100,000 open tasks of a
-- large office takes half a second. Figures need neither the rows nor their content: these views show only what can be
-- counted, belong to the owner, who passes row security, and hold the rule themselves. It is the narrower one: unsealed
-- cases whose unit or issuer lies in the subtree of the person who asks. Nobody counts cases of others because he is a
-- party to one of them.

-- Asked once per statement and looked up by hash.
CREATE FUNCTION cx_overseen() RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE ROWS 70 AS $$
    SELECT unnest(public.cx_units_of(public.cx_actor()))
$$;

CREATE VIEW figure_task WITH (security_barrier = true) AS
SELECT mechanism, instance_id, node_id, case_unit AS unit, state, created_at, due_on, due_at, done_at, ladder_level,
    outcome
FROM user_task
WHERE NOT case_sealed
    AND (case_unit IN (SELECT cx_overseen()) OR case_issuer_unit IN (SELECT cx_overseen()));

CREATE VIEW figure_case WITH (security_barrier = true) AS
SELECT id, key, definition_id, unit, status, severity, marks, started_at, ended_at
FROM instance
WHERE NOT sealed AND (unit IN (SELECT cx_overseen()) OR issuer_unit IN (SELECT cx_overseen()));

-- The same counted: grouped first, so that the rule is asked of some hundred groups and not of each row.
CREATE VIEW figure_open WITH (security_barrier = true) AS
SELECT mechanism, node_id, unit, open, grey
FROM (
    SELECT mechanism, node_id, case_unit AS unit, case_issuer_unit AS issuer_unit, count(*) AS open,
        count(*) FILTER (WHERE state = 'suspended') AS grey
    FROM user_task
    WHERE state IN ('offered', 'assigned', 'started', 'suspended') AND NOT case_sealed
    GROUP BY mechanism, node_id, case_unit, case_issuer_unit
) counted
WHERE unit IN (SELECT cx_overseen()) OR issuer_unit IN (SELECT cx_overseen());

CREATE VIEW figure_running WITH (security_barrier = true) AS
SELECT key, definition_id, unit, running
FROM (
    SELECT key, definition_id, unit, issuer_unit, count(*) AS running
    FROM instance
    WHERE ended_at IS NULL AND NOT sealed
    GROUP BY key, definition_id, unit, issuer_unit
) counted
WHERE unit IN (SELECT cx_overseen()) OR issuer_unit IN (SELECT cx_overseen());

GRANT SELECT ON figure_task, figure_case, figure_open, figure_running TO cx_app;

-- Of a process: its open tasks by date, and all that the figures of the open ones need, so that no row is visited.
CREATE INDEX user_task_process_idx ON user_task (mechanism, due_at, id)
    INCLUDE (instance_id, node_id, case_unit, case_issuer_unit, case_sealed, state, due_on)
    WHERE state IN ('offered', 'assigned', 'started', 'suspended');
CREATE INDEX user_task_done_idx ON user_task (mechanism, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX instance_running_idx ON instance (key, definition_id, unit, issuer_unit)
    INCLUDE (id, sealed, started_at) WHERE ended_at IS NULL;
CREATE INDEX instance_ended_idx ON instance (key, ended_at) WHERE ended_at IS NOT NULL;
