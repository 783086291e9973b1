-- The desk of the analysts: unpublished texts with every saved revision, their try-outs, why a proposal was refused.
ALTER TABLE deployment ADD COLUMN reason TEXT DEFAULT '' NOT NULL;

CREATE TABLE design (
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT DEFAULT '' NOT NULL,
    file TEXT NOT NULL,
    state TEXT NOT NULL,
    based_on UUID,
    rev INTEGER NOT NULL,
    last_rev INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    warnings INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    locked_by TEXT,
    locked_until TIMESTAMP WITH TIME ZONE,
    deployment_id UUID,
    CONSTRAINT design_pkey PRIMARY KEY (id),
    CONSTRAINT design_based_on_fkey FOREIGN KEY(based_on) REFERENCES definition_version (id),
    CONSTRAINT design_deployment_id_fkey FOREIGN KEY(deployment_id) REFERENCES deployment (id)
);

CREATE UNIQUE INDEX design_open_idx ON design (kind, key) WHERE state = ANY ('{editing,proposed}'::text[]);

CREATE INDEX design_deployment_id_idx ON design (deployment_id);

CREATE TABLE design_revision (
    design_id UUID NOT NULL,
    rev INTEGER NOT NULL,
    beside INTEGER,
    saved_by TEXT NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    size_bytes INTEGER NOT NULL,
    sha256 BYTEA NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT design_revision_pkey PRIMARY KEY (design_id, rev),
    CONSTRAINT design_revision_design_id_fkey FOREIGN KEY(design_id) REFERENCES design (id)
);

CREATE TABLE design_trial (
    id UUID NOT NULL,
    owner TEXT NOT NULL,
    design_id UUID,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    content BYTEA NOT NULL,
    state BYTEA NOT NULL,
    run JSONB NOT NULL,
    CONSTRAINT design_trial_pkey PRIMARY KEY (id)
);

CREATE INDEX design_trial_owner_idx ON design_trial (owner);

CREATE INDEX design_trial_expires_at_idx ON design_trial (expires_at);

-- A saved text is never changed; old ones are thinned out. A try-out belongs to whoever began it, in the database too.
GRANT SELECT, INSERT, UPDATE ON design TO cx_app;
GRANT SELECT, INSERT, DELETE ON design_revision TO cx_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON design_trial TO cx_app;

ALTER TABLE design_trial ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_trials ON design_trial
    USING (owner = current_setting('cx.actor', true) OR current_setting('cx.actor', true) = 'system')
    WITH CHECK (owner = current_setting('cx.actor', true));
