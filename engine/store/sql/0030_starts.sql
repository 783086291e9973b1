-- Processes that begin by the calendar or a clock: which start event comes true when, and which cases began by one.
ALTER TABLE definition_version ADD COLUMN start_timers JSONB DEFAULT '[]'::jsonb NOT NULL;

CREATE TABLE armed_start (
    key TEXT NOT NULL,
    node_id TEXT NOT NULL,
    definition_id UUID NOT NULL,
    kind TEXT NOT NULL,
    expression TEXT NOT NULL,
    owners TEXT NOT NULL,
    period TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    due_period TEXT DEFAULT '' NOT NULL,
    "left" INTEGER DEFAULT 0 NOT NULL,
    every TEXT DEFAULT '' NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE,
    last_period TEXT DEFAULT '' NOT NULL,
    CONSTRAINT armed_start_pkey PRIMARY KEY (key, node_id)
);

CREATE INDEX armed_start_due_at_idx ON armed_start (due_at);

-- One case per process, unit and period, ever: the primary key is the promise.
CREATE TABLE periodic_case (
    key TEXT NOT NULL,
    business_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    period TEXT NOT NULL,
    node_id TEXT NOT NULL,
    instance_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT periodic_case_pkey PRIMARY KEY (key, business_key)
);

CREATE INDEX periodic_case_unit_idx ON periodic_case (unit, period);
CREATE INDEX periodic_case_failed_idx ON periodic_case (key) WHERE instance_id IS NULL;

ALTER TABLE armed_start ENABLE ROW LEVEL SECURITY;
ALTER TABLE armed_start FORCE ROW LEVEL SECURITY;
CREATE POLICY armed_start_system ON armed_start
    USING (current_setting('cx.actor', true) = 'system') WITH CHECK (current_setting('cx.actor', true) = 'system');
ALTER TABLE periodic_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE periodic_case FORCE ROW LEVEL SECURITY;
CREATE POLICY periodic_case_system ON periodic_case
    USING (current_setting('cx.actor', true) = 'system') WITH CHECK (current_setting('cx.actor', true) = 'system');

GRANT SELECT, INSERT, UPDATE, DELETE ON armed_start TO cx_app;
GRANT SELECT, INSERT, UPDATE ON periodic_case TO cx_app;
