-- What units, post holders, branches and staff owe for a period, and the facts that show it (domain.md §4).
CREATE TABLE obligation (
    id UUID NOT NULL,
    code TEXT NOT NULL,
    rule_version INTEGER NOT NULL,
    period TEXT NOT NULL,
    unit TEXT NOT NULL,
    owner_key TEXT NOT NULL,
    person TEXT,
    branch TEXT,
    event TEXT DEFAULT '' NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    opens_on DATE NOT NULL,
    due_on DATE NOT NULL,
    checkpoint_on DATE,
    dated_on DATE,
    done_on DATE,
    done INTEGER,
    "of" INTEGER,
    met TEXT[] DEFAULT '{}'::text[] NOT NULL,
    waived_at TIMESTAMP WITH TIME ZONE,
    waived_by TEXT,
    waiver_reason TEXT DEFAULT '' NOT NULL,
    lapsed_on DATE,
    instance_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT obligation_pkey PRIMARY KEY (id),
    CONSTRAINT obligation_code_period_unit_owner_key_event_key UNIQUE (code, period, unit, owner_key, event)
);

-- A list goes by unit and due day, the matrix by the days that a period covers.
CREATE INDEX obligation_unit_idx ON obligation (unit, due_on, id);
CREATE INDEX obligation_due_on_idx ON obligation (due_on, id);
CREATE INDEX obligation_days_idx ON obligation (last_day, first_day);
CREATE INDEX obligation_person_idx ON obligation (person) WHERE person IS NOT NULL;

CREATE TABLE evidence (
    id UUID NOT NULL,
    obligation_id UUID NOT NULL,
    need TEXT NOT NULL,
    on_day DATE NOT NULL,
    part TEXT DEFAULT '' NOT NULL,
    done INTEGER,
    "of" INTEGER,
    instance_id UUID,
    node_id TEXT DEFAULT '' NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT evidence_pkey PRIMARY KEY (id),
    CONSTRAINT evidence_obligation_id_need_on_day_part_done_of_key UNIQUE NULLS NOT DISTINCT (obligation_id, need, on_day, part, done, "of")
);

-- Changes of the shipped catalogue, each a version for the periods that begin on valid_from or later.
CREATE TABLE obligation_rule (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    changes JSONB NOT NULL,
    valid_from DATE NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT obligation_rule_pkey PRIMARY KEY (code, version)
);

-- What has been generated: the night needs no second look at it while nothing has changed.
CREATE TABLE obligation_period (
    code TEXT NOT NULL,
    period TEXT NOT NULL,
    rule_version INTEGER NOT NULL,
    last_day DATE NOT NULL,
    CONSTRAINT obligation_period_pkey PRIMARY KEY (code, period)
);

-- When the night's work is due, and what it has seen. since: from when each rule is in force here.
CREATE TABLE nightly (
    name TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    last_day DATE,
    seen TEXT DEFAULT '' NOT NULL,
    since JSONB DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT nightly_pkey PRIMARY KEY (name)
);
INSERT INTO nightly (name) VALUES ('obligations');

-- A quiet night needs no look: the next is that before a period begins. A change of organisation, calendar or parameters,
-- which moves the stamp, asks for the very next one.
CREATE FUNCTION cx_ask_for_night() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today timestamp := date_trunc('day', cx_now() AT TIME ZONE 'Asia/Shanghai');
BEGIN
    UPDATE nightly SET due_at = least(due_at, (today + interval '1 day 10 minutes') AT TIME ZONE 'Asia/Shanghai')
    WHERE due_at IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER reference_stamp_night AFTER UPDATE ON reference_stamp
FOR EACH STATEMENT EXECUTE FUNCTION cx_ask_for_night();

ALTER TABLE obligation ENABLE ROW LEVEL SECURITY;
ALTER TABLE obligation FORCE ROW LEVEL SECURITY;
CREATE POLICY obligation_read ON obligation FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR person = current_setting('cx.actor', true)
    OR unit = ANY ((SELECT cx_units_of(cx_actor()))::text[])
);
CREATE POLICY obligation_add ON obligation FOR INSERT WITH CHECK (current_setting('cx.actor', true) = 'system');
CREATE POLICY obligation_change ON obligation FOR UPDATE
    USING (current_setting('cx.actor', true) = 'system') WITH CHECK (current_setting('cx.actor', true) = 'system');

ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY evidence_read ON evidence FOR SELECT USING (
    current_setting('cx.actor', true) = 'system'
    OR EXISTS (SELECT FROM obligation o WHERE o.id = evidence.obligation_id));
CREATE POLICY evidence_add ON evidence FOR INSERT WITH CHECK (current_setting('cx.actor', true) = 'system');

ALTER TABLE nightly ENABLE ROW LEVEL SECURITY;
ALTER TABLE nightly FORCE ROW LEVEL SECURITY;
CREATE POLICY nightly_system ON nightly
    USING (current_setting('cx.actor', true) = 'system') WITH CHECK (current_setting('cx.actor', true) = 'system');

GRANT SELECT, INSERT, UPDATE ON obligation, obligation_period, nightly TO cx_app;
GRANT SELECT, INSERT ON evidence, obligation_rule TO cx_app;
