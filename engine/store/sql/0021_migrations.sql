-- Running cases go over to another version of their process. An item holds the state before it, so nobody reads items
-- but the system; a page for people asks for their outcome with its eyes.
CREATE TABLE migration_run (
    id UUID NOT NULL,
    key TEXT NOT NULL,
    from_id UUID NOT NULL,
    to_id UUID NOT NULL,
    node_map JSONB NOT NULL,
    digest TEXT NOT NULL,
    forms TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    stopped_by TEXT,
    stopped_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    undone_by TEXT,
    undone_at TIMESTAMP WITH TIME ZONE,
    undo_ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT migration_run_pkey PRIMARY KEY (id)
);

CREATE INDEX migration_run_proposed_at_idx ON migration_run (proposed_at);

CREATE TABLE migration_item (
    run_id UUID NOT NULL,
    number INTEGER NOT NULL,
    instance_id UUID NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    node_id TEXT DEFAULT '' NOT NULL,
    other TEXT DEFAULT '' NOT NULL,
    rev INTEGER,
    before JSONB,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT migration_item_pkey PRIMARY KEY (run_id, number)
);

CREATE INDEX migration_item_waiting_idx ON migration_item (run_id, number) WHERE outcome = '';
CREATE INDEX migration_item_before_idx ON migration_item (done_at) WHERE before IS NOT NULL;

ALTER TABLE migration_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE migration_item FORCE ROW LEVEL SECURITY;
CREATE POLICY migration_item_system ON migration_item
    USING (current_setting('cx.actor', true) = 'system') WITH CHECK (current_setting('cx.actor', true) = 'system');

GRANT SELECT, INSERT, UPDATE ON migration_run, migration_item TO cx_app;
