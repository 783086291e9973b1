-- Operators: an incident can be marked as noted; many are tried again in one run; backups say when they were made.
ALTER TABLE incident
    ADD COLUMN noted_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN noted_by TEXT,
    ADD COLUMN note TEXT DEFAULT '' NOT NULL;

CREATE TABLE backup_record (
    id UUID NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE NOT NULL,
    folder TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    file_count INTEGER NOT NULL,
    CONSTRAINT backup_record_pkey PRIMARY KEY (id)
);

CREATE INDEX backup_record_taken_at_idx ON backup_record (taken_at);

CREATE TABLE retry_item (
    run_id UUID NOT NULL,
    number INTEGER NOT NULL,
    incident_id UUID NOT NULL,
    outcome TEXT DEFAULT '' NOT NULL,
    code TEXT DEFAULT '' NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT retry_item_pkey PRIMARY KEY (run_id, number)
);

CREATE TABLE retry_run (
    id UUID NOT NULL,
    started_by TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    stopped_by TEXT,
    stopped_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT retry_run_pkey PRIMARY KEY (id)
);

CREATE INDEX retry_run_started_at_idx ON retry_run (started_at);

GRANT SELECT, INSERT, UPDATE ON retry_item, retry_run TO cx_app;
-- Written by `changxiao backup`, which comes as the owner or the administrator of the server.
GRANT SELECT ON backup_record TO cx_app;
