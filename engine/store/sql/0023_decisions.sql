-- Decisions are published like processes and forms: a version by id, which never changes.
CREATE TABLE decision_version (
    id UUID NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    name_en TEXT DEFAULT '' NOT NULL,
    deployment_id UUID NOT NULL,
    file TEXT NOT NULL,
    builtin BOOLEAN DEFAULT false NOT NULL,
    checks JSONB DEFAULT '[]'::jsonb NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT decision_version_pkey PRIMARY KEY (id),
    CONSTRAINT decision_version_key_version_key UNIQUE (key, version),
    CONSTRAINT decision_version_deployment_id_fkey FOREIGN KEY(deployment_id) REFERENCES deployment (id)
);

CREATE UNIQUE INDEX decision_version_current_idx ON decision_version (key) WHERE state = 'current';
CREATE INDEX decision_version_deployment_id_idx ON decision_version (deployment_id);

-- Which version of each decision the cases of a process ask: fixed when the process is put forward. A process that was
-- published before asks the version in force.
ALTER TABLE definition_version ADD COLUMN decisions jsonb NOT NULL DEFAULT '{}';

GRANT SELECT, INSERT, UPDATE, DELETE ON decision_version TO cx_app;
