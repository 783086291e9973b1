-- Draws by lot (engine/model/draw.py): what was promised, what is secret until then, and how it ended. Rows are only
-- ever added, and a draw ends once: with its result or with a cancellation.
CREATE TABLE draw (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    slot TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    instance_id UUID NOT NULL,
    commitment BYTEA NOT NULL,
    committed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    committed_by TEXT NOT NULL,
    CONSTRAINT draw_pkey PRIMARY KEY (id),
    CONSTRAINT draw_kind_unit_slot_attempt_key UNIQUE (kind, unit, slot, attempt)
);
CREATE INDEX draw_instance_id_idx ON draw (instance_id);
CREATE INDEX draw_committed_at_id_idx ON draw (committed_at, id);

CREATE TABLE draw_secret (
    draw_id UUID NOT NULL,
    seed BYTEA NOT NULL,
    pool JSONB NOT NULL,
    size INTEGER NOT NULL,
    CONSTRAINT draw_secret_pkey PRIMARY KEY (draw_id)
);

CREATE TABLE draw_outcome (
    draw_id UUID NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_by TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    anchor_no INTEGER,
    root BYTEA,
    seed BYTEA,
    pool JSONB,
    size INTEGER,
    drawn TEXT[],
    teams JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT draw_outcome_pkey PRIMARY KEY (draw_id)
);

-- Visits of inspections: coverage in the year, and the weight of the next draw.
CREATE TABLE inspection_visit (
    instance_id UUID NOT NULL,
    unit TEXT NOT NULL,
    organizer TEXT NOT NULL,
    kind TEXT NOT NULL,
    visited_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT inspection_visit_pkey PRIMARY KEY (instance_id)
);
CREATE INDEX inspection_visit_unit_visited_at_idx ON inspection_visit (unit, visited_at);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['draw', 'draw_secret', 'draw_outcome', 'inspection_visit'] LOOP
        EXECUTE format('CREATE TRIGGER %1$s_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %1$I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION cx_refuse_change()', name);
        EXECUTE format('ALTER TABLE %1$I ENABLE ALWAYS TRIGGER %1$s_append_only', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %1$s_add ON %1$I FOR INSERT'
            ' WITH CHECK (current_setting(''cx.actor'', true) = ''system'')', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO cx_app', name);
    END LOOP;
END $$;

-- An auditor sees that something was promised and how it ended; the queries keep pool and result of a case from him
-- that he may not see.
CREATE FUNCTION cx_is_auditor() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM role_grant g
        WHERE g.person_id = cx_actor() AND g.role = 'auditor'
            AND g.valid_from <= (cx_now() AT TIME ZONE 'Asia/Shanghai')::date
            AND (g.valid_until IS NULL OR g.valid_until >= (cx_now() AT TIME ZONE 'Asia/Shanghai')::date))
$$;
CREATE POLICY draw_read ON draw FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR EXISTS (SELECT FROM instance i WHERE i.id = draw.instance_id)
    OR (SELECT cx_is_auditor()));
CREATE POLICY draw_secret_read ON draw_secret FOR SELECT USING (current_setting('cx.actor', true) = 'system');
CREATE POLICY draw_outcome_read ON draw_outcome FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR EXISTS (SELECT FROM draw d WHERE d.id = draw_outcome.draw_id));
CREATE POLICY inspection_visit_read ON inspection_visit FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR ARRAY[unit, organizer] && (SELECT cx_units_of(cx_actor()))::text[]);
